import Foundation
import TestKit
import Testing

/// `riparian backup` and `riparian restore` as the holder of a node uses them.
@Suite struct BackupCommandTests {
    private let place: TemporaryPlace

    init() throws { place = try TemporaryPlace() }

    private func path(_ name: String) -> String { place.url.appending(path: name).path(percentEncoded: false) }

    private func document(_ outcome: Program.Outcome) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any], "\(outcome.errors)")
    }

    /// A node with readings in a lane.
    private func makeNode(hours: ClosedRange<Int>) throws {
        let rows = hours.map {
            "2026-07-01T\($0 < 10 ? "0" : "")\($0):00+07:00,,bao-ha,stage,54.\($0 + 10),m,observed,0,,made,"
        }
        let table =
            (["observed,received,station,property,value,unit,known,revision,supersedes,source,note"] + rows).joined(
                separator: "\n") + "\n"
        try Data(table.utf8).write(to: URL(filePath: path("table.csv")))
        try Program.makeNode(of: "vn-lao-cai", in: path("nodes"))
        let taken = try Program.run(
            "ingest", path("table.csv"), "--dir", path("nodes"), "--party", "vn-lao-cai", "--received",
            "2026-07-02T00:00Z")
        #expect(taken.status == 0, "\(taken.errors)")
        let approved = try Program.run(
            "gate", "approve", "vn-lao-cai/*/*", "--by", "duty officer", "--dir", path("nodes"), "--party",
            "vn-lao-cai")
        #expect(approved.status == 0, "\(approved.errors)")
    }

    private func backup(_ output: String, _ more: String...) throws -> Program.Outcome {
        try Program.run(
            arguments: ["backup", "--dir", path("nodes"), "--party", "vn-lao-cai", "--output", path(output), "--json"]
                + more)
    }

    private func restore(_ file: String, _ more: String...) throws -> Program.Outcome {
        try Program.run(arguments: ["restore", path(file), "--json"] + more)
    }

    private func mode(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path(name))[.posixPermissions] as? Int
    }

    @Test func `a sealed backup restores the node with its keys on a new machine, where its lanes are held`() throws {
        try makeNode(hours: 1...9)
        let made = try Program.run("backup", "--make-key", path("backup.key"), "--json")
        #expect(made.status == 0, "\(made.errors)")
        #expect(try mode("backup.key") == 0o600)
        #expect(try Program.run("backup", "--make-key", path("backup.key")).status == 2)
        let written = try backup("node.tar.age", "--key", path("backup.key"))
        #expect(written.status == 0, "\(written.errors)")
        let said = try document(written)
        #expect(said["sealed"] as? Bool == true && said["secrets"] as? Bool == true && said["opened"] as? Bool == true)
        let lanes = try #require(said["lanes"] as? [[String: Any]])
        #expect(!lanes.isEmpty)
        #expect(try mode("node.tar.age") == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path("")).filter { $0.hasSuffix(".part") }.isEmpty)
        #expect(try backup("node.tar.age", "--key", path("backup.key")).status == 2)
        #expect(try restore("node.tar.age", "--check").status == 2)

        let checked = try restore("node.tar.age", "--key", path("backup.key"), "--check")
        #expect(checked.status == 0, "\(checked.errors)")
        let found = try #require(try document(checked)["lanes"] as? [[String: Any]])
        #expect(found.allSatisfy { $0["signed"] as? Bool == true })
        #expect(!FileManager.default.fileExists(atPath: path("new")))

        let back = try restore("node.tar.age", "--key", path("backup.key"), "--dir", path("new"))
        #expect(back.status == 0, "\(back.errors)")
        #expect(try mode("new/vn-lao-cai") == 0o700 && mode("new/vn-lao-cai/keys") == 0o700)
        #expect(try mode("new/vn-lao-cai/keys/lane.key") == 0o600 && mode("new/vn-lao-cai/node.sqlite") == 0o600)
        for file in ["keys/lane.key", "node.yaml"] {
            let (old, new) = ("nodes/vn-lao-cai/\(file)", "new/vn-lao-cai/\(file)")
            #expect(FileManager.default.contents(atPath: path(old)) == FileManager.default.contents(atPath: path(new)))
        }
        #expect(try restore("node.tar.age", "--key", path("backup.key"), "--dir", path("new")).status == 2)
        try expectHeld()
    }

    /// The restored node takes readings in and signs none before somebody answers for it.
    private func expectHeld() throws {
        func status(_ more: String...) throws -> Program.Outcome {
            try Program.run(
                arguments: ["restore", "--dir", path("new"), "--party", "vn-lao-cai", "--json"] + more)
        }
        let held = try document(try status("--status"))
        let sizes = try #require(held["held"] as? [[String: Any]]).map { $0["size"] as? Int }
        #expect(held["in_doubt"] as? Bool == true && !sizes.isEmpty)
        let table = """
            observed,received,station,property,value,unit,known,revision,supersedes,source,note
            2026-07-01T12:00+07:00,,bao-ha,stage,55,m,observed,0,,made,

            """
        try Data(table.utf8).write(to: URL(filePath: path("more.csv")))
        let taken = try Program.run(
            "ingest", path("more.csv"), "--dir", path("new"), "--party", "vn-lao-cai", "--received", "2026-07-02T01:00Z"
        )
        #expect(taken.status == 0, "\(taken.errors)")
        let after = try document(try status("--status"))
        #expect(try #require(after["held"] as? [[String: Any]]).map { $0["size"] as? Int } == sizes)
        #expect(after["waiting"] as? Int ?? 0 >= 1)
        #expect(!FileManager.default.fileExists(atPath: path("new/vn-lao-cai/lanes")))
        let nameless = try status("--confirm-nothing-missing")
        #expect(nameless.status == 2 && nameless.errors.contains("second history"))
        let over = try document(try status("--confirm-nothing-missing", "--by", "head of office"))
        #expect((over["held"] as? [Any])?.isEmpty == true)
        #expect(try status("--confirm-nothing-missing", "--by", "head of office").status == 2)
        let again = try document(try status("--hold"))
        #expect(again["in_doubt"] as? Bool == true && (again["held"] as? [Any])?.isEmpty == false)
    }

    @Test func `a backup that is not sealed leaves the secret keys out, and says what that means`() throws {
        try makeNode(hours: 1...3)
        for name in ["2027.line-key.pem", "2027.line.pem"] {
            try Data("made".utf8).write(to: URL(filePath: path("nodes/vn-lao-cai/keys/\(name)")))
        }
        let plain = try document(try backup("plain.tar"))
        #expect(plain["secrets"] as? Bool == false && plain["sealed"] as? Bool == false)
        #expect((plain["left_out"] as? [String])?.contains { $0.contains("lane.key") } == true)
        #expect((plain["left_out"] as? [String])?.contains { $0.contains("2027.line-key.pem") } == true)
        #expect((plain["left_out"] as? [String])?.contains { $0.contains("2027.line.pem") } == false)
        let refused = try restore("plain.tar", "--dir", path("new"))
        #expect(refused.status == 1 && refused.errors.contains("--keys"))
        #expect(!FileManager.default.fileExists(atPath: path("new/vn-lao-cai")))
        let back = try restore("plain.tar", "--dir", path("new"), "--keys", path("nodes/vn-lao-cai/keys"))
        #expect(back.status == 0, "\(back.errors)")
        for name in ["lane.key", "2027.line-key.pem"] {
            #expect(try mode("new/vn-lao-cai/keys/\(name)") == 0o600)
        }
        let whole = try document(try backup("whole.tar", "--with-secrets"))
        #expect(whole["secrets"] as? Bool == true)
        #expect(try restore("whole.tar", "--dir", path("other")).status == 0)
        #expect(try restore("whole.tar", "--dir", path("third"), "--party", "cn-yunnan").status == 1)
    }

    @Test func `a damaged, cut or foreign file is refused by name and nothing is written`() throws {
        try makeNode(hours: 1...3)
        #expect(try backup("whole.tar", "--with-secrets").status == 0)
        #expect(try Program.run("backup", "--make-key", path("key")).status == 0)
        #expect(try backup("sealed.age", "--key", path("key")).status == 0)
        for (name, options) in [("whole.tar", [String]()), ("sealed.age", ["--key", path("key")])] {
            let bytes = try Data(contentsOf: URL(filePath: path(name)))
            for cut in [600, bytes.count / 2, bytes.count - 700] {
                try bytes.prefix(cut).write(to: URL(filePath: path("broken")))
                let refused = try Program.run(
                    arguments: ["restore", path("broken"), "--dir", path("new")] + options)
                #expect(refused.status == 1, "\(name) cut at \(cut): \(refused.errors)")
            }
            for place in [1_000, bytes.count / 3, bytes.count / 2] {
                var changed = bytes
                changed[place] ^= 1
                try changed.write(to: URL(filePath: path("broken")))
                let refused = try Program.run(arguments: ["restore", path("broken"), "--check"] + options)
                #expect(refused.status == 1, "\(name) changed at \(place): \(refused.output)")
            }
        }
        #expect(!FileManager.default.fileExists(atPath: path("new/vn-lao-cai")))
        #expect(!FileManager.default.fileExists(atPath: path("new/vn-lao-cai.part")))
        try Data("nothing".utf8).write(to: URL(filePath: path("broken")))
        #expect(try restore("broken", "--check").status == 1)
        #expect(try restore("absent", "--check").status == 2)
        #expect(try backup("nodes/vn-lao-cai/inside.tar").status == 2)
    }

    @Test func `age opens a sealed backup, where it is installed`() throws {
        let age = "/usr/bin/age"
        guard FileManager.default.isExecutableFile(atPath: age) else { return }
        try makeNode(hours: 1...3)
        #expect(try Program.run("backup", "--make-key", path("key")).status == 0)
        #expect(try backup("sealed.age", "--key", path("key")).status == 0)
        let process = Process()
        process.executableURL = URL(filePath: age)
        process.arguments = ["--decrypt", "-i", path("key"), "-o", path("plain.tar"), path("sealed.age")]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(try restore("plain.tar", "--check").status == 0)
    }
}
