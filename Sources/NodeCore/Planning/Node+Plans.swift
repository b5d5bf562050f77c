import Accord
public import Formats
public import Series
import Storage

/// A release plan that was made at a node, as a list has it.
public struct PlanEntry: Hashable, Sendable {
    /// What a person said to it.
    public struct Decision: Hashable, Sendable {
        /// When.
        public let at: Instant
        /// Who.
        public let person: String
        /// What.
        public let word: PlanWord
    }

    /// Its number at this node.
    public let number: Int64
    /// When it was made.
    public let made: Instant
    /// Who asked for it.
    public let person: String
    /// What was said to it; nil where nobody has.
    public let decision: Decision?

    init(_ row: PlanRow) {
        number = row.number
        made = row.made
        person = row.person
        decision = row.answer.map {
            Decision(at: $0.at, person: $0.person, word: PlanWord(isAccepted: $0.isAccepted, reason: $0.reason))
        }
    }
}

/// A release plan that was made at a node.
public struct KeptPlan: Sendable {
    /// Its number, when it was made, by whom, and what was said to it.
    public let entry: PlanEntry
    /// What it says.
    public let summary: PlanSummary
    /// Everything that it was made from, and the answer.
    public let document: [UInt8]
}

/// What a person says to a plan.
public struct PlanWord: Hashable, Sendable {
    /// Whether it is to be carried out.
    public let isAccepted: Bool
    /// Why, or what is to be noted; needed where it is not.
    public let reason: String

    /// Makes one.
    public init(isAccepted: Bool, reason: String) {
        self.isAccepted = isAccepted
        self.reason = reason
    }
}

/// What came of what a person says to a plan.
public enum PlanAnswered: Hashable, Sendable {
    /// It is kept, with a draft of every notice that is due.
    case kept
    /// It is kept, but gates move of which no notice could be drafted: no clause of the agreement is about planned releases of
    /// this party, or it does not fit the dam. A person tells those below.
    case keptWithoutNotice
}

/// Why nothing was done with a plan.
public enum PlanProblem: Error, Hashable, Sendable {
    /// Nothing can be planned now.
    case nothing([NodeCascade.Missing])
    /// There is no such plan.
    case noPlan
    /// Somebody has said something to it already.
    case answered
    /// A plan is rejected with a reason.
    case noReason
    /// Orders of it lie in the past: plan again.
    case old
}

extension Node {
    /// Plans that a list shows.
    private static let mostPlans = 100
    /// Characters of a reason.
    private static let reasonLimit = 600

    /// What can be planned at a time, now if none is given, from what this party may see.
    public func cascade(at time: Instant? = nil, pack: BasinPack) throws -> NodeCascade {
        let now = time ?? effects.now()
        return NodeCascade(
            try dutyBoard(at: now), releases: try noticedReleases(at: now), accepted: try acceptedPlan(at: now),
            pack: pack)
    }

    /// The newest plan that was accepted within the last day.
    private func acceptedPlan(at now: Instant) throws -> PlanSummary? {
        let newest = try plans().first { $0.decision?.word.isAccepted == true && now - $0.made <= 86_400 }
        return try newest.flatMap { try plan($0.number)?.summary }
    }

    /// Keeps a plan that was made of it.
    ///
    /// - Returns: its number.
    public func keep(plan record: PlanRecord, catalogues: Catalogues, by person: String) throws -> Int64 {
        try database.keep(
            plan: Array(record.json(catalogues).canonicalText.utf8), made: effects.now(), by: person)
    }

    /// The latest plans, latest first, without what they say.
    public func plans() throws -> [PlanEntry] { try database.plans(latest: Node.mostPlans).map(PlanEntry.init) }

    /// A plan by its number.
    public func plan(_ number: Int64) throws -> KeptPlan? {
        try database.plan(number).flatMap { row in
            PlanSummary(row.document).map { KeptPlan(entry: PlanEntry(row), summary: $0, document: row.document) }
        }
    }

    /// Keeps what a person says to a plan. Of one that is accepted, a notice is drafted for every dam whose gates it moves, where a
    /// clause of the agreement is about planned releases; a person signs and sends it.
    public func answer(
        plan number: Int64, with word: PlanWord, by person: String
    ) throws -> Result<PlanAnswered, PlanProblem> {
        guard let kept = try plan(number) else { return .failure(.noPlan) }
        guard kept.entry.decision == nil else { return .failure(.answered) }
        let reason = String(word.reason.prefix(Node.reasonLimit))
        guard word.isAccepted || !reason.isEmpty else { return .failure(.noReason) }
        let now = effects.now()
        let first = kept.summary.plants.flatMap { $0.gates.map(\.time) }.min()
        guard !word.isAccepted || now - kept.entry.made <= NodeCascade.oldest && first.map({ $0 > now }) ?? true else {
            return .failure(.old)
        }
        var drafts: [NoticeRow] = []
        if word.isAccepted, case .success(let rows) = try rows(drafting: orders(of: kept.summary), by: person) {
            drafts = rows
        }
        let answer = PlanAnswerRow(at: now, person: person, isAccepted: word.isAccepted, reason: reason)
        guard try database.answer(plan: number, with: answer, drafting: drafts) else { return .failure(.answered) }
        let due = word.isAccepted ? kept.summary.plants.count { !$0.gates.isEmpty } : 0
        return .success(drafts.count < due ? .keptWithoutNotice : .kept)
    }

    /// A notice for each dam whose gates move: from the first move on, to the largest flow that is ordered.
    private func orders(of plan: PlanSummary) -> [NoticeOrder] {
        guard let clause = noticeClauses().first(where: { $0.notice?.event == .plannedRelease }) else { return [] }
        return plan.plants.compactMap { plant in
            guard let first = plant.gates.min(by: { $0.time < $1.time }), let subject = StationID(plant.id) else {
                return nil
            }
            var values: [NoticeField: NoticeValue] = [.start: .time(first.time)]
            if let flow = plant.release.first?.middle { values[.flowFrom] = .number(flow.rounded()) }
            if let flow = plant.largestOrdered { values[.flowTo] = .number(flow.rounded()) }
            return NoticeOrder(clause: clause.clause, subject: subject, values: values)
        }
    }
}
