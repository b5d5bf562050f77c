import Accord
import Crypto
import Foundation
import NodeCore
import River
import Series
import Storage

/// A made party with 100 gauges or another number of them, hourly readings of a year, checks on all of them, and one reader: what the benchmarks of
/// the store and the lanes work on.
struct BenchWorld {
    static let provider = PartyID("made-provider")!  // made ids are valid, here and below
    static let reader = PartyID("made-reader")!
    static let start = Instant(secondsSinceEpoch: 1_704_067_200)
    /// The clock of the made nodes.
    static let now = start + 400 * 86_400
    let root: String
    let seed: UInt64
    let basin: Basin
    let agreement: Agreement
    let gauges: Int

    init(root: String, seed: UInt64, gauges: Int = 100) throws {
        self.gauges = gauges
        self.root = root
        self.seed = seed
        let stations = (0..<gauges).map { number in
            Station(
                id: StationID("gauge-\(number)")!, name: BenchWorld.text("gauge \(number)"), river: "made",
                provider: BenchWorld.provider, datum: "made")
        }
        let limits = CheckLimits(
            failRange: -50...500, suspectRange: -10...200, suspectRate: 2, failRate: 5, suspectSpike: 1, failSpike: 3,
            flatTolerance: 0.001, flatHours: 24)
        basin = Basin(
            id: "made", name: BenchWorld.text("made"), stations: stations, reaches: [],
            checkLimits: CheckLimitTable(byProperty: [.stage: limits]))
        var share = Provision(clause: "1.1", kind: .share, field: .water, text: BenchWorld.text("made"))
        share.series = [SeriesPattern(provider: BenchWorld.provider, station: nil, property: .stage)]
        share.readers = .parties([BenchWorld.reader])
        agreement = Agreement(
            id: AgreementID("made")!, identity: AgreementIdentity(of: .null), title: BenchWorld.text("made"),
            isIllustrative: true,
            parties: [AgreementParty(id: BenchWorld.provider), AgreementParty(id: BenchWorld.reader)],
            provisions: [share])
    }

    private static func text(_ text: String) -> LocalizedText { LocalizedText(vi: text, zh: text, en: text) }

    /// The readings of a range of places: hour by hour, every gauge once an hour.
    func readings(_ range: Range<Int>) -> [ReceivedObservation] {
        range.map { place in
            let (hour, gauge) = place.quotientAndRemainder(dividingBy: gauges)
            var generator = SeededGenerator(seed: seed &+ UInt64(place))
            let wave = sin(Double(hour) / 40 + Double(gauge)) * 3
            let value = ((12 + wave + generator.nextUnit() * 0.04) * 1000).rounded() / 1000
            let time = BenchWorld.start + Int64(hour) * 3600
            let series = SeriesID(
                provider: BenchWorld.provider, station: StationID("gauge-\(gauge)")!, property: .stage)
            return ReceivedObservation(
                Observation(series: series, observed: time, received: time + 60, value: value, source: "made gauge"),
                origin: "made:\(place)")
        }
    }

    /// A node of the provider on a store of that name, with the standing approval of its lane.
    func node(_ name: String) async throws -> Node {
        let node = try node(name, of: BenchWorld.provider)
        if try node.approvals().isEmpty {
            try await node.say(
                .standing, of: SeriesPattern(provider: BenchWorld.provider, station: nil, property: nil),
                by: "benchmark")
        }
        return node
    }

    /// A node of the reader on a store of that name.
    func readerNode(_ name: String) throws -> Node { try node(name, of: BenchWorld.reader) }

    private func node(_ name: String, of party: PartyID) throws -> Node {
        let keys = try [BenchWorld.provider, BenchWorld.reader].map { ($0, try BenchWorld.key(of: $0)) }
        let trust = Dictionary(
            uniqueKeysWithValues: keys.map { ($0, VerifierKey(lane: "riparian/\($0)", of: $1)) })
        let configuration = NodeConfiguration(
            party: party, basin: basin, register: PartyRegister(parties: []), agreement: agreement,
            signer: .signing(with: try BenchWorld.key(of: party), as: party), trust: .pinned(trust))
        let clock = BenchWorld.now
        return try NodeFolders(root: root + "/" + name).node(configuration, clock: { clock })
    }

    /// A key that everybody can compute, worth nothing.
    private static func key(of party: PartyID) throws -> Curve25519.Signing.PrivateKey {
        try Curve25519.Signing.PrivateKey(
            rawRepresentation: Array(SHA256.hash(data: Data("made key of \(party)".utf8))))
    }

    /// Takes a store away.
    func remove(_ name: String) { try? FileManager.default.removeItem(atPath: root + "/" + name) }
}
