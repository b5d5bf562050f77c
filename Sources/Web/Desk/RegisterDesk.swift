public import Accord
public import NodeCore
public import Series

/// What the pages of the register, of letters and of shifts ask and do; a site without it has none of them.
public struct RegisterDesk: Sendable {
    /// The register of a party's node; nil while it does not run.
    public var register: @Sendable (PartyID) async -> Register?
    /// The latest acts, latest first.
    public var history: @Sendable (PartyID) async -> [RegisterRecord]
    /// Does acts one after the other, all or none of them.
    public var perform: @Sendable (PartyID, [RegisterAct], _ person: String) async -> RegisterDeskAnswer
    /// Acts that wait for another person's word.
    public var waiting: @Sendable (PartyID) async -> [WaitingAct]
    /// Says that word; false where nothing waits, or the same person has asked for it.
    public var answer: @Sendable (PartyID, _ number: Int64, _ isApproved: Bool, _ person: String) async -> Bool
    /// Keeps a file and answers its SHA-256; nil where it cannot be kept.
    public var keepFile: @Sendable (PartyID, [UInt8]) async -> String?
    /// A kept file.
    public var file: @Sendable (PartyID, _ digest: String) async -> [UInt8]?
    /// Takes a reading in that a person has typed; the reason where it is refused.
    public var enter: @Sendable (PartyID, Observation) async -> String?
    /// The PDF of printable HTML; nil where this machine has no program for it.
    public var print: (@Sendable ([UInt8]) async -> [UInt8]?)?
    /// The offices and units of the basin.
    public let offices: OfficeBook

    /// Makes a desk.
    public init(
        register: @escaping @Sendable (PartyID) async -> Register?,
        history: @escaping @Sendable (PartyID) async -> [RegisterRecord],
        perform: @escaping @Sendable (PartyID, [RegisterAct], String) async -> RegisterDeskAnswer,
        waiting: @escaping @Sendable (PartyID) async -> [WaitingAct],
        answer: @escaping @Sendable (PartyID, Int64, Bool, String) async -> Bool,
        keepFile: @escaping @Sendable (PartyID, [UInt8]) async -> String?,
        file: @escaping @Sendable (PartyID, String) async -> [UInt8]?,
        enter: @escaping @Sendable (PartyID, Observation) async -> String?,
        print: (@Sendable ([UInt8]) async -> [UInt8]?)? = nil, offices: OfficeBook
    ) {
        self.register = register
        self.history = history
        self.perform = perform
        self.waiting = waiting
        self.answer = answer
        self.keepFile = keepFile
        self.file = file
        self.enter = enter
        self.print = print
        self.offices = offices
    }
}

/// What came of acts.
public enum RegisterDeskAnswer: Sendable {
    /// They are kept; who cannot be told through a lane.
    case done(unreached: [PartyID])
    /// They wait for another person's word.
    case waits
    /// One of them is kept out, by its place.
    case refused(place: Int, RegisterProblem)
    /// The node does not run, or its disk does not take it.
    case failed
}

/// The offices and units of a basin, dated.
public struct OfficeBook: Sendable {
    /// An administrative unit.
    public struct Unit: Hashable, Sendable {
        /// Its id.
        public let id: String
        /// Whose it is.
        public let party: PartyID
        /// Province, prefecture, county or commune.
        public let tier: String
        /// Its name.
        public let name: LocalizedText
        /// When it exists in this form.
        public let validity: Validity
        /// The unit that it became part of.
        public let successor: String?

        /// Makes a unit.
        public init(
            id: String, party: PartyID, tier: String, name: LocalizedText, validity: Validity, successor: String?
        ) {
            self.id = id
            self.party = party
            self.tier = tier
            self.name = name
            self.validity = validity
            self.successor = successor
        }
    }

    /// The parties and offices.
    public let register: PartyRegister
    /// The units, by id.
    public let units: [String: Unit]

    /// Makes a book.
    public init(register: PartyRegister, units: [Unit]) {
        self.register = register
        self.units = Dictionary(units.map { ($0.id, $0) }) { first, _ in first }
    }

    /// An office that exists on a day: the one named, or whoever follows it; nil where nobody does.
    public func office(_ id: String, on day: CivilDate) -> Authority? {
        register.authority(id, on: day)
    }

    /// A unit that exists on a day: the one named, or the one that it became part of; nil where there is none.
    public func unit(_ id: String, on day: CivilDate) -> Unit? {
        var (next, seen): (String?, Set<String>) = (id, [])
        while let name = next, seen.insert(name).inserted, let unit = units[name] {
            if unit.validity.contains(day) { return unit }
            next = unit.successor
        }
        return nil
    }

    /// The party that stands where another stood on a day.
    public func party(_ id: PartyID, on day: CivilDate) -> PartyID {
        var (current, seen): (PartyID, Set<PartyID>) = (id, [])
        while seen.insert(current).inserted, let party = register.parties[current], !party.validity.contains(day),
            let successor = party.successor
        {
            current = successor
        }
        return current
    }
}
