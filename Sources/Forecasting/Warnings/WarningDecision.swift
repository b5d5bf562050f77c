import River
import Series

/// Decides every station's warning from its forecast; stations without alarm levels have none.
func decideWarnings(
    forecasts: [StationForecast], noticed: [StationID: StationForecast], input: CycleInput, basin: Basin
) -> (drafts: [WarningDraft], states: [StationID: WarningState]) {
    var states = input.warnings
    var drafts: [WarningDraft] = []
    for forecast in forecasts {
        guard let station = basin.stations[forecast.station] else { continue }
        let day = basin.day(of: input.issued)
        let alarms = station.alarms(for: forecast.property, on: day)
        guard !alarms.isEmpty else { continue }
        let decision = StationDecision(
            forecast: forecast, alarms: alarms, before: states[forecast.station], issued: input.issued,
            terms: input.settings.warningTerms.weighing(station.warningCosts, on: day),
            noticed: noticed[forecast.station])
        states[forecast.station] = decision.state
        if let draft = decision.draft { drafts.append(draft) }
    }
    drafts.sort { ($1.level, $0.crossing ?? $0.issued, $0.station) < ($0.level, $1.crossing ?? $1.issued, $1.station) }
    return (drafts, states)
}

/// One station's decision.
///
/// Raised on probability with persistence over two runs, or at once on a reading or on a neighbour's notice; lowered one level
/// a bulletin with hysteresis and a hold, and never because data are late.
struct StationDecision {
    let state: WarningState
    let draft: WarningDraft?

    init(
        forecast: StationForecast, alarms: [AlarmLevel], before: WarningState?, issued: Instant,
        terms: WarningTerms = .standard, noticed: StationForecast? = nil
    ) {
        let judgement = LevelJudgement(
            forecast: forecast, alarms: alarms,
            before: before ?? WarningState(level: 0, since: issued, lastProbabilities: [:], quietRuns: 0),
            issued: issued, terms: terms, noticed: noticed)
        let level = judgement.level
        let schedule = BulletinSchedule(judgement, level: level)
        let old = judgement.before
        state = WarningState(
            level: level, since: level == old.level ? old.since : issued,
            lastProbabilities: judgement.probabilities,
            quietRuns: level < old.level ? 0 : (judgement.isQuiet ? old.quietRuns + 1 : 0), schedule: schedule.kept)
        draft = judgement.draft(to: level, schedule)
    }
}

/// What one run says about the levels of a station.
struct LevelJudgement {
    let forecast: StationForecast
    let alarms: [AlarmLevel]
    let before: WarningState
    let issued: Instant
    let terms: WarningTerms
    /// The forecast with the water that notices announce; nil where nothing is announced, or can be counted.
    let noticed: StationForecast?
    /// By level, the share of members that reach it.
    let probabilities: [Int: Double]

    init(
        forecast: StationForecast, alarms: [AlarmLevel], before: WarningState, issued: Instant, terms: WarningTerms,
        noticed: StationForecast?
    ) {
        self.forecast = forecast
        self.alarms = alarms
        self.before = before
        self.issued = issued
        self.terms = terms
        self.noticed = noticed
        probabilities = alarms.reduce(into: [:]) { $0[$1.level] = forecast.probability(ofReaching: $1.value) }
    }

    /// The level after this run.
    var level: Int {
        let raised = highestRaised
        if raised > before.level { return raised }
        guard isQuiet, before.quietRuns >= 1, issued - before.since >= terms.hold, !isHeld else { return before.level }
        return alarms.last { $0.level < before.level }?.level ?? 0
    }

    /// A level that has flapped is held, and then lowered only in the place of a bulletin that is due anyway.
    private var isHeld: Bool {
        guard let schedule = before.schedule, let end = schedule.heldUntil else { return false }
        return issued < end || issued < schedule.next
    }

    private var highestRaised: Int {
        alarms.reduce(0) { isRaised($1) ? $1.level : $0 }
    }

    private func isRaised(_ alarm: AlarmLevel) -> Bool {
        if isObserved(alarm) { return true }
        if noticedPeak >= alarm.value { return true }
        let now = probabilities[alarm.level, default: 0]
        return (now + before.lastProbabilities[alarm.level, default: 0]) / 2 >= terms.raise(alarm.level)
    }

    /// The highest value that follows from notices.
    private var noticedPeak: Double { noticed?.median.max() ?? -.infinity }

    /// Whether a reading stands at a level.
    func isObserved(_ alarm: AlarmLevel) -> Bool { (forecast.lastReading?.value ?? -.infinity) >= alarm.value }

    /// Whether the standing level could be lowered by what this run says.
    var isQuiet: Bool {
        guard let standing = alarms.first(where: { $0.level == before.level }), let last = forecast.lastReading,
            issued - last.time <= terms.staleReading, lateNow.isEmpty, noticedPeak < standing.value
        else { return false }
        let margin = max(terms.margin, 2 * terms.readingDeviation)
        return probabilities[standing.level, default: 0] < terms.lower(standing.level)
            && last.value < standing.value - margin
    }

    /// Upstream points whose data are late or missing, without those that were silent when the event began.
    private var lateNow: [StationID] {
        let accepted = before.schedule?.silent ?? []
        return lateInputs.filter { !accepted.contains($0) }
    }

    /// Upstream points whose data are late or missing.
    var lateInputs: [StationID] {
        forecast.notes.compactMap { note in
            switch note {
            case .upstreamMissing(let station), .upstreamStale(let station, _): station
            default: nil
            }
        }
    }

    /// Whether a reading stands clearly above a level.
    func isClear(_ level: Int) -> Bool {
        guard let alarm = alarms.first(where: { $0.level == level }), let last = forecast.lastReading else {
            return false
        }
        return last.value >= alarm.value + terms.margin
    }

    /// Whether this run or the one before speaks against a level: not clearly above its mark.
    func isDoubtful(_ level: Int) -> Bool {
        let mark = terms.raise(level) + terms.hysteresis
        return !isClear(level)
            && (probabilities[level, default: 0] < mark || before.lastProbabilities[level, default: 0] < mark)
    }

    /// The draft of a bulletin; nil where nothing stands and nothing stood.
    func draft(to level: Int, _ schedule: BulletinSchedule) -> WarningDraft? {
        guard before.level > 0 || level > 0 else { return nil }
        let alarm = alarms.first { $0.level == level }
        let isObserved = alarm.map { self.isObserved($0) } ?? false
        // Where a notice leads to the level, what is shown is the forecast with the announced water.
        let isNoticed = alarm.map { noticedPeak >= $0.value } ?? false
        let shown = isNoticed ? noticed ?? forecast : forecast
        let crest = shown.crest
        return WarningDraft(
            station: forecast.station, issued: issued, level: level, previousLevel: before.level,
            action: WarningAction(from: before.level, to: level), threshold: alarm?.value,
            probability: alarm.map { shown.probability(ofReaching: $0.value) } ?? 0, isObserved: isObserved,
            crossing: isObserved ? nil : alarm.flatMap { shown.medianCrossing(of: $0.value) },
            crestTime: crest?.time, crestMedian: crest?.median, crestLow: crest.map { shown.p05[$0.index] },
            crestHigh: crest.map { shown.p95[$0.index] }, latest: forecast.lastReading,
            expires: schedule.expires, notes: forecast.notes, isDue: schedule.isDue)
    }
}

/// Whether a bulletin is due in a run, and when the next is.
struct BulletinSchedule {
    let isDue: Bool
    let expires: Instant
    /// nil where nothing stands and nothing stood.
    let kept: WarningSchedule?

    init(_ run: LevelJudgement, level: Int) {
        let (old, terms, issued) = (run.before, run.terms, run.issued)
        guard level > 0 || old.level > 0 else {
            isDue = false
            expires = issued
            kept = BulletinSchedule.remembered(old.schedule, terms, issued)
            return
        }
        let standing = old.level > 0 ? old.schedule : nil
        isDue = level != old.level || standing.map { issued >= $0.next } ?? true
        let doubted = BulletinSchedule.doubted(run, level)
        let certainty = BulletinSchedule.certainty(run, level, doubted)
        let next = isDue ? terms.next(after: issued, level: level, certainty) : standing?.next ?? issued
        let last = isDue ? issued : standing?.last ?? issued
        expires = terms.expiry(of: last, next: next)
        kept = WarningSchedule(
            last: last, next: next, lowered: BulletinSchedule.lowered(run, level), doubted: doubted,
            heldUntil: BulletinSchedule.hold(run, level),
            silent: old.level == 0 ? run.lateInputs : old.schedule?.silent ?? [])
    }

    private static func certainty(
        _ run: LevelJudgement, _ level: Int, _ doubted: [Int: Instant]
    ) -> WarningTerms.Certainty {
        guard level > 0 else { return .steady }
        if hold(run, level) != nil { return .flapping }
        if doubted.keys.contains(where: { $0 >= level }) { return .doubtful }
        let since = level == run.before.level ? run.before.since : run.issued
        return run.isClear(level) || run.issued - since >= run.terms.freshRhythm ? .steady : .fresh
    }

    /// Doubts of the last day. A reading clearly above a level ends those about it; a lowering is one about the level left.
    private static func doubted(_ run: LevelJudgement, _ level: Int) -> [Int: Instant] {
        var doubts = (run.before.schedule?.doubted ?? [:]).filter {
            run.issued - $0.value <= run.terms.doubtMemory && !(run.isClear(level) && $0.key <= level)
        }
        if level < run.before.level { doubts[run.before.level] = run.issued }
        if level > 0, level == run.before.level, run.isDoubtful(level) { doubts[level] = run.issued }
        return doubts
    }

    /// After an event, what was lowered is remembered as long as it can make a new raise a flap.
    private static func remembered(
        _ schedule: WarningSchedule?, _ terms: WarningTerms, _ issued: Instant
    ) -> WarningSchedule? {
        guard let schedule else { return nil }
        let fresh = schedule.lowered.filter { issued - $0.value <= terms.flapMemory }
        guard !fresh.isEmpty else { return nil }
        return WarningSchedule(
            last: schedule.last, next: schedule.next, lowered: fresh, doubted: schedule.doubted, heldUntil: nil,
            silent: schedule.silent)
    }

    private static func lowered(_ run: LevelJudgement, _ level: Int) -> [Int: Instant] {
        var times = (run.before.schedule?.lowered ?? [:]).filter { run.issued - $0.value <= run.terms.flapMemory }
        for alarm in run.alarms where alarm.level > level && alarm.level <= run.before.level {
            times[alarm.level] = run.issued
        }
        return times
    }

    private static func hold(_ run: LevelJudgement, _ level: Int) -> Instant? {
        let standing = run.before.schedule?.heldUntil
        guard level > run.before.level else { return level < run.before.level ? nil : standing }
        let hasFlapped = (run.before.schedule?.lowered ?? [:]).contains {
            $0.key > run.before.level && $0.key <= level && run.issued - $0.value <= run.terms.flapMemory
        }
        return hasFlapped ? run.issued + run.terms.flapHold : standing
    }
}
