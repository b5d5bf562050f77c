import Accord
import Forecasting
import Formats
import River
public import Series
import Storage

extension Node {
    /// The names under which exercises are kept begin so; no party and no notice is called so.
    private static let exercisePrefix = "exercise:"

    /// Arranges an exercise. Nothing leaves; at its beginning it waits for an officer to sign it.
    ///
    /// - Returns: its number.
    public func arrange(_ order: ExerciseOrder, by person: String) throws -> Result<Int, ExerciseProblem> {
        let now = effects.now()
        let (first, last) = (max(order.window.lowerBound, now), order.window.upperBound)
        guard let alarm = alarm(of: order, at: now) else { return .failure(.noLevel) }
        guard order.window.upperBound >= now - 3600, last - now <= Exercise.horizon else { return .failure(.noTime) }
        guard (0...72).contains(order.hours) else { return .failure(.noHours) }
        guard order.crest.map({ $0 >= alarm.value && $0.isFinite }) ?? true else { return .failure(.noCrest) }
        // A moment that nobody can foresee: eight bytes are many times the seconds of a year.
        let chance = effects.randomBytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let begin = last > first ? first + Int64(chance % UInt64(last - first + 1)) : first
        var document = ExerciseDocument(.arranged)
        document.order = ExerciseDocument.Order(order)
        document.begin = begin.secondsSinceEpoch
        let id = (try exercises().map(\.id).max() ?? 0) + 1
        _ = try database.add(
            NoticeRow(notice: Node.name(ofExercise: id), at: now, person: person, document: try document.bytes()))
        effects.log("exercise \(id) was arranged")
        return .success(id)
    }

    /// Calls an exercise off that has not been issued.
    public func drop(exercise id: Int, by person: String) throws -> ExerciseProblem? {
        guard let exercise = try exercises().first(where: { $0.id == id }),
            exercise.phase == .waiting || exercise.phase == .due
        else { return .noExercise }
        _ = try database.add(
            NoticeRow(
                notice: Node.name(ofExercise: id), at: effects.now(), person: person,
                document: try ExerciseDocument(.dropped).bytes()))
        return nil
    }

    /// All exercises, latest first.
    public nonisolated func exercises() throws -> [Exercise] { try exercises(at: effects.now()) }

    /// All exercises as they stand at a time, latest first.
    nonisolated func exercises(at now: Instant) throws -> [Exercise] {
        var piles: [String: [(row: NoticeRow, document: ExerciseDocument)]] = [:]
        for row in try database.noticeEntries(named: Node.exercisePrefix) where row.at <= now {
            guard let document = ExerciseDocument(row.document) else { continue }
            piles[row.notice, default: []].append((row, document))
        }
        return try piles.compactMap { try exercise($0.key, $0.value, at: now) }.sorted { $0.id > $1.id }
    }

    private nonisolated func exercise(
        _ name: String, _ rows: [(row: NoticeRow, document: ExerciseDocument)], at now: Instant
    ) throws -> Exercise? {
        guard let id = Int(name.dropFirst(Node.exercisePrefix.count)), let (row, first) = rows.first,
            let order = first.order?.order, let begin = first.begin.map({ Instant(secondsSinceEpoch: $0) })
        else { return nil }
        let issued = try rows.compactMap(\.document.identifier).first.flatMap { try database.message(identifier: $0) }
        let phase: Exercise.Phase =
            if let issued {
                .issued(issued.number)
            } else if rows.contains(where: { $0.document.kind == .dropped }) {
                .dropped
            } else if now < begin {
                .waiting
            } else {
                now - begin > Exercise.patience ? .missed : .due
            }
        return Exercise(id: id, order: order, begin: begin, person: row.person, arranged: row.at, phase: phase)
    }

    private static func name(ofExercise id: Int) -> String { "\(exercisePrefix)\(id)" }

    private nonisolated func alarm(of order: ExerciseOrder, at now: Instant) -> AlarmLevel? {
        let day = configuration.basin.day(of: now)
        return configuration.basin.stations[order.station]?.alarms.first {
            $0.level == order.level && $0.validity.contains(day)
        }
    }

    // MARK: Its warning

    /// The warning of an exercise that is due, as it would leave.
    public func proposal(
        forExercise id: Int, addition: LocalizedText? = nil, through office: AlertOffice
    ) throws -> Result<WarningProposal, IssueRefusal> {
        guard let exercise = try exercises().first(where: { $0.id == id }), exercise.phase == .due else {
            return .failure(.noDraft)
        }
        return proposal(for: exercise, addition: addition, through: office, at: effects.now())
    }

    private func proposal(
        for exercise: Exercise, addition: LocalizedText?, through office: AlertOffice, at now: Instant
    ) -> Result<WarningProposal, IssueRefusal> {
        guard let station = configuration.basin.stations[exercise.order.station],
            let alarm = alarm(of: exercise.order, at: now)
        else { return .failure(.noDraft) }
        guard WarningOrder.isWhole(addition) else { return .failure(.additionIncomplete) }
        let draft = exercise.draft(alarm, at: now)
        let writing = WarningWriting(
            draft: draft, station: station, configuration: configuration, office: office,
            zone: configuration.register.zone(of: party),
            issue: AlertIssue(sent: now, number: exercise.id, series: "exercise-", addition: addition),
            exercise: .assumed(exercise.order.title))
        return .success(
            WarningProposal(
                draft: draft, action: draft.action, texts: writing.texts, previous: nil,
                addressees: office.addressees.filter { $0.isConcerned(by: station.id, level: draft.level) },
                needsAnswer: draft.action.needsAcknowledgement, document: writing.document(references: [])))
    }

    /// Issues the warning of an exercise: it goes to every office and into the lane as a warning does. It belongs to no event and
    /// stands in no statistics of warnings.
    ///
    /// - Returns: its number.
    public func issue(
        exercise id: Int, addition: LocalizedText? = nil, through office: AlertOffice, by person: String
    ) throws -> Result<Int64, IssueRefusal> {
        let now = effects.now()
        guard let exercise = try exercises().first(where: { $0.id == id }), exercise.phase == .due else {
            return .failure(.noDraft)
        }
        let proposal: WarningProposal
        switch self.proposal(for: exercise, addition: addition, through: office, at: now) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let value): proposal = value
        }
        let signed: [UInt8]
        switch try office.signed(proposal.document) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let bytes): signed = bytes
        }
        guard let identifier = try? AlertMessage(signed)?.text("identifier") else { return .failure(.eventMoved) }
        let clause = warningClause(at: now)
        var card = MessageCard(
            station: exercise.order.station, level: proposal.draft.level, needsAnswer: proposal.needsAnswer,
            isUrgent: proposal.draft.level >= 3, isExercise: true,
            timetable: clause?.notice?.timetable ?? NoticeTimetable(), addressees: proposal.addressees,
            answerKeys: answerKeys(for: proposal.addressees), clause: clause?.clause,
            texts: Dictionary(uniqueKeysWithValues: proposal.texts.map { ($0.rawValue, $1) }))
        card.action = proposal.action
        let message = NewMessage(
            identifier: identifier, kind: KeptMessage.Kind.warning.rawValue, subject: exercise.order.station.text,
            issued: now, expires: proposal.draft.expires, person: person, document: signed, card: try card.bytes(),
            isSent: clause == nil)
        var document = ExerciseDocument(.issued)
        document.identifier = identifier
        guard
            let number = try database.add(
                NoticeRow(notice: Node.name(ofExercise: id), at: now, person: person, document: try document.bytes()),
                sending: message)
        else { return .failure(.eventMoved) }
        effects.log("exercise \(id): warning \(identifier) to \(card.addressees.count) offices")
        sendWaitingMessages()
        return .success(number)
    }
}

extension Exercise {
    /// s from the moment at which the level is assumed to be reached to the highest value, and from there to the end.
    private static let rise: Int64 = 3 * 3600

    /// What would be warned of if the case were real.
    fileprivate func draft(_ alarm: AlarmLevel, at now: Instant) -> WarningDraft {
        let crossing = begin + Int64(order.hours) * 3600
        let margin = max(abs(alarm.value) * 0.002, 0.1)
        let crest = order.crest ?? alarm.value + margin
        let crestTime = max(crossing, now) + Exercise.rise
        return WarningDraft(
            station: order.station, issued: begin, level: order.level, previousLevel: 0, action: .new,
            threshold: alarm.value, probability: 1, isObserved: crossing <= now,
            crossing: crossing > now ? crossing : nil, crestTime: crestTime, crestMedian: crest,
            crestLow: nil, crestHigh: nil, latest: nil,
            expires: min(max(crestTime + Exercise.rise, now + 3600), now + 86_400), notes: [])
    }
}
