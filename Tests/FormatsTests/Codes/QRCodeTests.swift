import Formats
import Foundation
import Testing

@Suite struct QRCodeTests {
    /// A picture of a code as a scanner would write it: grey, four points a module.
    private func picture(of code: QRCode) -> Data {
        let (zone, scale) = (QRCode.quietZone, 4)
        let side = (code.width + 2 * zone) * scale
        var bytes = Data("P5\n\(side) \(side)\n255\n".utf8)
        for row in 0..<side {
            for column in 0..<side {
                let (y, x) = (row / scale - zone, column / scale - zone)
                let isInside = (0..<code.width).contains(y) && (0..<code.width).contains(x)
                bytes.append(isInside && code.isDark[y * code.width + x] ? 0 : 255)
            }
        }
        return bytes
    }

    /// What a reader of others sees in a code.
    private func read(_ code: QRCode) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "code-\(UUID().uuidString).pgm")
        defer { try? FileManager.default.removeItem(at: file) }
        try picture(of: code).write(to: file)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/zbarimg")
        process.arguments = ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", file.path(percentEncoded: false)]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text
    }

    @Test(arguments: ["a", "riparian/cn-yunnan+3f2c1d0e+AZ==", "Lào Cai, 云南", String(repeating: "x9-", count: 120)])
    func `another program's reader sees the text of a code`(text: String) throws {
        let code = try #require(QRCode(text))
        #expect(try read(code) == text + "\n")
    }

    @Test func `a code has the three corners that a camera looks for, and a drawing of its own`() throws {
        let code = try #require(QRCode("riparian"))
        for (row, column) in [(0, 0), (0, code.width - 7), (code.width - 7, 0)] {
            let corner = (0..<7).map { r in (0..<7).map { code.isDark[(row + r) * code.width + column + $0] } }
            #expect(corner[0] == Array(repeating: true, count: 7) && corner[6] == corner[0])
            #expect(corner[1] == [true, false, false, false, false, false, true])
            #expect(corner[3] == [true, false, true, true, true, false, true])
        }
        let dark = code.isDark.count { $0 }
        #expect(code.svg.components(separatedBy: "h1v1h-1z").count - 1 == dark)
        #expect(code.svg.contains("viewBox=\"0 0 \(code.width + 8) \(code.width + 8)\""))
        #expect(code.terminalText.split(separator: "\n").count == (code.width + 9) / 2)
    }

    @Test func `nothing and too much make no code`() {
        #expect(QRCode("") == nil && QRCode(String(repeating: "x", count: 3_000)) == nil)
    }
}

@Suite struct CodePartsTests {
    private static let text = (0..<90).map { "number \($0): Lào Cai 云南; " }.joined()

    @Test func `a text comes back from its parts in any order, read as often as one likes`() throws {
        let parts = CodeParts.split(CodePartsTests.text)
        #expect(parts.count > 3 && parts.allSatisfy { $0.utf8.count <= CodeParts.size + 24 && CodeParts.isPart($0) })
        #expect(try CodeParts.joined(parts.reversed() + parts) == CodePartsTests.text)
        #expect(try CodeParts.joined(CodeParts.split("short")) == "short")
    }

    @Test func `missing, mixed and foreign parts are named`() {
        let (parts, others) = (CodeParts.split(CodePartsTests.text), CodeParts.split(CodePartsTests.text + "!"))
        #expect(throws: CodeParts.Problem.missing([2, 3])) {
            try CodeParts.joined([parts[0]] + parts[3...])
        }
        #expect(throws: CodeParts.Problem.mixed(line: 2)) { try CodeParts.joined([parts[0], others[1]]) }
        #expect(throws: CodeParts.Problem.mixed(line: 2)) { try CodeParts.joined([parts[0], parts[0] + "?"]) }
        for foreign in ["", "RIPARIAN:1/1", "RIPARIAN:0/1:0000:x", "RIPARIAN:2/1:0000:x", "RIPARIAN:1/100:0000:x", "x"]
        {
            #expect(throws: CodeParts.Problem.foreign(line: 1)) { try CodeParts.joined([foreign]) }
        }
        #expect(throws: CodeParts.Problem.mixed(line: 1)) { try CodeParts.joined(["RIPARIAN:1/1:0000:x"]) }
    }
}
