import Accord
import Foundation
import TestKit
import Testing

/// `riparian key`, and signing an agreement, as a party's people do it.
@Suite struct KeyCommandTests {
    private let place: TemporaryPlace

    init() throws { place = try TemporaryPlace() }

    private func path(_ name: String) -> String { place.url.appending(path: name).path(percentEncoded: false) }

    private func key(_ arguments: String...) throws -> Program.Outcome {
        try Program.run(arguments: ["key"] + arguments)
    }

    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    /// A root key and a first manifest with one key.
    private func begin(_ party: String = "cn-yunnan") throws {
        let nodes = path("nodes")
        #expect(try key("root", "--party", party, "--output", path("\(party).root")).status == 0)
        #expect(
            try key("make", "--party", party, "--dir", nodes, "--id", "one", "--from", "2026-01-01T00:00Z").status == 0)
        let made = try key(
            "manifest", "--party", party, "--root", path("\(party).root"), "--keys",
            "\(nodes)/\(party)/keys/one.request.json", "--at", "2026-01-01T00:00Z", "--output", path("\(party).m1"))
        #expect(made.status == 0, "\(made.errors)")
    }

    @Test func `secret keys are readable by their user alone, never printed and never overwritten`() throws {
        try begin()
        let secrets = [path("cn-yunnan.root"), path("nodes/cn-yunnan/keys/one.key")]
        for secret in secrets {
            #expect(try mode(secret) == 0o600)
            #expect(try Data(contentsOf: URL(filePath: secret)).count == 32)
        }
        let again = try key("root", "--party", "cn-yunnan", "--output", path("cn-yunnan.root"))
        #expect(again.status == 2 && again.errors.contains("exists"))
        let shown = try key("show", path("cn-yunnan.m1"), "--root", path("cn-yunnan.root.vkey"), "--json")
        #expect(shown.status == 0)
        for secret in secrets {
            let bytes = try Data(contentsOf: URL(filePath: secret))
            #expect(!shown.output.contains(bytes.base64EncodedString()))
        }
        try begin("vn-lao-cai")
        let other = try key("show", path("cn-yunnan.m1"), "--root", path("vn-lao-cai.root.vkey"))
        #expect(other.status == 1 && other.errors.contains("another root key"))
    }

    @Test func `a rotation and a revocation reach a node that trusts the party, an older manifest does not`() throws {
        try begin()
        let (nodes, root) = (path("nodes"), path("cn-yunnan.root"))
        #expect(
            try key("make", "--party", "cn-yunnan", "--dir", nodes, "--id", "two", "--from", "2026-06-01T00:00Z")
                .status == 0)
        let rotated = try key(
            "rotate", "one", "--root", root, "--previous", path("cn-yunnan.m1"), "--keys",
            "\(nodes)/cn-yunnan/keys/two.request.json", "--overlap-days", "30", "--at", "2026-05-01T00:00Z",
            "--countersign", "\(nodes)/cn-yunnan/keys/one.key", "--output", path("m2"), "--json")
        #expect(rotated.status == 0 && rotated.output.contains("2026-07-01T00:00:00Z"), "\(rotated.errors)")
        let arguments = [
            "key", "revoke", "two", "--root", root, "--previous", path("m2"), "--reason", "laptop stolen", "--at",
            "2026-06-20T00:00Z", "--trusted", "riparian/cn-yunnan/test/vn-lao-cai=250", "--output", path("m3"),
        ]
        let asked = try Program.run(arguments: arguments)
        #expect(asked.status == 1 && asked.errors.contains("--yes"))
        #expect(!FileManager.default.fileExists(atPath: path("m3")))
        #expect(try Program.run(arguments: arguments + ["--yes"]).status == 0)
        func trust(_ file: String, _ more: String...) throws -> Program.Outcome {
            try Program.run(
                arguments: ["key", "trust", file, "--dir", nodes, "--party", "vn-lao-cai"] + more)
        }
        let unknown = try trust(path("cn-yunnan.m1"))
        #expect(unknown.status == 2 && unknown.errors.contains("--root"))
        #expect(try trust(path("cn-yunnan.m1"), "--root", root + ".vkey").status == 0)
        #expect(try trust(path("m2")).status == 0)
        #expect(try trust(path("m3")).status == 0)
        let replay = try trust(path("m2"))
        #expect(replay.status == 1 && replay.errors.contains("number 3 is held"))
        #expect(try trust(path("m3")).status == 0)
    }

    @Test func `a first manifest is believed only with the root key of the party that it speaks of`() throws {
        try begin()
        try begin("vn-lai-chau")
        let nodes = path("nodes")
        // A manifest that claims to be Yunnan's, signed by the root key of another party.
        let claimed = try key(
            "manifest", "--party", "cn-yunnan", "--root", path("vn-lai-chau.root"), "--keys",
            "\(nodes)/vn-lai-chau/keys/one.request.json", "--at", "2026-01-01T00:00Z", "--output", path("claimed"))
        #expect(claimed.status == 0)
        func trust(_ file: String, root: String) throws -> Program.Outcome {
            try key("trust", file, "--root", root, "--dir", nodes, "--party", "vn-lao-cai")
        }
        let impostor = try trust(path("claimed"), root: path("vn-lai-chau.root.vkey"))
        #expect(impostor.status == 1 && impostor.errors.contains("riparian/vn-lai-chau/manifest"))
        let text = try String(contentsOf: URL(filePath: path("vn-lai-chau.root.vkey")), encoding: .utf8)
        #expect(try trust(path("vn-lai-chau.m1"), root: path("vn-lai-chau.root.vkey")).status == 0)
        // The same bytes under Yunnan's name: two parties would share one root key.
        let shared = path("nodes/shared.vkey")
        let bytes = try #require(text.split(separator: "+").last)
        let renamed = try #require(VerifierKey(text.trimmingCharacters(in: .newlines))).named(
            "riparian/cn-yunnan/manifest"
        ).text
        #expect(renamed.hasSuffix(bytes.trimmingCharacters(in: .newlines)))
        try Data((renamed + "\n").utf8).write(to: URL(filePath: shared))
        let twice = try trust(path("claimed"), root: shared)
        #expect(twice.status == 1 && twice.errors.contains("vn-lai-chau"))
        #expect(!FileManager.default.fileExists(atPath: "\(nodes)/vn-lao-cai/keys/trusted/cn-yunnan.vkey"))
    }

    @Test
    func `the days in which both keys count begin when the manifest is made, and a successor is of the same kind`()
        throws
    {
        try begin()
        let nodes = path("nodes")
        #expect(
            try key("make", "--party", "cn-yunnan", "--dir", nodes, "--id", "two", "--from", "2020-01-01T00:00Z").status
                == 0)
        #expect(try key("line", "--party", "cn-yunnan", "--dir", nodes, "--id", "wire").status == 0)
        func rotate(_ successor: String) throws -> Program.Outcome {
            try key(
                "rotate", "one", "--root", path("cn-yunnan.root"), "--previous", path("cn-yunnan.m1"), "--keys",
                "\(nodes)/cn-yunnan/keys/\(successor).request.json", "--overlap-days", "1", "--at", "2026-02-01T00:00Z",
                "--output", path("m2"))
        }
        let other = try rotate("wire")
        #expect(other.status == 2 && other.errors.contains("of its kind"), "\(other.errors)")
        let kept = try rotate("two")
        #expect(kept.status == 0 && kept.output.contains("until 2026-02-02T00:00:00Z"), "\(kept.errors)")
    }

    @Test func `a manifest that would not be believed is not written`() throws {
        try begin()
        let (nodes, root) = (path("nodes"), path("cn-yunnan.root"))
        let early = try key(
            "make", "--party", "cn-yunnan", "--dir", nodes, "--id", "two", "--from", "2020-01-01T00:00Z")
        #expect(early.status == 0)
        func rotate(_ more: String...) throws -> Program.Outcome {
            try Program.run(
                arguments: [
                    "key", "rotate", "one", "--root", root, "--previous", path("cn-yunnan.m1"), "--keys",
                    "\(nodes)/cn-yunnan/keys/two.request.json", "--output", path("m2"),
                ] + more)
        }
        #expect(try rotate("--overlap-days", "3000", "--at", "2025-01-01T00:00Z").status == 1)
        #expect(try rotate("--overlap-days", "9223372036854775807").status == 2)
        #expect(try rotate("--overlap-days", "3000", "--countersign", root).status == 2)
        #expect(!FileManager.default.fileExists(atPath: path("m2")))
        func revoke(_ more: String...) throws -> Program.Outcome {
            try Program.run(
                arguments: [
                    "key", "revoke", "one", "--root", root, "--previous", path("cn-yunnan.m1"), "--output", path("m2"),
                    "--yes",
                ] + more)
        }
        #expect(try revoke("--reason", "lost", "--lanes", path("nowhere")).status == 2)
        #expect(try revoke("--reason", "lost", "--lanes", nodes).status == 2)
        #expect(try revoke("--reason", " ").status == 2)
        #expect(try revoke("--reason", "lost", "--at", "2025-01-01T00:00Z").status == 2)
        #expect(!FileManager.default.fileExists(atPath: path("m2")))
        let roles = try key("make", "--party", "cn-yunnan", "--dir", nodes, "--id", "three", "--roles", "")
        #expect(roles.status == 2 && roles.errors.contains("--roles"))
    }

    @Test func `an agreement shows who signed it, who is missing, and that an illustrative one is never in force`()
        throws
    {
        let parties = ["cn-yunnan", "vn-lao-cai", "vn-lai-chau", "vn-dien-bien", "vn-tuyen-quang"]
        let (agreement, keys, signatures) = ("Packs/red-river/agreement.yaml", path("trusted"), path("signatures"))
        for folder in [keys, signatures] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        let scan = path("scan")
        try Data("abc".utf8).write(to: URL(filePath: scan))
        for party in parties {
            try begin(party)
            for (from, to) in [("root.vkey", "vkey"), ("m1", "manifest")] {
                try FileManager.default.copyItem(atPath: path("\(party).\(from)"), toPath: "\(keys)/\(party).\(to)")
            }
        }
        func sign(_ party: String, key: String) throws -> Program.Outcome {
            try Program.run(
                "accord", "sign", agreement, "--party", party, "--key", path("nodes/\(key)/keys/one.key"),
                "--paper-place", "Kunming", "--paper-date", "2026-01-04", "--paper-scan", scan, "--at",
                "2026-01-05T08:00+08:00", "--output", "\(signatures)/\(party)")
        }
        for party in parties.dropLast() {
            let signed = try sign(party, key: party)
            #expect(signed.status == 0 && signed.output.contains("does not replace the act on paper"))
        }
        #expect(try sign("vn-tuyen-quang", key: "cn-yunnan").status == 0)
        func status() throws -> [String: Any] {
            let outcome = try Program.run(
                "accord", "status", agreement, "--signatures", signatures, "--keys", keys, "--at", "2026-02-01T00:00Z",
                "--json")
            #expect(outcome.status == 1, "\(outcome.errors)")
            return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        }
        let wrong = try status()
        #expect(wrong["missing"] as? [String] == ["vn-tuyen-quang"] && (wrong["signed"] as? [Any])?.count == 4)
        let refused = try #require((wrong["refused"] as? [[String: Any]])?.first)
        #expect(refused["party"] as? String == "vn-tuyen-quang")
        try FileManager.default.removeItem(atPath: "\(signatures)/vn-tuyen-quang")
        #expect(try sign("vn-tuyen-quang", key: "vn-tuyen-quang").status == 0)
        let all = try status()
        #expect(all["force"] as? String == "illustrative" && all["as_if"] as? String == "in-force")
        #expect(all["in_force"] as? Bool == false && all["replaces_paper"] as? Bool == false)
        let first = try #require((all["signed"] as? [[String: Any]])?.first?["paper"] as? [String: Any])
        #expect(first["scan"] as? String == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(try sign("vn-national", key: "cn-yunnan").status == 1)
    }
}
