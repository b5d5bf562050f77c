/// The walls between the rooms, as faults found in a tree.
extension SourceTree {
    /// Imports of what the target does not declare.
    func undeclaredImports() -> [Violation] {
        (sources + tests).flatMap { file in
            let declared = manifest.dependencies[file.room, default: []]
            let arriving = declared.reduce(into: Set<String>()) { $0.formUnion(Rooms.arriveWith[$1, default: []]) }
            let allowed = declared.union(arriving).union(Rooms.toolchain).union([file.room])
            return file.imports.filter { !allowed.contains($0.module) }.map {
                Violation(
                    path: file.path, line: $0.line, what: "\(file.room) imports \($0.module) without declaring it",
                    advice: "add it to the target in Package.swift if the direction of the rooms allows it")
            }
        }
    }

    /// Imports into pure rooms of anything but rooms.
    func impureImports() -> [Violation] {
        sources(of: Rooms.pure).flatMap { file in
            let allowed = Rooms.visible[file.room, default: []]
                .union(Rooms.modulesOfPureRooms[file.room, default: []])
            return file.imports.filter { !allowed.contains($0.module) }.map {
                Violation(
                    path: file.path, line: $0.line, what: "\(file.room) is pure and imports \($0.module)",
                    advice: "take what it gives as an argument, or use the project's own function")
            }
        }
    }

    /// Imports of what is closed to a room.
    func closedImports() -> [Violation] {
        sources.flatMap { file -> [Violation] in
            guard let (prefixes, reason) = Rooms.closed[file.room] else { return [] }
            return file.imports.filter { entry in prefixes.contains { entry.module.hasPrefix($0) } }.map {
                Violation(
                    path: file.path, line: $0.line, what: "\(file.room) imports \($0.module)", advice: "\(reason)")
            }
        }
    }

    /// Clock, chance and concurrency in pure rooms.
    func impureWords() -> [Violation] {
        let words = [
            "Date(", "Date.now", "ContinuousClock", "SuspendingClock", "async", "await", "actor", "Task", ".random",
            "SystemRandomNumberGenerator", ".shuffled()", ".randomElement()",
        ]
        return lines(
            with: words, in: sources(of: Rooms.pure), "has no place in a pure room",
            "pass times, random numbers and a parallel loop in as arguments")
    }

    /// Readings of the machine's clock and chance below the executable.
    func clockReadings() -> [Violation] {
        lines(
            with: ["Date()", "Date.now", "ContinuousClock", "SuspendingClock", "SystemRandomNumberGenerator"],
            in: sources(of: Set(Rooms.visible.keys).subtracting(["riparian"])),
            "reads a clock or chance of the machine", "take the time or the generator from the effects")
    }

    /// Files of River that mention a type of a folder above their own.
    func upwardMentions() -> [Violation] {
        let rank = Dictionary(uniqueKeysWithValues: Rooms.riverFolders.enumerated().map { ($1, $0) })
        let files = sources(of: ["River"])
        var home: [String: Int] = [:]
        for file in files {
            guard let folder = rank[file.folder] else { continue }
            for type in file.declarations where type.isTopLevel && type.isType { home[type.name] = folder }
        }
        return files.filter { !Rooms.looksUp.contains($0.path) }.flatMap { file -> [Violation] in
            guard let own = rank[file.folder] else { return [] }
            return file.typeWords.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.compactMap { word, line in
                guard let other = home[word], other > own else { return nil }
                return Violation(
                    path: file.path, line: line,
                    what: "\(file.folder) mentions \(word) of \(Rooms.riverFolders[other])",
                    advice:
                        "the order is \(Rooms.riverFolders.joined(separator: " < ")): move the type down or the use up")
            }
        }
    }

    /// One violation for each line of the files on which one of the texts stands.
    func lines(with texts: [String], in files: [SwiftFile], _ what: String, _ advice: String) -> [Violation] {
        files.flatMap { file in
            texts.flatMap { text in
                file.lines(of: text).map {
                    Violation(path: file.path, line: $0, what: "'\(text)' \(what)", advice: advice)
                }
            }
        }
    }
}
