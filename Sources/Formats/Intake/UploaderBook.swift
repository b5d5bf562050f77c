import Accord
import Series
import Yams

/// What a node's `uploaders.yaml` says: who may post readings without a node. No token stands there, only digests.
public struct UploaderBook: Hashable, Sendable {
    /// The name of the file in the node's folder.
    public static let file = "uploaders.yaml"

    /// In the order of the file.
    public private(set) var uploaders: [Uploader] = []

    /// A book without entries.
    public init() {}

    /// The uploader of an id.
    public subscript(id: UploaderID) -> Uploader? { uploaders.first { $0.id == id } }

    /// Puts an entry in place of the one of its id, or at the end.
    public mutating func put(_ uploader: Uploader) {
        if let place = uploaders.firstIndex(where: { $0.id == uploader.id }) {
            uploaders[place] = uploader
        } else {
            uploaders.append(uploader)
        }
    }

    /// Reads the file; an unknown key is an error, so that a misspelt limit is never without effect.
    ///
    /// - Throws: ``EventFileProblem`` with the line and column of what is wrong.
    public init(_ bytes: [UInt8], file: String) throws(EventFileProblem) {
        let document = try YAMLDocument(bytes, file: file)
        try document.expectKeys(["uploaders"], of: document.root)
        guard let list = document.root["uploaders"] else {
            throw document.problem(document.root, "no list of uploaders", "write uploaders: []")
        }
        guard let entries = list.sequence else {
            throw document.problem(list, "uploaders is no list", "write one entry a dash")
        }
        for entry in entries {
            let uploader = try document.uploader(entry)
            guard self[uploader.id] == nil else {
                throw document.problem(entry, "the uploader \(uploader.id) stands twice", "keep one of the two")
            }
            guard !uploaders.contains(where: { $0.tokenDigest == uploader.tokenDigest }) else {
                throw document.problem(
                    entry["token_sha256"], "two uploaders have the same token",
                    "give a new one with riparian upload renew")
            }
            uploaders.append(uploader)
        }
    }

    /// The file.
    public var text: String {
        var lines = [
            "# Who may post readings to this node without a node of their own. Made by riparian upload.",
            "# No token stands here: only the SHA-256 of each. Change the file with riparian upload grant, renew and revoke.",
            "uploaders:\(uploaders.isEmpty ? " []" : "")",
        ]
        for uploader in uploaders {
            func quoted(_ text: String) -> String { JSONValue.string(text).canonicalText }
            lines += [
                "  - id: \(quoted(uploader.id.text))", "    name:", "      vi: \(quoted(uploader.name.vi))",
                "      zh: \(quoted(uploader.name.zh))", "      en: \(quoted(uploader.name.en))", "    series:",
            ]
            lines += uploader.series.map { "      - \(quoted($0.description))" }
            lines.append("    intentions: \(uploader.mayIntend)")
            if let mapping = uploader.mapping { lines.append("    mapping: \(quoted(mapping))") }
            lines += [
                "    token_sha256: \(quoted(hexadecimal(uploader.tokenDigest)))",
                "    granted: \(quoted(uploader.granted.iso8601()))",
                "    valid_until: \(quoted(uploader.validUntil.iso8601()))",
            ]
            if let revoked = uploader.revoked { lines.append("    revoked_at: \(quoted(revoked.iso8601()))") }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension YAMLDocument {
    fileprivate func expectKeys(_ known: [String], of node: Node) throws(EventFileProblem) {
        guard let mapping = node.mapping else {
            throw problem(node, "the entry is no mapping", "write lines of the form key: value")
        }
        for (key, _) in mapping {
            let word = key.scalar?.string ?? ""
            guard known.contains(word) else {
                throw problem(key, "unknown key \(word)", "the keys are \(known.joined(separator: ", "))")
            }
        }
    }

    fileprivate func uploader(_ entry: Node) throws(EventFileProblem) -> Uploader {
        try expectKeys(
            [
                "id", "name", "series", "intentions", "mapping", "token_sha256", "granted", "valid_until", "revoked_at",
            ], of: entry)
        guard let id = text("id", of: entry).flatMap({ UploaderID($0) }) else {
            throw problem(entry["id"] ?? entry, "the uploader has no id", "write lower-case words joined by hyphens")
        }
        guard let nameNode = entry["name"] else {
            throw problem(entry, "the uploader \(id) has no name", "write name with vi, zh and en")
        }
        try expectKeys(["vi", "zh", "en"], of: nameNode)
        guard let digest = text("token_sha256", of: entry).flatMap({ AgreementIdentity($0) }) else {
            throw problem(
                entry["token_sha256"] ?? entry, "token_sha256 is no SHA-256 in hexadecimal digits",
                "give a new token with riparian upload renew \(id)")
        }
        let mayIntend: Bool
        switch text("intentions", of: entry) {
        case nil, "false": mayIntend = false
        case "true": mayIntend = true
        case let word?: throw problem(entry["intentions"], "intentions is \(word)", "write true or false")
        }
        guard let granted = try moment("granted", of: entry), let end = try moment("valid_until", of: entry) else {
            throw problem(entry, "the uploader \(id) lacks granted or valid_until", "write both as times with a zone")
        }
        return Uploader(
            id: id, name: try localizedText(nameNode), series: try patterns(of: entry, id: id), mayIntend: mayIntend,
            mapping: text("mapping", of: entry), tokenDigest: digest.bytes, granted: granted, validUntil: end,
            revoked: try moment("revoked_at", of: entry))
    }

    private func patterns(of entry: Node, id: UploaderID) throws(EventFileProblem) -> [UploadPattern] {
        guard let nodes = entry["series"]?.sequence, !nodes.isEmpty else {
            throw problem(entry["series"] ?? entry, "the uploader \(id) may post nothing", "list station/property")
        }
        var patterns: [UploadPattern] = []
        for node in nodes {
            guard let pattern = node.scalar.flatMap({ UploadPattern($0.string) }) else {
                throw problem(
                    node, "\(node.scalar?.string ?? "the entry") is no series to post",
                    "write station/property, or station/*; the station is always named")
            }
            patterns.append(pattern)
        }
        return patterns
    }

    private func moment(_ key: String, of entry: Node) throws(EventFileProblem) -> Instant? {
        guard let word = text(key, of: entry) else { return nil }
        do throws(TimeTextProblem) { return try Instant(iso8601: word) } catch {
            throw problem(entry[key], "\(key) is no time: \(word)", error.advice)
        }
    }
}
