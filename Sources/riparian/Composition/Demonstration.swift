import Accord
import Forecasting
import Formats
import Foundation
import NodeCore
import River
import Series
import Storage
import Web

/// The nodes of a demonstration and what their pages need.
struct Demonstration {
    let pack: BasinPack
    let event: EventReading
    /// The signatories of the agreement, by id.
    let signatories: [PartyID]
    /// The parties that run a node: first the one with most readings, whose forecasts fill the tables.
    let parties: [PartyID]
    let federation: DemoFederation
    private let clock: SimulatedClock
    private let offices: DemonstrationOffice

    /// Lays out the folders of the nodes.
    ///
    /// - Parameters:
    ///   - joining: a number or party ids joined by commas; nil for every signatory.
    ///   - lines: how the lines between the nodes behave.
    init(
        pack: BasinPack, event: EventReading, folders: NodeFolders, joining: String?, lines: SimulatedLines
    ) throws {
        self.pack = pack
        self.event = event
        let composition = try NodeComposition(pack: pack)
        signatories = composition.agreement.signatories
        parties = try DemoParties(event: event, agreement: composition.agreement.asIfInForce).joining(joining)
        let clock = SimulatedClock(event.observations.map(\.received).min() ?? Instant(secondsSinceEpoch: 0))
        self.clock = clock
        offices = try DemonstrationOffice(
            parties: parties, register: pack.register, at: clock.now, catalogues: try pack.catalogues())
        let keys = try parties.map { try NodeKeys.demonstration(of: $0) }
        let peers = Dictionary(uniqueKeysWithValues: keys.map { ($0.party, $0.peerKey) })
        let offices = offices
        let seats = keys.map { keys in
            DemoSeat(
                party: keys.party,
                open: {
                    var configuration = composition.configuration(
                        of: keys.party, signer: keys.signer, peers: peers, event: event)
                    configuration.trust.alertKeys = { offices.listed($0) }
                    let node = try folders.node(configuration, clock: { clock.now })
                    try composition.layOut(FileFolder(path: folders.folder(of: keys.party)), keys: keys, peers: peers)
                    return node
                })
        }
        federation = DemoFederation(
            event: Demonstration.demoEvent(event), seats: seats, lines: lines, clock: clock)
    }

    /// The readings and cycles of an event.
    private static func demoEvent(_ event: EventReading) -> DemoEvent {
        let usable = event.rows.filter { $0.verdict != .refused }
        let readings = usable.compactMap { row in
            row.observation.map {
                ReceivedObservation($0, origin: "event/\(event.description.id)/\(row.origin)")
            }
        }
        let stated = usable.compactMap { row in
            row.statedDifference.map { ("event/\(event.description.id)/\(row.origin)", $0) }
        }
        let times = cycleTimes(
            received: event.observations.map(\.received), official: event.officialCrests.map(\.issued),
            every: CycleSettings().cycleHours)
        return DemoEvent(
            readings: readings, stated: Dictionary(stated) { first, _ in first }, cycleTimes: times)
    }

    /// The web site of the nodes.
    func site() throws -> DutySite {
        let clock = clock
        let (federation, joined) = (federation, Set(parties))
        return try DutySite(
            parties: signatories.map { party in
                DutySite.Entry(
                    party: party, name: pack.register.name(of: party),
                    hasPage: joined.contains(party), zone: pack.register.zone(of: party))
            }, stationNames: pack.basin.adding(event.stations).stations.mapValues(\.name),
            catalogues: try pack.catalogues(),
            replay: ReplayBanner(
                event: event.description.id, title: event.description.title, remarks: event.description.remarks),
            desk: try desk(),
            atlas: BasinAtlas(
                pack, basin: pack.basin.adding(event.stations),
                agreement: try NodeComposition(pack: pack).agreement.asIfInForce),
            board: { party in try? await federation.node(of: party)?.dutyBoard(at: clock.now) })
    }

    /// What the pages of the nodes ask and do.
    private func desk() throws -> NodeDesk {
        let (federation, clock, adviser) = (federation, clock, ReservoirAdviser(pack: pack))
        return NodeDesk(
            standing: { await federation.standing(of: $0) },
            setRunning: { party, isWanted in
                (try? await isWanted ? federation.start(party) : federation.stop(party)) ?? false
            },
            exchange: { try? await federation.node(of: $0)?.exchangeBoard() },
            gate: { try? await federation.node(of: $0)?.gateBoard() },
            answer: { party, answer, person in
                (try? await federation.act(at: party) { try await $0.answer(answer, by: person) }) ?? 0
            },
            history: { party, question in
                try? await federation.node(of: party)?.history(
                    of: question.series, at: question.asOf ?? clock.now, during: question.interval)
            },
            table: { party, request in try? await federation.node(of: party)?.seriesTable(request) },
            values: { party, request in try? await federation.node(of: party)?.seriesValues(request) },
            publicLaneFile: { party, path in try? await federation.node(of: party)?.serve(path, to: party) },
            mark: { party in
                let messages = try? await federation.node(of: party)?.database.messageMarks()
                let state = await federation.standing(of: party).state
                let said = messages.map { "\($0)" } ?? ""
                return "\(clock.now) \(state) \(said) \(await adviser.count)"
            },
            past: { party, time in try? await federation.node(of: party)?.dutyBoard(at: time) },
            compliance: { party, from, until in
                try? await federation.node(of: party)?.complianceReport(from: from, until: until, now: nil)
            }, health: { try? await federation.node(of: $0)?.health(version: Riparian.version) },
            register: RegisterDesk(pack: pack, node: { await federation.node(of: $0) }), messages: messageDesk,
            plans: try PlanDesk(pack: pack, node: { await federation.node(of: $0) }),
            advice: { await adviser.advice(on: $0) },
            skill: { party, point in try? await federation.node(of: party)?.skill(of: point) },
            nanoseconds: { TimeInput.steadyNanoseconds },
            trustsOwnMachine: true)
    }

    /// Warnings, to be issued as exercises.
    private var messageDesk: MessageDesk {
        let (federation, clock, offices) = (federation, clock, offices)
        let zones = pack.register.parties.mapValues(\.zone)
        return MessageDesk(
            node: { await federation.node(of: $0) },
            office: { party in
                let day = clock.now.civil(in: zones[party] ?? .zero).date
                return offices.office(of: party, on: day).map { ($0, [], false) }
            })
    }

    /// The tables for a person.
    func text(of report: DemoReport) -> String {
        let basin = pack.basin.adding(event.stations)
        let names = report.parties.map { "  \($0.name.en): \($0.hasNode ? "runs a node here" : "not joined")" }
        let waiting = report.shared.count { $0.standing == .notJoined }
        let rows = report.shared.filter { $0.standing != .notJoined }.map { row in
            [
                row.clause, row.series.description, row.reader.text, "\(row.readings)", "\(row.delivered)",
                row.standing.rawValue,
            ]
        }
        let shared =
            "What was shared under the illustrative agreement (simulated)\n"
            + TextTable(
                header: ["clause", "series", "reader", "readings", "delivered", "standing"], rows: rows,
                rightAligned: [3, 4]
            ).text + "\n  and \(waiting) granted series of or for parties that have not joined"
        let tables = ReplayTables(report: report.replay, event: event, basin: basin).text
        return [tables, "Parties\n" + names.joined(separator: "\n"), shared].joined(separator: "\n\n")
    }
}

/// Who takes part in a demonstration.
struct DemoParties {
    let event: EventReading
    let agreement: Agreement

    /// The parties that run a node.
    ///
    /// - Parameter choice: a number of parties, ids joined by commas, or nil for every signatory.
    func joining(_ choice: String?) throws -> [PartyID] {
        let order = try ordered()
        guard let choice else { return order }
        if let count = Int(choice) {
            guard (1...order.count).contains(count) else {
                throw CommandRefusal(
                    .usage,
                    "--parties \(count): the agreement has \(order.count) signatories - give 1 to \(order.count)")
            }
            return Array(order.prefix(count))
        }
        let names = choice.split(separator: ",").map(String.init)
        let chosen = try names.map { name in
            guard let party = PartyID(name), order.contains(party) else {
                let known = order.map(\.text).joined(separator: ", ")
                throw CommandRefusal(
                    .usage, "--parties: '\(name)' has not signed the agreement - give some of \(known)")
            }
            return party
        }
        return order.filter(chosen.contains)
    }

    /// The signatories: first the one with most readings, then those that may read one of its series.
    private func ordered() throws -> [PartyID] {
        let signatories = agreement.signatories
        let counts = Dictionary(grouping: event.observations) { $0.series.provider }.mapValues(\.count)
        guard let first = signatories.max(by: { (counts[$0] ?? 0, $1) < (counts[$1] ?? 0, $0) }),
            counts[first] ?? 0 > 0
        else {
            throw CommandRefusal(
                .usage, "no party of the agreement has readings in this event - replay it with 'riparian replay'")
        }
        let readers = signatories.filter { $0 != first && mayRead($0, from: first) }
        return [first] + readers + signatories.filter { $0 != first && !readers.contains($0) }
    }

    private func mayRead(_ reader: PartyID, from provider: PartyID) -> Bool {
        event.observations.contains { observation in
            guard observation.series.provider == provider else { return false }
            return agreement.verdict(for: observation.series, reader: reader, at: observation.observed).clause != nil
        }
    }
}
