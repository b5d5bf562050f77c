import Accord
import Formats
import NodeCore
import Series

/// What was due under the agreement in a span and what became of it: provisions, parties, and the report as files.
struct CompliancePage {
    struct Clause {
        let clause: String
        let text: String
        let word: String
        let kind: String
        let counts: [String]
        let others: String
    }

    struct PartyRow {
        let name: String
        let soft: String?
        let counts: [String]
    }

    struct File {
        let name: String
        let address: String
    }

    let layout: Layout
    let heading: String
    let note: String
    let fault: String?
    let form: SpanForm
    let span: String
    let clausesHeading: String
    let clauseColumns: [String]
    let clauses: [Clause]
    let partiesHeading: String
    let partyColumns: [String]
    let parties: [PartyRow]
    let filesLabel: String
    let files: [File]

    /// The first and the last day of the span, as a form asks for them.
    struct SpanForm {
        let address: String
        let lang: String
        let from: String
        let to: String
        let fromLabel: String
        let toLabel: String
        let button: String
    }

    /// Makes the page's model.
    ///
    /// - Parameters:
    ///   - days: the days of the party's zone that the span covers, the last one included.
    ///   - fault: what was wrong with the span that was asked for; the report is about the usual one then.
    ///   - isSinceLine: whether the span begins with the node's first line to another.
    init(
        _ report: ComplianceReport, days: ClosedRange<CivilDate>, fault: String?, isSinceLine: Bool = false,
        board: DutyBoard,
        names: PartyRegister?,
        frame: PageFrame
    ) {
        let context = frame.context
        let path = "/\(board.party)/compliance"
        let asking = ["from": "\(days.lowerBound)", "to": "\(days.upperBound)"]
        heading = context.text("kept.title", ["party": board.partyName[context.language]])
        layout = Layout(title: heading, path: path, asking: asking, frame: frame, board: board)
        note = context.text("kept.note")
        self.fault = fault
        form = SpanForm(
            address: path, lang: context.language.rawValue, from: "\(days.lowerBound)", to: "\(days.upperBound)",
            fromLabel: context.text("kept.from"), toLabel: context.text("kept.to"), button: context.text("kept.show"))
        let ends = [
            "from": context.format.allTimes(report.manifest.from, in: context.zone),
            "to": context.format.allTimes(report.manifest.until, in: context.zone),
        ]
        span = [context.text("kept.span", ends), isSinceLine ? context.text("kept.sinceLine") : ""]
            .filter { !$0.isEmpty }.joined(separator: context.language == .chinese ? "" : " ")
        clausesHeading = context.text("kept.clauses")
        clauseColumns =
            ["kept.clause", "kept.word", "compliance.due"].map { context.text($0) }
            + CompliancePage.shown.map { context.text("compliance.standing." + $0.rawValue) } + [
                context.text("kept.other")
            ]
        clauses = report.provisions.map { CompliancePage.clause($0, context) }
        partiesHeading = context.text("compliance.parties")
        partyColumns =
            [context.text("compliance.party")]
            + ["provided", "received"].flatMap { side in
                ["compliance.due", "compliance.standing.on-time"].map {
                    context.joined(context.text("compliance." + side), context.text($0))
                }
            }
        parties = report.parties.map { CompliancePage.party($0, names, context) }
        filesLabel = context.text("kept.files")
        files = [("kept.html", "report.html"), ("CSV", "report.csv"), ("JSON", "report.json")].map { key, file in
            File(
                name: key.hasPrefix("kept") ? context.text(key) : key,
                address: frame.view.link("\(path)/\(file)", asking: asking, keepsRefresh: false))
        }
    }

    /// The standings with a column of their own.
    private static let shown: [ComplianceStanding] = [.onTime, .late, .missing]

    private static func clause(_ state: ProvisionState, _ context: PageContext) -> Clause {
        let counts = state.counts
        let others = ComplianceStanding.allCases.filter { !shown.contains($0) && counts.count($0) > 0 }.map {
            context.text("compliance.standing." + $0.rawValue) + " " + number(counts.count($0), context)
        }
        return Clause(
            clause: state.provision.clause, text: state.provision.text[context.language],
            word: context.text("compliance.word." + state.word.rawValue), kind: state.word.rawValue,
            counts: ([counts.due] + shown.map { counts.count($0) }).map { number($0, context) },
            others: context.list(others))
    }

    private static func party(_ state: PartyState, _ names: PartyRegister?, _ context: PageContext) -> PartyRow {
        PartyRow(
            name: names?.name(of: state.party)[context.language] ?? state.party.text,
            soft: state.isJoined ? nil : context.text("partner.notJoined"),
            counts: [
                state.provided.due, state.provided.count(.onTime), state.received.due, state.received.count(.onTime),
            ].map { number($0, context) })
    }

    private static func number(_ count: Int, _ context: PageContext) -> String {
        context.format.number(Double(count), digits: 0)
    }
}
