import Accord
import ArgumentParser
import NodeCore
import Series

extension PersonCommand {
    /// `riparian person list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the people of a node with their roles.",
            discussion: "Example: riparian person list --dir nodes --party vn-lao-cai")
        @OptionGroup var place: Place
        @Flag(help: "Print the people as JSON.") var json = false

        func run() throws {
            let desk = try place.open()
            let (people, now) = (try desk.people(), desk.now)
            if json { return printDocument(.array(people.map { .object($0.document(at: now)) })) }
            guard !people.isEmpty else {
                return print("nobody: the pages are open to whoever reaches them - see riparian person add --help")
            }
            let rows = people.map { person in
                [
                    person.id, person.role.rawValue, person.state(at: now), person.asksCode ? "yes" : "no",
                    person.made.iso8601(), person.name,
                ]
            }
            print(
                TextTable(header: ["id", "role", "state", "totp", "since", "name"], rows: rows, rightAligned: []).text)
        }
    }

    /// `riparian person audit`.
    struct Audit: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "audit",
            abstract: "Print the audit log: who did what, from where, and what came of it; oldest first.",
            discussion: """
                Examples:
                  riparian person audit --dir nodes --party vn-lao-cai
                  riparian person audit --last 1000 --csv --dir nodes --party vn-lao-cai > audit.csv

                The log is only added to. It holds no secret, and not what somebody typed who is not known.
                """)
        @Option(help: "How many lines at most, the latest ones.") var last = 200
        @Flag(help: "Print a table with commas (CSV).") var csv = false
        @OptionGroup var place: Place
        @Flag(help: "Print the lines as JSON.") var json = false

        func validate() throws {
            guard last > 0 else { throw ValidationError("--last takes a number of lines from 1") }
            guard !csv || !json else { throw ValidationError("--csv and --json exclude each other") }
        }

        func run() throws {
            let desk = try place.open()
            var lines: [AuditLine] = []
            while lines.count < last {
                let page = try desk.audit(before: lines.last?.number).prefix(PeopleDesk.auditPage)
                lines += page.prefix(last - lines.count)
                if page.count < PeopleDesk.auditPage { break }
            }
            lines.reverse()
            if json { return printDocument(.array(lines.map { .object(document($0)) })) }
            let header = ["number", "time", "person", "act", "object", "outcome", "address"]
            let rows = lines.map { line in
                [
                    "\(line.number)", line.time.iso8601(), line.person, line.act?.rawValue ?? "?", line.object,
                    line.outcome?.rawValue ?? "?", line.address,
                ]
            }
            if csv {
                for row in [header] + rows { print(row.map(Audit.field).joined(separator: ",")) }
            } else {
                print(TextTable(header: header, rows: rows, rightAligned: [0]).text)
            }
        }

        private func document(_ line: AuditLine) -> [String: JSONValue] {
            [
                "number": .integer(Int(line.number)), "time": .string(line.time.iso8601()),
                "person": .string(line.person), "act": .optional(line.act?.rawValue), "object": .string(line.object),
                "outcome": .optional(line.outcome?.rawValue), "address": .string(line.address),
            ]
        }

        /// A field as tables with commas write it; a spreadsheet is not to take one for a formula.
        private static func field(_ text: String) -> String {
            let isFormula = text.first.map { "=+-@".contains($0) } ?? false
            let plain = isFormula ? "'" + text : text
            guard plain.contains(where: { "\",\n\r".contains($0) }) else { return plain }
            return "\"" + plain.replacing("\"", with: "\"\"") + "\""
        }
    }
}
