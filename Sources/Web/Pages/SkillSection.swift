import Forecasting
import Formats
import NodeCore
import Series

/// How the forecasts of a point have done, lead by lead: beside the next one.
struct SkillSection {
    struct Row {
        let lead: String
        let error: String
        let persistence: String
        let index: String
        let coverage: String
        let cases: String
    }

    let heading: String
    let note: String
    let columns: [String]
    let rows: [Row]

    /// nil where nothing was scored.
    init?(_ skill: SkillByLead?, _ property: Property, context: PageContext) {
        guard let skill, let issued = skill.issued, !skill.rows.isEmpty else { return nil }
        let unit = context.unit(property)
        heading = context.text("skill.heading")
        note = context.text(
            "skill.note",
            [
                "from": context.format.day(issued.lowerBound, in: context.zone),
                "until": context.format.day(issued.upperBound, in: context.zone),
            ])
        columns = ["lead", "error", "persistence", "index", "coverage", "cases"].map {
            context.text("skill.column." + $0, ["unit": unit])
        }
        rows = skill.rows.map { row in
            let band = row.coverageInterval.map {
                " (\(context.format.percent($0.lowerBound))–\(context.format.percent($0.upperBound))%)"
            }
            return Row(
                lead: context.text("skill.hours", ["hours": "\(row.leadHours)"]),
                error: context.number(row.meanAbsoluteError, property),
                persistence: context.number(row.persistenceError, property),
                index: row.isTold
                    ? row.persistenceIndex.map { context.format.number($0, digits: 2) } ?? "–"
                    : context.text("skill.few"),
                coverage: context.format.percent(row.coverage80) + "%" + (band ?? ""), cases: "\(row.count)")
        }
    }
}
