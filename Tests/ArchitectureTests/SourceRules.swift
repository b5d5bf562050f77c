/// How the code of the rooms is written, as faults found in a tree.
extension SourceTree {
    /// Declarations that another room sees and that do not say what they are.
    func undocumentedDeclarations() -> [Violation] {
        sources.flatMap { file in
            file.declarations.filter { $0.isSeenOutside && !file.isDocumented($0.line) }.map {
                Violation(
                    path: file.path, line: $0.line, what: "\($0.title) has no /// directly above",
                    advice: "one line: what it is, its unit, shape and range")
            }
        }
    }

    /// Ways around the compiler without a comment on the line or above.
    func unexplainedHatches() -> [Violation] {
        let hatches = ["try!", "as!", "@unchecked Sendable", "nonisolated(unsafe)", "@preconcurrency"]
        return (sources + tests).flatMap { file in
            hatches.flatMap { hatch in
                file.lines(of: hatch).filter { !file.isExplained($0) }.map {
                    Violation(
                        path: file.path, line: $0, what: "\(hatch) without a reason",
                        advice: "do without it, or say in a comment on the line or above why it is safe")
                }
            }
        }
    }

    /// Files and functions that are too long to read.
    func longPieces() -> [Violation] {
        sources.flatMap { file in
            let whole =
                file.text.lineCount <= 600
                ? []
                : [
                    Violation(
                        path: file.path, line: 601, what: "\(file.text.lineCount) lines",
                        advice: "600 at most: split by subject")
                ]
            return whole
                + file.functions.filter { $0.lineCount > 100 }.map {
                    Violation(
                        path: file.path, line: $0.line, what: "\($0.name) has \($0.lineCount) lines",
                        advice: "100 at most: name its parts")
                }
        }
    }

    /// Files without code, in rooms that have another file.
    func emptyFiles() -> [Violation] {
        let empty = sources.filter { $0.declarations.isEmpty && !$0.code.bytes.contains(UInt8(ascii: "{")) }
        return empty.filter { sources(of: [$0.room]).count > 1 }.map {
            Violation(path: $0.path, line: 1, what: "declares nothing", advice: "remove it")
        }
    }

    /// Files whose types no other file mentions; files with an extension or a free function are taken to be used.
    func deadFiles() -> [Violation] {
        var uses: [String: Int] = [:]
        for file in sources + tests {
            for word in file.typeWords.keys { uses[word, default: 0] += 1 }
        }
        return sources.compactMap { file -> Violation? in
            let outermost = file.declarations.filter(\.isTopLevel)
            let types = outermost.filter(\.isType).map(\.name)
            let isEntry = !file.lines(of: "@main").isEmpty || !file.lines(of: "extension").isEmpty
            guard !types.isEmpty, types.count == outermost.count, !isEntry,
                types.allSatisfy({ uses[$0, default: 0] < 2 })
            else { return nil }
            return Violation(
                path: file.path, line: outermost[0].line,
                what: "no other file mentions \(types.joined(separator: ", "))",
                advice: "use it, test it or remove it")
        }
    }

    /// Files of a room that are neither code nor a declared resource.
    func strayFiles() -> [Violation] {
        texts.filter { $0.path.hasPrefix("Sources/") }.compactMap { file in
            let parts = file.path.split(separator: "/", maxSplits: 2).map(String.init)
            guard parts.count == 3, !file.path.hasSuffix(".h") else { return nil }
            let isDeclared = manifest.resources[parts[1], default: []].contains {
                parts[2] == $0 || parts[2].hasPrefix($0 + "/")
            }
            return isDeclared
                ? nil
                : Violation(
                    path: file.path, line: 1, what: "is no resource of \(parts[1])",
                    advice: "declare it in Package.swift or remove it")
        }
    }

    /// Words of work that is not finished, comments included.
    func unfinishedWords() -> [Violation] {
        // Put together from halves, so that this file passes searches for the words themselves.
        let words = ["TO" + "DO", "FIX" + "ME", "fatal" + "Error(", "not " + "implemented"]
        return sources.flatMap { file in
            words.flatMap { word in
                TextFile.offsets(of: word, in: file.text.bytes).map {
                    Violation(
                        path: file.path, line: file.text.line(at: $0), what: "'\(word)'",
                        advice: "finish it, refuse with a reason, or use a precondition for a bug")
                }
            }
        }
    }

    /// Tests in the older testing language.
    func foreignTests() -> [Violation] {
        tests.flatMap { file in
            file.imports.filter { $0.module == "XCTest" }.map {
                Violation(
                    path: file.path, line: $0.line, what: "imports XCTest",
                    advice: "use Testing: make test runs nothing else")
            }
        }
    }

    /// Multiplications fused with additions.
    func fusedOperations() -> [Violation] {
        lines(
            with: [".addProduct", ".addingProduct", "fma(", "fmaf("], in: sources, "rounds once instead of twice",
            "write the product and the sum: results must not depend on the instruction set")
    }

    /// Elementary functions of the C library in the physics.
    func platformFunctions() -> [Violation] {
        let kernels = sources(of: ["River"]).filter { $0.folder == "Kernels" }
        let own = Set(kernels.flatMap { $0.declarations.filter { $0.keyword == "func" && $0.isTopLevel }.map(\.name) })
        let functions = ["exp", "exp2", "pow", "log", "log2", "log10", "sin", "cos", "tan", "tanh", "atan", "cbrt"]
        return sources(of: ["River", "Forecasting"]).flatMap { file in
            let declared = own.union(file.declarations.filter { $0.keyword == "func" }.map(\.name))
            return lines(
                with: functions.filter { !declared.contains($0) }.map { "\($0)(" }, in: [file],
                "of the C library differs between machines", "call the function in Sources/River/Kernels")
        }
    }
}
