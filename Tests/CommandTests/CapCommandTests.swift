import Foundation
import TestKit
import Testing

/// `riparian cap` as a user runs it.
@Suite struct CapCommandTests {
    private let place: TemporaryPlace

    init() throws { place = try TemporaryPlace() }

    private func path(_ name: String) -> String { place.url.appending(path: name).path(percentEncoded: false) }

    private func write(_ text: String, _ name: String) throws -> String {
        try Data(text.utf8).write(to: place.url.appending(path: name))
        return path(name)
    }

    private func rows(_ outcome: Program.Outcome) throws -> [[String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]])
    }

    private static func alert(sent: String = "2026-08-20T09:00:00+07:00") -> String {
        func info(_ language: String, _ event: String) -> String {
            """
            <info><language>\(language)</language><category>Met</category><event>\(event)</event><urgency>Expected</urgency>\
            <severity>Severe</severity><certainty>Likely</certainty><expires>2026-08-21T09:00:00+07:00</expires>\
            <area><areaDesc>\(event)</areaDesc><polygon>22.45,103.95 22.52,103.95 22.52,104.02 22.45,103.95</polygon></area></info>
            """
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
            <identifier>a.1</identifier><sender>duty.example</sender><sent>\(sent)</sent><status>Exercise</status>
            <msgType>Alert</msgType><scope>Public</scope><note>drill</note>
            \(info("vi-VN", "Lũ"))
            \(info("zh-CN", "洪水"))
            </alert>
            """
    }

    @Test func `the check prints what the contract says and ends with 0 or 1`() throws {
        let good = try write(Self.alert(), "good.xml")
        let bad = try write(Self.alert(sent: "2026-08-20T02:00:00+00:00"), "bad.xml")
        let outcome = try Program.run("cap", "check", good, bad, "--json")
        #expect(outcome.status == 1 && outcome.errors.isEmpty)
        let found = try rows(outcome)
        #expect(found.allSatisfy { $0.keys.sorted() == ["file", "findings", "schema", "verdict"] })
        #expect(found.map { $0["verdict"] as? String } == ["accept", "reject"])
        #expect(found.map { $0["schema"] as? String } == ["valid", "valid"])
        let finding = try #require((found[1]["findings"] as? [[String: Any]])?.first)
        #expect(finding.keys.sorted() == ["level", "line", "message", "rule"])
        #expect(finding["rule"] as? String == "CAP-3.3.2-UTC" && finding["level"] as? String == "must")
        #expect(finding["line"] as? Int == 3)
        let spoken = try Program.run("cap", "check", bad, "--language", "vi")
        #expect(spoken.output.contains("giờ UTC phải viết -00:00"))
        #expect(try Program.run("cap", "check", good).status == 0)
        #expect(try Program.run("cap", "check", path("none.xml")).status == 2)
        #expect(try Program.run("cap", "check", good, "--profile", "none").status == 2)
    }

    @Test func `a key is made, an alert signed and verified, a changed one refused`() throws {
        let good = try write(Self.alert(), "good.xml")
        let (secret, certificate, signed) = (path("k.key.pem"), path("k.pem"), path("signed.xml"))
        let made = try Program.run(
            "cap", "key", "--sender", "duty.example", "--from", "2026-01-01T00:00:00+07:00", "--until",
            "2028-01-01T00:00:00+07:00", "--output", secret, "--certificate", certificate)
        #expect(made.status == 0, "\(made.errors)")
        #expect(try FileManager.default.attributesOfItem(atPath: secret)[.posixPermissions] as? Int == 0o600)
        let sign = ["cap", "sign", good, "--key", secret, "--certificate", certificate, "--output", signed]
        #expect(try Program.run(arguments: sign).status == 0)
        let again = try Program.run(arguments: sign)
        #expect(again.status == 2 && again.errors.contains("nothing is overwritten"))
        let verify = ["--key", certificate, "--received", "2026-08-20T09:05:00+07:00"]
        #expect(try Program.run(arguments: ["cap", "verify", signed] + verify).status == 0)
        let text = try String(contentsOfFile: signed, encoding: .utf8)
        let changed = try write(text.replacing("22.45", with: "22.46"), "changed.xml")
        let refused = try Program.run(arguments: ["cap", "verify", changed, "--json"] + verify)
        #expect(refused.status == 1)
        #expect(try rows(refused).first?["reason"] as? String == "changed")
        let late = ["--key", certificate, "--received", "2026-08-22T09:05:00+07:00"]
        #expect(try Program.run(arguments: ["cap", "verify", signed] + late).output.contains("further apart"))
        let unknown = try Program.run(arguments: ["cap", "verify", signed])
        #expect(unknown.status == 1 && unknown.output.contains("not verified"))
        let shown = try Program.run("cap", "show", signed, "--language", "zh-Hans")
        #expect(shown.status == 0 && shown.output.contains("洪水") && !shown.output.contains("event: Lũ"))
        let canonical = try Program.run("cap", "show", signed, "--canonical")
        #expect(canonical.output == (try Program.run("cap", "show", good, "--canonical").output))
        #expect(!canonical.output.contains("Signature"))
    }

    @Test func `a certificate that a manifest lists verifies alerts, by the manifest's own times and root key`() throws
    {
        let good = try write(Self.alert(), "good.xml")
        let (secret, certificate, signed) = (path("k.key.pem"), path("k.pem"), path("signed.xml"))
        func run(_ arguments: String...) throws -> Program.Outcome { try Program.run(arguments: arguments) }
        let times = ["2026-01-01T00:00:00+07:00", "2028-01-01T00:00:00+07:00"]
        _ = try run(
            "cap", "key", "--sender", "duty.example", "--from", times[0], "--until", times[1], "--output", secret,
            "--certificate", certificate)
        _ = try run("cap", "sign", good, "--key", secret, "--certificate", certificate, "--output", signed)
        let request = path("alert.request.json")
        let asked = try run("key", "alert", certificate, "--id", "alert-2026", "--output", request)
        #expect(asked.status == 0 && asked.output.contains("2027-12-31"), "\(asked.errors)")
        #expect(try run("key", "alert", good, "--id", "a", "--output", path("x")).status == 2)
        #expect(try run("key", "alert", certificate, "--id", "A B", "--output", path("x")).status == 2)
        #expect(
            try run("key", "alert", certificate, "--id", "a", "--from", "2030-01-01T00:00:00Z", "--output", path("x"))
                .status == 2)
        let (root, manifest) = (path("root.key"), path("m1"))
        #expect(try run("key", "root", "--party", "vn-lao-cai", "--output", root).status == 0)
        let listed = try run(
            "key", "manifest", "--party", "vn-lao-cai", "--root", root, "--keys", request, "--at",
            "2026-02-01T00:00:00Z", "--output", manifest)
        #expect(listed.status == 0, "\(listed.errors)")
        let public_ = root + ".vkey"
        let verify = ["cap", "verify", signed, "--received", "2026-08-20T09:05:00+07:00", "--manifest", manifest]
        let verified = try Program.run(arguments: verify + ["--root", public_])
        #expect(verified.status == 0 && verified.output.contains("vn-lao-cai/alert-2026"), "\(verified.errors)")
        #expect(try Program.run(arguments: verify).status == 2)
        let other = path("other.key")
        _ = try run("key", "root", "--party", "vn-lao-cai", "--output", other)
        #expect(try Program.run(arguments: verify + ["--root", other + ".vkey"]).status == 1)
        // A role that signs by a certificate is no role of a plain key.
        let plain = try run("key", "make", "--party", "vn-lao-cai", "--dir", path("n"), "--id", "x", "--roles", "alert")
        #expect(plain.status == 2 && plain.errors.contains("--roles"))
    }

    @Test func `what cannot be read ends with 2, file, line, column and advice`() throws {
        let file = try write("<!DOCTYPE a><a/>", "type.xml")
        let outcome = try Program.run("cap", "show", file)
        #expect(outcome.status == 2)
        #expect(outcome.errors.hasPrefix("riparian: error: ") && outcome.errors.contains("(\(file):1:1) - remove"))
        #expect(try Program.run("cap", "check", file).status == 1)
        let bad = try write(Self.alert(sent: "2026-08-20T02:00:00+00:00"), "bad.xml")
        let unsigned = try Program.run("cap", "sign", bad, "--key", bad, "--certificate", bad, "--output", path("x"))
        #expect(unsigned.status == 1 && unsigned.errors.contains("CAP-3.3.2-UTC"))
    }
}
