import Formats
import Foundation
import Testing

/// Keeps the samples as files where somebody wants to open them: `Scripts/check-office` does.
@Suite struct OfficeSampleTests {
    private static let folder = ProcessInfo.processInfo.environment["RIPARIAN_OFFICE_SAMPLES"]

    @Test(.enabled(if: folder != nil, "RIPARIAN_OFFICE_SAMPLES names no folder"))
    func `samples are kept in the folder that is named`() throws {
        let folder = URL(fileURLWithPath: try #require(OfficeSampleTests.folder), isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, page) in [("portrait", PaperDocument.Page.portrait), ("landscape", .landscape)] {
            let paper = try OfficeSamples.paper(page: page)
            try Data(WordDocument.bytes(of: paper)).write(to: folder.appending(path: "\(name).docx"))
            try Data(HTMLDocument.text(of: paper).utf8).write(to: folder.appending(path: "\(name).html"))
        }
        try Data(OfficeSamples.workbook().bytes()).write(to: folder.appending(path: "workbook.xlsx"))
    }
}
