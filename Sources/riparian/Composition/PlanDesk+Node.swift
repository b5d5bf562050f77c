import Forecasting
import Formats
import NodeCore
import Series
import Storage
import Web

extension PlanDesk {
    /// The desk of nodes that work in this process.
    ///
    /// - Parameter node: a party's node; nil while it does not run.
    init(pack: BasinPack, node: @escaping @Sendable (PartyID) async -> Node?) throws {
        let catalogues = try Catalogues.bundled()
        self.init(
            plans: { try? await node($0)?.plans() }, plan: { party, number in try? await node(party)?.plan(number) },
            make: { party, person in
                guard let node = await node(party), let found = try? await node.cascade(pack: pack) else { return nil }
                guard let document = found.document else { return .failure(.nothing(found.missing)) }
                let record = await OwnThread.run { PlanRecord(document, loop: parallelLoop(0)) }
                let number = try? await node.keep(plan: record, catalogues: catalogues, by: person)
                return number.map { .success($0) }
            },
            answer: { party, number, word, person in
                guard let node = await node(party) else { return nil }
                do {
                    return try await node.answer(plan: number, with: word, by: person).map { .failure($0) }
                        ?? .success(())
                } catch {
                    return nil
                }
            })
    }
}
