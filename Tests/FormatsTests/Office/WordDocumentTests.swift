import Formats
import Series
import Testing

/// Word processors' documents, read back part by part.
@Suite struct WordDocumentTests {
    private func parts(_ document: PaperDocument) throws -> ZipReader {
        try ZipReader(WordDocument.bytes(of: document))
    }

    private func body(_ parts: ZipReader) throws -> MarkupTree {
        try MarkupTree(parts.text("word/document.xml"))("w:body")[0]
    }

    /// A paragraph as a person reads it: its style, then what it says.
    private func line(_ paragraph: MarkupTree) -> String {
        let style = paragraph("w:pPr", "w:pStyle").first?.attributes["w:val"] ?? "-"
        let text = words(of: paragraph)
        return text.isEmpty ? style : style + ": " + text
    }

    /// The texts, line ends and tabs inside an element.
    private func words(of element: MarkupTree) -> String {
        element.children.map { child in
            switch child.name {
            case "w:t": child.text
            case "w:br": child.attributes["w:type"] == "page" ? "<page>" : "\n"
            case "w:tab": "\t"
            case "w:footnoteReference": "[\(child.attributes["w:id"] ?? "?")]"
            case "w:pPr", "w:rPr", "w:drawing": ""
            default: words(of: child)
            }
        }.joined()
    }

    @Test func `the parts are those of the specification, each well-formed, declared and pointed at`() throws {
        let parts = try parts(OfficeSamples.paper())
        let names = [
            "[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/_rels/document.xml.rels",
            "docProps/core.xml", "docProps/app.xml", "word/styles.xml", "word/settings.xml", "word/numbering.xml",
            "word/fontTable.xml", "word/header1.xml", "word/footer1.xml", "word/footnotes.xml", "word/theme/theme1.xml",
            "word/media/image1.png",
        ]
        #expect(parts.entries.map(\.name) == names)
        for name in names where !name.hasSuffix(".png") { _ = try MarkupTree(parts.text(name)) }
        #expect(parts["word/media/image1.png"] == OfficeSamples.png)
        let types = try MarkupTree(parts.text("[Content_Types].xml"))
        #expect(
            Set(types("Override").compactMap { $0.attributes["PartName"] })
                == Set(names.filter { $0.hasSuffix(".xml") && !$0.hasPrefix("[") }.map { "/" + $0 }))
        let arrows = try MarkupTree(parts.text("word/_rels/document.xml.rels"))("Relationship")
        for arrow in arrows { #expect(names.contains("word/" + (arrow.attributes["Target"] ?? "")), "\(arrow)") }
        let ids = Set(arrows.compactMap { $0.attributes["Id"] })
        #expect(ids.count == arrows.count)
        for used in try body(parts).all("a:blip").compactMap({ $0.attributes["r:embed"] }) {
            #expect(ids.contains(used))
        }
    }

    @Test func `the body says in order what the paper says`() throws {
        let body = try body(parts(OfficeSamples.paper()))
        let kept = "👩‍👩‍👧‍👦🌊 <b>&amp; ]]> --> \"q\" 'a' \u{FFFD}\u{FFFD}\u{FFFD} Ng\u{E1}y Nga\u{301}y 江水 😀"
        let expected = [
            "Title: Báo cáo lưu vực", "Subtitle: 流域报告", "BodyText: Mực nước rất cao: 元江“水位”[1]",
        ]
        let lines = body("w:p").map(line)
        #expect(lines.filter { expected.contains($0) } == expected)
        #expect(
            Array(lines.first { $0.hasPrefix("Remark") }?.utf8 ?? "".utf8)
                == Array("Remark: \(kept)\nsecond\tline _x0041_ </style>".utf8))
        #expect(
            Array(lines.drop { !$0.hasPrefix("Mark") }) == [
                "Mark: Bản nháp", "ListBullet: một", "ListBullet: hai", "ListBullet: ba", "Heading2: 数据",
                "Caption: Bảng 1", "TableGap", "-: <page>", "Figure", "Caption: Hình 1", "Figure",
            ])
        #expect(body.all("w:ilvl").compactMap { $0.attributes["w:val"] } == ["0", "1", "2"])
    }

    @Test func `a table has its widths, its alignment and a heading that is repeated`() throws {
        let table = try #require(try body(parts(OfficeSamples.paper())).all("w:tbl").first)
        let widths = table("w:tblGrid", "w:gridCol").compactMap { Int($0.attributes["w:w"] ?? "") }
        #expect(widths.reduce(0, +) == 9_071)
        #expect(widths == [5_443, 1_814, 1_814])
        let rows = table("w:tr")
        #expect(rows.map { $0("w:trPr", "w:tblHeader").count } == [1, 0, 0, 0])
        #expect(
            rows.map { $0("w:tc").map(words(of:)) } == [
                ["Trạm", "m³/s", "时间"], ["Thượng lưu"], ["Lào Cai", "1250", "07:00"], ["Hà Nội", "", ""],
            ])
        #expect(rows[1]("w:tc", "w:tcPr", "w:gridSpan").map(\.attributes) == [["w:val": "3"]])
        #expect(rows[2].all("w:jc").compactMap { $0.attributes["w:val"] } == ["right", "center"])
    }

    @Test func `every run names its language, and Chinese takes shared marks from the Chinese font`() throws {
        let parts = try parts(OfficeSamples.paper())
        for run in try body(parts).all("w:r") where !run("w:t").isEmpty {
            let lang = try #require(run("w:rPr", "w:lang").first?.attributes)
            let isChinese = ["流域报告", "元江“水位”", "数据", "时间"].contains(words(of: run))
            #expect(lang == ["w:val": isChinese ? "zh-CN" : "vi-VN", "w:eastAsia": "zh-CN"], "\(words(of: run))")
            #expect(run("w:rPr", "w:rFonts").map(\.attributes) == (isChinese ? [["w:hint": "eastAsia"]] : []))
        }
        let styles = try MarkupTree(parts.text("word/styles.xml"))
        let defaults = try #require(styles("w:docDefaults", "w:rPrDefault", "w:rPr").first)
        #expect(defaults("w:lang").map(\.attributes) == [["w:val": "vi-VN", "w:eastAsia": "zh-CN"]])
        #expect(defaults("w:rFonts").first?.attributes["w:eastAsia"] == "SimSun")
        let known = Set(styles("w:style").compactMap { $0.attributes["w:styleId"] })
        for name in ["document", "header1", "footer1", "footnotes"] {
            let part = try MarkupTree(parts.text("word/\(name).xml"))
            for element in ["w:pStyle", "w:rStyle", "w:tblStyle"] {
                let used = Set(part.all(element).compactMap { $0.attributes["w:val"] })
                #expect(used.isSubset(of: known), "\(used.subtracting(known))")
            }
        }
    }

    @Test func `a Vietnamese name in a Chinese text is drawn whole by the Latin font`() throws {
        let text = PaperText("“Lào Cai”站：Ha\u{300} Nội\r\nABC")
        let body = try body(parts(PaperDocument(title: "", language: .chinese, blocks: [.paragraph(text)])))
        let runs = body.all("w:r").map { (!$0.all("w:rFonts").isEmpty, words(of: $0)) }
        #expect(runs.map(\.1) == ["“", "Lào", " ", "Cai", "”站：", "Ha\u{300}", " ", "Nội", "\n", "ABC"])
        #expect(runs.map(\.0) == [true, false, true, false, true, false, true, false, true, false])
    }

    @Test func `header, footer, footnotes and properties hold what the paper says`() throws {
        let parts = try parts(OfficeSamples.paper())
        let header = words(of: try MarkupTree(parts.text("word/header1.xml")))
        #expect(header.hasPrefix("👩‍👩‍👧‍👦🌊 <b>") && header.hasSuffix("line _x0041_ </style>"))
        let footer = try MarkupTree(parts.text("word/footer1.xml"))
        #expect(words(of: footer) == "Hội nghị\t1 / 1")
        #expect(footer.all("w:fldSimple").compactMap { $0.attributes["w:instr"] } == [" PAGE ", " NUMPAGES "])
        let notes = try MarkupTree(parts.text("word/footnotes.xml"))("w:footnote")
        #expect(notes.compactMap { $0.attributes["w:id"] } == ["-1", "0", "1"])
        #expect(notes.last.map(words(of:)) == " 来源 <水文局>")
        let core = try MarkupTree(parts.text("docProps/core.xml"))
        #expect(
            core.children.map { "\($0.name)=\($0.text)" } == [
                "dc:title=Báo cáo lưu vực", "dc:creator=Ban <thư ký>", "dc:language=vi-VN",
                "dcterms:created=2024-09-09T13:00:00Z", "dcterms:modified=2024-09-09T13:00:00Z",
            ])
    }

    @Test func `nothing that is not given is made up`() throws {
        let parts = try parts(PaperDocument(title: "", language: .english, numbersPages: false))
        let core = try MarkupTree(parts.text("docProps/core.xml"))
        #expect(core.children.map(\.name) == ["dc:title", "dc:language"])
        #expect(!parts.text("docProps/core.xml").contains("dcterms:created"))
        #expect(try body(parts)("w:p").map(line) == ["Title"])
        #expect(words(of: try MarkupTree(parts.text("word/footer1.xml"))).isEmpty)
        for outside in [Int64.min, .max] {
            let document = PaperDocument(title: "t", language: .chinese, date: Instant(secondsSinceEpoch: outside))
            let core = try MarkupTree(self.parts(document).text("docProps/core.xml"))
            #expect(core.children.count == 2)
        }
    }

    @Test func `the list of contents leads to every heading, with numbers if they are asked for`() throws {
        var document = try OfficeSamples.paper()
        let plain = try parts(document)
        #expect(!plain.text("word/settings.xml").contains("w:updateFields"))
        let contents = try #require(try body(plain)("w:sdt").first)
        #expect(contents.all("w:p").map(line) == ["TOCHeading: Mục lục", "TOC1: Tổng quan", "TOC2: 数据", "-"])
        #expect(contents.all("w:instrText").map(\.text) == [" TOC \\o \"1-2\" \\n \\h \\z "])
        let targets = contents.all("w:hyperlink").compactMap { $0.attributes["w:anchor"] }
        #expect(targets == (try body(plain).all("w:bookmarkStart")).compactMap { $0.attributes["w:name"] })
        document.contents = .init(heading: "Mục lục", numbersPages: true)
        let numbered = try parts(document)
        #expect(numbered.text("word/settings.xml").contains("<w:updateFields w:val=\"true\"/>"))
        #expect(try body(numbered).all("w:fldSimple").count == 2)
        document.blocks = []
        #expect(try body(parts(document))("w:sdt").isEmpty)
    }

    @Test func `a picture keeps its shape, fits on the sheet and is kept once`() throws {
        let body = try body(parts(OfficeSamples.paper(page: .landscape)))
        let extents = body.all("wp:extent").map { ($0.attributes["cx"] ?? "", $0.attributes["cy"] ?? "") }
        #expect(extents.map(\.0) == ["2880000", "19050"])
        #expect(extents.map(\.1) == ["1440000", "9525"])
        #expect(Set(body.all("wp:docPr").compactMap { $0.attributes["id"] }) == ["1", "2"])
        let size = try #require(body.all("w:pgSz").first).attributes
        #expect(size == ["w:w": "16838", "w:h": "11906", "w:orient": "landscape"])
        let wide = try PaperPicture(png: OfficeSamples.png, alternative: "", width: 5_000)
        let page = try self.body(parts(PaperDocument(title: "", language: .english, blocks: [.picture(wide)])))
        let width = try #require(page.all("wp:extent").first?.attributes["cx"].flatMap { Int($0) })
        #expect(width <= 160 * 36_000 + 36_000 && width > 159 * 36_000)
    }

    @Test func `bytes that are no PNG are refused`() {
        var flat = OfficeSamples.png
        flat[19] = 0
        for bytes in [[], Array(OfficeSamples.png.prefix(33)), Array("GIF89a".utf8), flat] {
            #expect(throws: OfficeProblem.notPNG) { try PaperPicture(png: bytes, alternative: "") }
        }
    }

    @Test func `a table of 10,000 rows is written, one of 64 columns refused, an odd one made even`() throws {
        func body(_ table: PaperTable) throws -> MarkupTree {
            try self.body(parts(PaperDocument(title: "", language: .english, blocks: [.table(table)])))
        }
        let rows = (1...10_000).map { PaperTable.Row.cells([PaperText("\($0)"), "x"]) }
        let long = PaperTable(columns: [.init(), .init()], rows: rows)
        let document = PaperDocument(title: "", language: .english, blocks: [.table(long)])
        let file = try ZipReader(WordDocument.bytes(of: document, packing: .stored))
        #expect(file.count("<w:tr>", in: "word/document.xml") == 10_000)
        let wide = PaperTable(columns: [], heading: Array(repeating: "x", count: 64), rows: [])
        #expect(throws: OfficeProblem.tooManyTableColumns(count: 64)) { try body(wide) }
        let odd = PaperTable(
            columns: [.init(width: .nan), .init(width: -1), .init(width: .infinity), .init(width: 1e-300)],
            rows: [["a"], ["a", "b", "c", "d", "e"]])
        let table = try #require(try body(odd).all("w:tbl").first)
        let widths = table.all("w:gridCol").compactMap { Int($0.attributes["w:w"] ?? "") }
        #expect(widths.count == 5 && widths.allSatisfy { $0 >= 1 } && widths.reduce(0, +) == 9_071)
        #expect(table("w:tr").map { $0("w:tc").count } == [5, 5])
        #expect(try body(PaperTable(columns: [.init()], rows: [])).all("w:tbl").isEmpty)
        #expect(try body(PaperTable(columns: [], rows: [.group("x")])).all("w:tc").count == 1)
    }

    @Test func `equal papers are equal bytes`() throws {
        let bytes = try WordDocument.bytes(of: OfficeSamples.paper())
        #expect(try WordDocument.bytes(of: OfficeSamples.paper()) == bytes)
        let stored = try ZipReader(WordDocument.bytes(of: OfficeSamples.paper(), packing: .stored))
        #expect(stored.entries.allSatisfy { $0.method == 0 })
        #expect(stored.entries.map(\.bytes) == (try ZipReader(bytes)).entries.map(\.bytes))
    }
}
