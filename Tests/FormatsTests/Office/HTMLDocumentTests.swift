import Formats
import Series
import Testing

/// Papers as HTML, read back strictly.
@Suite struct HTMLDocumentTests {
    private let void: Set<String> = ["meta", "br", "img", "col"]

    private func tree(_ document: PaperDocument) throws -> MarkupTree {
        try MarkupTree(HTMLDocument.text(of: document), void: void)
    }

    @Test func `the page says in order what the paper says, and is closed everywhere`() throws {
        let page = try tree(OfficeSamples.paper())
        #expect(page.attributes["lang"] == "vi")
        #expect(page("head", "title").map(\.text) == ["Báo cáo lưu vực"])
        let main = try #require(page("body", "main").first)
        #expect(
            main.children.map(\.name) == [
                "h1", "p", "nav", "h2", "p", "p", "p", "ul", "h3", "table", "div", "figure", "figure",
            ])
        let contents = main("nav").first?.text.split(separator: "\n").map(String.init)
        #expect(contents == ["Mục lục", "Tổng quan", "数据"])
        #expect(page.all("li").map(\.ownText).filter { !$0.allSatisfy(\.isWhitespace) }.count == 3)
        #expect(main("ul", "li", "ul", "li", "ul", "li").map(\.text) == ["ba"])
        let table = main("table")[0]
        #expect(table("thead", "tr", "th").map(\.text) == ["Trạm", "m³/s", "时间"])
        #expect(
            table("tbody", "tr").map { $0("td").map(\.text) } == [
                ["Thượng lưu"], ["Lào Cai", "1250", "07:00"], ["Hà Nội", "", ""],
            ])
        #expect(
            table("colgroup", "col").compactMap { $0.attributes["style"] } == [
                "width: 60.00%", "width: 20.00%", "width: 20.00%",
            ])
        #expect(page("body", "section").first?.text == "\n1 来源 <水文局>\n")
    }

    @Test func `languages are named where they differ from the document's`() throws {
        let page = try tree(OfficeSamples.paper())
        let chinese = page.all("p") + page.all("span") + page.all("h3") + page.all("th") + page.all("a")
        #expect(
            Set(chinese.filter { $0.attributes["lang"] == "zh-Hans" }.map(\.text))
                == ["流域报告", "元江“水位”", "数据", "时间", "1 来源 <水文局>"])
        #expect(HTMLDocument.text(of: try OfficeSamples.paper()).components("lang=\"vi\"") == 1)
    }

    @Test func `nothing of a hostile text leaves its place, and nothing is loaded`() throws {
        let text = HTMLDocument.text(of: try OfficeSamples.paper())
        let style = try #require(text.split(separator: "<style>").last?.split(separator: "</style>").first)
        #expect(style.contains("@top-left { content: \"") && !style.contains("<") && !style.contains("]]>"))
        #expect(text.components("</style>") == 1)
        #expect(!text.contains("<script") && !text.contains("http:") && !text.contains("https:"))
        #expect(text.contains("default-src 'none'"))
        let page = try MarkupTree(text, void: void)
        let note = try #require(page.all("p").first { $0.attributes["class"] == "note" })
        #expect(
            note.text.utf8.elementsEqual(
                ("👩‍👩‍👧‍👦🌊 <b>&amp; ]]> --> \"q\" 'a' \u{FFFD}\u{FFFD}\u{FFFD} Ng\u{E1}y Nga\u{301}y 江水 😀second\u{2003}line _x0041_ </style>")
                    .utf8))
        let image = try #require(page.all("img").first?.attributes)
        #expect(image["src"]?.hasPrefix("data:image/png;base64,iVBORw0KGgo") == true)
        #expect(image["style"] == "width: 80.0mm")
    }

    @Test func `the sheet is A4 with the page's numbers only where they are wanted`() throws {
        let upright = HTMLDocument.text(of: PaperDocument(title: "t", language: .english, numbersPages: false))
        #expect(upright.contains("@page { size: A4;") && !upright.contains("counter(page)"))
        let flat = HTMLDocument.text(of: PaperDocument(title: "t", language: .english, page: .landscape))
        #expect(flat.contains("@page { size: A4 landscape;") && flat.contains("counter(page) \" / \" counter(pages)"))
    }

    @Test func `a list that begins deep or falls far is still closed`() throws {
        for levels in [[2], [2, 0, 2, 1, 0], [0, 2, 2, 1, 2, 0], [-5, 9, 9, 1]] {
            let items = levels.map { PaperListItem(PaperText("i\($0)"), level: $0) }
            let page = try tree(PaperDocument(title: "t", language: .english, blocks: [.list(items), .list([])]))
            #expect(page.all("li").count == levels.count)
        }
    }
}

extension String {
    /// How often a text stands in this one.
    fileprivate func components(_ text: String) -> Int { ranges(of: text).count }
}
