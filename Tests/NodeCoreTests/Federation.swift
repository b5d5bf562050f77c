import Accord
import Forecasting
import Foundation
import NodeCore
import River
import Series
import Storage
import Synchronization
import TestKit

/// A folder that goes away with the test.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("node-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Every file below a folder, by relative path.
    static func files(below path: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder)
            if !isFolder.boolValue { files[name] = try Data(contentsOf: URL(filePath: path + "/" + name)) }
        }
        return files
    }
}

/// The lines that nodes logged.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
}

/// The ids of a made border river.
enum Made {
    static let yunnan = PartyID("cn-yunnan")!  // literal ids, here and below
    static let laoCai = PartyID("vn-lao-cai")!
    static let laiChau = PartyID("vn-lai-chau")!
    static let national = PartyID("vn-national")!
    static let start = Instant(secondsSinceEpoch: 1_725_753_600)
    static let bandOfAlarms: [StationID: [Double]] = [
        StationID("lao-cai")!: [80, 82, 83.5], StationID("bao-ha")!: [55, 56, 57],
    ]

    static func text(_ text: String) -> LocalizedText { LocalizedText(vi: text, zh: text, en: text) }
    static func series(_ text: String) -> SeriesID { SeriesID(text)! }

    static let basin: Basin = {
        let providers = [
            ("manhao", yunnan), ("lao-cai", laoCai), ("bao-ha", laoCai), ("van-ban", laoCai), ("ha-noi", national),
        ]
        let stations = providers.map { id, provider in
            let id = StationID(id)!
            return Station(
                id: id, name: text(id.text), river: "thao", provider: provider, latitude: 22.5,
                longitude: 103.97, datum: "made",
                alarms: (bandOfAlarms[id] ?? []).enumerated().map {
                    AlarmLevel(level: $0 + 1, value: $1, scheme: "vn-bao-dong", quality: .solid, source: "made")
                })
        }
        let pairs = [("manhao", "lao-cai"), ("lao-cai", "bao-ha"), ("bao-ha", "ha-noi")]
        return Basin(
            id: "made", name: text("made"), stations: stations,
            reaches: pairs.map { above, below in
                Reach(
                    id: ReachID("\(above)-to-\(below)")!, river: "thao", upstream: StationID(above)!,
                    downstream: StationID(below)!, length: 60_000, slope: 3e-4, manningN: 0.033, bottomWidth: 180,
                    sideSlope: 3, celerity: 2.5, known: .estimated, source: "made")
            })
    }()

    static let register = PartyRegister(parties: [
        party(yunnan, .signatory, "CN", .china), party(laoCai, .signatory, "VN", .indochina),
        party(laiChau, .signatory, "VN", .indochina), party(national, .observer, "VN", .indochina),
    ])

    private static func party(_ id: PartyID, _ kind: Party.Kind, _ country: String, _ zone: UTCOffset) -> Party {
        Party(id: id, name: text(id.text), kind: kind, country: country, zone: zone)
    }

    static let agreement = Agreement(
        id: AgreementID("made-agreement")!, identity: AgreementIdentity(of: .null), title: text("made"),
        isIllustrative: true,
        parties: [
            AgreementParty(id: yunnan), AgreementParty(id: laoCai), AgreementParty(id: laiChau),
            AgreementParty(id: national, role: .observer),
        ],
        provisions: [
            share("3.1", ["vn-lao-cai/lao-cai/stage", "vn-lao-cai/bao-ha/stage"], .parties([yunnan])),
            share("3.2", ["cn-yunnan/manhao/stage"], .parties([laoCai])),
            share("3.3", ["vn-national/ha-noi/stage"], .everybody), delayed, floods, releases, emergencies,
        ])

    /// A clause that lets rain leave six hours later, in whole millimetres.
    private static let delayed: Provision = {
        var provision = share("3.4", ["vn-lao-cai/bao-ha/precipitation"], .parties([yunnan]))
        provision.minimumDelayMinutes = 360
        provision.rounding = 1
        return provision
    }()

    /// A clause by which one side tells the other of floods.
    private static let floods: Provision = {
        var provision = Provision(clause: "3.5", kind: .notice, field: .water, text: text("3.5"))
        provision.readers = .parties([yunnan, laoCai])
        provision.notice = NoticeTerms(event: .flood)
        return provision
    }()

    /// A clause by which releases are announced twelve hours before, with their flow.
    private static let releases: Provision = {
        var provision = Provision(clause: "3.6", kind: .notice, field: .water, text: text("3.6"))
        provision.readers = .parties([yunnan, laoCai])
        provision.notice = NoticeTerms(
            event: .plannedRelease, hoursBefore: 12, urgentHoursBefore: 1, mustState: [.flowTo, .start])
        return provision
    }()

    /// A clause by which one side alone tells the other.
    private static let emergencies: Provision = {
        var provision = Provision(clause: "3.7", kind: .notice, field: .water, text: text("3.7"))
        provision.series = [SeriesPattern(provider: laoCai, station: StationID("lao-cai"), property: .release)]
        provision.readers = .parties([yunnan])
        provision.notice = NoticeTerms(event: .emergencyRelease)
        return provision
    }()

    private static func share(_ clause: String, _ series: [String], _ readers: Readers) -> Provision {
        var provision = Provision(clause: clause, kind: .share, field: .water, text: text(clause))
        provision.series = series.map { name in
            let series = Made.series(name)
            return SeriesPattern(provider: series.provider, station: series.station, property: series.property)
        }
        provision.readers = readers
        return provision
    }

    /// A reading of stage; `hour` after the start.
    static func reading(_ name: String, hour: Double, _ value: Double, line: Int? = nil) -> ReceivedObservation {
        let time = start + Int64(hour * 3600)
        let observation = Observation(
            series: series(name), observed: time, received: time + 600, value: value, source: "made")
        return ReceivedObservation(observation, origin: "levels.csv:\(line ?? Int(hour)):\(name)")
    }

    /// The value of the reading that nobody may have.
    static let secret = 89.67

    /// Two days of 3-hourly readings at every station.
    static let readings: [ReceivedObservation] = stride(from: 0.0, through: 48, by: 3).flatMap { hour in
        let wave = hour < 24 ? hour / 6 : (48 - hour) / 6
        return [
            reading("cn-yunnan/manhao/stage", hour: hour, 120 + wave),
            reading("vn-lao-cai/lao-cai/stage", hour: hour, 79.5 + wave),
            reading("vn-lao-cai/bao-ha/stage", hour: hour, 53.25 + wave),
            reading("vn-lao-cai/van-ban/stage", hour: hour, hour == 24 ? secret : 86 + wave / 2),
            reading("vn-national/ha-noi/stage", hour: hour, 4.5 + wave / 3),
        ]
    }

    static let event = DemoEvent(
        readings: readings, cycleTimes: stride(from: 6, through: 48, by: 6).map { start + Int64($0 * 3600 + 900) })
}

/// Two nodes of the made river in folders of their own, one clock, a line each.
struct Federation {
    let clock: SimulatedClock
    let log = LogLines()
    let folder: String
    let yunnan: Node
    let laoCai: Node
    let toYunnan: SimulatedLink
    let toLaoCai: SimulatedLink

    init(in folder: String) throws {
        let clock = SimulatedClock(Made.start)
        self.clock = clock
        self.folder = folder
        yunnan = try Federation.node(Made.yunnan, in: folder, clock: clock, log: log)
        laoCai = try Federation.node(Made.laoCai, in: folder, clock: clock, log: log)
        toYunnan = Federation.link(to: yunnan, from: Made.laoCai)
        toLaoCai = Federation.link(to: laoCai, from: Made.yunnan)
    }

    static func node(
        _ party: PartyID, in folder: String, database: String? = nil, clock: SimulatedClock, log: LogLines,
        signer: LaneSigner? = nil, trust: LaneTrust? = nil, chance: [UInt8] = []
    ) throws -> Node {
        let place = "\(folder)/\(party)"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let files = FileFolder(path: place)
        let effects = Effects(
            now: { clock.now },
            randomBytes: { count in (0..<count).map { chance.isEmpty ? 0 : chance[$0 % chance.count] } },
            disk: Disk(
                write: { try files.write($0, $1) }, read: { try files.read($0) }, remove: { try files.remove($0) }),
            log: { log.add("\(party): \($0)") })
        let peers = [Made.yunnan, Made.laoCai].filter { $0 != party }
        return Node(
            configuration: NodeConfiguration(
                party: party, basin: Made.basin, register: Made.register, agreement: Made.agreement,
                signer: try signer ?? TestKeys.signer(of: party), trust: try trust ?? TestKeys.trust(in: peers),
                settings: CycleSettings(members: 11, horizonHours: 12)),
            database: try NodeDatabase(path: database ?? place + "/node.sqlite"), effects: effects)
    }

    static func link(to node: Node, from reader: PartyID) -> SimulatedLink {
        SimulatedLink { try await node.serve($0, to: reader) }
    }

    /// Both parties approve once and for all what the agreement grants.
    func approveAll() async throws {
        for node in [yunnan, laoCai] {
            try await node.say(
                .standing, of: SeriesPattern(provider: node.party, station: nil, property: nil), by: "duty officer")
        }
    }

    var demo: DemoFederation {
        let seats = [(yunnan, toYunnan), (laoCai, toLaoCai)].map { node, link in
            DemoSeat(party: node.party, open: { node }, serve: { _, path, _ in try await link.link.fetch(path) })
        }
        return DemoFederation(
            event: Made.event, seats: seats,
            lines: SimulatedLines(seed: 1, character: .perfect, periods: 60...300), clock: clock)
    }

    /// Everything that the tables of both nodes say at the end.
    func tables() throws -> [String] {
        try [yunnan, laoCai].flatMap { node in
            let database = node.database
            let kept = try database.allSeries().flatMap { try database.kept(of: $0) }
            let lanes = try database.ownLanes().flatMap { lane in
                ["\(try database.laneEntries(lane))", "\(try database.checkpoints(of: lane))"]
            }
            return [node.party.text] + kept.map { "\($0)" } + lanes
                + [
                    "\(try database.peerLanes())", "\(try database.refusals())",
                    "\(try database.forecasts(issuedFrom: Made.start))", "\(try database.warningDrafts())",
                ] + (try database.warningStates().map { "\($0.key) \($0.value.level) \($0.value.since)" }.sorted())
        }
    }
}
