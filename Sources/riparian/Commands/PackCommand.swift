import Accord
import ArgumentParser
import Formats
import Series

/// `riparian pack`: looks at a basin pack.
struct PackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack", abstract: "Check a basin pack, or find what a name means in it.",
        subcommands: [Check.self, Resolve.self])
}

extension PackCommand {
    /// `riparian pack check DIR`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Name every fault of a pack with file, line, column, rule and advice.",
            discussion: "Exit code 0: no fault, 1: faults, 2: the folder is no pack.")

        @Argument(help: "The folder of the pack.") var folder: String
        @Flag(help: "Print the faults as JSON.") var json = false

        func run() throws {
            try requirePack(folder)
            let faults = checkBasinPack(at: folder)
            if json {
                printDocument(.array(faults.map(\.json)))
            } else {
                for fault in faults { print(folder + "/" + fault.text) }
                print(faults.isEmpty ? "\(folder): no faults" : "\(folder): \(faults.count) faults")
            }
            if !faults.isEmpty { throw CommandRefusal(.no) }
        }
    }

    /// `riparian pack resolve NAME`.
    struct Resolve: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "resolve",
            abstract: "Find the parties, units, rivers, stations and reservoirs that a name leads to.",
            discussion: "Case, diacritics, hyphens and blanks do not matter. Exit code 1: the name leads nowhere.")

        @Argument(help: "A name, an alias or an id.") var name: String
        @Option(help: "A day, YYYY-MM-DD: what ended before it is followed by its successor.") var at: String?
        @Option(help: "The folder of the pack.") var pack = StandardPack.folder
        @Flag(help: "Print the answers as JSON.") var json = false

        func run() throws {
            try requirePack(pack)
            let day = try at.map { text in
                do { return try CivilDate(iso8601: text) } catch {
                    throw CommandRefusal(.usage, "\(text) is not a day (--at) - write YYYY-MM-DD")
                }
            }
            let reading = readBasinPack(at: pack)
            guard let found = reading.pack?.resolve(name, on: day) else {
                let fault = reading.faults.first { PackRule(rawValue: $0.rule)?.leavesPackUsable != true }
                throw fault.map { CommandRefusal(unreadable: $0) } ?? CommandRefusal(.usage, "\(pack) cannot be read")
            }
            if json {
                printDocument(.array(found.map(\.json)))
            } else {
                for thing in found { print(thing.line) }
            }
            if found.isEmpty { throw CommandRefusal(.no, json ? nil : "nothing in \(pack) is called \(name)") }
        }
    }
}

/// Refuses a folder that is no pack.
private func requirePack(_ folder: String) throws {
    guard isBasinPack(folder) else {
        throw CommandRefusal(.usage, "\(folder) is no pack (\(folder)/pack.yaml:1:1) - name a folder with a pack.yaml")
    }
}

extension NamedThing {
    /// The answer of the contract.
    fileprivate var json: JSONValue {
        [
            "kind": .string(kind.rawValue), "id": .string(id),
            "name": ["vi": .string(name.vi), "zh": .string(name.zh), "en": .string(name.en)],
            "valid_from": .optional(validity.from?.description), "valid_to": .optional(validity.until?.description),
            "successor": .optional(successor),
        ]
    }

    /// One line for a person.
    fileprivate var line: String {
        var text = "\(kind.rawValue) \(id): \(name.vi) | \(name.zh) | \(name.en)"
        if let from = validity.from { text += ", from \(from)" }
        if let until = validity.until { text += ", until \(until)" }
        if let successor { text += ", followed by \(successor)" }
        return text
    }
}
