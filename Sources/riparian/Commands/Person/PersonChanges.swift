import Accord
import ArgumentParser
import Formats
import NodeCore
import Series

extension PersonCommand {
    /// `riparian person add ID`.
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Add a person.",
            discussion: """
                Examples:
                  riparian person add duty-desk --name "Trực ban, hydromet" --role duty-officer --dir nodes --party vn-lao-cai
                  riparian person add reader-desk --name 值班室 --role reader --make-password --dir nodes --party cn-yunnan
                  riparian person add reader-desk --name 值班室 --role reader --password-file - --dir nodes --party cn-yunnan < word

                The password is asked for on the terminal unless it comes from a file or is made. It has 12 to 200 characters.
                The name stands below what the person says at the gate.
                """)
        @Argument(help: "The name to sign in with: lower-case words joined by hyphens.") var id: String
        @Option(help: "The person's name and office, 2 to 80 characters.") var name: String
        @Option(help: "\(Role.allCases.map(\.rawValue).joined(separator: ", ")).") var role: String
        @OptionGroup var password: PasswordInput
        @OptionGroup var author: Author
        @OptionGroup var place: Place
        @Flag(help: "Print the person as JSON.") var json = false

        func run() throws {
            let (role, desk) = (try PersonCommand.role(role), try place.open())
            let wasOpen = try !desk.hasPeople()
            guard try desk.person(id) == nil else { throw CommandRefusal(.no, PeopleRefusal.idInUse(id).sentence) }
            let word = try password.read(desk)
            try PersonCommand.doing {
                try desk.add(id, name: name, role: role, password: word.text, by: author.name)
            }
            try PersonCommand.show(
                id, of: desk, "\(role.rawValue), may sign in now", password: word.isMade ? word.text : nil, json: json)
            if wasOpen, !json { standardError("The pages of this node ask from now on who is there.") }
        }
    }

    /// `riparian person password ID`.
    struct Password: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "password",
            abstract: "Give a person another password; every session of the person is over, and so is a pause.",
            discussion: """
                Examples:
                  riparian person password duty-desk --dir nodes --party vn-lao-cai
                  riparian person password duty-desk --make-password --dir nodes --party vn-lao-cai
                """)
        @Argument(help: "The person.") var id: String
        @OptionGroup var password: PasswordInput
        @OptionGroup var author: Author
        @OptionGroup var place: Place
        @Flag(help: "Print the person as JSON.") var json = false

        func run() throws {
            let desk = try place.open()
            guard try desk.person(id) != nil else { throw CommandRefusal(.no, PeopleRefusal.unknown(id).sentence) }
            let word = try password.read(desk)
            try PersonCommand.doing { try desk.setPassword(word.text, of: id, by: author.name) }
            try PersonCommand.show(
                id, of: desk, "has a new password; who was signed in with the old one is out",
                password: word.isMade ? word.text : nil, json: json)
        }
    }

    /// `riparian person role ID ROLE`.
    struct ChangeRole: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "role", abstract: "Give a person another role; it counts at once.",
            discussion: "Example: riparian person role duty-desk steward --dir nodes --party vn-lao-cai")
        @Argument(help: "The person.") var id: String
        @Argument(help: "\(Role.allCases.map(\.rawValue).joined(separator: ", ")).") var role: String
        @OptionGroup var author: Author
        @OptionGroup var place: Place
        @Flag(help: "Print the person as JSON.") var json = false

        func run() throws {
            let (role, desk) = (try PersonCommand.role(role), try place.open())
            try PersonCommand.doing { try desk.setRole(role, of: id, by: author.name) }
            try PersonCommand.show(id, of: desk, "\(role.rawValue) from now on", json: json)
        }
    }

    /// `riparian person totp ID`.
    struct Codes: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "totp",
            abstract: "Let what a person signs ask for a one-time code of a telephone (RFC 6238), with a new secret.",
            discussion: """
                Examples:
                  riparian person totp duty-desk --dir nodes --party vn-lao-cai
                  riparian person totp duty-desk --off --dir nodes --party vn-lao-cai

                Shows the secret once, as a code for an authenticator application and as its address: let only the person see it.
                An earlier secret ends at once. The telephone needs no network; its clock and this machine's may differ by 30 s.
                """)
        @Argument(help: "The person.") var id: String
        @Flag(help: "Ask for no code any more.") var off = false
        @OptionGroup var author: Author
        @OptionGroup var place: Place
        @Flag(help: "Print the address as JSON; the secret is in it.") var json = false

        func run() throws {
            let desk = try place.open()
            if off {
                try PersonCommand.doing { try desk.endCodes(of: id, by: author.name) }
                return try PersonCommand.show(id, of: desk, "signs without codes from now on", json: json)
            }
            let code = try PersonCommand.doing { try desk.beginCodes(of: id, by: author.name) }
            let address = code.address(label: "\(id)@\(place.node.party)")
            if json { return printDocument(["id": .string(id), "address": .string(address)]) }
            if let picture = QRCode(address) { print(picture.terminalText) }
            print(address)
            standardError(
                "\(id): the code above holds the secret; it is shown once. What the person signs asks for a code from now on."
            )
        }
    }

    /// A person to whom something is done without further words.
    struct Whom: ParsableArguments {
        @Argument(help: "The person.") var id: String
        @OptionGroup var author: Author
        @OptionGroup var place: Place
        @Flag(help: "Print the person as JSON.") var json = false

        /// Does it and shows the person.
        func change(
            saying words: String, _ act: (PeopleDesk, _ id: String, _ author: String) throws -> Void
        ) throws {
            let desk = try place.open()
            try PersonCommand.doing { try act(desk, id, author.name) }
            try PersonCommand.show(id, of: desk, words, json: json)
        }
    }

    /// `riparian person disable ID`.
    struct Disable: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "disable",
            abstract: "Shut a person out, at once and also where it is signed in; the entry stays.",
            discussion: "Example: riparian person disable duty-desk --dir nodes --party vn-lao-cai")
        @OptionGroup var whom: Whom

        func run() throws {
            try whom.change(saying: "may not sign in any more; who was signed in is out") { try $0.disable($1, by: $2) }
        }
    }

    /// `riparian person enable ID`.
    struct Enable: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "enable",
            abstract: "Let a person sign in again.",
            discussion: "Example: riparian person enable duty-desk --dir nodes --party vn-lao-cai")
        @OptionGroup var whom: Whom

        func run() throws {
            try whom.change(saying: "may sign in again") { try $0.enable($1, by: $2) }
        }
    }

    /// `riparian person unlock ID`.
    struct Unlock: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "unlock",
            abstract: "End the pause after wrong passwords or codes.",
            discussion: "Example: riparian person unlock duty-desk --dir nodes --party vn-lao-cai")
        @OptionGroup var whom: Whom

        func run() throws {
            try whom.change(saying: "may try again at once") { try $0.unlock($1, by: $2) }
        }
    }
}
