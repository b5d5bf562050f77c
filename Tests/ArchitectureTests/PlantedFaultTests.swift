import Testing

/// Each rule finds a fault that was planted for it, at its line.
struct PlantedFaultTests {
    private let manifest = """
        room("Series", sees: [])
        room("River", sees: ["Series"])
        room("Formats", sees: ["Series", "River"], resources: [.copy("Catalogues/po")])
        room("NodeCore", sees: ["Series", .product(name: "GRDB", package: "GRDB.swift")])
        tests("River", sees: ["River"])
        """

    private func tree(_ files: [String: String]) -> SourceTree {
        let all = files.merging(["Package.swift": manifest]) { own, _ in own }
        return SourceTree(all.map { TextFile(path: $0.key, bytes: Array($0.value.utf8)) }.sorted { $0.path < $1.path })
    }

    private func river(_ text: String) -> SourceTree { tree(["Sources/River/Quality/A.swift": text]) }

    @Test func `imports`() {
        let planted = river("import Series\nimport Foundation\nimport GRDB\n")
        #expect(planted.undeclaredImports().map(\.line) == [3])
        #expect(planted.impureImports().map(\.line) == [2, 3])
        let node = tree(["Sources/NodeCore/A.swift": "import Foundation\nimport GRDB\nimport Series\n"])
        #expect(node.closedImports().map(\.line) == [2])
        #expect(node.undeclaredImports().isEmpty)
        #expect(tree(["Tests/RiverTests/A.swift": "import XCTest\n"]).foreignTests().map(\.line) == [1])
    }

    @Test func `clock, chance and concurrency`() {
        let text =
            "let a = Date()\nfunc b() async {}\nlet c = Double.random(in: 0...1)\nlet asynchronous = 1  // async\n"
        #expect(Set(river(text).impureWords().map(\.line)) == [1, 2, 3])
        #expect(river(text).clockReadings().map(\.line) == [1])
    }

    @Test func `a mention of a higher folder`() {
        let planted = tree([
            "Sources/River/Quality/A.swift": "struct A {\n    let pool: LevelPool\n}\n",
            "Sources/River/Reservoirs/LevelPool.swift": "struct LevelPool {\n    let a: A\n}\n",
        ])
        #expect(planted.upwardMentions().map(\.what) == ["Quality mentions LevelPool of Reservoirs"])
        #expect(planted.upwardMentions().map(\.line) == [2])
    }

    @Test func `a door without a word`() {
        let planted = river("/// A.\npublic struct A {\n    /// B.\n    public let b = 1\n\n    public let c = 2\n}\n")
        #expect(planted.undocumentedDeclarations().map(\.what) == ["let c has no /// directly above"])
    }

    @Test func `a hatch without a reason`() {
        #expect(river("let a = try! b()\n").unexplainedHatches().map(\.line) == [1])
        #expect(river("// b cannot fail: it is constant\nlet a = try! b()\n").unexplainedHatches().isEmpty)
    }

    @Test func `pieces that are too long, empty, dead or stray`() {
        let body = String(repeating: "    a()\n", count: 99)
        #expect(river("func f() {\n\(body)}\n").longPieces().map(\.what) == ["func f has 101 lines"])
        #expect(river(String(repeating: "\n", count: 601)).longPieces().map(\.what) == ["601 lines"])
        let planted = tree([
            "Sources/River/Quality/A.swift": "struct A { let b: B }\n",
            "Sources/River/Quality/B.swift": "struct B {}\n",
            "Sources/River/Quality/C.swift": "// nothing\n",
            "Sources/River/note.txt": "?\n",
            "Sources/Formats/Catalogues/po/en.po": "\n",
        ])
        #expect(planted.deadFiles().map(\.path) == ["Sources/River/Quality/A.swift"])
        #expect(planted.emptyFiles().map(\.path) == ["Sources/River/Quality/C.swift"])
        #expect(planted.strayFiles().map(\.path) == ["Sources/River/note.txt"])
    }

    @Test func `words of unfinished work`() {
        #expect(river("let a = 1\n// TO" + "DO: b\n").unfinishedWords().map(\.line) == [2])
    }

    @Test func `arithmetic that differs between machines`() {
        let planted = river(
            "let a = exp(1)\nlet b = Elementary.exp(1)\nlet c = b.addingProduct(1, 2)\n// fma(1, 2, 3)\n")
        #expect(planted.platformFunctions().map(\.line) == [1])
        #expect(planted.fusedOperations().map(\.line) == [3])
    }

    @Test func `paths of one machine, but no addresses`() {
        let planted = tree(["Notes.md": "see https://example.org/home/x\nsee /ho" + "me/x\nsee ../shared/wo" + "rk/x\n"]
        )
        #expect(planted.machinePaths().map(\.line) == [2])
    }

    @Test func `texts that a language lacks or changed`() {
        func po(_ texts: [(String, String, String)]) -> String {
            texts.map { "msgctxt \"\($0.0)\"\nmsgid \"\($0.1)\"\nmsgstr \"\($0.2)\"\n" }.joined(separator: "\n")
        }
        let folder = "Sources/Formats/Catalogues/po/"
        let planted = tree([
            folder + "en.po": po([("a", "At {place}", ""), ("b", "Rising", ""), ("c", "Falling", "")]),
            folder + "vi.po": po([("a", "At {place}", "Tại {nơi}"), ("b", "Rising", ""), ("c", "Falling", "Xuống")]),
            folder + "zh-Hans.po": po([("a", "At {place}", "在{place}"), ("c", "Falling", "退")]),
        ])
        let faults = planted.unequalCatalogues()
        #expect(faults.map(\.path) == [folder + "vi.po", folder + "vi.po", folder + "zh-Hans.po"])
        #expect(faults.map(\.line) == [2, 6, 1])
    }
}
