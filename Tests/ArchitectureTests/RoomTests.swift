import Testing

/// The walls between the rooms.
struct RoomTests {
    private let tree = SourceTree.current

    @Test func `the manifest is understood and knows every room`() {
        for room in Rooms.visible.keys.sorted() {
            #expect(tree.manifest.dependencies[room] != nil, "Package.swift declares no target \(room)")
        }
        let unknown = Set(tree.sources.map(\.room)).subtracting(Rooms.visible.keys)
        #expect(unknown.isEmpty, "rooms without a line in Rooms.visible: \(unknown.sorted())")
    }

    @Test func `dependencies between rooms go down only`() {
        for (room, visible) in Rooms.visible.sorted(by: { $0.key < $1.key }) {
            let declared = tree.manifest.dependencies[room, default: []].intersection(Rooms.visible.keys)
            let upward = declared.subtracting(visible).sorted()
            #expect(
                upward.isEmpty,
                "Package.swift: \(room) must not see \(upward) - move what it needs down, or pass it in as a value")
        }
    }

    @Test func `a file imports only what its target declares`() {
        let violations = (tree.sources + tree.tests).flatMap { file in
            let declared = tree.manifest.dependencies[file.room, default: []]
            let arriving = declared.reduce(into: Set<String>()) { $0.formUnion(Rooms.arriveWith[$1, default: []]) }
            let allowed = declared.union(arriving).union(Rooms.toolchain).union([file.room])
            return file.imports.filter { !allowed.contains($0.module) }.map {
                Violation(
                    path: file.path, line: $0.line, what: "\(file.room) imports \($0.module) without declaring it",
                    advice: "add it to the target in Package.swift if the direction of the rooms allows it")
            }
        }
        expectNone(violations)
    }

    @Test func `pure rooms import other rooms and nothing else`() {
        let violations = tree.sources(of: Rooms.pure).flatMap { file in
            let allowed = Rooms.visible[file.room, default: []]
                .union(Rooms.modulesOfPureRooms[file.room, default: []])
            return file.imports.filter { !allowed.contains($0.module) }.map {
                Violation(
                    path: file.path, line: $0.line, what: "\(file.room) is pure and imports \($0.module)",
                    advice: "take what it gives as an argument, or use the project's own function")
            }
        }
        expectNone(violations)
    }

    @Test func `no room imports what is closed to it`() {
        let violations = tree.sources.flatMap { file -> [Violation] in
            guard let (prefixes, reason) = Rooms.closed[file.room] else { return [] }
            return file.imports.filter { entry in prefixes.contains { entry.module.hasPrefix($0) } }.map {
                Violation(
                    path: file.path, line: $0.line, what: "\(file.room) imports \($0.module)", advice: "\(reason)")
            }
        }
        expectNone(violations)
    }

    @Test func `pure rooms know no clock, no chance and no concurrency`() {
        let words = [
            "Date(", "Date.now", "ContinuousClock", "SuspendingClock", "async", "await", "actor", "Task", ".random",
            "SystemRandomNumberGenerator", ".shuffled()", ".randomElement()",
        ]
        expectNone(
            violations(
                of: words, in: tree.sources(of: Rooms.pure), "has no place in a pure room",
                "pass times, random numbers and a parallel loop in as arguments"))
    }

    @Test func `only the executable reads the clock`() {
        let below = Set(Rooms.visible.keys).subtracting(["riparian"])
        expectNone(
            violations(
                of: ["Date()", "Date.now", "ContinuousClock", "SuspendingClock", "SystemRandomNumberGenerator"],
                in: tree.sources(of: below), "reads a clock or chance of the machine",
                "take the time or the generator from the effects"))
    }

    @Test func `folders of River build on those below them`() {
        let rank = Dictionary(uniqueKeysWithValues: Rooms.riverFolders.enumerated().map { ($1, $0) })
        let files = tree.sources(of: "River")
        var home: [String: Int] = [:]
        for file in files {
            guard let folder = rank[file.folder] else { continue }
            for type in file.declarations where type.isTopLevel && type.isType { home[type.name] = folder }
        }
        let violations = files.filter { !Rooms.looksUp.contains($0.path) }.flatMap { file -> [Violation] in
            guard let own = rank[file.folder] else { return [] }
            return file.typeWords.sorted { $0.value < $1.value }.compactMap { word, line in
                guard let other = home[word], other > own else { return nil }
                return Violation(
                    path: file.path, line: line,
                    what: "\(file.folder) mentions \(word) of \(Rooms.riverFolders[other])",
                    advice:
                        "the order is \(Rooms.riverFolders.joined(separator: " < ")): move the type down or the use up")
            }
        }
        expectNone(violations)
    }

    @Test func `every folder of River has its place in the order`() {
        let folders = Set(tree.sources(of: "River").map(\.folder)).subtracting(Rooms.riverFolders + [""])
        #expect(folders.isEmpty, "folders without a place in Rooms.riverFolders: \(folders.sorted())")
    }
}

/// One violation for each line of the files on which one of the texts stands.
func violations(of texts: [String], in files: [SwiftFile], _ what: String, _ advice: String) -> [Violation] {
    files.flatMap { file in
        texts.flatMap { text in
            file.lines(of: text).map { Violation(path: file.path, line: $0, what: "'\(text)' \(what)", advice: advice) }
        }
    }
}
