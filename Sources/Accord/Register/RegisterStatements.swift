public import Series

/// How a party sees one provision now.
public struct StandingStatement: Hashable, Sendable, Codable {
    /// Which provision.
    public let provision: ProvisionKey
    /// How it stands.
    public let standing: ProvisionStanding
    /// In the party's own words.
    public let remark: String

    /// Makes a statement.
    public init(provision: ProvisionKey, standing: ProvisionStanding, remark: String = "") {
        self.provision = provision
        self.standing = standing
        self.remark = remark
    }
}

/// What stands in a provision's way, as a party sees it.
public struct ObstacleStatement: Hashable, Sendable, Codable {
    /// Which provision.
    public let provision: ProvisionKey
    /// Names it among the party's obstacles of that provision.
    public let number: Int
    /// What it is; empty takes it back.
    public let text: String
    /// Since when.
    public let since: CivilDate?
    /// The first day on which it was gone.
    public let until: CivilDate?

    /// Makes a statement.
    public init(provision: ProvisionKey, number: Int, text: String, since: CivilDate?, until: CivilDate? = nil) {
        self.provision = provision
        self.number = number
        self.text = text
        self.since = since
        self.until = until
    }
}

/// A file that shows something; the file itself stays where it was put.
public struct EvidenceStatement: Hashable, Sendable, Codable {
    /// Which provision it speaks for; nil for an indicator or an instrument.
    public var provision: ProvisionKey?
    /// Which indicator it speaks for.
    public var indicator: String?
    /// The edition whose signed instrument it is.
    public var edition: String?
    /// What it is called.
    public let title: String
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    public let digest: String
    /// Bytes.
    public let size: Int
    /// What kind of file, for example `application/pdf`.
    public let mediaType: String
    /// The language in which it is written; nil where that says nothing.
    public let language: Language?
    /// Whether everybody may see it.
    public let isPublic: Bool

    /// Makes a statement.
    public init(title: String, digest: String, size: Int, mediaType: String, language: Language?, isPublic: Bool) {
        self.title = title
        self.digest = digest
        self.size = size
        self.mediaType = mediaType
        self.language = language
        self.isPublic = isPublic
    }
}

/// Whether a provision goes on after its edition.
public struct DecisionStatement: Hashable, Sendable, Codable {
    /// What becomes of it.
    public enum Word: String, Sendable, Codable, CaseIterable, Hashable {
        /// It goes on in the next edition.
        case carryOn = "carry-on"
        /// It ends here.
        case close
    }

    /// Which provision.
    public let provision: ProvisionKey
    /// What becomes of it.
    public let word: Word
    /// Why.
    public let reason: String

    /// Makes a statement.
    public init(provision: ProvisionKey, word: Word, reason: String = "") {
        self.provision = provision
        self.word = word
        self.reason = reason
    }
}

/// A text that a party proposes for a provision of a draft.
public struct ProposalStatement: Hashable, Sendable, Codable {
    /// Which provision.
    public let provision: ProvisionKey
    /// The words.
    public let text: LocalizedText
    /// Why.
    public let reason: String

    /// Makes a proposal.
    public init(provision: ProvisionKey, text: LocalizedText, reason: String = "") {
        self.provision = provision
        self.text = text
        self.reason = reason
    }
}

/// A party's word that it agrees to a text in all three languages.
public struct AcceptanceStatement: Hashable, Sendable, Codable {
    /// Which provision.
    public let provision: ProvisionKey
    /// ``ProvisionText/digest(of:)`` of the text.
    public let digest: String

    /// Makes an acceptance.
    public init(provision: ProvisionKey, digest: String) {
        self.provision = provision
        self.digest = digest
    }
}

/// A party's figure of an indicator.
public struct FigureStatement: Hashable, Sendable, Codable {
    /// Which indicator.
    public let indicator: String
    /// For which period, as ``IndicatorCard/Period`` writes it.
    public let period: String
    /// The number; nil where a source names the thing without a number.
    public let value: Double?
    /// How it is known.
    public let known: Known
    /// Where it is from.
    public let source: String
    /// What should be known of it.
    public let remark: String

    /// Makes a figure.
    public init(indicator: String, period: String, value: Double?, known: Known, source: String, remark: String = "") {
        self.indicator = indicator
        self.period = period
        self.value = value
        self.known = known
        self.source = source
        self.remark = remark
    }
}

/// A number to be reached, or a note about why two figures differ.
public struct IndicatorNote: Hashable, Sendable, Codable {
    /// Which indicator.
    public let indicator: String
    /// For which period.
    public let period: String
    /// The number to be reached; nil for a note alone.
    public let target: Double?
    /// In words; for a note, why the figures differ.
    public let text: String

    /// Makes a note.
    public init(indicator: String, period: String, target: Double? = nil, text: String) {
        self.indicator = indicator
        self.period = period
        self.target = target
        self.text = text
    }
}

/// What was said at a conference about one item.
public struct MinuteStatement: Hashable, Sendable, Codable {
    /// Which edition.
    public let edition: String
    /// The provision that it was about; nil for the whole.
    public let provision: ProvisionKey?
    /// The words.
    public let text: LocalizedText

    /// Makes a minute.
    public init(edition: String, provision: ProvisionKey?, text: LocalizedText) {
        self.edition = edition
        self.provision = provision
        self.text = text
    }
}

/// An item that a party puts on a conference's agenda beside open provisions.
public struct AgendaStatement: Hashable, Sendable, Codable {
    /// Which edition.
    public let edition: String
    /// Names it among the party's items.
    public let number: Int
    /// The words; empty ones take it back.
    public let text: LocalizedText
    /// The field of cooperation, by id.
    public let field: String

    /// Makes an item.
    public init(edition: String, number: Int, text: LocalizedText, field: String) {
        self.edition = edition
        self.number = number
        self.text = text
        self.field = field
    }
}

/// Who holds an office, as a user has entered it; it never leaves the node.
public struct OfficeHolder: Hashable, Sendable, Codable {
    /// The office, by id of the register or name.
    public let office: String
    /// The name as the holder writes it.
    public let name: String
    /// Other spellings.
    public let spellings: [String]
    /// From when.
    public let from: CivilDate?
    /// The first day on which the office was another's.
    public let until: CivilDate?

    /// Makes a holder.
    public init(office: String, name: String, spellings: [String], from: CivilDate?, until: CivilDate?) {
        self.office = office
        self.name = name
        self.spellings = spellings
        self.from = from
        self.until = until
    }
}
