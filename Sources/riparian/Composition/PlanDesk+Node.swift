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
        let (catalogues, shelf) = (try Catalogues.bundled(), PlanShelf())
        self.init(
            plans: { try? await node($0)?.plans() }, plan: { party, number in try? await node(party)?.plan(number) },
            make: { party, person in
                guard let node = await node(party), let found = try? await node.cascade(pack: pack) else { return nil }
                guard let document = found.document else { return .failure(.nothing(found.missing)) }
                let record = await shelf.make(document)
                guard let number = try? await node.keep(plan: record, catalogues: catalogues, by: person) else {
                    return nil
                }
                await shelf.keep(record, as: number, of: party)
                return .success(number)
            },
            tried: { party, number, moves in
                await shelf.record(number, of: party) { try? await node(party)?.plan(number)?.document }
                    .map { record in
                        ReleaseTrial.Comparison(
                            moves, in: record.advice.plan, of: record.inputs.whole, loop: parallelLoop(0))
                    }
            },
            answer: { party, number, word, person in
                try? await node(party)?.answer(plan: number, with: word, by: person)
            })
    }
}

/// Plans at hand, so that other orders can be tried at once: the last few; others are made again from what is kept.
private actor PlanShelf {
    private struct Place: Hashable {
        let party: PartyID
        let number: Int64
    }

    private static let most = 4
    private var records: [(place: Place, record: PlanRecord)] = []

    /// Plans on a thread of its own.
    nonisolated func make(_ document: CascadeDocument) async -> PlanRecord {
        await OwnThread.run { PlanRecord(document, loop: parallelLoop(0)) }
    }

    func keep(_ record: PlanRecord, as number: Int64, of party: PartyID) {
        records.append((Place(party: party, number: number), record))
        if records.count > PlanShelf.most { records.removeFirst() }
    }

    func record(
        _ number: Int64, of party: PartyID, document: @Sendable () async -> [UInt8]?
    ) async -> PlanRecord? {
        let place = Place(party: party, number: number)
        if let found = records.first(where: { $0.place == place }) { return found.record }
        guard let bytes = await document(), let inputs = try? readCascadeDocument(bytes, file: "plan") else {
            return nil
        }
        let record = await make(inputs)
        if !records.contains(where: { $0.place == place }) { keep(record, as: number, of: party) }
        return record
    }
}
