import Formats
import NodeCore
import Series

/// The page that says what this is and leads to the parties' pages.
struct FrontPage {
    struct PartyLink {
        let name: String
        let otherNames: [OtherName]
        let address: String?
        let open: String
        let noPage: String
        let state: String?
        let stateKind: String
    }

    struct OtherName {
        let tag: String
        let name: String
    }

    let layout: Layout
    let heading: String
    let paragraphs: [String]
    let mark: String
    let markText: String
    let parties: [PartyLink]

    /// Makes the page's model.
    init(_ entries: [DutySite.Entry], standings: [PartyID: PartyStanding], frame: PageFrame) {
        let (view, context) = (frame.view, frame.context)
        heading = context.text("front.heading")
        layout = Layout(title: heading, path: "/", frame: frame)
        paragraphs = [context.text("front.what"), context.text("front.neighbour")]
        mark = context.text("illustrative.mark")
        markText = context.text("illustrative.text")
        parties = entries.map { entry in
            let state = standings[entry.party].map { Layout.state($0, context) }
            return PartyLink(
                name: entry.name[context.language],
                otherNames: [Language.vietnamese, .chinese, .english].filter { $0 != context.language }.map {
                    OtherName(tag: $0.rawValue, name: entry.name[$0])
                },
                address: entry.hasPage ? view.link("/\(entry.party)/") : nil, open: context.text("front.open"),
                noPage: context.text("front.noPage"), state: entry.hasPage ? state?.0 : nil,
                stateKind: state?.1 ?? "")
        }
    }
}

/// The page of what is not there.
struct NotFoundPage {
    /// What was looked for.
    enum Missing: String {
        case party
        case station
        case draft
        case page
        case node

        /// The same for programs.
        var problem: Problem {
            switch self {
            case .party: .party
            case .station: .station
            case .draft: .draft
            case .page: .page
            case .node: .node
            }
        }
    }

    let layout: Layout
    let heading: String
    let text: String

    init(_ missing: Missing, path: String, frame: PageFrame) {
        heading = frame.context.text("notFound.title")
        text = frame.context.text("notFound." + missing.rawValue)
        layout = Layout(title: heading, path: path, frame: frame)
    }
}
