public import Accord
public import Series
import Yams

/// What a node's `node.yaml` says: who it is, where it listens, whom it knows and where they are. No secret stands there.
public struct NodeDescription: Hashable, Sendable {
    /// Whose node it is.
    public var party: PartyID
    /// The id of its basin pack.
    public var pack: String
    /// Where the pack lies, below the node's folder; nil where commands name it.
    public var packFolder: String?
    /// The agreement's id.
    public var agreement: String
    /// The agreement's identity, 64 hexadecimal digits.
    public var identity: String
    /// The key by which peers know a node without a manifest.
    public var key: VerifierKey?
    /// Parties that are known by one key and no manifest.
    public var peers: [PartyID: VerifierKey]
    /// Where the nodes of other parties are: `https://HOST:PORT`.
    public var addresses: [PartyID: String]
    /// The witnesses that the node asks, by conference: where each is, and its key.
    public var witnesses: [PartyID: WitnessPlace] = [:]
    /// Where this node listens for peers; nil where it does not.
    public var listen: HostAndPort?
    /// Where this node shows its pages; nil for the usual place.
    public var pages: HostAndPort?

    /// Makes a description.
    public init(
        party: PartyID, pack: String, packFolder: String? = nil, agreement: String, identity: String,
        key: VerifierKey? = nil, peers: [PartyID: VerifierKey] = [:], addresses: [PartyID: String] = [:],
        listen: HostAndPort? = nil, pages: HostAndPort? = nil
    ) {
        self.party = party
        self.pack = pack
        self.packFolder = packFolder
        self.agreement = agreement
        self.identity = identity
        self.key = key
        self.peers = peers
        self.addresses = addresses
        self.listen = listen
        self.pages = pages
    }

    /// Reads `node.yaml`; unknown members are left alone.
    public init(_ bytes: [UInt8], file: String) throws(EventFileProblem) {
        let document = try YAMLDocument(bytes, file: file)
        guard let party = document.text("party").flatMap(PartyID.init) else {
            throw document.problem(at: "party", "no party is named", "write party: PARTY, for example cn-yunnan")
        }
        self.init(
            party: party, pack: document.text("pack") ?? "", packFolder: document.text("pack_folder"),
            agreement: document.text("agreement") ?? "", identity: document.text("agreement_identity") ?? "")
        if let text = document.text("key") {
            guard let read = VerifierKey(text) else {
                throw document.problem(at: "key", "the key is none", "write NAME+HEX+BASE64 in quotes")
            }
            key = read
        }
        peers = try NodeDescription.byParty("peers", document) { VerifierKey($0) }
        addresses = try NodeDescription.byParty("addresses", document) { $0.hasPrefix("https://") ? $0 : nil }
        witnesses = try NodeDescription.byParty("witnesses", document) { WitnessPlace($0) }
        listen = try NodeDescription.place("listen", document)
        pages = try NodeDescription.place("pages", document)
    }

    private static func byParty<Value>(
        _ key: String, _ document: YAMLDocument, _ read: (String) -> Value?
    ) throws(EventFileProblem) -> [PartyID: Value] {
        guard document.root[key] != nil else { return [:] }
        var values: [PartyID: Value] = [:]
        for member in try document.members(of: key) {
            guard let party = PartyID(member.key), let value = read(member.text) else {
                throw document.problem(
                    at: key, "\(member.key): \(member.text) is no entry of \(key)",
                    advice[key] ?? "see the documentation")
            }
            values[party] = value
        }
        return values
    }

    private static let advice = [
        "peers": "write PARTY: \"NAME+HEX+BASE64\"", "addresses": "write PARTY: https://HOST:PORT",
        "witnesses": "write CONFERENCE: \"http://HOST:PORT NAME+HEX+BASE64\"",
    ]

    private static func place(_ key: String, _ document: YAMLDocument) throws(EventFileProblem) -> HostAndPort? {
        guard let text = document.text(key) else { return nil }
        guard let place = HostAndPort(text) else {
            throw document.problem(at: key, "\(text) is no address", "write HOST:PORT, for example 0.0.0.0:8443")
        }
        return place
    }

    /// The file.
    public var text: String {
        var lines = [
            "# Who this node is, where it listens, and whom it knows. No secret stands here.", "party: \(party)",
        ]
        lines.append("pack: \(pack)")
        if let packFolder { lines.append("pack_folder: \(packFolder)") }
        lines += ["agreement: \(agreement)", "agreement_identity: \(identity)"]
        if let key { lines.append("key: \"\(key.text)\"") }
        if let listen { lines.append("listen: \"\(listen)\"") }
        if let pages { lines.append("pages: \"\(pages)\"") }
        lines.append("peers:\(peers.isEmpty ? " {}" : "")")
        lines += peers.sorted { $0.key < $1.key }.map { "  \($0.key): \"\($0.value.text)\"" }
        if !addresses.isEmpty {
            lines.append("addresses:")
            lines += addresses.sorted { $0.key < $1.key }.map { "  \($0.key): \"\($0.value)\"" }
        }
        if !witnesses.isEmpty {
            lines.append("witnesses:")
            lines += witnesses.sorted { $0.key < $1.key }.map { "  \($0.key): \"\($0.value)\"" }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// Where a witness is, and the key by which its cosignatures are known.
public struct WitnessPlace: Hashable, Sendable, CustomStringConvertible {
    /// `http://HOST:PORT` or `https://HOST:PORT`.
    public let address: String
    /// Its public key.
    public let key: VerifierKey

    /// Makes one.
    public init(address: String, key: VerifierKey) {
        self.address = address
        self.key = key
    }

    /// Reads `ADDRESS NAME+HEX+BASE64`; nil for anything else.
    public init?(_ text: String) {
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 2, words[0].hasPrefix("http://") || words[0].hasPrefix("https://"),
            let key = VerifierKey(words[1])
        else { return nil }
        self.init(address: words[0], key: key)
    }

    /// `ADDRESS NAME+HEX+BASE64`.
    public var description: String { "\(address) \(key.text)" }
}

/// A host name or address with a port.
public struct HostAndPort: Hashable, Sendable, CustomStringConvertible {
    /// A name, or an address; IPv6 addresses stand in brackets in texts.
    public let host: String
    /// 0...65535; 0 takes any free one.
    public let port: Int

    /// Makes one; another port is a bug of the caller.
    public init(host: String, port: Int) {
        precondition((0...65_535).contains(port), "a port is 0 to 65535")
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`; nil for anything else.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty, !host.contains(where: \.isWhitespace) else { return nil }
        self.init(host: host, port: port)
    }

    /// `HOST:PORT`.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
