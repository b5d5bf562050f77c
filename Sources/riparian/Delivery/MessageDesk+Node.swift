import Accord
import NodeCore
import Series
import Web

extension MessageDesk {
    /// The desk of a node that works in this process.
    ///
    /// - Parameters:
    ///   - node: a party's node; nil while it does not run.
    ///   - office: a party's issuing office as it is today; nil where nobody has described one.
    init(
        node: @escaping @Sendable (PartyID) async -> Node?,
        office: @escaping @Sendable (PartyID) async -> (office: AlertOffice, faults: [String])?
    ) {
        self.init(
            office: { party in
                await office(party).map {
                    Standing(name: $0.office.name, canSign: $0.office.sign != nil, faults: $0.faults)
                }
            },
            proposal: { party, station in
                guard let node = await node(party), let office = await office(party)?.office else { return nil }
                return try? await node.proposal(for: station, through: office)
            },
            issue: { party, order, person in
                guard let node = await node(party), let office = await office(party)?.office else { return nil }
                return try? await node.issue(order, through: office, by: person)
            },
            messages: { (try? await node($0)?.messages()) ?? [] },
            message: { party, number in (try? await node(party)?.message(number)) ?? nil },
            named: { party, identifier in (try? await node(party)?.message(named: identifier)) ?? nil },
            note: { party, number, office, step, person in
                (try? await node(party)?.note(step, of: number, office: office, by: person)) ?? false
            }, answer: { party, key in (try? await node(party)?.answer(key)) ?? nil })
    }
}
