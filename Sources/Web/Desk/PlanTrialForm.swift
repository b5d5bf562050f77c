import Forecasting
import Formats
import NodeCore
import Series

/// The moves of gates that somebody would rather try, as the address of a plan's page has them: for each dam the hour of each of its
/// moves, or none, and one more.
struct PlanTrialForm {
    /// A move as the form has it.
    struct Line {
        let field: String
        /// The hour that the plan has for it; nil for the one more.
        let planned: Int?
        let opens: Bool
        let gate: Int?
    }

    let values: FormValues
    private let plan: PlanSummary

    init(_ plan: PlanSummary, _ values: FormValues) {
        self.plan = plan
        self.values = values
    }

    /// Whether anything is to be tried.
    var isAsked: Bool { values.has("try") }

    /// The moves that a plan has for a dam.
    func lines(_ place: Int) -> [Line] {
        plan.plants[place].gates.enumerated().map { number, gate in
            Line(
                field: "g\(place)-\(number)", planned: Int((gate.time - plan.start) / plan.step), opens: gate.opens,
                gate: gate.gate)
        }
    }

    /// What is to be tried; fields that say nothing keep what the plan has.
    var moves: [ReleaseTrial.Move] {
        plan.plants.indices.flatMap { place -> [ReleaseTrial.Move] in
            var moves = lines(place).compactMap { line -> ReleaseTrial.Move? in
                guard let step = values.has(line.field) ? Int(values[line.field]) : line.planned else { return nil }
                return .init(plant: place, step: step, opens: line.opens)
            }
            if let step = Int(values["more\(place)"]) {
                moves.append(.init(plant: place, step: step, opens: values["kind\(place)"] != "close"))
            }
            return moves
        }
    }
}

extension RegisterSheets {
    /// The form that tries other hours, and what they would do.
    func trial(_ kept: KeptPlan, _ asked: PlanTrialForm, _ tried: ReleaseTrial.Comparison?) -> SheetSection? {
        let plan = kept.summary
        guard environment.mayPerform(.planAnswer) else { return nil }
        var section = SheetSection(text("plans.try"), id: "try", remark: text("plans.try.note"))
        let fields = plan.plants.indices.flatMap { self.fields($0, plan, asked) }
        section.filter = environment.filter(
            link("plans/\(kept.entry.number)") + "#try", fields: fields,
            values: shown(plan, asked),
            hidden: ["try": "1"], button: text("plans.try.button"))
        guard let tried else { return section }
        section.columns = ["what", "byPlan", "tried"].map { text("plans.try." + $0) }
        func row(_ id: String, _ what: String, _ bands: [ReleaseAdvice.Band], _ property: Property, missed: Double = 0)
            -> SheetSection.Row
        {
            let warned =
                missed > 0 ? [text("plans.try.missed", ["metres": context.number(missed, .poolLevel)])] : []
            let cells = bands.map { SheetCell(band(PlanSummary.Band($0), property)) }
            return SheetSection.Row(
                cells: [SheetCell(name(id, plan), isHead: true, lines: [text(what)] + warned)] + cells,
                rowKind: missed > 0 ? "overdue" : "")
        }
        section.rows = zip(tried.planned.plants, tried.tried.plants).map { planned, other in
            row(planned.id, "plans.highest", [planned.highest, other.highest], .poolLevel, missed: other.missed)
        }
        section.rows += zip(plan.towns, zip(tried.planned.peaks, tried.tried.peaks)).map { town, peaks in
            row(town.id, "plans.try.peak", [peaks.0, peaks.1], .discharge)
        }
        return section
    }

    private func fields(_ place: Int, _ plan: PlanSummary, _ asked: PlanTrialForm) -> [FieldSpec] {
        let plant = plan.plants[place]
        let hours = plant.ordered.indices.map { ("\($0)", context.shortAllTimes(plan.start + Int64($0) * plan.step)) }
        let none = [("none", text("plans.try.none"))]
        let dam = name(plant.id, plan)
        let own = asked.lines(place).map { line in
            FieldSpec(
                line.field,
                context.joined(
                    dam, text(line.opens ? "plans.opens" : "plans.closes", ["gate": line.gate.map { "\($0)" } ?? ""])),
                .choice(none + hours))
        }
        return own + [
            FieldSpec("more\(place)", context.joined(dam, text("plans.try.more")), .choice(none + hours)),
            FieldSpec(
                "kind\(place)", context.joined(dam, text("plans.try.kind")),
                .choice([("open", text("plans.try.open")), ("close", text("plans.try.close"))])),
        ]
    }

    /// What the form says: what was asked, and the plan's own hours where nothing was.
    private func shown(_ plan: PlanSummary, _ asked: PlanTrialForm) -> FormValues {
        var values: [String: String] = [:]
        func put(_ field: String, _ usual: String) {
            values[field] = asked.values.has(field) ? asked.values[field] : usual
        }
        for place in plan.plants.indices {
            for line in asked.lines(place) { put(line.field, line.planned.map { "\($0)" } ?? "none") }
            put("more\(place)", "none")
            put("kind\(place)", "open")
        }
        return FormValues(values)
    }
}
