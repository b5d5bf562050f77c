import Accord
import Forecasting
import Formats
import NodeCore
import Series

/// Release plans: those that were made, and one with what it does, why, and what was said to it.
extension RegisterSheets {
    /// The plans, latest first, and the form that makes one.
    func plans(_ rows: [PlanEntry]) -> Sheet {
        var section = SheetSection(text("plans.heading"), id: "plans")
        section.columns = ["made", "person", "answer"].map { text("plans." + $0) }
        section.rows = rows.map { row in
            SheetSection.Row(cells: [
                SheetCell(time(row.made), address: link("plans/\(row.number)"), isHead: true), SheetCell(row.person),
                SheetCell(answer(row.decision)),
            ])
        }
        section.empty = text("plans.none")
        section.form = environment.form(
            .planMake, back: "plans", state: state, fold: false, fields: [])
        return sheet(
            path: "plans", heading: text("plans.title"), note: text("plans.note"),
            back: SheetLink(text: text("nav.reservoirs"), address: link("reservoirs")), sections: [section])
    }

    /// One plan.
    func plan(_ kept: KeptPlan, asked: PlanTrialForm, tried: ReleaseTrial.Comparison?, notices: [KeptNotice]) -> Sheet {
        let plan = kept.summary
        var sections = [overview(kept)]
        sections += plan.plants.map { dam($0, of: plan) }
        sections.append(towns(plan))
        if let trial = trial(kept, asked, tried) { sections.append(trial) }
        for (key, texts) in [("why", plan.reasons), ("otherwise", plan.otherwise)]
        where !texts.isEmpty {
            var section = SheetSection(text("advice.report." + key), id: key)
            section.texts = texts.map { SheetText($0[language]) }
            sections.append(section)
        }
        if let asking = proposals(kept, notices: notices) { sections.append(asking) }
        if kept.entry.decision == nil { sections.append(word(kept)) }
        return sheet(
            path: "plans/\(kept.entry.number)", heading: text("plans.one", ["time": time(kept.entry.made)]),
            note: text(plan.isByRules ? "plans.byRules" : "plans.byPlan"),
            back: SheetLink(text: text("plans.title"), address: link("plans")), sections: sections)
    }

    private func overview(_ kept: KeptPlan) -> SheetSection {
        var section = SheetSection(text("plans.overview"), id: "overview")
        section.add(text("plans.person"), SheetCell(kept.entry.person))
        section.add(text("plans.from"), SheetCell(both(kept.summary.start)))
        if let notice = kept.summary.latestNotice { section.add(text("plans.notice"), SheetCell(both(notice))) }
        section.add(text("plans.answer"), SheetCell(answer(kept.entry.decision)))
        if let reason = kept.entry.decision?.word.reason, !reason.isEmpty {
            section.add(text("plans.reason"), SheetCell(reason))
        }
        section.links = [
            SheetLink(text: text("plans.document"), address: "/\(party)/plans/\(kept.entry.number)/document")
        ]
        return section
    }

    private func dam(_ plant: PlanSummary.Plant, of plan: PlanSummary) -> SheetSection {
        var section = SheetSection(name(plant.id, plan), id: "dam-\(plant.id)")
        if let level = plan.levels[plant.id] { section.add(text("plans.level"), SheetCell(metres(level))) }
        section.add(
            text("plans.free"),
            SheetCell(text("plans.hm3", ["value": context.format.number(plant.free / 1e6, digits: 0)])))
        if let hours = plant.hoursToHighest {
            section.add(
                text("plans.full"), SheetCell(text("plans.hours", ["value": context.format.number(hours, digits: 0)])))
        }
        section.add(
            text("plans.rule"),
            SheetCell(
                text("advice.mode." + plant.rule.mode), lines: plant.rule.article.isEmpty ? [] : [plant.rule.article]))
        section.add(text("plans.quality"), SheetCell(text("fact." + plant.quality)))
        section.columns = ["time", "release", "level.band", "gate", "notice.by"].map { text("plans." + $0) }
        section.rows = steps(plant, of: plan)
        return section
    }

    /// The hours in which something changes, a gate or the release; the first hour and the highest level.
    private func steps(_ plant: PlanSummary.Plant, of plan: PlanSummary) -> [SheetSection.Row] {
        let (highest, changes) = (plant.highestStep, Set(plant.changes))
        var rows: [SheetSection.Row] = []
        for hour in plant.release.indices {
            let time = plan.start + Int64(hour) * plan.step
            let gates = plant.gates.filter { $0.time == time }
            let release = plant.release[hour]
            guard changes.contains(hour) || !gates.isEmpty || hour == highest else { continue }
            rows.append(
                SheetSection.Row(cells: [
                    SheetCell(both(time), isHead: true),
                    SheetCell(band(release, .release), lines: hour < plant.ordered.count ? [] : [text("plans.later")]),
                    SheetCell(
                        plant.level.indices.contains(hour) ? band(plant.level[hour], .poolLevel) : "–",
                        lines: hour == highest ? [text("plans.highest")] : []),
                    SheetCell(
                        gates.isEmpty
                            ? "–"
                            : context.list(
                                gates.map { text($0.opens ? "plans.opens" : "plans.closes", ["gate": "\($0.gate)"]) })),
                    SheetCell(gates.map(\.noticeBy).min().map { both($0) } ?? "–"),
                ]))
        }
        return rows
    }

    private func towns(_ plan: PlanSummary) -> SheetSection {
        var section = SheetSection(text("plans.towns"), id: "towns", remark: text("plans.towns.note"))
        section.columns = ["town", "party", "peak", "peak.rules", "alarms"].map { text("plans." + $0) }
        section.rows = plan.towns.map { town in
            let reached = town.alarms.indices.filter { town.alarms[$0] > 0 || town.alarmsByRules[$0] > 0 }
            return SheetSection.Row(cells: [
                SheetCell(
                    name(town.id, plan), isHead: true,
                    lines: plan.ofDamsAlone.contains(town.id) ? [text("plans.damsAlone")] : []),
                SheetCell(PartyID(town.party).map { environment.name(of: $0) } ?? town.party),
                SheetCell(band(town.peak, .discharge)), SheetCell(band(town.byRules, .discharge)),
                SheetCell(
                    reached.isEmpty
                        ? "–"
                        : context.list(
                            reached.map { place in
                                text(
                                    "plans.alarm",
                                    [
                                        "number": "\(place + 1)", "percent": percent(town.alarms[place]),
                                        "rules": percent(town.alarmsByRules[place]),
                                    ])
                            })),
            ])
        }
        return section
    }

    private func word(_ kept: KeptPlan) -> SheetSection {
        var section = SheetSection(text("plans.word"), id: "word", remark: text("plans.word.note"))
        section.form = environment.form(
            .planAnswer, about: ["plan": "\(kept.entry.number)"], back: "plans/\(kept.entry.number)", state: state,
            fold: false,
            fields: [
                FieldSpec(
                    "word", text("plans.word.which"),
                    .choice(["accept", "reject"].map { ($0, text("plans.word." + $0)) })),
                FieldSpec("reason", text("plans.reason"), .text(maximum: 600), hint: text("plans.reason.hint")),
            ])
        return section
    }

    // MARK: Texts

    private func answer(_ answer: PlanEntry.Decision?) -> String {
        guard let answer else { return text("plans.open") }
        return text(
            answer.word.isAccepted ? "plans.accepted" : "plans.rejected",
            ["person": answer.person, "time": time(answer.at)])
    }

    func name(_ id: String, _ plan: PlanSummary) -> String { plan.names[id]?[language] ?? id }

    private func time(_ instant: Instant) -> String { context.format.time(instant, in: context.zone) }

    /// A moment in the own zone, and in those of the other parties.
    func both(_ instant: Instant) -> String {
        context.format.allTimes(instant, in: context.zone, withYear: true)
    }

    private func metres(_ value: Double) -> String {
        "\(context.number(value, .poolLevel)) \(context.unit(.poolLevel))"
    }

    func band(_ band: PlanSummary.Band, _ property: Property) -> String {
        func number(_ value: Double) -> String { context.number(value, property) }
        guard number(band.low) != number(band.high) else { return "\(number(band.middle)) \(context.unit(property))" }
        return text(
            "plans.band",
            [
                "middle": number(band.middle), "low": number(band.low), "high": number(band.high),
                "unit": context.unit(property),
            ])
    }

    private func percent(_ share: Double) -> String { context.format.number(100 * share, digits: 0) }
}

/// Reads what a person says to a plan.
struct PlanReader {
    let values: FormValues
    let environment: FormEnvironment

    func word() throws(FormFault) -> (plan: Int64, word: PlanWord) {
        guard let plan = Int64(values["plan"]) else {
            throw FormFault(errors: ["": environment.text("plans.wrong.noPlan")])
        }
        guard ["accept", "reject"].contains(values["word"]) else {
            throw FormFault(errors: ["word": environment.text("wrong.choose")])
        }
        return (plan, PlanWord(isAccepted: values["word"] == "accept", reason: values["reason"]))
    }
}

extension PlanProblem {
    /// The field of the form that is wrong, and the text that says so.
    var fault: (field: String, key: String) {
        switch self {
        case .nothing: ("", "plans.wrong.nothing")
        case .noPlan: ("", "plans.wrong.noPlan")
        case .answered: ("", "plans.wrong.answered")
        case .noReason: ("reason", "plans.wrong.noReason")
        case .old: ("", "plans.wrong.old")
        }
    }
}

extension FormEnvironment {
    /// Why nothing was done with a plan, with every dam that is left out and why.
    func fault(_ problem: PlanProblem, _ catalogues: Catalogues) -> FormFault {
        let (field, key) = problem.fault
        guard case .nothing(let missing) = problem, !missing.isEmpty else {
            return FormFault(errors: [field: text(key)])
        }
        let told = missing.map { one in
            context.joined(
                context.stationNames[one.place]?[context.language] ?? one.place.text,
                one.text(catalogues, context.language))
        }
        return FormFault(errors: [field: text(key) + "\n" + list(told)])
    }
}
