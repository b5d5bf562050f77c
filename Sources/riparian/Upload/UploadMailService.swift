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
            var fault: String?
            while !Task.isCancelled {
                do {
                    for line in try await folder.collect(at: Date().timeIntervalSince1970).compactMap(
                        UploadMailService.line)
                    {
                        if line != fault { log(line) }
                    }
                    fault = nil
                } catch {
                    let words = (error as? CommandRefusal)?.message ?? "\(error)"
                    if words != fault { log("nothing can be collected from the mail folder: \(words)") }
                    fault = words
                }
                try await Task.sleep(for: .seconds(period))
            }
        }
    }

    /// What the log says of a file; nil where the post itself has said it.
    static func line(_ outcome: UploadMailFolder.Outcome) -> String? {
        guard outcome.receipt == nil else { return nil }
        return "upload: a file of \(outcome.uploader) by mail \(outcome.state.rawValue): \(outcome.reason ?? "")"
    }
}
