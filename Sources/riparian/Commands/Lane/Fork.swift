import Accord
import ArgumentParser
import Foundation

extension LaneCommand {
    /// `riparian lane fork FILE`.
    struct Fork: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fork",
            abstract:
                "Check offline whether a file proves that a lane's provider has signed two histories, or make one.",
            discussion: """
                Examples:
                  riparian lane fork evidence/AGREEMENT/PARTY/AUDIENCE/41.fork --key party.vkey
                  riparian lane fork 41.fork --root root.vkey --manifest party.manifest --json
                  riparian lane fork --make checkpoint-of-one-reader checkpoint-of-another --key party.vkey --output 41.fork

                --make needs two checkpoints of one size; for different sizes a node adds the hashes that tie them together.
                Exit code 0: it is a proof, 1: it is none, 2: it cannot be read.
                """)

        @Argument(help: "The proof.") var file: String?
        @Option(parsing: .upToNextOption, help: "Two files with a checkpoint each.") var make: [String] = []
        @Option(help: "The provider's verifier key, or a file that holds it.") var key: String?
        @Option(help: "The provider's public root key, or a file that holds it.") var root: String?
        @Option(parsing: .upToNextOption, help: "The provider's manifests, the newest last.") var manifest: [String] =
            []
        @Option(help: "The new file of --make.") var output: String?
        @Flag(help: "Print what was found as JSON.") var json = false

        func validate() throws {
            guard (file == nil) != make.isEmpty else { throw ValidationError("give a file, or --make and two") }
            guard make.isEmpty == (output == nil), make.isEmpty || make.count == 2 else {
                throw ValidationError("--make takes two checkpoints, and --output the new file")
            }
            guard (key == nil) != (root == nil), (root == nil) == manifest.isEmpty else {
                throw ValidationError("give --key, or --root and --manifest")
            }
        }

        func run() throws {
            let proof = try file.map { try ForkFile.read($0) } ?? made()
            let keys = try ForkKeys(key: key, root: root, manifests: manifest)
            let verdict = keys.verdict(of: proof)
            if case .proven = verdict, let output { try KeyInput.write(proof.bytes, to: output) }
            if json { printDocument(verdict.json(of: proof, output: output)) } else { printLines(proof, verdict) }
            if case .notProven = verdict { throw CommandRefusal(.no) }
        }

        private func made() throws -> ForkProof {
            for path in make { try ForkFile.expectCheckpoint(path) }
            do { return try ForkProof(try bytes(of: make[0]), try bytes(of: make[1])) } catch let problem as LaneProblem
            {
                throw CommandRefusal(.usage, "\(problem.what) (\(make[0]):1:1) - name files with a checkpoint")
            }
        }

        private func printLines(_ proof: ForkProof, _ verdict: ForkVerdict) {
            for (number, shown) in [proof.firstCheckpoint, proof.secondCheckpoint].enumerated() {
                print("checkpoint \(number + 1): \(shown.size) entries, root \(hexadecimal(shown.root))")
            }
            switch verdict {
            case .proven(let keys):
                print(
                    "\(proof.origin): a proof: two histories of its first \(proof.size) entries, signed by "
                        + Set(keys).sorted().joined(separator: " and by "))
                if let output { print("written to \(output): give it to every reader of the lane and to its provider") }
            case .notProven(let reason):
                print("\(proof.origin): no proof: \(reason)\(output == nil ? "" : "; nothing was written")")
            }
        }
    }
}

/// Reads files about forks.
enum ForkFile {
    /// A proof of a file.
    static func read(_ path: String) throws -> ForkProof {
        do { return try ForkProof(try bytes(of: path)) } catch let problem as ForkProblem {
            throw CommandRefusal(
                .usage,
                "no fork proof: \(problem.what) (\(path):\(problem.line):1) - have the file sent again, as an attachment"
            )
        }
    }

    /// Sees that a file holds a checkpoint before two are put together.
    static func expectCheckpoint(_ path: String) throws {
        do { _ = try ForkProof(try bytes(of: path), try bytes(of: path)) } catch let problem as LaneProblem {
            throw CommandRefusal(.usage, "no checkpoint: \(problem.what) (\(path):1:1) - name a file with a checkpoint")
        }
    }
}

/// By which keys a proof is judged.
private enum ForkKeys {
    case key(VerifierKey)
    case ring(KeyRing)

    init(key: String?, root: String?, manifests: [String]) throws {
        guard let root else {
            self = .key(try laneKey(key, in: "."))
            return
        }
        let pinned = try laneKey(root, in: ".")
        var ring: KeyRing?
        for path in manifests {
            let note = try bytes(of: path)
            var next = try ring ?? KeyRing(party: KeyInput.manifest(of: note, path).party, root: pinned)
            if case .refused(let refusal) = next.take(note) {
                throw CommandRefusal(.usage, "\(path) is not believed: \(refusal) (\(path):1:1) - ask the party")
            }
            ring = next
        }
        guard let ring else { throw CommandRefusal(.usage, "--root needs a manifest - give --manifest FILE") }
        self = .ring(ring)
    }

    func verdict(of proof: ForkProof) -> ForkVerdict {
        switch self {
        case .key(let key): proof.verdict(key: key)
        case .ring(let ring): proof.verdict(keys: ring)
        }
    }
}

extension ForkVerdict {
    /// The answer for machines; roots in hexadecimal digits.
    fileprivate func json(of proof: ForkProof, output: String?) -> JSONValue {
        var document: [String: JSONValue] = [
            "origin": .string(proof.origin),
            "checkpoints": .array(
                [proof.firstCheckpoint, proof.secondCheckpoint].map {
                    ["origin": .string($0.origin), "size": .integer($0.size), "root": .string(hexadecimal($0.root))]
                }), "hashes": .integer(proof.path.count),
        ]
        switch self {
        case .proven(let keys):
            document["proof"] = .bool(true)
            document["keys"] = .array(Set(keys).sorted().map { .string($0) })
            document["reason"] = .null
            if let output { document["output"] = .string(output) }
        case .notProven(let reason):
            document["proof"] = .bool(false)
            document["keys"] = .array([])
            document["reason"] = .string(reason.description)
        }
        return .object(document)
    }
}
