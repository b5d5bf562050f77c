import Accord
import Forecasting
import Formats
import NodeCore
import River
import Series

/// What is proposed for a reservoir, in a few lines: what to release from when, how high the pool goes, what it does at the next
/// place below, by when those below must know. A person decides.
struct ProposalCell {
    let heading: String
    let orders: String
    let lines: [String]
    let basis: String
    let prepare: String
    let prepareAddress: String

    private static let most = 3

    init(_ dam: DamAdvice, board: DutyBoard, atlas: BasinAtlas, frame: PageFrame) {
        let context = frame.context
        let isPlan = dam.advice.plan.reason == nil
        heading = context.text(isPlan ? "proposal.heading" : "proposal.rules")
        orders = ProposalCell.orders(dam, context: context)
        lines = [
            ProposalCell.highest(dam, context: context),
            ProposalCell.town(dam, atlas: atlas, context: context),
            ProposalCell.gates(dam, context: context),
        ].compactMap { $0 }
        basis = context.text(
            "proposal.basis",
            ["time": context.ownTime(dam.read), "quality": context.text("fact." + dam.quality.rawValue)])
        prepare = context.text("proposal.prepare")
        prepareAddress = frame.view.link("/\(board.party)/notices")
    }

    /// What leaves in the hours that all futures share, as far as gates and turbines pass it: now, and the first changes.
    private static func orders(_ dam: DamAdvice, context: PageContext) -> String {
        guard let plant = dam.advice.plants.first, !plant.changes.isEmpty else { return "–" }
        return context.list(
            plant.changes.prefix(ProposalCell.most).map { hour in
                let value = plant.releases[hour].middle
                let flow = "\(context.number(value, .release)) \(context.unit(.release))"
                guard hour > 0 else { return context.text("proposal.now", ["flow": flow]) }
                let time = dam.state.time + Int64(hour) * 3600
                return context.text("proposal.from", ["time": context.ownTime(time), "flow": flow])
            })
    }

    private static func highest(_ dam: DamAdvice, context: PageContext) -> String? {
        guard let plant = dam.advice.plants.first, let place = plant.highestStep else { return nil }
        func level(_ value: Double) -> String { context.number(value, .poolLevel) }
        let band = plant.levels[place]
        return context.text(
            "proposal.highest",
            [
                "level": level(band.middle), "low": level(band.low), "high": level(band.high),
                "unit": context.unit(.poolLevel),
                "time": context.ownTime(dam.state.time + Int64(place + 1) * 3600),
            ])
    }

    private static func town(_ dam: DamAdvice, atlas: BasinAtlas, context: PageContext) -> String? {
        guard let below = dam.below, let town = dam.advice.towns.first,
            let name = atlas.basin.stations[below.station]?.name[context.language]
        else { return nil }
        func flow(_ value: Double) -> String { context.number(value, .release) }
        return context.text(
            "proposal.town",
            [
                "town": name, "hours": "\(below.hours)", "after": flow(town.after.middle),
                "before": flow(town.before.middle), "unit": context.unit(.release),
            ])
    }

    /// The first gate to be moved, and by when those below must know.
    private static func gates(_ dam: DamAdvice, context: PageContext) -> String? {
        guard let step = dam.advice.plants.first?.gateSteps.first else { return nil }
        return context.text(
            step.opens ? "proposal.opens" : "proposal.closes",
            ["gate": "\(step.gate)", "time": context.ownTime(step.time), "notice": context.ownTime(step.noticeBy)])
    }
}
