import Foundation
import NodeCore
import Series
import ServiceLifecycle

/// Collects from a mail folder each minute while a node is served.
struct UploadMailService: Service {
    /// s between two looks.
    static let period = 60.0

    let folder: UploadMailFolder
    let log: @Sendable (String) -> Void
    var period = UploadMailService.period

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            // What was said in the last round is not said again: a file that waits would fill the log.
            var said: Set<String> = []
            while !Task.isCancelled {
                var lines: [String]
                do {
                    let outcomes = try await folder.collect(at: Date().timeIntervalSince1970)
                    lines = outcomes.compactMap(UploadMailService.line)
                } catch {
                    let words = (error as? CommandRefusal)?.message ?? "\(error)"
                    lines = ["nothing can be collected from the mail folder: \(words)"]
                }
                for line in lines where !said.contains(line) { log(line) }
                said = Set(lines)
                try await Task.sleep(for: .seconds(period))
            }
        }
    }

    /// What the log says of a file; nil where the post itself has said it.
    static func line(_ outcome: UploadMailFolder.Outcome) -> String? {
        guard outcome.receipt == nil else { return nil }
        let words = "\(outcome.uploader)/\(outcome.file) by mail \(outcome.state.rawValue): \(outcome.reason ?? "")"
        return "upload: "
            + String(words.filter { !$0.unicodeScalars.contains { $0.properties.generalCategory == .control } })
    }
}
