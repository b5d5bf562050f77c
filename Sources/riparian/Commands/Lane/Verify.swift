import Accord
import ArgumentParser
import Foundation

extension LaneCommand {
    /// `riparian lane verify DIR|URL`.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Check a lane's files against its signed checkpoint, and name every damaged file.",
            discussion: """
                Examples:
                  riparian lane verify copy-on-a-stick --key "NAME+HEX+BASE64" --old checkpoint-of-last-month
                  riparian lane verify https://node.example/lanes/AGREEMENT/PARTY/AUDIENCE --key party.vkey --json

                Reads any log in the layout of C2SP tlog-tiles with an Ed25519 checkpoint.
                Exit code 0: the lane is sound, 1: faults, 2: it cannot be read.
                """)

        @Argument(help: "The folder of the lane, with the file checkpoint, or its address (http, https).")
        var place: String
        @Option(help: "The lane's verifier key, or a file that holds it; lane.vkey of the lane if not given.")
        var key: String?
        @Option(help: "A file with an older checkpoint that the lane must continue.") var old: String?
        @Flag(help: "Print the findings as JSON.") var json = false

        func run() throws {
            let older = try old.map { path in
                guard let bytes = contents(path) else {
                    throw CommandRefusal(.usage, "\(path) cannot be read (--old) - name a file with a checkpoint")
                }
                return bytes
            }
            let found = try LaneOnWeb.isAddress(place) ? verifyAddress(older) : verifyFolder(older)
            if json { printDocument(found.json) } else { printLines(found) }
            if !found.faults.isEmpty { throw CommandRefusal(.no) }
        }

        private func verifyFolder(_ older: [UInt8]?) throws -> LaneVerification {
            guard FileManager.default.fileExists(atPath: place + "/checkpoint") || key != nil else {
                throw CommandRefusal(.usage, "\(place) is no lane - name a folder with a file checkpoint")
            }
            let folder = place
            return verifyLane(key: try laneKey(key, in: folder), old: older) { contents(folder + "/" + $0) }
        }

        private func verifyAddress(_ older: [UInt8]?) throws -> LaneVerification {
            let web = LaneOnWeb(place)
            defer { web.close() }
            func refuse(_ advice: String) -> CommandRefusal {
                CommandRefusal(.usage, "\(web.problem ?? "\(place) serves no lane") - \(advice)")
            }
            let verifier: VerifierKey
            if let key {
                verifier = try laneKey(key, in: place)
            } else {
                guard let bytes = web.bytes("lane.vkey"), let served = VerifierKey(line(bytes)) else {
                    throw refuse("give --key NAME+HEX+BASE64, and check the address")
                }
                remarkOnOwnKey()
                verifier = served
            }
            guard let checkpoint = web.bytes("checkpoint") else { throw refuse("check the address") }
            let found = verifyLane(key: verifier, old: older) { $0 == "checkpoint" ? checkpoint : web.bytes($0) }
            if web.problem != nil { throw refuse("nothing is known about the lane; try again") }
            return found
        }

        private func printLines(_ found: LaneVerification) {
            for fault in found.faults {
                let index = fault.index.map { ", from entry \($0)" } ?? ""
                print("\(place)/\(fault.path): \(fault.kind.rawValue)\(index)")
            }
            if !found.isComplete { print("\(place): too many files are missing; the rest was not looked at") }
            let size = found.size.map { "\(found.entries) of \($0) entries" } ?? "no believable checkpoint"
            let verdict = found.faults.isEmpty ? "sound" : "\(found.faults.count) faults"
            print("\(found.origin): \(size), \(verdict)")
        }
    }
}

/// The verifier key that was given, as a text or in a file; of the lane's own folder, with a remark, when none was.
func laneKey(_ given: String?, in folder: String) throws -> VerifierKey {
    if let given, let verifier = VerifierKey(given) { return verifier }
    let path = given ?? folder + "/lane.vkey"
    guard let bytes = contents(path) else {
        throw CommandRefusal(.usage, "\(path) is neither a verifier key nor a file - give --key NAME+HEX+BASE64")
    }
    guard let verifier = VerifierKey(line(bytes)) else {
        throw CommandRefusal(.usage, "not a verifier key (\(path):1:1) - one line NAME+HEX+BASE64 is expected")
    }
    if given == nil { remarkOnOwnKey() }
    return verifier
}

private func remarkOnOwnKey() {
    standardError(
        "riparian: remark: the key comes from the lane's own folder, so this shows only that the folder "
            + "agrees with itself - give --key with a key that you had from the party")
}

/// The one line of a small file.
private func line(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
}

/// The bytes of a file; nil when there is none.
func contents(_ path: String) -> [UInt8]? {
    FileManager.default.contents(atPath: path).map { [UInt8]($0) }
}

extension LaneVerification {
    /// The answer of the contract; the root in hexadecimal digits.
    var json: JSONValue {
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
