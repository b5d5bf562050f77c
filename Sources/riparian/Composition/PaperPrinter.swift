import Foundation
import Storage

/// Turns printable HTML into PDF by WeasyPrint, where it is installed (Debian: `weasyprint`): pages of the same look as a
/// browser prints. One at a time: a long report takes a processor for some seconds.
actor PaperPrinter {
    private static let program = "/usr/bin/weasyprint"
    /// s that one print may take.
    private static let limit = 120.0

    /// The printer of this machine; nil where there is none.
    static let installed: PaperPrinter? =
        FileManager.default.isExecutableFile(atPath: program) ? PaperPrinter() : nil

    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// What the pages ask.
    nonisolated var printing: @Sendable ([UInt8]) async -> [UInt8]? { { await self.print($0) } }

    /// The PDF of a document that needs no other file.
    ///
    /// - Returns: nil where it cannot be printed.
    func print(_ html: [UInt8]) async -> [UInt8]? {
        await begin()
        defer { end() }
        let folder = FileManager.default.temporaryDirectory.appending(path: "riparian-print-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let (source, target) = (folder.appending(path: "document.html"), folder.appending(path: "document.pdf"))
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try Data(html).write(to: source)
            let arguments =
                ["--encoding", "utf-8", "--quiet"] + [source, target].map { $0.path(percentEncoded: false) }
            let program = ChildProgram(PaperPrinter.program, arguments, limit: PaperPrinter.limit)
            guard try await program.runAside().status == 0 else { return nil }
            return Array(try Data(contentsOf: target))
        } catch { return nil }
    }

    private func begin() async {
        guard isBusy else {
            isBusy = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func end() {
        if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() }
    }
}
