import Accord
import Formats
import NodeCore
import Series
import Web

extension RegisterDesk {
    /// The desk of nodes that work in this process.
    ///
    /// - Parameter node: a party's node; nil while it does not run.
    init(pack: BasinPack, node: @escaping @Sendable (PartyID) async -> Node?) {
        self.init(offices: OfficeBook(pack), node: node)
    }

    /// The desk of nodes that work in this process, with the offices that its forms offer.
    init(offices: OfficeBook, node: @escaping @Sendable (PartyID) async -> Node?) {
        self.init(
            register: { try? await node($0)?.register() },
            history: { (try? await node($0)?.registerHistory()) ?? [] },
            perform: { party, acts, person in
                guard let node = await node(party) else { return .failed }
                return (try? await node.answer(acts, by: person)) ?? .failed
            },
            waiting: { (try? await node($0)?.waitingActs()) ?? [] },
            answer: { party, number, isApproved, person in
                guard let node = await node(party),
                    let outcome = try? await node.answer(waiting: number, isApproved: isApproved, by: person)
                else { return false }
                if case .refused = outcome { return false }
                return true
            },
            keepFile: { party, bytes in try? await node(party)?.keep(file: bytes) },
            file: { party, digest in (try? await node(party)?.keptFile(digest)) ?? nil },
            enter: { party, observation in
                guard let node = await node(party) else { return "stopped" }
                let origin = "desk/\(observation.series)/\(observation.observed)/\(observation.revision)"
                let outcome = try? await node.receive([ReceivedObservation(observation, origin: origin)]).first
                switch outcome?.result {
                case .recorded, .alreadyKnown: return nil
                case .refused(let reason): return reason.code
                case nil: return "failed"
                }
            },
            print: PaperPrinter.installed?.printing, offices: offices)
    }
}

extension OfficeBook {
    /// The offices and units of a pack.
    init(_ pack: BasinPack) {
        self.init(
            register: pack.register,
            units: pack.units.values.map {
                Unit(
                    id: $0.id, party: $0.party, tier: $0.tier, name: $0.name, validity: $0.validity,
                    successor: $0.successor)
            })
    }
}

extension Node {
    /// Does acts all or none, and says what came of them.
    fileprivate func answer(_ acts: [RegisterAct], by person: String) throws -> RegisterDeskAnswer {
        if acts.count == 1, let act = acts.first {
            switch try perform(act, by: person) {
            case .done(_, let unreached): return .done(unreached: unreached)
            case .waits: return .waits
            case .refused(let problem): return .refused(place: 0, problem)
            }
        }
        switch try perform(acts, by: person) {
        case .success: return try needsTwoPeople() ? .waits : .done(unreached: [])
        case .failure(let problem): return .refused(place: problem.place, problem.problem)
        }
    }
}
