import Accord
import ArgumentParser
import Foundation
import NodeCore
import Series
import Storage

/// `riparian person`: who may see and do what on a node's pages.
struct PersonCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "person",
        abstract: "Manage the people of a node: who signs in at its pages, with which role, and what they did.",
        discussion: """
            A node without people shows its pages to whoever can open them. From the first person on, its pages ask who is there,
            and only what the agreement publishes is seen without signing in.

            Examples:
              riparian person add tran-lan --name "Trần Lan, hydromet" --role duty-officer --dir nodes --party vn-lao-cai
              riparian person list --dir nodes --party vn-lao-cai
              riparian person totp tran-lan --dir nodes --party vn-lao-cai
              riparian person role tran-lan steward --dir nodes --party vn-lao-cai
              riparian person disable tran-lan --dir nodes --party vn-lao-cai
              riparian person audit --csv --dir nodes --party vn-lao-cai

            Roles: \(Role.allCases.map(\.rawValue).joined(separator: ", ")).
            Every change counts at once, also while the node is served, and stands in the audit log.
            See Documentation/People.md.
            """,
        subcommands: [
            Add.self, List.self, Password.self, ChangeRole.self, Codes.self, Disable.self, Enable.self, Unlock.self,
            Audit.self,
        ])

    /// Which node, and who says so.
    struct Place: ParsableArguments {
        @OptionGroup var node: UploadCommand.Place

        /// The people of the node.
        func open() throws -> PeopleDesk {
            let folder = try node.open().folder
            return PeopleFiles(folder: folder).desk(of: try NodeDatabase(path: folder + "/node.sqlite"))
        }
    }

    /// Who says so.
    struct Author: ParsableArguments {
        @Option(help: "Who says so, for the audit log; the user of this machine if not given.") var by: String?

        /// The name for the audit log.
        var name: String { by ?? "user " + NSUserName() }
    }

    /// Does something and turns a refusal into the codes of every command.
    static func doing<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let refusal as PeopleRefusal {
            let code: OutcomeCode =
                switch refusal {
                case .idInUse, .unknown: .no
                case .noID, .noName, .password, .noSealingKey: .usage
                }
            throw CommandRefusal(code, refusal.sentence)
        }
    }

    /// A role by its word.
    static func role(_ text: String) throws -> Role {
        guard let role = Role(rawValue: text) else {
            let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandRefusal(.usage, "\(text) is no role - known: \(known)")
        }
        return role
    }

    /// Says what a person is now.
    static func show(_ id: String, of desk: PeopleDesk, _ sentence: String, password: String? = nil, json: Bool) throws
    {
        guard let person = try desk.person(id) else { throw CommandRefusal(.no, PeopleRefusal.unknown(id).sentence) }
        if json {
            var document = person.document(at: desk.now)
            if let password { document["password"] = .string(password) }
            return printDocument(.object(document))
        }
        if let password { print(password) }
        let text = "\(person.id): \(sentence)"
        password == nil
            ? print(text) : standardError("\(text); the line above is the password, shown once and kept nowhere")
    }
}

extension Person {
    /// `active`, `locked` or `disabled`.
    func state(at now: Instant) -> String {
        if disabled != nil { return "disabled" }
        let isLocked = [lockedUntil, codesLockedUntil].contains { $0.map { $0 > now } ?? false }
        return isLocked ? "locked" : "active"
    }

    func document(at now: Instant) -> [String: JSONValue] {
        [
            "id": .string(id), "name": .string(name), "role": .string(role.rawValue), "state": .string(state(at: now)),
            "totp": .bool(asksCode), "locked_until": .optional(lockedUntil?.iso8601()),
            "disabled": .optional(disabled?.iso8601()), "made": .string(made.iso8601()),
        ]
    }
}
