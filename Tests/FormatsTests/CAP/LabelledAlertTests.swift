import Formats
import Foundation
import TestKit
import Testing

/// The labelled messages and the real ones among the shared data.
@Suite(.enabled(if: Repository.canUseSharedData, "needs the folder ../shared/data, which is absent here"))
struct LabelledAlertTests {
    private struct Label: Decodable {
        let file: String
        let rule: String?
    }

    private let folder: URL
    private let profile: AlertProfile

    init() throws {
        let data = try #require(Repository.sharedData, "the shared data must be there in CI")
        folder = data.appending(path: "warnings")
        profile = try AlertProfile(named: AlertProfile.standard)
    }

    private func check(_ file: String, strict: Bool = false) throws -> AlertCheck {
        checkAlert([UInt8](try Data(contentsOf: folder.appending(path: "samples/\(file)"))), profile: profile)
    }

    @Test func `every labelled message gets its verdict, and its rule is named`() throws {
        let bytes = try Data(contentsOf: folder.appending(path: "mutants.json"))
        let labels = try JSONDecoder().decode([Label].self, from: bytes)
        #expect(labels.count >= 41)
        for label in labels {
            let check = try check(label.file)
            guard let rule = label.rule else {
                #expect(
                    check.schema == .valid && check.findings.isEmpty, "\(label.file): \(check.findings.map(\.rule))")
                continue
            }
            #expect(check.findings.contains { $0.rule == rule }, "\(label.file): \(check.findings.map(\.rule))")
            #expect(check.isAccepted() == rule.hasSuffix("(should)"), "\(label.file)")
            #expect(!check.isAccepted(strict: true), "\(label.file)")
            if check.schema == .valid {
                #expect(check.findings.allSatisfy { $0.rule == rule }, "\(label.file): \(check.findings.map(\.rule))")
            }
        }
    }

    @Test func `the schema judges every message as xmllint does with the schema of OASIS, damaged ones too`() throws {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/xmllint") else { return }
        let place = FileManager.default.temporaryDirectory.appending(path: "riparian-xmllint-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        let samples = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "samples").path)
            .filter { !$0.hasSuffix(".pem") }.sorted()
        #expect(samples.count >= 60)
        var documents = try samples.map { [UInt8](try Data(contentsOf: folder.appending(path: "samples/\($0)"))) }
        var damage = AlertDamage(seed: 7)
        documents += (0..<400).map { damage.next(of: documents[$0 % samples.count]) }
        var files: [String] = []
        for (index, document) in documents.enumerated() {
            let file = place.appending(path: "\(index).xml")
            try Data(document).write(to: file)
            files.append(file.path(percentEncoded: false))
        }
        let valid = try xmllint(files)
        for (index, document) in documents.enumerated() {
            let check = checkAlert(document, profile: profile)
            // What the gate refuses has no verdict of ours; xmllint reads some of it.
            if check.schema == .unparsed, check.findings.first?.rule.hasPrefix("SEC-") == true { continue }
            #expect((check.schema == .valid) == valid.contains(files[index]), "\(index): \(check.findings.map(\.rule))")
        }
    }

    /// The files that xmllint calls valid.
    private func xmllint(_ files: [String]) throws -> Set<String> {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/xmllint")
        let schema = folder.appending(path: "schema/CAP-v1.2-schema.xsd").path(percentEncoded: false)
        process.arguments = ["--noout", "--nonet", "--schema", schema] + files
        let log = FileManager.default.temporaryDirectory.appending(path: "riparian-xmllint-\(UUID().uuidString).log")
        _ = FileManager.default.createFile(atPath: log.path(percentEncoded: false), contents: nil)
        defer { try? FileManager.default.removeItem(at: log) }
        process.standardError = try FileHandle(forWritingTo: log)
        try process.run()
        process.waitUntilExit()
        let lines = String(decoding: try Data(contentsOf: log), as: UTF8.self).split(separator: "\n")
        return Set(lines.filter { $0.hasSuffix(" validates") }.map { String($0.dropLast(" validates".count)) })
    }
}
