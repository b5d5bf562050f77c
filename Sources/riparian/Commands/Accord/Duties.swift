import Accord
import ArgumentParser
import Series

extension AccordCommand {
    /// `riparian accord duties FILE --from TIME --to TIME`.
    struct Duties: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "duties",
            abstract: "List what an agreement makes due in a period, with the deadline in each zone that it names.",
            discussion: """
                A delivery belongs to the period by its deadline, or by the last time that it covers where it has none.
                What readings set off (a threshold, a rate of rise) is not foretold.

                Examples:
                  riparian accord duties Packs/red-river/agreement.yaml --from 2026-07-01T00:00Z --to 2026-07-02T00:00Z
                  riparian accord duties AGREEMENT.yaml --from 2026-06-01T00:00+08:00 --to 2026-11-01T00:00+08:00 \\
                    --series cn/yunjinghong/stage --json
                """)
        /// s; a longer list is of no use to anybody.
        private static let longestPeriod: Int64 = 20 * 366 * 86_400

        @Argument(help: "The YAML document.") var file: String
        @Option(help: "The first moment of the period, with its zone.") var from: String
        @Option(help: "The first moment after the period, with its zone.") var to: String
        @Option(help: "Only what is owed of this series, party/station/property.") var series: String?
        @Flag(help: "Write JSON.") var json = false

        func run() throws {
            let agreement = try AccordCommand.agreement(at: file)
            let (begin, end) = (try AccordCommand.instant(from), try AccordCommand.instant(to))
            guard begin < end else {
                throw CommandRefusal(.usage, "the period ends before it begins - give --to a time after --from")
            }
            guard end - begin <= Duties.longestPeriod else {
                throw CommandRefusal(.usage, "the period is longer than 20 years - ask for a part of it")
            }
            let wanted = try series.map { try AccordCommand.series($0) }
            let duties = agreement.duties(from: begin, until: end).filter { duty in
                wanted.map { duty.asks(for: $0) } ?? true
            }
            if json {
                printDocument([
                    "agreement": .string(agreement.id.text), "identity": .string(agreement.identity.description),
                    "illustrative": .bool(agreement.isIllustrative), "from": .string(begin.iso8601()),
                    "until": .string(end.iso8601()), "duties": .array(duties.map(json)),
                ])
            } else {
                for duty in duties { print(line(duty, zones: zones(of: agreement))) }
                print("\(duties.count) due, \(duties.map(\.covers.count).reduce(0, +)) values of each series at least")
            }
        }

        /// The zones of the document by name.
        private func zones(of agreement: Agreement) -> [NamedZone] {
            agreement.zones.sorted { $0.key < $1.key }.map { NamedZone(name: $0.key, offset: $0.value) }
        }

        private func line(_ duty: Duty, zones: [NamedZone]) -> String {
            let due =
                duty.due.map { due in
                    ([due.iso8601()] + zones.map { "\($0.name) \(due.clock(in: $0.offset))" }).joined(separator: "  ")
                } ?? "no deadline known"
            let covers = "\(duty.covers.count) of \(duty.covers.first.iso8601())..\(duty.covers.last.iso8601())"
            let parties = "\(duty.provider?.text ?? "?") -> \(duty.audience?.id ?? "?")"
            let terms = duty.unknownTerms.map(\.rawValue).joined(separator: ", ")
            let unknown = terms.isEmpty ? "" : "  not public: \(terms)"
            return "\(duty.clause)  \(parties)  due \(due)  covers \(covers)\(unknown)"
        }

        private func json(_ duty: Duty) -> JSONValue {
            var covers: [String: JSONValue] = [
                "count": .integer(duty.covers.count), "first": .string(duty.covers.first.iso8601()),
                "last": .string(duty.covers.last.iso8601()),
            ]
            if case .each(let times) = duty.covers { covers["each"] = .array(times.map { .string($0.iso8601()) }) }
            return [
                "clause": .string(duty.clause), "kind": .string(duty.kind.rawValue),
                "provider": .optional(duty.provider?.text), "audience": .optional(duty.audience?.id),
                "series": .array(duty.series.map { .string($0.description) }), "covers": .object(covers),
                "due": .optional(duty.due?.iso8601()),
                "due_in_zone": .optional(duty.due.flatMap { due in duty.zone.map { due.iso8601(in: $0.offset) } }),
                "zone": .optional(duty.zone?.name),
                "not_public": .array(duty.unknownTerms.map { .string($0.rawValue) }),
            ]
        }
    }
}
