public import Accord
public import Formats
public import Series

/// The office that issues warnings at a node: its name, its key, and whom it tells.
public struct AlertOffice: Sendable {
    /// The sender of its messages: a DNS name or another word without blank, comma, `<` and `&`.
    public let sender: String
    /// Its id among the offices of the basin, or its own.
    public let office: String
    /// Its name as people know it.
    public let name: LocalizedText
    /// Signs a document; nil where no key is there: then nothing can be issued.
    public let sign: (@Sendable ([UInt8]) throws -> [UInt8])?
    /// Everybody who can be addressed today.
    public let addressees: [Addressee]
    /// The address of the node's pages as offices reach them, `https://...`; nil where they cannot.
    public let address: String?
    /// The texts.
    public let catalogues: Catalogues

    /// Makes an office.
    public init(
        sender: String, office: String, name: LocalizedText, sign: (@Sendable ([UInt8]) throws -> [UInt8])?,
        addressees: [Addressee], address: String? = nil, catalogues: Catalogues
    ) {
        self.sender = sender
        self.office = office
        self.name = name
        self.sign = sign
        self.addressees = addressees
        self.address = address
        self.catalogues = catalogues
    }

    /// A document that keeps the profile of what is issued, signed.
    func signed(_ document: String, profile: String = "riparian-cap-1-issue") throws -> Result<[UInt8], IssueRefusal> {
        guard let sign else { return .failure(.noKey) }
        let bytes = Array(document.utf8)
        let check = checkAlert(bytes, profile: try AlertProfile(named: profile))
        if let finding = check.findings.first(where: \.level.rejects) {
            return .failure(.rejected(rule: finding.rule, line: finding.line))
        }
        do { return .success(try sign(bytes)) } catch { return .failure(.notSigned("\(error)")) }
    }
}

/// Why nothing was issued.
public enum IssueRefusal: Error, Hashable, Sendable {
    /// There is no draft for the station.
    case noDraft
    /// A newer forecast has made another draft than the one that the person saw.
    case newerDraft
    /// The officer's sentences stand in some languages and not in others.
    case additionIncomplete
    /// No key is there.
    case noKey
    /// The key does not sign, in its words.
    case notSigned(String)
    /// A rule keeps the document out: its name and where it stands.
    case rejected(rule: String, line: Int)
    /// The event has gone on meanwhile.
    case eventMoved
}
