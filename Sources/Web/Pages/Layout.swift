import Formats
import NodeCore
import Series

/// What every page of a request is made with.
struct PageFrame {
    let view: RequestView
    let context: PageContext
    let styles: SiteStyles
    /// The party whose page it is; nil on pages without one.
    var party: PartyID?
    /// How that party takes part; nil where nothing is known of it.
    var standing: PartyStanding?
    /// What pages of a replay say while a node does not run.
    var replay: ReplayBanner?
    /// The pages of the party that the navigation names.
    var tabs: [SiteTab] = []
    /// The address of the script of all pages; nil where they have none.
    var script: String?
    /// Whether pages can be told that something has changed.
    var isFollowed = false
    /// The address of the picture that browsers show on the page's tab.
    var icon: String?
    /// The address of the style of pages on paper.
    var paperStyle: String?
}

/// The pages of a party that the navigation names, in its order; the word of the address.
enum SiteTab: String, CaseIterable {
    case duty = ""
    case map
    case river
    case reservoirs
    case warnings
    case notices
    case exchange
    case gate
    case letters
    case desk
    case register
    case indicators
    case conference
    case compliance
    case parties
    case node
    case audit
}

extension DutySite {
    /// The pages that this site has for somebody.
    func tabs(for viewer: Viewer) -> [SiteTab] {
        guard desk != nil else { return [] }
        return SiteTab.allCases.filter { tab in
            switch tab {
            case .map, .river, .reservoirs, .parties: atlas != nil
            case .warnings, .notices: desk?.messages != nil && desk?.register != nil
            case .compliance: desk?.compliance != nil
            case .letters, .desk, .register, .indicators, .conference: desk?.register != nil
            case .duty, .exchange, .gate, .node: true
            case .audit: viewer.may(.seeAudit)
            }
        }
    }
}

/// What stands around every page: language, navigation, marks.
struct Layout {
    struct LanguageLink {
        let name: String
        let tag: String
        let address: String
        let isCurrent: Bool
    }

    struct Tab {
        let name: String
        let address: String
        let isCurrent: Bool
    }

    struct Remark {
        let mark: String
        let text: String
        let kind: String
        var link: String?
        var linkLabel: String?
        var moreLabel: String?
        var more: [String] = []
    }

    /// Who is signed in, and how to sign out.
    struct Who {
        let label: String
        let name: String
        let role: String
        let address: String
        let button: String
        let passwordAddress: String
        let passwordLabel: String
    }

    struct SignIn {
        let address: String
        let text: String
    }

    /// Who is signed in; nil where nobody is.
    let who: Who?
    /// Where strangers sign in; nil where nobody has to.
    let signIn: SignIn?
    /// What every form of the page carries; nil where none is asked.
    let formKey: String?
    let lang: String
    let title: String
    let style: String
    /// The address of the style of the page on paper.
    let paperStyle: String?
    let home: String
    let refresh: Int?
    let script: String?
    let icon: String?
    /// Where the page hears that something has changed; nil where it does not.
    let changes: String?
    /// What stands above a page that hears nothing any more.
    let lost: String
    let isKiosk: Bool
    let languages: [LanguageLink]
    let languageLabel: String
    let pagesLabel: String
    let skip: String
    let footer: String
    let clocks: [String]
    let clockLabel: String
    let lastCycle: String?
    let remarks: [Remark]
    let tabs: [Tab]
    let hasTabs: Bool
    /// Whether a row below the heading has anything in it: tabs, who is signed in, where to sign in.
    let hasBar: Bool
    let tabsLabel: String
    let state: String?
    let stateKind: String

    /// Makes what stands around a page.
    ///
    /// - Parameters:
    ///   - path: the page's own path, for the language links.
    ///   - asking: what else its address says.
    ///   - isDutyPage: whether it does with the style of the duty page.
    ///   - board: whose clock and banners the frame shows; nil on pages without a party, and while its node does not run.
    init(
        title: String, path: String, asking: [String: String] = [:], frame: PageFrame, board: DutyBoard? = nil,
        isDutyPage: Bool = false
    ) {
        let (view, context) = (frame.view, frame.context)
        formKey = view.viewer.formKey
        who = view.viewer.person.map { person in
            Who(
                label: context.text("people.who"), name: person.name,
                role: context.text("people.role." + person.role.rawValue),
                address: view.link("/sign-out", keepsRefresh: false), button: context.text("people.signOut"),
                passwordAddress: view.link("/password", keepsRefresh: false),
                passwordLabel: context.text("people.password.title"))
        }
        signIn =
            if case .stranger = view.viewer, path != "/sign-in" {
                SignIn(address: view.signInLink, text: context.text("people.signIn.title"))
            } else { nil }
        lang = context.language.rawValue
        self.title = title
        style = (isDutyPage ? frame.styles.duty : frame.styles.whole).text
        paperStyle = frame.paperStyle
        home = view.link("/")
        refresh = view.refresh
        script = frame.script
        icon = frame.icon
        changes = frame.isFollowed ? frame.party.map { "/\($0)/changes" } : nil
        lost = context.text("page.lost")
        isKiosk = view.isKiosk
        languages = [Language.vietnamese, .chinese, .english].map {
            LanguageLink(
                name: $0.ownName, tag: $0.rawValue, address: view.link(path, asking: asking, language: $0),
                isCurrent: $0 == context.language)
        }
        languageLabel = context.text("header.language")
        pagesLabel = context.text("nav.pages")
        skip = context.text("nav.skip")
        footer = context.text("footer.text")
        clockLabel = context.text("header.now")
        clocks =
            (board?.now ?? frame.standing?.now).map { now in
                [context.format.time(now, in: context.zone)]
                    + context.zones.dropFirst().map { context.format.clock(now, in: $0) }
            } ?? []
        lastCycle = board.map { board in
            guard let last = board.lastCycle else { return context.text("header.noCycle") }
            return context.text(
                "header.lastCycle", ["time": context.format.allTimes(last, in: board.zone, withYear: false)])
        }
        let past = view.at.map { time in
            var present = view
            present.at = nil
            return Remark(
                mark: context.text("past.mark"),
                text: context.text("past.text", ["time": context.format.allTimes(time, in: context.zone)]),
                kind: "past",
                link: present.link(path, asking: asking), linkLabel: context.text("past.present"))
        }
        remarks =
            (past.map { [$0] } ?? [])
            + (board.map { Layout.remarks($0, context) } ?? frame.replay.map { [Layout.remark($0, context)] } ?? [])
        tabs = frame.party.map { Layout.tabs(of: $0, path: path, frame: frame) } ?? []
        hasTabs = !tabs.isEmpty
        hasBar = hasTabs || who != nil || signIn != nil
        tabsLabel = context.text("nav.party")
        (state, stateKind) = frame.standing.map { Layout.state($0, context) } ?? (nil, "")
    }

    private static func tabs(of party: PartyID, path: String, frame: PageFrame) -> [Tab] {
        frame.tabs.map { tab in
            let address = "/\(party)/\(tab.rawValue)"
            return Tab(
                name: frame.context.text("nav.\(tab)"), address: frame.view.link(address), isCurrent: path == address)
        }
    }

    /// The state of a node in words, and the class that colours it.
    static func state(_ standing: PartyStanding, _ context: PageContext) -> (String, String) {
        switch standing.state {
        case .running: (context.text("node.running"), "running")
        case .stopped(let since):
            (context.text("node.stopped", ["time": context.shortAllTimes(since)]), "stopped")
        case .notJoined: (context.text("node.notJoined"), "not-joined")
        }
    }

    private static func remark(_ replay: ReplayBanner, _ context: PageContext) -> Remark {
        Remark(
            mark: context.text("replay.mark"),
            text: context.text("replay.text", ["event": replay.title[context.language]]), kind: "replay",
            moreLabel: replay.remarks.isEmpty ? nil : context.text("replay.more"),
            more: replay.remarks.map { $0[context.language] })
    }

    private static func remarks(_ board: DutyBoard, _ context: PageContext) -> [Remark] {
        var remarks: [Remark] = []
        if let replay = board.replay { remarks.append(remark(replay, context)) }
        if board.agreement.isIllustrative {
            let text = context.sentences([board.agreement.title[context.language], context.text("illustrative.text")])
            remarks.append(Remark(mark: context.text("illustrative.mark"), text: text, kind: "illustrative"))
        } else {
            remarks.append(
                Remark(
                    mark: context.text("header.agreement"), text: board.agreement.title[context.language],
                    kind: "agreement"))
        }
        return remarks
    }
}
