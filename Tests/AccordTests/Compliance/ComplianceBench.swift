import Crypto
import Series
import TestKit

@testable import Accord

// The literals of this file are ids and times that exist.
let cnYunnan = PartyID("cn-yunnan")!
let vnLaoCai = PartyID("vn-lao-cai")!
let vnLaiChau = PartyID("vn-lai-chau")!
let vnDienBien = PartyID("vn-dien-bien")!
let witness = PartyID("conference-witness")!
let manhaoStage = SeriesID("cn-yunnan/manhao/stage")!
let beijingClock = NamedZone(name: "beijing", offset: .china)
let threeWords = LocalizedText(vi: "a", zh: "b", en: "c")

func utc(_ text: String) -> Instant { (try? Instant(iso8601: text))! }

/// One lane and what is known about it, built step by step.
struct ComplianceBench {
    var provision: Provision
    var provisions: [Provision] = []
    var isIllustrative = true
    var lane = LaneEvidence(origin: "riparian/cn-yunnan/test/vn-lai-chau_vn-lao-cai", leafHashes: [])
    var further: [LaneEvidence] = []
    var asOf: Instant?
    var from = utc("2024-09-01T00:00:00+08:00")
    var until = utc("2024-10-01T00:00:00+08:00")

    /// A reading every 24 hours at 00:00Z, due one hour later; owed by Yunnan to Lao Cai and Lai Chau.
    init() {
        provision = Provision(clause: "1.1", kind: .share, field: .water, text: threeWords)
        provision.series = [SeriesPattern(provider: cnYunnan, station: StationID("manhao"), property: .stage)]
        provision.readers = Readers([vnLaoCai, vnLaiChau])
        provision.rhythm = .every(minutes: 1440)
        provision.deadlineMinutes = 60
    }

    var agreement: Agreement {
        Agreement(
            id: AgreementID("test")!, identity: AgreementIdentity(of: "test"), title: threeWords,
            isIllustrative: isIllustrative,
            parties: [cnYunnan, vnLaoCai, vnLaiChau, vnDienBien].map { AgreementParty(id: $0) },
            provisions: [provision] + provisions)
    }

    /// Limits the span to the deadlines of some days of September 2024.
    mutating func span(_ first: Int, _ last: Int) {
        from = day(first)
        until = day(last + 1)
    }

    /// 00:00Z of a day of September 2024.
    func day(_ day: Int) -> Instant { utc("2024-09-01T00:00:00Z") + Int64(day - 1) * 86_400 }

    /// Appends an entry with one reading; answers its index.
    @discardableResult
    mutating func deliver(
        _ observed: Instant, received: Instant? = nil, revision: Int = 0, value: Double? = 1, known: Known = .observed,
        series: SeriesID = manhaoStage
    ) -> Int {
        let index = grow()
        lane.rows.append(
            LaneEvidence.Row(
                index: index, offset: 0, series: series, observed: observed, received: received ?? observed,
                revision: revision, value: value, known: known))
        return index
    }

    /// Appends an entry without readings; answers its index.
    @discardableResult
    mutating func grow() -> Int {
        let index = lane.leafHashes.count
        lane = LaneEvidence(
            origin: lane.origin, leafHashes: lane.leafHashes + [MerkleTree.leafHash(Array("entry \(index)".utf8))],
            rows: lane.rows, notices: lane.notices, retractions: lane.retractions, receipts: lane.receipts)
        return index
    }

    mutating func retract(_ target: Int, offset: Int? = nil) {
        lane.retractions.append(LaneEvidence.Retraction(index: grow(), target: target, offset: offset))
    }

    mutating func outage(_ subject: String, from: Instant, until: Instant?, supersedes: Int? = nil) {
        lane.notices.append(
            LaneEvidence.Notice(
                index: grow(), clause: "3.4", event: .outage, subject: subject, issued: from, from: from, until: until,
                supersedes: supersedes))
    }

    /// A receipt over the lane as it is now, or over its first entries.
    mutating func receipt(_ reader: PartyID, _ time: Instant, size: Int? = nil) {
        lane.receipts.append(receiptEvidence(reader, time, size: size ?? lane.leafHashes.count))
    }

    var evidence: [LaneEvidence] { [lane] + further }

    var manifest: EvidenceManifest {
        EvidenceManifest(
            of: evidence, agreement: agreement, from: from, until: until, isSimulated: false,
            asOf: asOf.map { [lane.origin: $0] } ?? [:])
    }

    func report() throws -> ComplianceReport {
        try compliance(of: agreement, under: manifest, evidence: evidence)
    }

    /// The counts of the whole span for a reader.
    func counts(_ reader: PartyID = vnLaoCai, clause: String = "1.1") throws -> ComplianceCounts {
        let row = try report().rows.first {
            $0.clause == clause && $0.reader == .party(reader) && $0.period == .whole
        }
        return row?.counts ?? ComplianceCounts()
    }
}

func receiptEvidence(_ reader: PartyID, _ time: Instant, size: Int) -> ReceiptEvidence {
    ReceiptEvidence(
        reader: reader, time: time, size: size,
        noteHash: Array(SHA256.hash(data: Array("\(reader) \(time) \(size)".utf8))))
}

/// An outage clause, so that a notice can be an agreed reason.
let outageClause: Provision = {
    var notice = Provision(clause: "3.4", kind: .notice, field: .water, text: threeWords)
    notice.readers = Readers([cnYunnan, vnLaoCai, vnLaiChau])
    notice.notice = NoticeTerms(event: .outage)
    return notice
}()

/// A sequence of numbers that depends on its seed alone (splitmix64, Steele et al. 2014).
struct SeededNumbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }

    mutating func shuffled<Element>(_ values: [Element]) -> [Element] {
        var values = values
        for place in stride(from: values.count - 1, to: 0, by: -1) { values.swapAt(place, below(place + 1)) }
        return values
    }
}
