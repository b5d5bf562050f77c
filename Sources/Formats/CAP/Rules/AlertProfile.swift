import Foundation

/// What parties ask of messages beyond the standard: a document beside the program, so that another profile needs no code.
public struct AlertProfile: Sendable {
    /// The id, for example `riparian-cap-1`.
    public let id: String
    /// What it is for.
    public let title: String
    /// The names of its rules with their weights, in the order of the document.
    public var rules: [(name: String, level: AlertFindingLevel)] { checks.map { ($0.id, $0.level) } }

    let checks: [AlertRule]

    /// The profile that is used where none is named.
    public static let standard = "riparian-cap-1"

    /// Why a profile cannot be used.
    public struct Problem: Error, Hashable, Sendable {
        /// The profile or file.
        public let profile: String
        /// What is wrong with it.
        public let message: String
        /// What to do.
        public let advice: String

        /// Makes a problem.
        public init(profile: String, message: String, advice: String) {
            self.profile = profile
            self.message = message
            self.advice = advice
        }
    }

    /// The ids of the profiles that are shipped, sorted.
    public static var bundledNames: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }

    private static var folder: URL { Bundle.module.bundleURL.appendingPathComponent("Profiles", isDirectory: true) }

    /// A profile that is shipped.
    ///
    /// - Throws: ``Problem`` when there is none of that name.
    public init(named name: String) throws(Problem) {
        guard AlertProfile.bundledNames.contains(name),
            let bytes = try? Data(contentsOf: AlertProfile.folder.appendingPathComponent(name + ".json"))
        else {
            throw Problem(
                profile: name, message: "no profile is called \(name)",
                advice: "known: \(AlertProfile.bundledNames.joined(separator: ", ")), or name a file that ends in .json"
            )
        }
        try self.init(bytes: [UInt8](bytes), name: name)
    }

    /// Reads a profile; one that extends another begins with the rules of that one, which must be shipped.
    ///
    /// - Throws: ``Problem`` with the place as JSON names it.
    public init(bytes: [UInt8], name: String) throws(Problem) {
        let document: ProfileDocument
        do { document = try JSONDecoder().decode(ProfileDocument.self, from: Data(bytes)) } catch {
            throw Problem(
                profile: name, message: "this is no profile: \(AlertProfile.words(error))",
                advice: "see Documentation/Warnings.md for its members")
        }
        var checks: [AlertRule] = []
        if let base = document.extends {
            guard base != document.id, let file = AlertProfile.bundledFile(base), file.extends == nil else {
                throw Problem(
                    profile: name, message: "it extends \(base), which is no profile that stands on its own",
                    advice: "extend one of \(AlertProfile.bundledNames.joined(separator: ", "))")
            }
            checks = file.rules.map(\.check)
        }
        id = document.id
        title = document.title
        self.checks = checks + document.rules.map(\.check)
    }

    private static func bundledFile(_ name: String) -> ProfileDocument? {
        guard bundledNames.contains(name) else { return nil }
        let bytes = try? Data(contentsOf: folder.appendingPathComponent(name + ".json"))
        return bytes.flatMap { try? JSONDecoder().decode(ProfileDocument.self, from: $0) }
    }

    private static func words(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "not JSON" }
        let context: DecodingError.Context
        switch error {
        case .dataCorrupted(let found): context = found
        case .keyNotFound(let key, let found):
            return "\(path(found.codingPath)) lacks \(key.stringValue)"
        case .typeMismatch(_, let found): context = found
        case .valueNotFound(_, let found): context = found
        @unknown default: return "not JSON"
        }
        return "\(path(context.codingPath)): \(context.debugDescription)"
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.isEmpty
            ? "the document" : keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
}

/// The document of a profile.
private struct ProfileDocument: Decodable {
    let id: String
    let title: String
    let extends: String?
    let rules: [ProfileRule]
}
