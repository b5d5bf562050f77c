import Accord
import AsyncHTTPClient
import Formats
import Foundation
import NodeCore
import Series
import Storage
import Web

/// The pages of a register of many provisions and indicators, asked for one after the other.
struct DeskBench: Benchmark {
    private static let (provisions, indicators, questions) = (10_000, 1_000, 200)
    private static let edition = "conference-5"
    private let node: Node
    private let offices: OfficeBook
    private let folder: String
    private let importSeconds: Double

    init(root: String, seed: UInt64) async throws {
        let world = try BenchWorld(root: root, seed: seed, gauges: 1)
        node = try await world.node("desk")
        folder = root + "/desk/" + BenchWorld.provider.text
        let reading = readBasinPack(at: StandardPack.folder)
        guard let pack = reading.pack else {
            throw CommandRefusal(.usage, "no pack is at \(StandardPack.folder) - run this where the sources are")
        }
        offices = OfficeBook(pack)
        let acts = DeskBench.acts(seed: seed)
        let begin = ContinuousClock.now
        if try await node.register().editions.isEmpty,
            case .failure(let problem) = try await node.perform(acts, by: "made")
        {
            throw CommandRefusal(.ours, "a made act is refused: \(problem)")
        }
        importSeconds = (ContinuousClock.now - begin).inSeconds
    }

    var unit: String { "ms" }
    var size: String {
        "p99 of the slowest page, \(DeskBench.questions) questions each, \(DeskBench.provisions) provisions, "
            + "\(DeskBench.indicators) indicators"
    }

    func run() async throws -> BenchSample {
        let (node, watch) = (node, try DatabaseWatch(path: folder + "/node.sqlite"))
        let keeper = BoardKeeper(
            version: { (try? watch.version()) ?? 0 }, nanoseconds: { TimeInput.steadyNanoseconds },
            make: { try node.dutyBoard(at: BenchWorld.now) })
        let site = try DutySite(
            parties: [.init(party: BenchWorld.provider, name: DeskBench.text("made"), zone: .zero)],
            stationNames: [:], catalogues: try Catalogues.bundled(),
            desk: NodeDesk(
                standing: { PartyStanding(party: $0, state: .running, now: BenchWorld.now, unreachable: [:]) },
                exchange: { _ in nil }, gate: { _ in nil }, history: { _, _ in nil }, table: { _, _ in nil },
                publicLaneFile: { _, _ in nil }, mark: { _ in await keeper.mark() },
                register: RegisterDesk(offices: offices, node: { _ in node }),
                nanoseconds: { TimeInput.steadyNanoseconds }, trustsOwnMachine: true),
            board: { _ in await keeper.board() })
        return try await SiteHost.serving(site) { try await ask($0) }
    }

    /// Pages by a name for the figure.
    private static let pages = [
        ("list", "register"), ("narrowed", "register?field=trade&standing=slow"),
        ("search", "register?words=provision+77"), ("last", "register?from=9900"),
        ("provision", "register/\(edition)/77.7"), ("indicators", "indicators"),
        ("indicator", "indicators/indicator-7"), ("conference", "conference"), ("desk", "desk"),
    ]

    private func ask(_ address: String) async throws -> BenchSample {
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        var details: [String: Double] = ["acts_per_s": Double(DeskBench.acts(seed: 0).count) / importSeconds]
        var (worst, bytes) = (0.0, 0)
        for (name, path) in DeskBench.pages {
            let page = "\(address)/\(BenchWorld.provider)/\(path)\(path.contains("?") ? "&" : "?")lang=vi"
            bytes += try await SiteHost.get(page, client)
            var times: [Double] = []
            for _ in 0..<DeskBench.questions {
                let asked = ContinuousClock.now
                try await SiteHost.get(page, client)
                times.append((ContinuousClock.now - asked).inSeconds * 1_000)
            }
            times.sort()
            let late = times[times.count * 99 / 100]
            details[name + "_p99_ms"] = late
            worst = max(worst, late)
        }
        try await client.shutdown()
        return BenchSample(value: worst, checksum: Double(bytes), details: details)
    }

    // MARK: The made register

    private static func text(_ text: String) -> LocalizedText { LocalizedText(vi: text, zh: text, en: text) }

    private static func acts(seed: UInt64) -> [RegisterAct] {
        let parties = [BenchWorld.provider, BenchWorld.reader]
        var acts: [RegisterAct] = [
            .edition(
                EditionCard(
                    id: edition, number: 5, title: text("Fifth"), parties: parties, state: .signed, source: "made"))
        ]
        for number in 0..<indicators {
            let id = "indicator-\(number)"
            acts.append(
                .indicator(
                    IndicatorCard(
                        id: id, name: text("indicator \(number)"), definition: text("what is counted"), unit: "1",
                        period: .year, source: "made", field: field(number))))
            acts.append(
                .figure(
                    FigureStatement(
                        indicator: id, period: "2025", value: Double(number), known: .observed, source: "made")))
        }
        var generator = SeededGenerator(seed: seed)
        for number in 0..<provisions {
            guard let key = ProvisionKey(edition: edition, clause: "\(number / 100 + 1).\(number % 100 + 1)") else {
                preconditionFailure("a made clause is one")
            }
            let words = (0..<30).map { _ in "word\(Int(generator.nextUnit() * 5_000))" }.joined(separator: " ")
            var card = ProvisionCard(
                key: key, kind: .action, field: field(number), text: text("provision \(number) \(words)"))
            card.responsible = [OfficeReference(party: parties[number % 2], name: "office \(number % 40)")]
            card.due = CivilDate(year: 2026, month: number % 12 + 1, day: 1)
            card.indicators = ["indicator-\(number % indicators)"]
            acts.append(.provision(card))
            let standing = ProvisionStanding.allCases[number % ProvisionStanding.allCases.count]
            acts.append(.standing(StandingStatement(provision: key, standing: standing, remark: "as told")))
        }
        return acts
    }

    private static func field(_ number: Int) -> String {
        CooperationFields.known[number % CooperationFields.known.count]
    }
}
