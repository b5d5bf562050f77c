public import Accord
public import Series
import Storage

/// What became of an act that somebody wanted to do in the register.
public enum RegisterOutcome: Hashable, Sendable {
    /// It is kept under this number; these parties cannot be told through a lane.
    case done(number: Int, unreached: [PartyID])
    /// It waits for another person's word.
    case waits(number: Int64)
    /// The rules keep it out.
    case refused(RegisterProblem)
}

/// An act that waits for another person's word.
public struct WaitingAct: Hashable, Sendable {
    /// Its number.
    public let number: Int64
    /// When it was asked for.
    public let at: Instant
    /// By whom.
    public let person: String
    /// The act.
    public let act: RegisterAct

    /// Makes one.
    public init(number: Int64, at: Instant, person: String, act: RegisterAct) {
        self.number = number
        self.at = at
        self.person = person
        self.act = act
    }
}

extension Node {
    /// Stands for a clause where the node's list of approvals says why an entry was let out.
    private static let registerClause = "register"
    private static let waitingKind = "register-act"
    private static let twoPeopleFact = "two people"

    /// The register of provisions as this node has it.
    public func register() throws -> Register { try book().register }

    /// Acts of the register, latest first.
    ///
    /// - Parameter limit: at most that many.
    public func registerHistory(limit: Int = 200) throws -> [RegisterRecord] {
        Array(try book().history.suffix(max(0, limit)).reversed())
    }

    /// Whether what leaves by a person's word needs another person's word too.
    public nonisolated func needsTwoPeople() throws -> Bool { try database.fact(Node.twoPeopleFact) == "yes" }

    /// Says whether what leaves by a person's word needs another person's word too.
    public nonisolated func setNeedsTwoPeople(_ isNeeded: Bool) throws {
        try database.note(Node.twoPeopleFact, isNeeded ? "yes" : "no")
    }

    /// Does an act of this party in the register. Where it leaves the node and the party wants two people for that, it waits for
    /// the second one.
    ///
    /// - Parameter person: who does it.
    public func perform(_ act: RegisterAct, by person: String) throws -> RegisterOutcome {
        if let problem = try problem(with: act) { return .refused(problem) }
        if !act.isLocal, try needsTwoPeople() {
            let number = try database.await(
                Node.waitingKind, document: RegisterDocument.bytes(of: act), by: person, at: effects.now())
            return .waits(number: number)
        }
        return try keep(act, by: person)
    }

    /// Does several acts one after the other, all or none: the first that the rules keep out ends it.
    ///
    /// - Returns: how many are kept or wait, or the place and the reason of the first that is refused.
    public func perform(_ acts: [RegisterAct], by person: String) throws -> Result<Int, RegisterBatchProblem> {
        var trial = try book().register
        let now = effects.now()
        for (place, act) in acts.enumerated() {
            do {
                if RegisterDocument.bytes(of: act).count > RegisterDocument.maximum {
                    throw RegisterProblem(.long, field: "")
                }
                try trial.add(RegisterRecord(party: party, number: place + 1, at: now, person: person, act: act))
            } catch let problem as RegisterProblem {
                return .failure(RegisterBatchProblem(place: place, problem: problem))
            }
        }
        let isWaiting = try needsTwoPeople()
        for act in acts where isWaiting && !act.isLocal {
            _ = try database.await(
                Node.waitingKind, document: RegisterDocument.bytes(of: act), by: person, at: now)
        }
        _ = try keep(acts.filter { $0.isLocal || !isWaiting }, by: person)
        return .success(acts.count)
    }

    private func problem(with act: RegisterAct) throws -> RegisterProblem? {
        if let problem = act.problem(in: try book().register, by: party) { return problem }
        return RegisterDocument.bytes(of: act).count > RegisterDocument.maximum
            ? RegisterProblem(.long, field: "") : nil
    }

    private func keep(_ act: RegisterAct, by person: String) throws -> RegisterOutcome {
        let kept = try keep([act], by: person)
        return .done(number: kept.first, unreached: kept.unreached)
    }

    /// Keeps acts, all or none, and sends what others may read. What cannot be sent now is sent with the next checkpoints.
    ///
    /// - Returns: the number of the first, and whom no lane serves with one of them.
    private func keep(_ acts: [RegisterAct], by person: String) throws -> (first: Int, unreached: [PartyID]) {
        guard !acts.isEmpty else { return (0, []) }
        let now = effects.now()
        // Before the store has the acts: afterwards the book would be read again as a whole.
        var current = try book()
        registerBook = nil
        let documents = acts.map { (bytes: RegisterDocument.bytes(of: $0), isSent: $0.isLocal) }
        let first = try database.keep(actsOf: party, at: now, person: person, documents: documents)
        let rows = documents.enumerated().map { place, document in
            RegisterActRow(party: party, number: first + place, at: now, person: person, document: document.bytes)
        }
        // Acts of other parties may be dated later, where their clocks are ahead: then everything is read again.
        if current.history.last.map({ ($0.at, $0.party) <= (now, party) }) ?? true {
            let before = current.version
            for (row, act) in zip(rows, acts) {
                current.add(RegisterRecord(party: party, number: row.number, at: now, person: person, act: act))
            }
            current.version = try database.registerVersion()
            // Another process may have kept something between.
            registerBook = current.version == before + Int64(acts.count) ? current : nil
        }
        let leaving = zip(rows, acts).filter { !$0.1.isLocal }.map { (row: $0.0, act: $0.1) }
        do { return (first, try send(leaving, by: person)) } catch {
            effects.log("acts of the register are kept and could not be sent yet: \(error)")
            return (first, [])
        }
    }

    private func book() throws -> RegisterBook {
        let version = try database.registerVersion()
        if let registerBook, registerBook.version == version { return registerBook }
        let book = RegisterBook(
            try database.registerActs(), version: version,
            succession: configuration.register.parties.compactMapValues(\.successor))
        registerBook = book
        return book
    }

    // MARK: Two people

    /// Acts that wait for another person's word, oldest first.
    public func waitingActs() throws -> [WaitingAct] {
        try database.waitingWords().compactMap { word in
            guard word.kind == Node.waitingKind, let act = RegisterDocument.act(word.document) else { return nil }
            return WaitingAct(number: word.number, at: word.at, person: word.person, act: act)
        }
    }

    /// Says the second word about an act that waits.
    ///
    /// - Parameter isApproved: false declines it; the person who asked for it may do that too.
    /// - Returns: nil where nothing waits under that number, or the same person has asked for it.
    public func answer(waiting number: Int64, isApproved: Bool, by person: String) throws -> RegisterOutcome? {
        guard
            let word = try database.end(waiting: number, by: person, isApproved: isApproved, at: effects.now()),
            word.kind == Node.waitingKind, let act = RegisterDocument.act(word.document)
        else { return nil }
        guard isApproved else { return .waits(number: number) }
        // Meanwhile something may have changed.
        if let problem = try problem(with: act) { return .refused(problem) }
        return try keep(act, by: word.person + " + " + person)
    }

    // MARK: Lanes

    /// Sends acts that were kept and not sent: after a stop between the two, or when a lane was held.
    func sendWaitingActs() throws {
        let waiting = try database.actsToSend(of: party)
        guard !waiting.isEmpty else { return }
        let acts = waiting.compactMap { row in RegisterDocument.act(row.document).map { (row: row, act: $0) } }
        _ = try send(acts, by: Set(waiting.map(\.person)).sorted().joined(separator: ", "))
    }

    /// Puts acts into own lanes that only parties read which may read them. Where one of those lanes is held, the act waits:
    /// it is sent to all of its readers, and to each once.
    ///
    /// - Returns: who may read one of them and reads no such lane.
    private func send(_ acts: [(row: RegisterActRow, act: RegisterAct)], by person: String) throws -> [PartyID] {
        let register = try book().register
        var unreached: Set<PartyID> = []
        var leaving: [LanePlace: [LaneEntry]] = [:]
        var sent: [Int] = []
        for (row, act) in acts {
            let readers = Set(register.readers(of: act)).subtracting([party])
            let (places, left) = lanes(to: readers)
            unreached.formUnion(left)
            guard try places.allSatisfy({ try database.hold(of: $0.origin) == nil }) else { continue }
            let entry = LaneEntry.register(
                LaneRegister(number: row.number, issued: row.at, document: row.document))
            for place in places { leaving[place, default: []].append(entry) }
            sent.append(row.number)
        }
        for (place, entries) in leaving.sorted(by: { $0.key.origin < $1.key.origin }) {
            _ = try append(entries, to: place, clause: Node.registerClause, by: person)
        }
        try database.noteSent(actsOf: party, numbers: sent)
        return unreached.sorted()
    }

    /// The fewest own lanes, widest first, that only some parties read and that reach as many of them as can be.
    private func lanes(to readers: Set<PartyID>) -> (places: [LanePlace], left: Set<PartyID>) {
        var left = readers
        let places = lanes(within: readers).filter { place in
            guard case .parties(let parties) = place.audience.readers, !left.isDisjoint(with: parties) else {
                return false
            }
            left.subtract(parties)
            return true
        }
        return (places, left)
    }

    /// Own lanes whose readers are all among some parties, the widest first.
    private func lanes(within readers: Set<PartyID>) -> [LanePlace] {
        ownPlaces.compactMap { place -> (count: Int, place: LanePlace)? in
            guard case .parties(let parties) = place.audience.readers, readers.isSuperset(of: parties) else {
                return nil
            }
            return (parties.count, place)
        }.sorted { ($1.count, $0.place.origin) < ($0.count, $1.place.origin) }.map(\.place)
    }
}

/// Which of several acts the rules keep out, and why.
public struct RegisterBatchProblem: Error, Hashable, Sendable {
    /// Its place among them, from 0.
    public let place: Int
    /// Why.
    public let problem: RegisterProblem
}
