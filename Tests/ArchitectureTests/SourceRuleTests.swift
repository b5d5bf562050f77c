import Testing

/// How the code of the rooms is written.
struct SourceRuleTests {
    private let tree = SourceTree.current

    @Test func `every declaration seen from another room says what it is`() {
        let violations = tree.sources.flatMap { file in
            file.declarations.filter { $0.isSeenOutside && !file.isDocumented($0.line) }.map {
                Violation(
                    path: file.path, line: $0.line, what: "\($0.keyword) \($0.name) has no /// directly above",
                    advice: "one line: what it is, its unit, shape and range")
            }
        }
        expectNone(violations)
    }

    @Test func `a way around the compiler says why it is safe`() {
        let hatches = ["try!", "as!", "@unchecked Sendable", "nonisolated(unsafe)", "@preconcurrency"]
        let violations = (tree.sources + tree.tests).flatMap { file in
            hatches.flatMap { hatch in
                file.lines(of: hatch).filter { !file.isExplained($0) }.map {
                    Violation(
                        path: file.path, line: $0, what: "\(hatch) without a reason",
                        advice: "do without it, or say in a comment on the line or above why it is safe")
                }
            }
        }
        expectNone(violations)
    }

    @Test func `a file has one subject and a function fits in the head`() {
        let long = tree.sources.filter { $0.text.lineCount > 600 }.map {
            Violation(
                path: $0.path, line: 600, what: "\($0.text.lineCount) lines", advice: "600 at most: split by subject")
        }
        let deep = tree.sources.flatMap { file in
            file.functions.filter { $0.lineCount > 100 }.map {
                Violation(
                    path: file.path, line: $0.line, what: "\($0.name) has \($0.lineCount) lines",
                    advice: "100 at most: name its parts")
            }
        }
        expectNone(long + deep)
    }

    @Test func `no file is empty`() {
        let empty = tree.sources.filter { $0.declarations.isEmpty && !$0.code.bytes.contains(UInt8(ascii: "{")) }
        // A room without a second file needs its first one to be built at all.
        let idle = empty.filter { tree.sources(of: $0.room).count > 1 }
        expectNone(idle.map { Violation(path: $0.path, line: 1, what: "declares nothing", advice: "remove it") })
    }

    @Test func `no file is dead`() {
        let files = tree.sources + tree.tests
        var uses: [String: Int] = [:]
        for file in files {
            for word in file.typeWords.keys { uses[word, default: 0] += 1 }
        }
        let violations = tree.sources.compactMap { file -> Violation? in
            let types = file.declarations.filter { $0.isTopLevel && $0.isType }
            let isStart = !file.lines(of: "@main").isEmpty
            let isOpen =
                file.declarations.contains { $0.isTopLevel && !$0.isType } || !file.lines(of: "extension").isEmpty
            guard let first = types.first, !isStart, !isOpen, types.allSatisfy({ uses[$0.name, default: 0] < 2 }) else {
                return nil
            }
            return Violation(
                path: file.path, line: first.line,
                what: "no other file mentions \(types.map(\.name).joined(separator: ", "))",
                advice: "use it, test it or remove it")
        }
        expectNone(violations)
    }

    @Test func `every other file of a room is one of its resources`() {
        let violations = tree.texts.filter { $0.path.hasPrefix("Sources/") }.compactMap { file -> Violation? in
            let parts = file.path.split(separator: "/", maxSplits: 2).map(String.init)
            let isBuilt = file.path.hasSuffix(".h") || file.path.hasSuffix("module.modulemap")
            let declared = tree.manifest.resources[parts[1], default: []]
            guard parts.count == 3, !isBuilt,
                !declared.contains(where: { parts[2] == $0 || parts[2].hasPrefix($0 + "/") })
            else { return nil }
            return Violation(
                path: file.path, line: 1, what: "is no resource of \(parts[1])",
                advice: "declare it in Package.swift or remove it")
        }
        expectNone(violations)
    }

    @Test func `nothing is left half done`() {
        // Put together from halves, so that this file passes searches for the words themselves.
        let words = ["TO" + "DO", "FIX" + "ME", "fatal" + "Error(", "not " + "implemented"]
        let violations = tree.sources.flatMap { file in
            words.flatMap { word in
                TextFile.offsets(of: word, in: file.text.bytes).map {
                    Violation(
                        path: file.path, line: file.text.line(at: $0), what: "'\(word)'",
                        advice: "finish it, refuse with a reason, or use a precondition for a bug")
                }
            }
        }
        expectNone(violations)
    }

    @Test func `tests speak one testing language`() {
        let violations = tree.tests.flatMap { file in
            file.imports.filter { $0.module == "XCTest" }.map {
                Violation(
                    path: file.path, line: $0.line, what: "imports XCTest",
                    advice: "use Testing: make test runs nothing else")
            }
        }
        expectNone(violations)
    }
}

/// What keeps results equal on every machine.
struct KernelTests {
    private let tree = SourceTree.current

    @Test func `no multiplication and addition are fused`() {
        expectNone(
            violations(
                of: [".addProduct", ".addingProduct", "fma(", "fmaf("], in: tree.sources,
                "rounds once instead of twice",
                "write the product and the sum: results must not depend on the instruction set"))
    }

    @Test func `physics uses the project's own elementary functions`() {
        let kernels = tree.sources(of: "River").filter { $0.folder == "Kernels" }
        let own = Set(kernels.flatMap { $0.declarations.filter { $0.keyword == "func" && $0.isTopLevel }.map(\.name) })
        let functions = ["exp", "exp2", "pow", "log", "log2", "log10", "sin", "cos", "tan", "tanh", "atan", "cbrt"]
            .filter { !own.contains($0) }
        let files = tree.sources(of: ["River", "Forecasting"]).map { file in
            (file, declared: Set(file.declarations.filter { $0.keyword == "func" }.map(\.name)))
        }
        let violations = files.flatMap { file, declared in
            functions.filter { !declared.contains($0) }.flatMap { function in
                file.lines(of: "\(function)(").map {
                    Violation(
                        path: file.path, line: $0, what: "'\(function)(' of the C library differs between machines",
                        advice: "call the function in Sources/River/Kernels")
                }
            }
        }
        expectNone(violations)
    }
}
