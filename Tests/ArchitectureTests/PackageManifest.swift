/// What `Package.swift` says about its targets, read as text.
struct PackageManifest: Sendable {
    /// The declared dependencies of a target: rooms and products by name.
    let dependencies: [String: Set<String>]
    /// The resources of a target: paths inside its folder.
    let resources: [String: [String]]

    /// Reads a manifest; forms that it does not know declare nothing, and the tests then name what is undeclared.
    init(_ file: TextFile) {
        let text = String(decoding: file.bytes, as: UTF8.self)
        var dependencies: [String: Set<String>] = [:]
        var resources: [String: [String]] = [:]
        for (opening, suffix) in [("room(", ""), ("tests(", "Tests"), (".executableTarget(", ""), (".target(", "")] {
            for start in text.ranges(of: opening) {
                let call = PackageManifest.balanced(text[start.lowerBound...], "(", ")")
                guard let name = PackageManifest.name(of: call) else { continue }
                let seen = PackageManifest.list(after: ["sees:", "dependencies:"], in: call)
                dependencies[name + suffix] = PackageManifest.dependencies(in: seen)
                resources[name + suffix] = PackageManifest.quoted(PackageManifest.list(after: ["resources:"], in: call))
            }
        }
        self.dependencies = dependencies
        self.resources = resources
    }

    /// From the first opening mark to the mark that closes it.
    private static func balanced(_ text: Substring, _ opening: Character, _ closing: Character) -> Substring {
        guard let first = text.firstIndex(of: opening) else { return "" }
        var depth = 0
        for index in text[first...].indices {
            if text[index] == opening { depth += 1 }
            if text[index] == closing { depth -= 1 }
            if depth == 0 { return text[first...index] }
        }
        return text[first...]
    }

    /// The literal that names a target; nil where the name is a variable, as inside the helpers of the manifest.
    private static func name(of call: Substring) -> String? {
        let inside = call.dropFirst().drop { $0 == " " || $0 == "\n" }
        let value = inside.hasPrefix("name:") ? inside.dropFirst(5).drop { $0 == " " } : inside
        guard value.hasPrefix("\"") else { return nil }
        return String(value.dropFirst().prefix { $0 != "\"" })
    }

    private static func list(after labels: [String], in call: Substring) -> Substring {
        for label in labels {
            if let range = call.ranges(of: label).first { return balanced(call[range.upperBound...], "[", "]") }
        }
        return ""
    }

    /// The names in a list of dependencies: a `.product(name:package:)` counts by its first name.
    private static func dependencies(in list: Substring) -> Set<String> {
        var names: Set<String> = []
        var rest = list
        while let start = rest.firstIndex(of: "\"") {
            let isPackage = rest[..<start].hasSuffix("package: ")
            let literal = rest[rest.index(after: start)...].prefix { $0 != "\"" }
            if !isPackage { names.insert(String(literal)) }
            rest = rest[literal.endIndex...].dropFirst()
        }
        return names
    }

    private static func quoted(_ list: Substring) -> [String] {
        list.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }
}
