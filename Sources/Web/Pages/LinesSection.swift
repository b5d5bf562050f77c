import NodeCore
import Series

/// How the lines to the peers are: when each last answered, how fast, and how far its clock differs.
struct LinesSection {
    struct Row {
        let name: String
        let answer: String
        let fault: String?
        let roundTrip: String
        let clock: String
        let skewed: String?
    }

    let heading: String
    let note: String
    let columns: [String]
    let rows: [Row]

    /// nil where there are no lines.
    init?(_ lines: [(name: LocalizedText, standing: LineStanding)], now: Instant, context: PageContext) {
        guard !lines.isEmpty else { return nil }
        heading = context.text("lines.title")
        note = context.text("lines.note")
        columns = ["party", "answer", "roundTrip", "clock"].map { context.text("lines." + $0) }
        rows = lines.map { line in
            let standing = line.standing
            let answer =
                standing.silentSince.map { context.text("lines.silent", ["time": context.ownTime($0)]) }
                ?? standing.lastAnswer.map { context.age(of: $0, at: now) } ?? context.text("lines.never")
            return Row(
                name: line.name[context.language], answer: answer,
                fault: LinesSection.fault(standing.failure, context),
                roundTrip: standing.roundTrip.map { context.text("lines.milliseconds", ["count": "\($0)"]) } ?? "–",
                clock: standing.skew.map { LinesSection.clock($0, context) } ?? "–",
                skewed: standing.isSkewed ? context.text("lines.skewed") : nil)
        }
    }

    private static func fault(_ failure: LineStanding.Failure?, _ context: PageContext) -> String? {
        failure.map { context.text("lines.fault." + $0.rawValue) }
    }

    private static func clock(_ skew: Int64, _ context: PageContext) -> String {
        let seconds = Int((Double(abs(skew)) / 1000).rounded())
        guard seconds > 0 else { return context.text("lines.clock.same") }
        return context.text(skew > 0 ? "lines.clock.ahead" : "lines.clock.behind", ["seconds": "\(seconds)"])
    }
}
