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
        office: @escaping @Sendable (PartyID) async -> (office: AlertOffice, faults: [String], isUnlisted: Bool)?
    ) {
        self.init(
            office: { party in
                await office(party).map {
                    Standing(
                        name: $0.office.name, canSign: $0.office.sign != nil, faults: $0.faults,
                        isUnlisted: $0.isUnlisted)
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
            received: { (try? await node($0)?.receivedWarnings()) ?? [] },
            note: { party, number, office, step, person in
                (try? await node(party)?.note(step, of: number, office: office, by: person)) ?? false
            }, answer: { party, key in (try? await node(party)?.answer(key)) ?? nil },
            notices: { (try? await node($0)?.notices()) ?? [] },
            noticeSignature: { party, notice in await node(party)?.signature(of: notice) },
            clauses: { await node($0)?.noticeClauses() ?? [] },
            act: { party, deed, person in
                guard let node = await node(party) else { return nil }
                return try? await node.perform(deed, through: await office(party)?.office, by: person)
            },
            exercises: { (try? await node($0)?.exercises()) ?? [] },
            exerciseProposal: { party, id in
                guard let node = await node(party), let office = await office(party)?.office else { return nil }
                return try? await node.proposal(forExercise: id, through: office)
            },
            exercise: { party, deed, person in
                guard let node = await node(party) else { return nil }
                return try? await node.perform(deed, through: await office(party)?.office, by: person)
            },
            issued: { party, from, until in
                guard let node = await node(party) else { return nil }
                return try? await node.messages(issuedFrom: from, until: until)
            },
            review: { party, from, until in
                guard let node = await node(party) else { return nil }
                return try? await node.messageReview(from: from, until: until)
            })
    }
}

extension Node {
    /// Does what a person wants with an exercise.
    fileprivate func perform(
        _ deed: ExerciseDeed, through office: AlertOffice?, by person: String
    ) throws -> Result<Int, ExerciseFailure> {
        switch deed {
        case .arrange(let order): return try arrange(order, by: person).mapError { .problem($0) }
        case .drop(let id): return try drop(exercise: id, by: person).map { .failure(.problem($0)) } ?? .success(id)
        case .issue(let id, let addition):
            guard let office else { return .failure(.issue(.noKey)) }
            return try issue(exercise: id, addition: WarningOrder.addition(addition), through: office, by: person)
                .map { _ in id }.mapError { .issue($0) }
        }
    }

    /// Does what a person wants with a notice.
    fileprivate func perform(
        _ deed: NoticeDeed, through office: AlertOffice?, by person: String
    ) throws -> Result<String, NoticeProblem> {
        func result(_ id: String, _ problem: NoticeProblem?) -> Result<String, NoticeProblem> {
            problem.map { .failure($0) } ?? .success(id)
        }
        switch deed {
        case .draft(let order): return try draft(order, by: person)
        case .revise(let id, let values, let isUrgent):
            return result(id, try revise(id, values: values, isUrgent: isUrgent, by: person))
        case .note(let id, let event): return result(id, try note(event, of: id, by: person))
        case .send, .withdraw, .answer, .ask, .decline: break
        }
        guard let office else { return .failure(.issue(.noKey)) }
        switch deed {
        case .send(let id): return try send(notice: id, through: office, by: person).map { _ in id }
        case .withdraw(let id, let reason):
            return try send(notice: id, withdrawing: reason, through: office, by: person).map { _ in id }
        case .answer(let id): return result(id, try answer(notice: id, through: office, by: person))
        case .ask(let id, let request, let proposal):
            return result(id, try ask(request, about: id, worthOf: proposal, through: office, by: person))
        case .decline(let id, let asker, let reason):
            return result(id, try decline(requestOf: asker, about: id, reason: reason, through: office, by: person))
        case .draft, .revise, .note: return .failure(.order)
        }
    }
}
