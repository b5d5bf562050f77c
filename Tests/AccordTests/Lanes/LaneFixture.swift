import Crypto
import Foundation
import Series
import Testing

@testable import Accord

/// An invented lane with its files, for tests that damage them.
struct LaneFixture {
    static let origin = "riparian/cn-yunnan/test/vn-lao-cai"
    let key: Curve25519.Signing.PrivateKey
    let entries: [[UInt8]]
    var files: [String: [UInt8]] = [:]

    /// The key that checks the lane.
    var verifier: VerifierKey { VerifierKey(lane: LaneFixture.origin, of: key) }
    /// The leaf hashes in order.
    var leaves: [[UInt8]] { entries.map { MerkleTree.leafHash($0) } }

    init(_ count: Int, from first: Int = 0, seed: UInt8 = 7) throws {
        key = try LaneFixture.key(seed)
        entries = try (0..<count).map { try LaneFixture.entry($0 + first) }
        files = Dictionary(
            uniqueKeysWithValues: LaneTiles.files(entries.map { ($0, MerkleTree.leafHash($0)) }).map {
                ($0.path, $0.bytes)
            })
        files["checkpoint"] = try checkpoint()
    }

    static func key(_ seed: UInt8) throws -> Curve25519.Signing.PrivateKey {
        try Curve25519.Signing.PrivateKey(rawRepresentation: Data(repeating: seed, count: 32))
    }

    static func observation(_ index: Int, source: String = "test") throws -> Observation {
        Observation(
            series: try #require(SeriesID("cn-yunnan/manhao/stage")),
            observed: Instant(secondsSinceEpoch: Int64(index)),
            received: Instant(secondsSinceEpoch: Int64(index) + 60), value: 86.91 + Double(index), source: source)
    }

    static func entry(_ index: Int) throws -> [UInt8] {
        try #require(try LaneEntry.entries([observation(index)]).first)
    }

    /// The signed checkpoint of the first entries; of all when no number is given.
    func checkpoint(_ size: Int? = nil) throws -> [UInt8] {
        let size = size ?? entries.count
        let root = MerkleTree.root(Array(leaves.prefix(size)))
        return try Checkpoint(origin: LaneFixture.origin, size: size, root: root).signed(by: key)
    }

    /// What the check finds, as `path index kind`.
    func faults(old: [UInt8]? = nil, key: VerifierKey? = nil) -> [String] {
        verifyLane(key: key ?? verifier, old: old) { files[$0] }.faults.map { fault in
            "\(fault.path) \(fault.index.map { String($0) } ?? "-") \(fault.kind.rawValue)"
        }
    }
}

/// Bytes of hexadecimal digits.
func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = Array(hexadecimal.utf8).map { UInt8(Character(UnicodeScalar($0)).hexDigitValue ?? 0) }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}
