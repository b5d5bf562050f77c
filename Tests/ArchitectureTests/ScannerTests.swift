import Testing

/// The scanner that the other tests trust.
struct ScannerTests {
    private func file(_ text: String) -> SwiftFile {
        SwiftFile(TextFile(path: "Sources/River/Network/Sample.swift", bytes: Array(text.utf8)))
    }

    @Test func `comments and literals are no code, interpolations are`() {
        let sample = file(
            ##"""
            let a = "try! \(b as! C) try!" // try!
            /* as! /* as! */ as! */ let d = #"as! \#(e as! F) \(as!)"#
            let g = "it\"s as!"
            """##)
        #expect(sample.lines(of: "try!").isEmpty)
        #expect(sample.lines(of: "as!") == [1, 2])
        #expect(sample.isExplained(1) && sample.isExplained(2) && sample.isExplained(3))
    }

    @Test func `a text of several lines ends at its three quotes`() {
        let sample = file("let a = \"\"\"\n  fma(\"x\")\n  \"\"\"\nfma(1)\n")
        #expect(sample.lines(of: "fma(") == [4])
    }

    @Test func `declarations seen outside are found with their documentation`() {
        let sample = file(
            """
            /// Documented.
            public enum Shape {
                case round
                /// Documented.
                @available(*, deprecated)
                case square(side: Double)
                func area() -> Double {
                    switch self {
                    case .round: 1
                    case .square: 2
                    }
                }
                public private(set) static var count = 0
            }
            enum Hidden { case one }
            package protocol Door {
                func open()
            }
            """)
        let seen = sample.declarations.filter(\.isSeenOutside)
        #expect(seen.map(\.name) == ["Shape", "round", "square", "count", "Door", "open"])
        #expect(seen.filter { !sample.isDocumented($0.line) }.map(\.line) == [3, 13, 16, 17])
    }

    @Test func `a function is measured from its head to its last brace`() {
        let sample = file(
            "func f(\n    _ g: () -> Int = { 1 }\n) -> Int {\n    if true { return 1 }\n    return 2\n}\n")
        #expect(sample.functions.map(\.lineCount) == [6])
        #expect(sample.functions.first?.name == "func f")
    }

    @Test func `imports are read in every form`() {
        let sample = file("public import Series\n@testable import River\nimport struct Foundation.Date\nlet x = 1\n")
        #expect(sample.imports.map(\.module) == ["Series", "River", "Foundation"])
        #expect(sample.imports.map(\.line) == [1, 2, 3])
    }

    @Test func `the manifest's rooms, products and resources are read`() {
        let manifest = PackageManifest(
            TextFile(
                path: "Package.swift",
                bytes: Array(
                    """
                    func room(_ name: String, sees d: [Target.Dependency]) -> Target { .target(name: name, dependencies: d) }
                    room("Web", sees: ["NodeCore", .product(name: "Mustache", package: "swift-mustache")],
                        resources: [.copy("Assets")])
                    .executableTarget(name: "riparian", dependencies: ["Web"])
                    tests("Web", sees: ["Web"])
                    """.utf8)))
        #expect(
            manifest.dependencies == [
                "Web": ["NodeCore", "Mustache"], "riparian": ["Web"], "WebTests": ["Web"],
            ])
        #expect(manifest.resources["Web"] == ["Assets"])
    }
}
