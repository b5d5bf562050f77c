import Accord
import Formats
import NodeCore
import Series

/// What a plan proposes to neighbours, and the forms that ask them for it.
extension RegisterSheets {
    /// The proposals of a plan, each with the form that asks the sender of the notice for it; nil where there are none.
    func proposals(_ kept: KeptPlan, notices: [KeptNotice]) -> SheetSection? {
        let proposals = kept.summary.proposals
        guard !proposals.isEmpty else { return nil }
        var section = SheetSection(text("advice.report.ask"), id: "ask", remark: text("plans.ask.note"))
        section.texts = proposals.map { SheetText($0.text[language]) }
        for (number, proposal) in proposals.enumerated() {
            let about = notices.first { notice in
                !notice.isOwn && !notice.notice.isOver && notice.notice.subject == proposal.plant
                    && notice.notice.sender.text == proposal.party
            }
            guard let about, let form = form(asking: proposal, number, of: kept, about: about) else { continue }
            section.buttons.append(form)
        }
        return section
    }

    private func form(
        asking proposal: PlanSummary.Proposal, _ number: Int, of kept: KeptPlan, about notice: KeptNotice
    ) -> SheetForm? {
        let wording = notice.notice.current
        let sender = PartyID(proposal.party).map { environment.name(of: $0) } ?? proposal.party
        var (asked, title): ([NoticeField: NoticeValue], String) = ([:], "")
        if let less = proposal.less, case .number(let flow)? = wording.values[.flowTo] {
            asked[.flowTo] = .number(max(0, flow - less).rounded())
            title = text(
                "plans.ask.less", ["party": sender, "value": context.format.number(less, digits: 0)])
        }
        if let later = proposal.later, let start = wording.start {
            asked[.start] = .time(start + later)
            title = text(
                "plans.ask.later",
                ["party": sender, "hours": context.format.number(Double(later) / 3600, digits: 0)])
        }
        guard !asked.isEmpty else { return nil }
        var fields = valueFields(asked).filter { field in asked.keys.contains { $0.rawValue == field.name } }
        fields.append(FieldSpec("reason", text("notices.reason"), .text(maximum: 400), isRequired: true))
        if notice.notice.terms.showsWorth {
            fields.append(
                FieldSpec(
                    "worth", text("plans.ask.worth"),
                    .choice([("", text("plans.ask.worth.no")), ("yes", text("plans.ask.worth.yes"))]),
                    hint: text("plans.ask.worth.hint")))
        }
        return environment.form(
            .noticeAsk,
            about: ["notice": notice.id, "plan": "\(kept.entry.number)", "proposal": "\(number)"],
            back: "plans/\(kept.entry.number)", state: state, fields: fields, suffix: "-\(number)", title: title)
    }
}
