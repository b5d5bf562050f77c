import Foundation
public import NodeCore
import Series

/// A lane form for tests of the rooms above Accord: honest arithmetic with a checksum where a lane has SHA-256 and Ed25519.
/// It protects nothing.
public enum ChecksumLane {
    /// Bytes that are not what they should be.
    struct Broken: Error {}

    /// How lanes are written and read.
    public static let form = LaneForm(
        entries: { observations in
            try stride(from: 0, to: observations.count, by: 100).map { start in
                let encoder = JSONEncoder()
                encoder.outputFormatting = .sortedKeys
                return [UInt8](try encoder.encode(Array(observations[start..<min(start + 100, observations.count)])))
            }
        },
        observations: { entry, received in
            try JSONDecoder().decode([Observation].self, from: Data(entry)).map {
                Observation(
                    series: $0.series, observed: $0.observed, received: received, value: $0.value,
                    quality: $0.quality, known: $0.known, status: $0.status, revision: $0.revision, source: $0.source)
            }
        },
        leafHash: { checksum([0] + $0) }, root: { checksum([1] + $0.flatMap { $0 }) }, files: files,
        bundle: { bytes in
            try JSONDecoder().decode([Data].self, from: Data(bytes)).map { [UInt8]($0) }
        },
        open: { note, origin, key in
            let lines = String(decoding: note, as: UTF8.self).split(separator: "\n").map(String.init)
            guard lines.count == 4, lines[0] == origin, let size = Int(lines[1]),
                let root = Data(base64Encoded: lines[2]), lines[3] == mark(lines[0...2], key: key.text)
            else { throw Broken() }
            return (size, [UInt8](root))
        })

    /// A signer whose public key is its name.
    public static func signer(_ name: String) -> LaneSigner {
        LaneSigner(
            key: { _ in LaneKey(name) },
            checkpoint: { origin, size, root in
                let lines = [origin, "\(size)", Data(root).base64EncodedString()]
                return Array((lines + [mark(lines[...], key: name)]).joined(separator: "\n").utf8)
            },
            receipt: { note, at in note + Array("\nreceipt \(name) \(at)".utf8) })
    }

    private static func files(_ entries: [SealedLaneEntry]) -> [LaneFile] {
        stride(from: 0, to: entries.count, by: 256).compactMap { start in
            let bundle = entries[start..<min(start + 256, entries.count)].map { Data($0.bytes) }
            let number = String(start / 256)
            let name = String(repeating: "0", count: max(0, 3 - number.count)) + number
            let path = "tile/entries/" + name + (bundle.count < 256 ? ".p/\(bundle.count)" : "")
            return (try? JSONEncoder().encode(bundle)).map { LaneFile(path: path, bytes: [UInt8]($0)) }
        }
    }

    private static func mark(_ lines: ArraySlice<String>, key: String) -> String {
        Data(checksum(Array((lines + [key]).joined(separator: "\n").utf8))).base64EncodedString()
    }

    /// 32 bytes of FNV-1a with four seeds.
    private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        (0..<4).flatMap { seed -> [UInt8] in
            var hash: UInt64 = 14_695_981_039_346_656_037 &+ UInt64(seed)
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
            return (0..<8).map { UInt8(truncatingIfNeeded: hash >> UInt64($0 * 8)) }
        }
    }
}
