import Formats
import NodeCore
import Series

/// What stands around every page: language, navigation, marks.
struct Layout {
    struct LanguageLink {
        let name: String
        let tag: String
        let address: String
        let isCurrent: Bool
    }

    struct Remark {
        let mark: String
        let text: String
        let kind: String
        var moreLabel: String?
        var more: [String] = []
    }

    let lang: String
    let title: String
    let stylesheet: String
    let home: String
    let refresh: Int?
    let languages: [LanguageLink]
    let languageLabel: String
    let pagesLabel: String
    let skip: String
    let footer: String
    let clocks: [String]
    let clockLabel: String
    let lastCycle: String?
    let remarks: [Remark]

    /// Makes the frame of a page.
    ///
    /// - Parameters:
    ///   - path: the page's own path, for the language links.
    ///   - board: whose clock and banners the frame shows; nil on pages without a party.
    init(
        title: String, path: String, view: RequestView, context: PageContext, stylesheet: String, board: DutyBoard?
    ) {
        lang = context.language.rawValue
        self.title = title
        self.stylesheet = stylesheet
        home = view.link("/")
        refresh = view.refresh
        languages = [Language.vietnamese, .chinese, .english].map {
            LanguageLink(
                name: $0.ownName, tag: $0.rawValue, address: view.link(path, language: $0),
                isCurrent: $0 == context.language)
        }
        languageLabel = context.text("header.language")
        pagesLabel = context.text("nav.pages")
        skip = context.text("nav.skip")
        footer = context.text("footer.text")
        clockLabel = context.text("header.now")
        clocks =
            board.map { board in
                [
                    context.format.time(board.now, in: board.zone),
                    context.format.clock(board.now, in: context.secondZone),
                ]
            } ?? []
        lastCycle = board.map { board in
            guard let last = board.lastCycle else { return context.text("header.noCycle") }
            return context.text(
                "header.lastCycle", ["time": context.format.bothTimes(last, in: board.zone, withYear: false)])
        }
        remarks = board.map { Layout.remarks($0, context) } ?? []
    }

    private static func remarks(_ board: DutyBoard, _ context: PageContext) -> [Remark] {
        var remarks: [Remark] = []
        if let replay = board.replay {
            let title = replay.title[context.language]
            remarks.append(
                Remark(
                    mark: context.text("replay.mark"), text: context.text("replay.text", ["event": title]),
                    kind: "replay", moreLabel: replay.remarks.isEmpty ? nil : context.text("replay.more"),
                    more: replay.remarks.map { $0[context.language] }))
        }
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
