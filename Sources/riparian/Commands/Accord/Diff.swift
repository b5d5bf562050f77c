import Accord
import ArgumentParser
import Series

extension AccordCommand {
    /// `riparian accord diff A B`.
    struct Diff: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "diff",
            abstract: "Say what a second document changes of a first one, provision by provision and term by term.",
            discussion: """
                A provision is compared with the one that it says it continues, else with the one of its number.

                Example:
                  riparian accord diff edition-4.yaml edition-5.yaml
                Exit code 0: the same document, 1: they differ, 2: one cannot be read.
                """)
        @Argument(help: "The earlier document.") var first: String
        @Argument(help: "The later document.") var second: String
        @Flag(help: "Write JSON.") var json = false

        func run() throws {
            let (old, new) = (try AccordCommand.text(at: first), try AccordCommand.text(at: second))
            let difference = old.difference(to: new)
            if json {
                printDocument(document(difference))
            } else {
                printLines(difference, old.agreement, new.agreement)
            }
            if !difference.isEmpty { throw CommandRefusal(.no) }
        }

        private func printLines(_ difference: AgreementDifference, _ old: Agreement, _ new: Agreement) {
            print("first   \(old.identity)  \(old.id)")
            print("second  \(new.identity)  \(new.id)")
            if difference.isEmpty { return print("the same document") }
            switch difference.amended {
            case nil: print("the second names no document that it amends")
            case old.identity?: print("the second amends the first")
            case let other?: print("the second amends \(other), which is not the first")
            }
            for change in difference.general { print("~ \(line(change))") }
            for provision in difference.provisions {
                let former = provision.isContinued ? " (continues \(provision.before))" : ""
                for change in provision.changes { print("~ \(provision.after)\(former)  \(line(change))") }
            }
            for clause in difference.added { print("+ \(clause)  \(new.provision(clause)?.text.en ?? "")") }
            for clause in difference.removed { print("- \(clause)  \(old.provision(clause)?.text.en ?? "")") }
        }

        private func line(_ change: AgreementDifference.Change) -> String {
            let (before, after) = (change.before?.canonicalText ?? "nothing", change.after?.canonicalText ?? "nothing")
            return "\(change.path): \(before) -> \(after)"
        }

        private func document(_ difference: AgreementDifference) -> JSONValue {
            [
                "differs": .bool(!difference.isEmpty),
                "identities": .array(difference.identities.map { .string($0.description) }),
                "amends": .optional(difference.amended?.description),
                "amends_the_first": .bool(difference.amendsTheFirst),
                "general": .array(difference.general.map(json)),
                "provisions": .array(
                    difference.provisions.map { provision in
                        [
                            "before": .string(provision.before), "after": .string(provision.after),
                            "continued": .bool(provision.isContinued),
                            "changes": .array(provision.changes.map(json)),
                        ]
                    }),
                "added": .array(difference.added.map { .string($0) }),
                "removed": .array(difference.removed.map { .string($0) }),
            ]
        }

        private func json(_ change: AgreementDifference.Change) -> JSONValue {
            ["path": .string(change.path), "before": change.before ?? .null, "after": change.after ?? .null]
        }
    }
}
