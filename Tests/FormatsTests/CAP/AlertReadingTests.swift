import Formats
import Foundation
import Series
import TestKit
import Testing

/// What is refused before an alert is looked at, and what broken documents do.
@Suite struct AlertReadingTests {
    private func code(_ bytes: [UInt8]) -> MarkupRefusal.Code? {
        do throws(MarkupRefusal) {
            _ = try AlertMessage(bytes)
            return nil
        } catch { return error.code }
    }

    private func code(_ text: String) -> MarkupRefusal.Code? { code(Array(text.utf8)) }

    @Test func `a document type is refused wherever it stands, before parsing`() {
        let text = SampleAlert.text
        #expect(
            code(
                text.replacing("<alert ", with: "<!DOCTYPE alert [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><alert ")
            ) == .doctype)
        #expect(code(text.replacing("<alert ", with: "<!DOCTYPE alert><alert ")) == .doctype)
        #expect(code(text.replacing("drill", with: "<!-- <!DOCTYPE --> drill")) == .doctype)
        #expect(code(text.replacing("drill", with: "<![CDATA[<!DOCTYPE]]>")) == .doctype)
        #expect(code(text.replacing("drill", with: "&x;")) == .form)
    }

    @Test func `only UTF-8 is read`() {
        let text = SampleAlert.text
        #expect(code(text.replacing("UTF-8", with: "ISO-8859-1")) == .encoding)
        #expect(code(text.replacing("\"UTF-8\"", with: "'utf-16'")) == .encoding)
        #expect(code([0xFF, 0xFE] + Array(text.utf16).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }) == .encoding)
        #expect(code(Array(text.utf8) + [0]) == .encoding)
        #expect(code(Array(text.utf8).map { $0 == 0xC3 ? 0xFF : $0 }) == .encoding)
        #expect(code(text.replacing(" encoding=\"UTF-8\"", with: "")) == nil)
        #expect(code(text.replacing("UTF-8", with: "utf-8")) == nil)
        do throws(MarkupRefusal) {
            _ = try AlertMessage(Array("<a>\n<b>é".utf8) + [0xE9, 0x20])
            Issue.record("not refused")
        } catch {
            #expect(error.line == 2 && error.column == 6)
        }
    }

    @Test func `size, depth and the number of elements and attributes are bounded`() {
        #expect(code([UInt8](repeating: 0x20, count: (1 << 20) + 1)) == .size)
        #expect(code(String(repeating: "<a>", count: 33) + String(repeating: "</a>", count: 33)) == .depth)
        #expect(code(String(repeating: "<a>", count: 32) + String(repeating: "</a>", count: 32)) == nil)
        #expect(code(String(repeating: "<a>", count: 20_000)) == .form)
        #expect(code("<a>" + String(repeating: "<b/>", count: 50_000) + "</a>") == .size)
        #expect(code("<a " + (0..<5000).map { "b\($0)='>'" }.joined(separator: " ") + "/>") == .size)
        #expect(code("") == .form && code("no XML") == .form && code("<alert>") == .form)
    }

    @Test func `another root is no alert and is not accepted`() throws {
        let check = checkAlert(Array("<rss version=\"2.0\"/>".utf8), profile: try AlertProfile(named: "cap-1.2"))
        #expect(check.schema == .invalid && !check.isAccepted() && check.findings.map(\.rule) == ["XSD"])
        #expect(checkAlert([], profile: try AlertProfile(named: "cap-1.2")).schema == .unparsed)
    }

    @Test func `an inner element that the schema knows by itself is no alert`() throws {
        let text = "<value xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">x</value>"
        let check = checkAlert(Array(text.utf8), profile: try AlertProfile(named: "cap-1.2"))
        #expect(check.schema == .valid && !check.isAccepted() && check.findings.map(\.rule) == ["CAP-root"])
    }

    @Test func `references stand between any blanks of XML, line ends of either kind too`() throws {
        for blank in [" ", "\t", "\n", "\r\n", "\n  "] {
            let first = "duty@laocai.example,a,2026-08-19T09:00:00+07:00"
            let second = "duty@laocai.example,b,2026-08-19T15:00:00+07:00"
            let references = "<references>\(first)\(blank)\(second)</references>"
            let check = try SampleAlert.check([
                (">Alert<", ">Update<"), ("</note>", "</note>\(references)"),
            ])
            #expect(check.isAccepted(), "\(blank.unicodeScalars.map(\.value)) \(check.findings)")
        }
    }

    @Test func `the order of categories says nothing, a ring of a hundred corners is closed by another pair`() throws {
        let two = "<category>Infra</category><category>Met</category>"
        let text = String(decoding: SampleAlert.bytes([("<category>Met</category>", two)]), as: UTF8.self)
        let turned = text.replacing(two, with: "<category>Met</category><category>Infra</category>", maxReplacements: 1)
        let profile = try AlertProfile(named: AlertProfile.standard)
        #expect(checkAlert(Array(turned.utf8), profile: profile).isAccepted())
        let ring = (0..<101).map { place in
            let angle = Double(place % 100) / 50 * Double.pi
            func four(_ value: Double) -> String { String(format: "%.4f", value) }
            return four(22.5 + 0.1 * sin(angle)) + "," + four(104 + 0.1 * cos(angle))
        }
        let old = "22.45,103.95 22.52,103.95 22.52,104.02 22.45,104.02 22.45,103.95"
        #expect(try SampleAlert.check([(old, ring.joined(separator: " "))]).isAccepted())
        let more = ring.prefix(100) + ["22.5000,104.1500", ring[0]]
        #expect(try !SampleAlert.check([(old, more.joined(separator: " "))]).isAccepted())
    }

    @Test func `hints where a schema lies are not followed, and types of a schema are not called by name`() throws {
        let instance = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
        let hint = SampleAlert.bytes([
            ("<alert ", "<alert \(instance) xsi:schemaLocation=\"urn:x file:///etc/passwd\" ")
        ])
        #expect(checkAlert(hint, profile: try AlertProfile(named: "cap-1.2")).isAccepted())
        let named = SampleAlert.bytes([
            ("<status>", "<status xmlns:c=\"urn:oasis:names:tc:emergency:cap:1.2\" \(instance) xsi:type=\"c:Status\">")
        ])
        #expect(checkAlert(named, profile: try AlertProfile(named: "cap-1.2")).schema == .invalid)
    }

    @Test func `the reader sees the block of the own language`() throws {
        let message = try #require(try AlertMessage(SampleAlert.bytes()))
        #expect(message.info(for: .chinese)?.text("event") == "红河洪水")
        #expect(message.info(for: .vietnamese)?.language == "vi-VN")
        #expect(message.info(for: .english)?.language == "vi-VN")
        #expect(
            message.reference?.description
                == "duty@laocai.example,urn:oid:2.49.0.1.704.9.2026.8.20.9.0.0,2026-08-20T09:00:00+07:00")
    }

    @Test func `ten thousand damaged alerts are judged without a fault`() throws {
        let isSoak = ProcessInfo.processInfo.environment["RIPARIAN_SOAK"] != nil
        let profile = try AlertProfile(named: AlertProfile.standard)
        var damage = AlertDamage(seed: 20_260_820)
        let catalogue = try Catalogue.bundled(.english)
        for _ in 0..<(isSoak ? 100_000 : 10_000) {
            let bytes = damage.next(of: SampleAlert.bytes())
            let check = checkAlert(bytes, profile: profile)
            if check.schema == .unparsed { #expect(check.findings.count == 1) }
            for finding in check.findings where finding.message(catalogue).isEmpty { Issue.record("an empty message") }
        }
    }
}
