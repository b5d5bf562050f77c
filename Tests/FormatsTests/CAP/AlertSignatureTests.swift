import Formats
import Foundation
import Series
import TestKit
import Testing

/// Signatures of alerts: what is believed, and what is not.
@Suite struct AlertSignatureTests {
    private let sent: Instant
    private let key: AlertSigningKey
    private let signed: [UInt8]

    init() throws {
        sent = try Instant(iso8601: "2026-08-20T09:00:00+07:00")
        key = try AlertSigningKey(makingFor: "duty.laocai.example", from: sent - 86_400, until: sent + 864_000)
        signed = try key.sign(SampleAlert.bytes())
    }

    private func pinned(
        _ key: AlertSigningKey, from: Instant? = nil, until: Instant? = nil, revoked: Instant? = nil
    ) throws -> PinnedAlertKey {
        try #require(PinnedAlertKey(name: "k", pem: key.certificate.pem, from: from, until: until, revoked: revoked))
    }

    private func judge(
        _ bytes: [UInt8], _ keys: [PinnedAlertKey], after seconds: Int64 = 60, limit: Int64 = 3600
    ) -> AlertSignatureVerdict {
        verifyAlert(bytes, trust: AlertTrust(keys: keys, longestDelay: limit), received: sent + seconds)
    }

    @Test func `a signed alert is compact, keeps the rules and is verified with the pinned key`() throws {
        let text = String(decoding: signed, as: UTF8.self)
        #expect(!text.contains("\n") && text.hasSuffix("</ds:Signature></alert>"))
        let check = checkAlert(signed, profile: try AlertProfile(named: AlertProfile.standard))
        #expect(check.findings.isEmpty && check.schema == .valid)
        let verdict = judge(signed, [try pinned(key)])
        #expect(verdict.state == .verified && verdict.reason == nil && verdict.key == "k")
    }

    @Test func `indented and compact messages have one canonical form, which the signature leaves as it is`() throws {
        let plain = try canonicalAlert(SampleAlert.bytes())
        #expect(try canonicalAlert(plain) == plain)
        #expect(try canonicalAlert(signed) == plain)
        #expect(try canonicalAlert(SampleAlert.bytes([("\n", "\n   ")])) == plain)
        #expect(try canonicalAlert(SampleAlert.bytes([("<note>", "<!-- x --><note>")])) == plain)
    }

    @Test func `any changed character is refused`() throws {
        let keys = [try pinned(key)]
        let text = Array(signed)
        let start = try #require(String(decoding: text, as: UTF8.self).range(of: "<alert"))
        let head = String(decoding: text, as: UTF8.self).utf8.distance(
            from: String(decoding: text, as: UTF8.self).startIndex, to: start.lowerBound)
        let isSoak = ProcessInfo.processInfo.environment["RIPARIAN_SOAK"] != nil
        for index in stride(from: head, to: text.count, by: isSoak ? 1 : 23) {
            for change: UInt8 in [1, 2] {
                var changed = text
                changed[index] ^= change
                #expect(judge(changed, keys).state != .verified, "\(index)")
            }
        }
    }

    @Test func `another key's signature is refused, and without a pinned key nothing is verified`() throws {
        let other = try AlertSigningKey(makingFor: "duty.laocai.example", from: sent - 86_400, until: sent + 864_000)
        let forged = try other.sign(SampleAlert.bytes())
        #expect(judge(forged, [try pinned(key)]).reason == .otherKey)
        #expect(judge(forged, [try pinned(key)]).state == .refused)
        #expect(judge(signed, []).state == .unverified)
        #expect(judge(signed, [try pinned(other), try pinned(key)]).state == .verified)
        #expect(judge(SampleAlert.bytes(), [try pinned(key)]).state == .absent)
    }

    @Test func `a key counts at sending and at the first receipt, and not once it was revoked`() throws {
        #expect(judge(signed, [try pinned(key, from: sent + 1)]).reason == .early)
        #expect(judge(signed, [try pinned(key, until: sent + 30)]).reason == .late)
        #expect(judge(signed, [try pinned(key, revoked: sent + 30)]).reason == .revoked)
        #expect(judge(signed, [try pinned(key, revoked: sent + 90)]).state == .verified)
        #expect(judge(signed, [try pinned(key)], after: -301).reason == .future)
        #expect(judge(signed, [try pinned(key)], after: -300).state == .verified)
    }

    @Test func `a message that a thief dates back is refused: it comes too late, or after the revocation`() throws {
        // Stolen after two days, noticed after three: the thief writes `sent` before the theft.
        let theft: Int64 = 2 * 86_400
        #expect(judge(signed, [try pinned(key)], after: theft).reason == .delay)
        let noticed = try pinned(key, revoked: sent + 3 * 86_400)
        #expect(judge(signed, [noticed], after: 3 * 86_400, limit: 30 * 86_400).reason == .revoked)
    }

    @Test func `what is indented after signing is verified with that mark only`() throws {
        let text = String(decoding: signed, as: UTF8.self)
        let indented = Array(text.replacing("<info>", with: "\n  <info>").utf8)
        let verdict = judge(indented, [try pinned(key)])
        #expect(verdict.state == .normalised && verdict.state.rawValue == "verified after whitespace normalisation")
        let changed = Array(text.replacing("<info>", with: "\n  <info>").replacing("Lũ", with: "lũ").utf8)
        #expect(judge(changed, [try pinned(key)]).state == .refused)
        let instructed = Array(text.replacing("<info>", with: "<?x 9?><info>").utf8)
        #expect(judge(instructed, [try pinned(key)]).state == .refused)
    }

    @Test func `two signatures, other algorithms and parts that nobody asked for are not verified`() throws {
        let text = String(decoding: signed, as: UTF8.self)
        let keys = [try pinned(key)]
        func state(_ old: String, _ new: String) -> AlertSignatureVerdict.State {
            judge(Array(text.replacing(old, with: new).utf8), keys).state
        }
        let signature = text[
            try #require(text.range(of: "<ds:Signature ")).lowerBound..<text.range(of: "</alert>")!.lowerBound]
        #expect(state("</alert>", signature + "</alert>") == .unverified)
        #expect(state("xmldsig-more#ecdsa-sha256", "xmldsig-more#rsa-sha256") == .unverified)
        #expect(state("</ds:KeyInfo>", "</ds:KeyInfo><ds:Object>x</ds:Object>") == .unverified)
        #expect(state("URI=\"\"", "URI=\"#x\"") == .unverified)
        #expect(state("<ds:KeyInfo>", "<ds:KeyInfo Id=\"k\">") == .unverified)
        #expect(state("<ds:SignatureValue>", "<ds:SignatureValue>\n") == .verified)
    }

    @Test func `certificates and keys are read back from PEM, others are refused`() throws {
        let again = try AlertSigningKey(pem: key.pem, certificate: key.certificate.pem)
        #expect(again.certificate == key.certificate && again.certificate.isWhole)
        #expect(again.certificate.from == sent - 86_400 && again.certificate.until == sent + 864_000)
        let other = try AlertSigningKey(makingFor: "x", from: sent, until: sent + 1)
        #expect(throws: AlertSigningRefusal.certificate) {
            try AlertSigningKey(pem: key.pem, certificate: other.certificate.pem)
        }
        #expect(throws: AlertSigningRefusal.key) { try AlertSigningKey(pem: "", certificate: key.certificate.pem) }
        #expect(throws: AlertSigningRefusal.signed) { try key.sign(signed) }
        #expect(throws: AlertSigningRefusal.noAlert) { try key.sign(Array("<a/>".utf8)) }
        #expect(PinnedAlertKey(name: "k", pem: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----") == nil)
        for cut in [0, 1, 40, 200] { #expect(AlertCertificate(der: Array(key.certificate.der.prefix(cut))) == nil) }
        let late = try AlertSigningKey(makingFor: "x", from: sent, until: try Instant(iso8601: "2060-01-01T00:00:00Z"))
        #expect(AlertCertificate(der: late.certificate.der)?.until == late.certificate.until)
    }

    @Test func `every verdict has a text in three languages`() throws {
        let catalogues = try Catalogues.sample()
        for language in Language.allCases {
            for reason in AlertSignatureVerdict.Reason.allCases {
                #expect(catalogues[language].contains("cap.signature.reason.\(reason.rawValue)"))
            }
            for state in AlertSignatureVerdict.State.allCases {
                #expect(catalogues[language].contains("cap.signature.\(state)"))
            }
        }
    }

    @Test func `xmlsec1 accepts our signature and refuses it with one digit changed`() throws {
        let program = "/usr/bin/xmlsec1"
        guard FileManager.default.isExecutableFile(atPath: program) else { return }
        let place = FileManager.default.temporaryDirectory.appending(path: "riparian-xmlsec-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        let pem = place.appending(path: "k.pem")
        try Data(key.certificate.pem.utf8).write(to: pem)
        let damaged = Array(String(decoding: signed, as: UTF8.self).replacing("22.45", with: "22.46").utf8)
        for (bytes, status) in [(signed, true), (damaged, false)] {
            let file = place.appending(path: "a.xml")
            try Data(bytes).write(to: file)
            let process = Process()
            process.executableURL = URL(filePath: program)
            process.arguments = [
                "--verify", "--verification-time", "2026-08-20 09:00:00", "--trusted-pem",
                pem.path(percentEncoded: false),
                file.path(percentEncoded: false),
            ]
            process.standardError = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            #expect((process.terminationStatus == 0) == status)
        }
    }

    @Test(.enabled(if: Repository.canUseSharedData, "needs the folder ../shared/data, which is absent here"))
    func `the signed samples are verified, their tampered twins are refused`() throws {
        let data = try #require(Repository.sharedData, "the shared data must be there in CI")
        let folder = data.appending(path: "warnings/samples")
        func verdict(_ file: String, _ pem: String) throws -> AlertSignatureVerdict {
            let text = try String(contentsOf: folder.appending(path: pem), encoding: .utf8)
            // The certificates were made later than the exercise of which the messages tell.
            let key = try #require(
                PinnedAlertKey(name: pem, pem: text, from: try Instant(iso8601: "2020-01-01T00:00:00Z")))
            let bytes = [UInt8](try Data(contentsOf: folder.appending(path: file)))
            return verifyAlert(
                bytes, trust: AlertTrust(keys: [key]), received: try Instant(iso8601: "2020-08-20T09:01:00+07:00"))
        }
        #expect(try verdict("cap_compact.signed.xml", "k2.pem").state == .verified)
        #expect(try verdict("cap_compact.tampered.xml", "k2.pem").state == .refused)
        #expect(try verdict("cap_compact.signed.xml", "k.pem").reason == .otherKey)
        #expect(try verdict("cap_vi.signed.xml", "k.pem").state == .verified)
        #expect(try verdict("cap_vi.tampered.xml", "k.pem").state == .refused)
        #expect(try verdict("oasiscap--fixtures_ipaws-5e6dd9de023f1930ef6548d9.xml", "k.pem").state == .unverified)
    }
}
