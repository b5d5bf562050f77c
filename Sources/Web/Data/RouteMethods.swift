import HTTPTypes
import Hummingbird
import Synchronization

/// Which methods the addresses of a site take, as its router knows them.
final class RouteMethods: Sendable {
    /// One address with its gaps.
    struct Place: Hashable, Sendable {
        let parts: [String]
        var methods: Set<HTTPRequest.Method>

        /// Whether an address is of this kind: a gap stands for one part, `**` for all that follow.
        func matches(_ path: [Substring]) -> Bool {
            for (index, part) in parts.enumerated() {
                if part == "**" { return path.count > index }
                guard index < path.count, part.hasPrefix("{") || path[index] == part else { return false }
            }
            return path.count == parts.count
        }
    }

    private let places = Mutex<[Place]>([])

    /// Takes over the routes of a router, once all are there.
    func learn(_ routes: [(path: String, method: HTTPRequest.Method)]) {
        var found: [[String]: Set<HTTPRequest.Method>] = [:]
        for route in routes {
            found[route.path.split(separator: "/").map(String.init), default: []].insert(route.method)
        }
        places.withLock { $0 = found.map { Place(parts: $0.key, methods: $0.value) } }
    }

    /// Every address with its methods, as a router writes them, without those that are answered by themselves.
    var all: [String: Set<HTTPRequest.Method>] {
        Dictionary(
            uniqueKeysWithValues: places.withLock { $0 }.map { ("/" + $0.parts.joined(separator: "/"), $0.methods) })
    }

    /// The methods of an address, in a fixed order; none where there is nothing.
    func methods(of path: String) -> [HTTPRequest.Method] {
        let parts = path.split(separator: "/")
        let fitting = places.withLock { $0 }.filter { $0.matches(parts) }
        // A word counts before a gap, as it does for the router.
        let exact = fitting.min { left, right in left.gaps < right.gaps }
        guard var found = exact?.methods else { return [] }
        if found.contains(.get) { found.insert(.head) }
        return (found.union([.options])).sorted { $0.rawValue < $1.rawValue }
    }
}

extension RouteMethods.Place {
    fileprivate var gaps: Int { parts.count { $0.hasPrefix("{") || $0 == "**" } }
}
