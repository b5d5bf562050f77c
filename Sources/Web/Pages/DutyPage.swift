import Accord
import Forecasting
import Formats
import NodeCore
import River
import Series

/// The page that answers a duty officer: how much water, when, whom to warn, which partner is late.
struct DutyPage {
    struct Row {
        let name: String
        let address: String
        let river: String
        let access: String
        let property: String?
        let value: String?
        let unit: String
        let arrow: String
        let rate: String
        let trend: String
        let age: String
        let none: String
        let chip: LevelChip?
        let noLevel: String?
        let warning: String?
        let crest: CrestCell
        let probabilities: [Probability]
        let noProbability: String
        let spark: String
        let level: Int
    }

    struct Rest {
        let text: String
        let address: String
    }

    /// Points that are listed unless all are asked for: the worst.
    private static let most = 40
    /// What a screen of 1366 x 768 shows without scrolling; a wall shows ``most``.
    private static let (pointsAtOnce, draftsAtOnce, poolsAtOnce, outgoingAtOnce) = (5, 2, 3, 2)

    struct Probability {
        let level: String
        let percent: String
        let title: String
    }

    struct Draft {
        let chip: LevelChip
        let name: String
        let address: String
        let alert: String
        let lines: [String]
    }

    struct Partner {
        let name: String
        let state: String
        let kind: String
        let lines: [String]
    }

    /// A message on its way, and the office that has been silent longest.
    struct Outgoing {
        let messageAddress: String
        let headline: String
        let tally: String
        let late: String?
    }

    let layout: Layout
    let heading: String
    let incomingHeading: String
    /// Notices of others that nobody here has answered.
    let incoming: [Outgoing]
    let hasIncoming: Bool
    let moreIncoming: Rest?
    let outgoingHeading: String
    let outgoing: [Outgoing]
    let hasOutgoing: Bool
    let pointsHeading: String
    let columns: [String]
    let crestLabel: String
    let chanceLabel: String
    let rows: [Row]
    /// The points that are not listed because there are too many; nil where all are.
    let rest: Rest?
    let empty: String?
    let pools: PoolsSection?
    let draftsHeading: String
    let draftsNote: String
    let drafts: [Draft]
    let draftsEmpty: String?
    let moreDrafts: Rest?
    let openDraft: String
    let partnersHeading: String
    let partners: [Partner]

    /// Makes the page's model.
    ///
    /// - Parameters:
    ///   - atlas: with it reservoirs stand in a table of their own.
    ///   - messages: what was issued, latest first; nil where the site issues nothing.
    ///   - notices: those that messages may carry.
    ///   - advice: what is proposed for the party's own reservoirs.
    ///   - showsAll: whether every point is listed, not only the worst.
    init(
        _ board: DutyBoard, atlas: BasinAtlas?, messages: [KeptMessage]? = nil, notices: [KeptNotice] = [],
        advice: [StationID: DamAdvice] = [:], showsAll: Bool = false, frame: PageFrame
    ) {
        let (view, context) = (frame.view, frame.context)
        let path = "/\(board.party)/"
        let name = board.partyName[context.language]
        heading = context.text("duty.title", ["party": name])
        layout = Layout(title: heading, path: path, frame: frame, board: board, isDutyPage: true)
        pointsHeading = context.text("points.heading")
        columns = ["point", "now", "level", "crest", "probability", "graph"].map { context.text("column." + $0) }
        crestLabel = context.text("column.crest")
        chanceLabel = context.text("column.probability")
        let points = board.points.filter { atlas == nil || $0.station.kind != .dam || $0.warningLevel > 0 }
        let shown =
            showsAll
            ? points[...] : points.prefix(view.isKiosk ? DutyPage.most : DutyPage.pointsAtOnce - min(1, advice.count))
        let isRoomy = showsAll || view.isKiosk
        rows = shown.map { DutyPage.row($0, board: board, view: view, context: context) }
        rest =
            points.count > shown.count
            ? Rest(
                text: context.text("points.rest", ["count": "\(points.count - shown.count)"]),
                address: view.link(path, asking: ["all": "1"])) : nil
        pools = atlas.flatMap {
            PoolsSection(
                board, atlas: $0, advice: advice, most: isRoomy ? nil : DutyPage.poolsAtOnce, frame: frame)
        }
        empty = points.isEmpty ? context.text("points.empty") : nil
        draftsHeading = context.text("drafts.heading")
        draftsNote = context.text("drafts.signed")
        let signs = messages != nil
        let sent = (messages ?? []).filter { $0.expires > board.now }
        // What is on its way takes the room of a draft.
        let room = DutyPage.draftsAtOnce - (sent.isEmpty ? 0 : 1)
        let waiting = board.drafts.prefix(isRoomy ? board.drafts.count : room)
        drafts =
            board.exercises.map { DutyPage.exercise($0, board: board, view: view, context: context) }
            + waiting.map { DutyPage.draft($0, board: board, signs: signs, view: view, context: context) }
        moreDrafts =
            board.drafts.count > waiting.count
            ? Rest(
                text: context.text("drafts.rest", ["count": "\(board.drafts.count - waiting.count)"]),
                address: view.link(path, asking: ["all": "1"])) : nil
        let unanswered = DutyPage.unanswered(notices)
        incomingHeading = context.text("incoming.heading")
        incoming = unanswered.prefix(isRoomy ? DutyPage.most : DutyPage.outgoingAtOnce).map {
            DutyPage.incoming($0, board: board, view: view, context: context)
        }
        moreIncoming =
            unanswered.count > incoming.count
            ? Rest(
                text: context.text("incoming.rest", ["count": "\(unanswered.count - incoming.count)"]),
                address: view.link("/\(board.party)/notices")) : nil
        hasIncoming = !incoming.isEmpty
        outgoingHeading = context.text("outgoing.heading")
        let onTheirWay = DutyPage.onTheirWay(sent, notices, at: board.now)
        outgoing = onTheirWay.prefix(isRoomy ? DutyPage.most : DutyPage.outgoingAtOnce).map {
            DutyPage.outgoing($0.message, $0.tally, board: board, view: view, context: context)
        }
        hasOutgoing = !outgoing.isEmpty
        draftsEmpty = drafts.isEmpty ? context.text("drafts.empty") : nil
        openDraft = context.text(signs ? "draft.sign" : "draft.open")
        partnersHeading = context.text("partners.heading")
        let unreachable = frame.standing?.unreachable ?? [:]
        partners = board.partners.map {
            DutyPage.partner($0, unreachable: unreachable[$0.party], now: board.now, context: context)
        }
    }

    private static func row(_ point: DutyPoint, board: DutyBoard, view: RequestView, context: PageContext) -> Row {
        let trend = TrendText(point, context: context)
        let latest = point.latest
        let above = point.alarms.filter { $0.level > point.levelNow }
        let probabilities = above.compactMap { alarm in
            point.forecast.map { forecast in
                Probability(
                    level: context.text("level.short.\(min(4, alarm.level))"),
                    percent: context.format.percent(forecast.probability(ofReaching: alarm.value)) + "%",
                    title: "\(context.levelName(alarm.level)): "
                        + "\(context.number(alarm.value, point.property)) \(context.unit(point.property))")
            }
        }
        let isEmpty = point.readings.isEmpty && point.forecast == nil
        let isStage = point.property == .stage
        return Row(
            name: point.station.name[context.language],
            address: view.link(to: point, on: board),
            river: point.riverName[context.language],
            access: context.joined(point.providerName[context.language], context.access(point.access)),
            property: isStage ? nil : point.property.standardName.name[context.language],
            value: latest?.value.map { context.number($0, point.property) }, unit: context.unit(point.property),
            arrow: trend.arrow, rate: trend.rate, trend: trend.sentence,
            age: latest.map { context.ageAndKnown($0, at: board.now) }
                ?? "",
            none: context.text("reading.none"),
            chip: point.alarms.isEmpty || latest == nil || point.isSilent
                ? nil : LevelChip(point.levelNow, context: context),
            noLevel: point.isSilent
                ? context.text("level.silent") : point.alarms.isEmpty ? context.text("level.none") : nil,
            warning: point.warningLevel > 0
                ? context.text(
                    "warning.standing", ["level": context.text("level.short.\(min(4, point.warningLevel))")]) : nil,
            crest: CrestCell(point, context: context), probabilities: probabilities,
            noProbability: point.forecast == nil || point.alarms.isEmpty ? "–" : context.text("probability.none"),
            spark: isEmpty ? "" : Sparkline(point: point, now: board.now).markup,
            level: max(point.levelNow, point.warningLevel))
    }

    /// Messages with their counts: the silence that has lasted longest first, then the latest message.
    private static func onTheirWay(
        _ sent: [KeptMessage], _ notices: [KeptNotice], at now: Instant
    ) -> [(message: KeptMessage, tally: MessageTally)] {
        var all: [(message: KeptMessage, tally: MessageTally)] = []
        for message in sent {
            let notice = message.notice(among: notices)
            let tally = MessageTally(message, notice: notice, at: now)
            // What was taken back, and what says that something was read, waits for nobody.
            guard notice?.notice.isOver != true, message.kind != .answer, message.kind != .notice || tally.offices > 0
            else { continue }
            all.append((message, tally))
        }
        return all.sorted { left, right in
            let (a, b) = (left.tally.silentSince ?? now, right.tally.silentSince ?? now)
            return a != b ? a < b : left.message.number > right.message.number
        }
    }

    /// Notices of others that nobody here has answered: what begins first comes first, exercises last.
    private static func unanswered(_ notices: [KeptNotice]) -> [KeptNotice] {
        func key(_ kept: KeptNotice) -> (Int, Int64, String) {
            let begin = kept.notice.current.start ?? kept.received
            return (kept.notice.isExercise ? 1 : 0, begin?.secondsSinceEpoch ?? .max, kept.id)
        }
        return notices.filter { !$0.isOwn && !$0.isAnswered && !$0.notice.isOver }.sorted { key($0) < key($1) }
    }

    private static func incoming(
        _ kept: KeptNotice, board: DutyBoard, view: RequestView, context: PageContext
    ) -> Outgoing {
        let sender = board.partners.first { $0.party == kept.notice.sender }?.name[context.language]
        let subject = StationID(kept.notice.subject).flatMap { context.stationNames[$0]?[context.language] }
        let start = kept.notice.current.values[.start].flatMap { value -> String? in
            switch value {
            case .time(let time): context.format.allTimes(time, in: board.zone, withYear: false)
            case .day(let day, let zone): context.format.date(day, in: zone)
            case .number, .text: nil
            }
        }
        let name = context.joined(sender ?? kept.notice.sender.text, subject ?? kept.notice.subject)
        return Outgoing(
            messageAddress: view.link("/\(board.party)/notices/\(SiteRoutes.pathValue(kept.id))"),
            headline: kept.notice.isExercise ? context.joined(context.text("messages.exercise"), name) : name,
            tally: start ?? "", late: context.text("notices.unread"))
    }

    private static func outgoing(
        _ message: KeptMessage, _ tally: MessageTally, board: DutyBoard, view: RequestView, context: PageContext
    ) -> Outgoing {
        let late =
            tally.worst.map { worst in
                let time = context.duration(board.now - worst.since)
                let silent = context.text(
                    "outgoing.silent", ["office": worst.addressee.name[context.language], "time": time])
                return worst.call.map { call in
                    context.joined(
                        silent, context.text("outgoing.call", ["name": call.name, "telephone": call.telephone]))
                } ?? silent
            }
            ?? tally.silentSince.map {
                context.text("outgoing.parties", ["time": context.duration(board.now - $0)])
            }
        let texts = message.card.texts[context.language.rawValue] ?? message.card.texts["en"]
        return Outgoing(
            messageAddress: view.link("/\(board.party)/warnings/\(message.number)"),
            headline: texts?.headline ?? message.identifier,
            tally: context.text(
                "outgoing.tally",
                [
                    "offices": "\(tally.offices)", "sent": "\(tally.sent)", "delivered": "\(tally.delivered)",
                    "read": "\(tally.read)",
                ]), late: late)
    }

    private static func draft(
        _ draft: WarningDraft, board: DutyBoard, signs: Bool, view: RequestView, context: PageContext
    ) -> Draft {
        let point = board.points.first { $0.station.id == draft.station }
        let short = { (time: Instant) in context.format.allTimes(time, in: board.zone, withYear: false) }
        var lines = [
            context.text("draft." + draft.action.rawValue, ["level": context.levelName(draft.previousLevel)])
        ]
        if draft.isObserved {
            lines.append(context.text("draft.observed"))
        } else if draft.level > 0 {
            lines.append(context.text("draft.probability", ["percent": context.format.percent(draft.probability)]))
            if let crossing = draft.crossing {
                lines.append(context.text("draft.crossing", ["time": short(crossing)]))
            }
        }
        lines.append(context.text("draft.expires", ["time": short(draft.expires)]))
        return Draft(
            chip: LevelChip(draft.level, context: context),
            name: point?.station.name[context.language] ?? context.stationNames[draft.station]?[context.language]
                ?? draft.station.text,
            address: view.link("/\(board.party)/station/\(draft.station)"),
            alert: signs
                ? view.link("/\(board.party)/warnings/draft/\(draft.station)")
                : "/\(board.party)/warnings/\(draft.station).xml", lines: lines)
    }

    private static func exercise(
        _ exercise: Exercise, board: DutyBoard, view: RequestView, context: PageContext
    ) -> Draft {
        let station = exercise.order.station
        return Draft(
            chip: LevelChip(exercise.order.level, context: context),
            name: context.stationNames[station]?[context.language] ?? station.text,
            address: view.link("/\(board.party)/station/\(station)"),
            alert: view.link("/\(board.party)/warnings/exercise/\(exercise.id)"),
            lines: [
                context.text("alert.exercise") + ": " + exercise.order.title[context.language],
                context.text(
                    "exercise.since", ["time": context.format.allTimes(exercise.begin, in: board.zone, withYear: false)]
                ),
            ])
    }

    private static func partner(
        _ state: PartnerState, unreachable: Instant?, now: Instant, context: PageContext
    ) -> Partner {
        let name = state.name[context.language]
        guard state.participation != .notJoined else {
            return Partner(name: name, state: context.text("partner.notJoined"), kind: "not-joined", lines: [])
        }
        var lines = [
            state.lastObservation.map { context.text("partner.last", ["age": context.age(of: $0, at: now)]) }
                ?? context.text("partner.nothing")
        ]
        if state.seriesReceived > 0 {
            lines.append(context.text("partner.series", ["received": "\(state.seriesReceived)"]))
        }
        if let unreachable {
            lines.append(context.text("partner.unreachable.since", ["time": context.shortAllTimes(unreachable)]))
            return Partner(name: name, state: context.text("partner.unreachable"), kind: "unreachable", lines: lines)
        }
        if let longest = state.open.first {
            lines += state.open.prefix(2).map { open in
                context.text(
                    "partner.open.since",
                    [
                        "clause": open.clause, "series": "\(open.series)", "time": context.shortAllTimes(open.since),
                    ])
            }
            return Partner(
                name: name, state: context.text("partner.open", ["clause": longest.clause]), kind: "awaited",
                lines: lines)
        }
        let isObserver = state.participation == .observer
        return Partner(
            name: name, state: context.text(isObserver ? "partner.observer" : "partner.joined"),
            kind: isObserver ? "observer" : "joined", lines: lines)
    }
}

/// The trend of a point in words and as an arrow.
struct TrendText {
    let arrow: String
    let rate: String
    let sentence: String

    init(_ point: DutyPoint, context: PageContext) {
        guard let trend = point.trend else {
            (arrow, rate, sentence) = ("", "", context.text("trend.unknown"))
            return
        }
        let isLength = point.property.unit.kind == .length
        let least = isLength ? 0.005 : max(1, (point.latest?.value ?? 0).magnitude * 0.002)
        guard trend.magnitude >= least else {
            (arrow, rate, sentence) = ("▬", context.text("trend.steady"), context.text("trend.steady"))
            return
        }
        let arguments = [
            "rate": context.number(trend.magnitude, point.property), "unit": context.unit(point.property),
        ]
        arrow = trend > 0 ? "▲" : "▼"
        rate = context.text("trend.rate", arguments)
        sentence = context.text(trend > 0 ? "trend.rising" : "trend.falling", arguments)
    }
}

/// The crest of a point's forecast as a cell of the table.
struct CrestCell {
    let median: String?
    let unit: String
    let band: String
    let time: String
    let known: String
    let notes: String?
    let instead: String?

    init(_ point: DutyPoint, context: PageContext) {
        unit = context.unit(point.property)
        guard let forecast = point.forecast, let crest = forecast.crest else {
            (median, band, time, known, notes) = (nil, "", "", "", nil)
            instead = context.text("crest.none")
            return
        }
        let low = context.number(forecast.p05[crest.index], point.property)
        let high = context.number(forecast.p95[crest.index], point.property)
        let shortNotes = forecast.notes.map {
            forecastNoteText($0, catalogue: context.catalogue, stationNames: context.stationNames, isShort: true)
        }
        known = context.known(forecast.known)
        notes = shortNotes.isEmpty ? nil : shortNotes.joined(separator: " · ")
        median = context.number(crest.median, point.property)
        band = "[\(low)–\(high)]"
        if crest.index == 0 {
            (instead, time) = (nil, context.text("crest.noRise"))
        } else {
            (instead, time) = (nil, context.format.allTimes(crest.time, in: context.zone, withYear: false))
        }
    }
}
