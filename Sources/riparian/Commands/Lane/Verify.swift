import Accord
import ArgumentParser
import Foundation

extension LaneCommand {
    /// `riparian lane verify DIR`.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check a lane's files against its signed checkpoint, and name every damaged file.",
            discussion: """
                Reads any log in the layout of C2SP tlog-tiles with an Ed25519 checkpoint.
                Exit code 0: the lane is sound, 1: faults, 2: it cannot be read.
                """)

        @Argument(help: "The folder of the lane, with the file checkpoint.") var folder: String
        @Option(help: "The lane's verifier key, or a file that holds it; DIR/lane.vkey if not given.") var key: String?
        @Option(help: "A file with an older checkpoint that the lane must continue.") var old: String?
        @Flag(help: "Print the findings as JSON.") var json = false

        func run() throws {
            guard FileManager.default.fileExists(atPath: folder + "/checkpoint") || key != nil else {
                throw CommandRefusal(.usage, "\(folder) is no lane - name a folder with a file checkpoint")
            }
            let verifier = try verifierKey()
            let older = try old.map { path in
                guard let bytes = contents(path) else {
                    throw CommandRefusal(.usage, "\(path) cannot be read (--old) - name a file with a checkpoint")
                }
                return bytes
            }
            let found = verifyLane(key: verifier, old: older) { contents(folder + "/" + $0) }
            if json { printDocument(found.json) } else { printLines(found) }
            if !found.faults.isEmpty { throw CommandRefusal(.no) }
        }

        private func verifierKey() throws -> VerifierKey {
            let path = key ?? folder + "/lane.vkey"
            if key != nil, let verifier = VerifierKey(path) { return verifier }
            guard let bytes = contents(path) else {
                throw CommandRefusal(
                    .usage, "\(path) is neither a verifier key nor a file - give --key NAME+HEX+BASE64")
            }
            let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            guard let verifier = VerifierKey(text) else {
                throw CommandRefusal(.usage, "not a verifier key (\(path):1:1) - one line NAME+HEX+BASE64 is expected")
            }
            if key == nil {
                standardError(
                    "riparian: remark: the key comes from the lane's own folder, so this shows only that the folder "
                        + "agrees with itself - give --key with a key that you had from the party")
            }
            return verifier
        }

        private func printLines(_ found: LaneVerification) {
            for fault in found.faults {
                let place = fault.index.map { ", from entry \($0)" } ?? ""
                print("\(folder)/\(fault.path): \(fault.kind.rawValue)\(place)")
            }
            let size = found.size.map { "\(found.entries) of \($0) entries" } ?? "no believable checkpoint"
            let verdict = found.faults.isEmpty ? "sound" : "\(found.faults.count) faults"
            print("\(found.origin): \(size), \(verdict)")
        }
    }
}

/// The bytes of a file; nil when there is none.
private func contents(_ path: String) -> [UInt8]? {
    FileManager.default.contents(atPath: path).map { [UInt8]($0) }
}

extension LaneVerification {
    /// The answer of the contract; the root in hexadecimal digits.
    fileprivate var json: JSONValue {
        let rows = faults.map { fault -> JSONValue in
            [
                "path": .string(fault.path), "index": fault.index.map { .integer($0) } ?? .null,
                "kind": .string(fault.kind.rawValue),
            ]
        }
        return [
            "origin": .string(origin), "size": size.map { .integer($0) } ?? .null,
            "root": .optional(root.map { hexadecimal($0) }),
            "entries": .integer(entries), "faults": .array(rows),
        ]
    }
}
