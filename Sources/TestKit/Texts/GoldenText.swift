import Foundation

/// Compares a text with the golden file that a review has accepted.
///
/// With `RIPARIAN_RECORD_GOLDEN=1` the file is written instead, and the difference is for the review.
///
/// - Parameters:
///   - text: what was made.
///   - path: the file below the root of the repository.
/// - Returns: nil when both are equal; otherwise what differs and what to do.
public func differenceFromGolden(_ text: String, _ path: String) -> String? {
    let file = Repository.root.appending(path: path)
    if ProcessInfo.processInfo.environment["RIPARIAN_RECORD_GOLDEN"] == "1" {
        do {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
            return nil
        } catch {
            return "\(path) could not be written: \(error)"
        }
    }
    guard let golden = try? String(contentsOf: file, encoding: .utf8) else {
        return "\(path) is missing - run once with RIPARIAN_RECORD_GOLDEN=1 and review it"
    }
    if golden == text { return nil }
    let pairs = zip(golden.split(separator: "\n"), text.split(separator: "\n")).enumerated()
    let first = pairs.first { $0.element.0 != $0.element.1 }
    return "\(path) differs from line \((first?.offset ?? -1) + 1): \(first?.element.1 ?? "another length")"
}
