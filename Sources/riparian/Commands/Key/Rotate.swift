import Accord
import ArgumentParser
import Crypto
import Foundation
import Series

extension KeyCommand {
    /// `riparian key rotate`.
    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate",
            abstract: "List a new key and end an old one after an overlap in which both are valid.",
            discussion: """
                Example: riparian key rotate node-2026 --root root.key --previous m1 --keys node-2027.request.json \\
                    --overlap-days 30 --output m2
                --countersign FILE adds a signature of the old key: it shows that its holder knew of the change.
                """)

        @Argument(help: "The id of the key that ends.") var old: String
        @Option(help: "The file with the secret root key.") var root: String
        @Option(help: "The manifest that this one follows.") var previous: String
        @Option(parsing: .upToNextOption, help: "Requests of riparian key make.") var keys: [String]
        @Option(
            help: "Days from now, or from the new key's first day if that is later, in which both are valid, 1 or more."
        ) var overlapDays = 30
        @Option(help: "The file with the old secret key.") var countersign: String?
        @Option(help: "When it is issued, ISO 8601 with a zone; by default now.") var at: String?
        @Option(help: "The new file.") var output: String
        @Flag(help: "Print the manifest as JSON.") var json = false

        func validate() throws {
            guard (1...3_660).contains(overlapDays) else {
                throw ValidationError("--overlap-days takes 1 to 3660: no day without a key, and an end in sight")
            }
        }

        func run() throws {
            let (held, key) = try KeyInput.manifest(previous, root: root)
            let added = try KeyInput.requests(keys)
            guard let ending = held.key(old), ending.revocation == nil else {
                throw CommandRefusal(.usage, "\(previous) lists no valid key \(old) - run riparian key show")
            }
            guard let begin = added.map(\.from).min() else {
                throw CommandRefusal(.usage, "no new key is named (--keys) - give the request of riparian key make")
            }
            guard added.contains(where: { !Set($0.roles).isDisjoint(with: ending.roles) }) else {
                throw CommandRefusal(
                    .usage,
                    "the key \(old) is there for \(ending.roles.joined(separator: ", ")), and no new one is (--keys) - give the "
                        + "request of a key of its kind: riparian key \(ending.certificate == nil ? "make" : "line")")
            }
            let issued = try KeyInput.time(at, option: "--at")
            // A new key is mostly dated a day back, for clocks that are behind: the days in which both count begin now.
            let end = max(begin, issued) + Int64(overlapDays) * 86_400
            guard end > ending.from else {
                throw CommandRefusal(
                    .no,
                    "the key \(old) would end before it begins, on \(ending.from) - give the new key a later --from")
            }
            guard ending.until.map({ $0 > begin }) ?? true else {
                throw CommandRefusal(
                    .no, "the key \(old) ends before the new one begins - give the new key an earlier --from")
            }
            let kept = held.keys.map { $0.id == old ? $0.ending(min(end, $0.until ?? end)) : $0 }
            let base = held.following(issued: issued, keys: kept)
            let manifest = held.following(issued: issued, keys: try merged(added, into: base))
            let note = try manifest.signed(
                byRoot: key, countersigner: try countersign.map { try secret($0, of: ending) })
            try KeyInput.write(note, after: held, key, to: output)
            ManifestReport(manifest: manifest, output: output, json: json).show()
        }

        /// The secret of the key that ends: another one shows nothing.
        private func secret(_ path: String, of ending: NodeKey) throws -> Curve25519.Signing.PrivateKey {
            let key = try SecretKeys.read(path)
            guard Array(key.publicKey.rawRepresentation) == ending.publicKey else {
                throw CommandRefusal(
                    .usage, "\(path) is not the key \(old) (--countersign) - name the secret of the key that ends")
            }
            return key
        }
    }
}
