import Foundation
import HTTPTypes
import Hummingbird
import Series
import TestKit
import Testing

@testable import Web

/// The description of the interface says what the router does, and nothing else.
struct InterfaceTests {
    private let document: [String: Any]
    private let world: DataWorld

    init() throws {
        world = try DataWorld()
        document = try #require(try Repository.json("Sources/Web/Interface/openapi.json") as? [String: Any])
    }

    private var paths: [String: [String: Any]] { document["paths"] as? [String: [String: Any]] ?? [:] }

    /// Every object of the document, wherever it stands.
    private func objects(_ value: Any) -> [[String: Any]] {
        if let object = value as? [String: Any] { return [object] + object.values.flatMap { objects($0) } }
        return (value as? [Any])?.flatMap { objects($0) } ?? []
    }

    @Test func `every reference leads somewhere, and everything that can be referred to is`() throws {
        let references = Set(objects(document).compactMap { $0["$ref"] as? String })
        #expect(references.count > 30)
        for reference in references {
            let found = reference.dropFirst(2).split(separator: "/").reduce(document as Any?) { place, name in
                (place as? [String: Any])?[String(name)]
            }
            #expect(found is [String: Any], "\(reference)")
        }
        let components = try #require(document["components"] as? [String: [String: Any]])
        for kind in ["schemas", "parameters", "responses"] {
            for name in components[kind, default: [:]].keys {
                #expect(references.contains("#/components/\(kind)/\(name)"), "\(kind)/\(name)")
            }
        }
    }

    @Test func `words are those of the program`() throws {
        let schemas = try #require((document["components"] as? [String: Any])?["schemas"] as? [String: [String: Any]])
        #expect(schemas["Property"]?["enum"] as? [String] == Property.allCases.map(\.rawValue))
        #expect(schemas["Known"]?["enum"] as? [String] == Known.allCases.map(\.rawValue))
        #expect(schemas["Unit"]?["enum"] as? [String] == Series.Unit.allCases.map(\.rawValue))
        #expect(schemas["Quality"]?["enum"] as? [String] == Quality.allCases.map { PointDocument.word($0) })
        let codes = ((schemas["Problem"]?["properties"] as? [String: Any])?["code"] as? [String: Any])?["enum"]
        #expect(codes.map { Set($0 as? [String] ?? []) } == Set(Problem.allCases.map(\.rawValue)))
    }

    /// Addresses of pages for people, which the description leaves out.
    private static let pages: Set<String> = [
        "/", "/assets/{file}", "/sign-in", "/sign-out", "/password", "/{party}", "/{party}/audit",
        "/{party}/compliance",
        "/{party}/exchange", "/{party}/gate", "/{party}/map", "/{party}/node", "/{party}/parties",
        "/{party}/reservoirs", "/{party}/river",
    ]
    /// Addresses that end in a gap, whose suffix says the form.
    private static let files = [
        "/{party}/station/{file}", "/{party}/warnings/{file}", "/{party}/compliance/{file}",
        "/{party}/series/{provider}/{station}/{file}", "/nodes/{party}/lanes/**",
    ]

    @Test func `the description and the router know the same addresses`() throws {
        let routes = SiteRoutes(site: try world.site(), host: "127.0.0.1")
        _ = routes.router()
        for path in paths.keys {
            let example = path.replacing(/\{[a-z]+\}/, with: "x")
            #expect(routes.methods.methods(of: example).contains(.get), "\(path) is not routed")
        }
        for path in routes.methods.all.keys where !InterfaceTests.pages.contains(path) {
            let isFile = InterfaceTests.files.contains(path)
            #expect(isFile || paths[path] != nil, "\(path) is not described")
        }
        for path in InterfaceTests.files {
            let start = path.prefix { $0 != "*" }.replacing("{file}", with: "")
            #expect(paths.keys.contains { $0.hasPrefix(start) }, "\(path) is not described")
        }
    }

    @Test func `what is described is answered, in the type that it says`() async throws {
        let site = try world.site(atlas: try DataWorld.atlas())
        let given = [
            "party": "vn-lao-cai", "provider": "vn-lao-cai", "station": "lao-cai", "property": "stage",
            "agreement": "a",
        ]
        let absent = ["/changes", "/compliance/", "/series/"]
        for (path, item) in paths where !absent.contains(where: { path.contains($0) }) {
            let address = given.reduce(path) { $0.replacing("{\($1.key)}", with: $1.value) }
            let answer = try await DataWorld.get(site, address)
            let ok = ((item["get"] as? [String: Any])?["responses"] as? [String: [String: Any]])?["200"]
            let types = (ok?["content"] as? [String: Any])?.keys.map { $0 } ?? []
            #expect(answer.status == .ok && types == [answer.type ?? ""], "\(address) \(answer.status) \(types)")
        }
    }

    @Test func `a document holds the keys that its description asks for`() async throws {
        let (dam, advice) = try DataWorld.proposal()
        let site = try world.site(atlas: try DataWorld.atlas(), advice: [dam: advice])
        let schemas = try #require((document["components"] as? [String: Any])?["schemas"] as? [String: [String: Any]])
        func check(_ value: Any, _ schema: [String: Any], _ place: String) {
            if let reference = schema["$ref"] as? String {
                return check(value, schemas[String(reference.split(separator: "/").last ?? "")] ?? [:], place)
            }
            if let options = schema["anyOf"] as? [[String: Any]] {
                if value is NSNull { return }
                let fitting = options.filter { ($0["type"] as? String) != "null" }
                if fitting.count == 1 { check(value, fitting[0], place) }
                return
            }
            if let object = value as? [String: Any], let properties = schema["properties"] as? [String: [String: Any]] {
                for key in schema["required"] as? [String] ?? [] { #expect(object[key] != nil, "\(place).\(key)") }
                for (key, inner) in object {
                    #expect(properties[key] != nil, "\(place).\(key) is not described")
                    check(inner, properties[key] ?? [:], place + "." + key)
                }
            }
            if let array = value as? [Any], let items = schema["items"] as? [String: Any] {
                for item in array { check(item, items, place + "[]") }
            }
            if let words = schema["enum"] as? [Any], let text = value as? String {
                #expect(words.contains { $0 as? String == text }, "\(place) is \(text)")
            }
        }
        for (path, name) in [
            ("board.json", "Board"), ("station/lao-cai.json", "Station"), ("reservoirs.json", "Reservoirs"),
            ("exchange.json", "Exchange"), ("map.geojson", "Map"),
            ("rivers.geojson", "RiverLines"),
        ] {
            let answer = try await DataWorld.get(site, "/vn-lao-cai/" + path)
            check(try #require(answer.object), ["$ref": "#/components/schemas/\(name)"], name)
        }
        let series = try await DataWorld.get(
            try DataWorld(count: 9).site(), "/vn-sample/series/vn-sample/lower/stage.json")
        check(try #require(series.object), ["$ref": "#/components/schemas/Series"], "Series")
        let problem = try await DataWorld.get(site, "/nobody/board.json")
        check(try #require(problem.object), ["$ref": "#/components/schemas/Problem"], "Problem")
    }
}
