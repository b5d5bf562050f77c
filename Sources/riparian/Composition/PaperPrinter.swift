import Foundation

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
    /// - Returns: nil where it cannot be printed; the reason is in the node's log of its own program.
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
            guard try await run([source.path(percentEncoded: false), target.path(percentEncoded: false)]) else {
                return nil
            }
            return Array(try Data(contentsOf: target))
        } catch { return nil }
    }

    private func run(_ arguments: [String]) async throws -> Bool {
        let program = Process()
        program.executableURL = URL(filePath: PaperPrinter.program)
        program.arguments = ["--encoding", "utf-8", "--quiet"] + arguments
        program.standardInput = FileHandle.nullDevice
        program.standardOutput = FileHandle.nullDevice
        let (ended, tell) = AsyncStream.makeStream(of: Bool.self)
        program.terminationHandler = { tell.yield($0.terminationReason == .exit && $0.terminationStatus == 0) }
        try program.run()
        let identifier = program.processIdentifier
        let limiting = Task {
            try await Task.sleep(for: .seconds(PaperPrinter.limit))
            kill(identifier, SIGKILL)
        }
        defer { limiting.cancel() }
        var iterator = ended.makeAsyncIterator()
        return await iterator.next() ?? false
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
