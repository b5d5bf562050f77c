public import Accord
public import Series
import Storage

/// A test entry of another party that asks this one for an answer.
public struct DrillQuestion: Hashable, Sendable {
    /// Who asks.
    public let asker: PartyID
    /// The lane in which it stands.
    public let lane: String
    /// Its index there.
    public let index: Int
    /// The entry.
    public let drill: LaneDrill
    /// When it was stored here, by this machine's clock.
    public let received: Instant
}

/// Test entries of this party that have been signed into its lanes.
public struct SentDrill: Hashable, Sendable {
    /// Where a party's question stands.
    public struct Question: Hashable, Sendable {
        /// The own lane.
        public let lane: String
        /// The entry.
        public let index: Int
    }

    /// The question of each party that is asked.
    public let questions: [PartyID: Question]
    /// Who cannot be asked: no lane of this party is kept for it, or none of its own for this party.
    public let unreachable: [PartyID]
    /// Where answers will stand: the lanes of each party asked that this one reads, with the entries they have now.
    public let watched: [PartyID: [String: Int]]
}

/// An answer as it stands in a peer's lane.
public struct DrillAnswer: Hashable, Sendable {
    /// The lane of the answering party.
    public let lane: String
    /// The entry.
    public let index: Int
    /// When the question was stored there, by the peer's clock.
    public let received: Instant
}

/// Why a test entry was not answered.
public enum DrillRefusal: Hashable, Sendable {
    /// Nobody has said that this node answers by itself.
    case notAllowed
    /// It was written, by its writer's clock, more than ``Node/drillLimit`` ago or ahead.
    case old
    /// The same party has been answered a moment ago.
    case tooMany
    /// This party keeps no lane that the asking one reads.
    case noLane
}

extension Node {
    /// s after which a test entry is no longer answered: it came with a backlog.
    public static let drillLimit: Int64 = 3600
    /// s between two answers to one party.
    static let drillPause: Int64 = 2

    /// The fact that says who lets this node answer test entries.
    private static let answeringFact = "drill answers"

    /// Who has said that this node answers test entries by itself; nil when nobody has.
    public func drillAnswering() throws -> String? {
        try database.fact(Node.answeringFact).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Says that this node answers test entries by itself from now on, or does not any more.
    public func letDrillsBeAnswered(by person: String?) throws { try database.note(Node.answeringFact, person ?? "") }

    /// Writes test entries for other parties: one into each lane that serves for some of them.
    ///
    /// - Parameters:
    ///   - readers: who is asked to answer.
    ///   - name: what the drill is called, at most ``LaneDrill/maximumName`` bytes.
    ///   - person: who calls it.
    public func sendDrill(to readers: [PartyID], name: String, by person: String) throws -> SentDrill {
        var byLane: [LanePlace: [PartyID]] = [:]
        var unreachable: [PartyID] = []
        var watched: [PartyID: [String: Int]] = [:]
        for reader in Set(readers).sorted() {
            let held = configuration.agreement.lanes(of: reader).filter { $0.isHeld(by: party) }
            guard let place = narrowestPlace(for: reader), !held.isEmpty else {
                unreachable.append(reader)
                continue
            }
            byLane[place, default: []].append(reader)
            for lane in held {
                watched[reader, default: [:]][lane.origin] = try database.peerLane(lane.origin)?.size ?? 0
            }
        }
        var questions: [PartyID: SentDrill.Question] = [:]
        for (place, asked) in byLane.sorted(by: { $0.key.origin < $1.key.origin }) {
            let drill = LaneDrill(name: name, issued: effects.now(), part: .question(asked))
            let index = try append(.drill(drill), to: place, clause: Node.drillClause, by: person)
            for reader in asked { questions[reader] = SentDrill.Question(lane: place.origin, index: index) }
        }
        return SentDrill(questions: questions, unreachable: unreachable, watched: watched)
    }

    /// Answers a test entry of another party, where a person has let this node do so.
    ///
    /// - Returns: nil when it has been answered.
    public func answer(_ question: DrillQuestion) throws -> DrillRefusal? {
        guard let person = try drillAnswering() else { return .notAllowed }
        let now = effects.now()
        guard abs(now - question.drill.issued) <= Node.drillLimit else { return .old }
        if let last = lastDrillAnswers[question.asker], now - last < Node.drillPause { return .tooMany }
        guard let place = narrowestPlace(for: question.asker) else { return .noLane }
        lastDrillAnswers[question.asker] = now
        let part = LaneDrill.Part.answer(lane: question.lane, index: question.index, received: question.received)
        _ = try append(
            .drill(LaneDrill(name: question.drill.name, issued: now, part: part)), to: place, clause: Node.drillClause,
            by: person)
        return nil
    }

    /// The answer of a party to a drill, once it has come in.
    public nonisolated func drillAnswer(of reader: PartyID, to sent: SentDrill) throws -> DrillAnswer? {
        guard let question = sent.questions[reader] else { return nil }
        for (lane, size) in (sent.watched[reader] ?? [:]).sorted(by: { $0.key < $1.key }) {
            for (offset, entry) in try database.peerEntries(lane, from: size).enumerated() {
                guard let bytes = entry.bytes, case .drill(let drill)? = try? LaneEntry(bytes),
                    case .answer(let asked, question.index, let received) = drill.part, asked == question.lane
                else { continue }
                return DrillAnswer(lane: lane, index: size + offset, received: received)
            }
        }
        return nil
    }

    /// When a reader has signed that it holds a drill's question, by its clock, once that receipt has come in.
    public nonisolated func drillReceipt(of reader: PartyID, for sent: SentDrill) throws -> Instant? {
        guard let question = sent.questions[reader],
            let receipt = try database.lastReceipt(of: question.lane, by: reader), receipt.size > question.index
        else { return nil }
        return receipt.time
    }

    /// Stands for a clause where the node's list of approvals says why an entry was let out.
    private static let drillClause = "drill"

    /// The own lane with the fewest readers that has a party among them; never one that everybody reads.
    func narrowestPlace(for reader: PartyID) -> LanePlace? {
        ownPlaces.compactMap { place -> (count: Int, place: LanePlace)? in
            guard case .parties(let parties) = place.audience.readers, parties.contains(reader) else { return nil }
            return (parties.count, place)
        }.min { ($0.count, $0.place.origin) < ($1.count, $1.place.origin) }?.place
    }
}
