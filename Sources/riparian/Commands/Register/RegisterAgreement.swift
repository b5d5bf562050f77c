import Accord
import ArgumentParser
import Formats
import Foundation
import NodeCore
import Series

extension RegisterCommand {
    /// `riparian register agreement`: the provisions of an agreement document as provisions of an edition.
    struct FromAgreement: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "agreement",
            abstract: "Register the provisions of an agreement document in an edition, as a whole.",
            discussion: """
                Words, kind, field, offices, due dates and instruments are taken over; series, readers and hours stay with the
                document, which decides about data. Provisions that the edition has already are left as they are.

                Example:
                  riparian register agreement Packs/red-river/agreement.yaml --edition conference-5 --by "Secretariat" \\
                    --dir nodes --party vn-lao-cai
                """)
        @Argument(help: "The agreement document.", completion: .file()) var file: String
        @Option(help: "The edition, by id; it must be registered.") var edition: String
        @OptionGroup var node: GateNode
        @Option(help: "Who does it: name or office. It is kept.") var by: String
        @Flag(help: "Print a JSON document.") var json = false

        func run() async throws {
            let agreement = try AccordCommand.agreement(at: file)
            let opened = try node.open()
            let register = try await opened.register()
            guard register.editions[edition] != nil else {
                throw CommandRefusal(
                    .no, "no edition \(edition) is registered (--edition) - register it first: riparian register import"
                )
            }
            var (acts, known): ([(act: RegisterAct, place: String)], Int) = ([], 0)
            for provision in agreement.provisions {
                guard let card = ProvisionCard(provision, edition: edition) else {
                    throw CommandRefusal(
                        .no,
                        "the clause \(provision.clause) has no form of the register (\(file):1:1) - register it by hand"
                    )
                }
                if register.provisions[card.key] != nil {
                    known += 1
                } else {
                    acts.append((.provision(card), "\(file): \(provision.clause)"))
                }
            }
            let count = try await RegisterCommand.perform(acts, at: opened, by: by)
            if json {
                printDocument(["kept": .integer(count), "known": .integer(known)])
            } else {
                print("\(file): \(count) provisions are kept, \(known) stood in \(edition) already")
            }
        }
    }
}

extension ProvisionCard {
    /// A provision of a document as the register follows it up; nil where its number has no form there.
    init?(_ provision: Provision, edition: String) {
        guard let key = ProvisionKey(edition: edition, clause: provision.clause.lowercased()) else { return nil }
        self.init(key: key, kind: provision.kind, field: provision.field.rawValue, text: provision.text)
        responsible = provision.responsible.map {
            OfficeReference(party: $0.party, authority: $0.authority, name: $0.name?.en)
        }
        due = provision.actionBy ?? provision.target?.by
        implements = provision.implements
        source = provision.model ?? ""
    }
}
