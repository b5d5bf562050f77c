import Formats
import NodeCore
import Series

/// The audit log: who did what, from where, and what came of it; latest first.
struct AuditPage {
    struct Row {
        let number: String
        let time: String
        let otherTimes: [String]
        let person: String
        let name: String?
        let act: String
        let object: String
        let outcome: String
        let kind: String
        let address: String
    }

    let layout: Layout
    let heading: String
    let note: String
    let columns: [String]
    let rows: [Row]
    let hasRows: Bool
    let none: String?
    let earlierAddress: String?
    let earlier: String
    let latestAddress: String?
    let latest: String

    /// Makes the page's model.
    ///
    /// - Parameters:
    ///   - lines: one more than a page holds where there are earlier ones.
    ///   - before: the number that was asked for; nil for the latest lines.
    init(_ lines: [AuditLine], before: Int64?, of persons: [Person], name: LocalizedText, frame: PageFrame) {
        let context = frame.context
        let names = Dictionary(persons.map { ($0.id, $0.name) }) { first, _ in first }
        let party = frame.party.map { "\($0)" } ?? ""
        let path = "/\(party)/audit"
        heading = context.text("audit.title", ["party": name[context.language]])
        layout = Layout(title: heading, path: path, asking: before.map { ["before": "\($0)"] } ?? [:], frame: frame)
        note = context.text("audit.note")
        columns = ["number", "time", "person", "act", "object", "outcome", "address"].map {
            context.text("audit." + $0, ["zone": context.zone.name])
        }
        let shown = lines.prefix(PeopleDesk.auditPage)
        rows = shown.map { AuditPage.row($0, names: names, context) }
        hasRows = !rows.isEmpty
        none = rows.isEmpty ? context.text("audit.none") : nil
        let last = lines.count > shown.count ? shown.last : nil
        earlierAddress = last.map { frame.view.link(path, asking: ["before": "\($0.number)"]) }
        earlier = context.text("audit.earlier")
        latestAddress = before == nil ? nil : frame.view.link(path)
        latest = context.text("audit.latest")
    }

    private static func row(_ line: AuditLine, names: [String: String], _ context: PageContext) -> Row {
        let outcome = line.outcome.map { context.text("audit.outcome." + $0.rawValue) }
        return Row(
            number: "\(line.number)", time: context.format.time(line.time, in: context.zone),
            otherTimes: context.zones.dropFirst().map { context.format.clock(line.time, in: $0) },
            person: line.person.isEmpty ? "–" : line.person, name: names[line.person],
            act: line.act.map { context.text("audit.act." + $0.rawValue) } ?? "?", object: line.object,
            outcome: outcome ?? "?", kind: line.outcome == .done ? "was-done" : "was-not", address: line.address)
    }
}
