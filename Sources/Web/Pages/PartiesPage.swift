import Accord
import Formats
import NodeCore
import River
import Series

/// The parties of the basin with their offices, what the agreement says, and what the pack is.
struct PartiesPage {
    struct PartyEntry {
        let name: String
        let id: String
        let kind: String
        let state: String?
        let zone: String
        let offices: [String]
        let noOffices: String?
    }

    struct Clause {
        let clause: String
        let text: String
        let readers: String
    }

    struct Fact {
        let name: String
        let value: String
    }

    let layout: Layout
    let heading: String
    let partiesHeading: String
    let officesLabel: String
    let parties: [PartyEntry]
    let agreementHeading: String
    let agreementTitle: String
    let clauseColumns: [String]
    let clauses: [Clause]
    let packHeading: String
    let facts: [Fact]
    let creditsLabel: String
    let credits: [String]

    /// Makes the page's model.
    init(_ board: DutyBoard, atlas: BasinAtlas, frame: PageFrame) {
        let context = frame.context
        let language = context.language
        let day = board.now.civil(in: board.zone).date
        heading = context.text("parties.title")
        layout = Layout(title: heading, path: "/\(board.party)/parties", frame: frame, board: board)
        partiesHeading = context.text("compliance.parties")
        officesLabel = context.text("parties.offices")
        let states = Dictionary(board.partners.map { ($0.party, $0.participation) }) { first, _ in first }
        parties = atlas.register.parties.values.filter { $0.validity.contains(day) && $0.kind != .former }
            .sorted { ($0.kind == .signatory ? 0 : 1, $0.id) < ($1.kind == .signatory ? 0 : 1, $1.id) }
            .map { party in
                let offices = atlas.register.authorities.values
                    .filter { $0.party == party.id && $0.validity.contains(day) }.sorted { $0.id < $1.id }
                return PartyEntry(
                    name: party.name[language], id: party.id.text,
                    kind: context.text("parties.kind." + party.kind.rawValue),
                    state: party.id == board.party
                        ? context.text("parties.own")
                        : states[party.id].map { context.text($0 == .joined ? "partner.joined" : "partner.notJoined") },
                    zone: party.zone.name,
                    offices: offices.map {
                        context.joined($0.name[language], context.text("parties.role." + $0.role.rawValue))
                    },
                    noOffices: offices.isEmpty ? context.text("parties.noOffices") : nil)
            }
        agreementHeading = context.text("header.agreement")
        agreementTitle = board.agreement.title[language]
        clauseColumns = ["kept.clause", "parties.readers"].map { context.text($0) }
        clauses = atlas.agreement.provisions.map { provision in
            Clause(
                clause: provision.clause, text: provision.text[language],
                readers: PartiesPage.readers(provision, atlas: atlas, context: context))
        }
        packHeading = context.text("parties.pack")
        facts = [
            Fact(name: context.text("parties.pack.name"), value: atlas.pack.name[language]),
            Fact(name: context.text("parties.pack.version"), value: "\(atlas.pack.id) \(atlas.pack.version)"),
            Fact(
                name: context.text("parties.pack.places"),
                value: context.format.number(Double(atlas.basin.stations.count), digits: 0)),
        ]
        creditsLabel = context.text("map.credits")
        credits = [atlas.pack.licence] + atlas.pack.credits
    }

    private static func readers(_ provision: Provision, atlas: BasinAtlas, context: PageContext) -> String {
        switch provision.readers {
        case nil: "–"
        case .everybody?: context.text("compliance.everybody")
        case .parties(let parties)?: context.list(parties.map { atlas.register.name(of: $0)[context.language] })
        }
    }
}
