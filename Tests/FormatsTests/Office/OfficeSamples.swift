import Formats
import Series

/// Papers and workbooks with texts that writers trip over.
enum OfficeSamples {
    /// Marks of XML and HTML, characters that XML forbids, composed and decomposed Vietnamese, emoji and line ends.
    static let hostile =
        "👩‍👩‍👧‍👦🌊 <b>&amp; ]]> --> \"q\" 'a' \u{0}\u{7}\u{FFFE} Ng\u{E1}y Nga\u{301}y 江水 😀\r\nsecond\tline _x0041_ </style>"

    /// A PNG of 2 by 1 pixels, grey.
    static let png: [UInt8] = [
        0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52,
        0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0xD1, 0x49, 0x20,
        0x56, 0x00, 0x00, 0x00, 0x0B, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0x50, 0x38, 0x00, 0x00,
        0x01, 0x03, 0x00, 0xE1, 0x35, 0xEC, 0x4B, 0xD3, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44,
        0xAE, 0x42, 0x60, 0x82,
    ]

    /// Every kind of block, in three languages.
    static func paper(page: PaperDocument.Page = .portrait) throws -> PaperDocument {
        let table = PaperTable(
            caption: "Bảng 1", columns: [.init(width: 3), .init(alignment: .trailing), .init(alignment: .centre)],
            heading: ["Trạm", "m³/s", PaperText("时间", language: .chinese)],
            rows: [.group("Thượng lưu"), ["Lào Cai", "1250", "07:00"], ["Hà Nội"]])
        return PaperDocument(
            title: "Báo cáo lưu vực", subtitle: [PaperText("流域报告", language: .chinese)], language: .vietnamese,
            author: "Ban <thư ký>", date: Instant(secondsSinceEpoch: 1_725_886_800), page: page, header: hostile,
            footer: "Hội nghị", contents: .init(heading: "Mục lục"),
            blocks: [
                .heading(.first, "Tổng quan"),
                .paragraph(
                    PaperText([
                        "Mực nước ", PaperRun("rất cao", isBold: true), ": ",
                        PaperRun("元江“水位”", isItalic: true, language: .chinese, footnote: "来源 <水文局>"),
                    ])),
                .paragraph(PaperText(hostile), .note), .paragraph("Bản nháp", .mark),
                .list([PaperListItem("một"), PaperListItem("hai", level: 1), PaperListItem("ba", level: 7)]),
                .heading(.second, PaperText("数据", language: .chinese)), .table(table), .pageBreak,
                .picture(try PaperPicture(png: png, alternative: hostile, caption: "Hình 1", width: 80)),
                .picture(try PaperPicture(png: png, alternative: "again")),
            ])
    }

    /// Every kind of cell.
    static func workbook() throws -> SpreadsheetDocument {
        let day = try CivilDate(iso8601: "2024-09-09")
        return SpreadsheetDocument(
            title: "Số liệu & 数据", language: .chinese,
            sheets: [
                SpreadsheetSheet(
                    name: "Lưu lượng: [m³/s]",
                    columns: [
                        SpreadsheetColumn("Trạm"), SpreadsheetColumn("Ngày"), SpreadsheetColumn("Giờ (UTC)", width: 20),
                        SpreadsheetColumn("Q", format: .grouped(decimals: 2)),
                        SpreadsheetColumn("%", format: .fixed(decimals: 0)),
                    ],
                    rows: [
                        [
                            .text("=SUM(A1)"), .date(day), .time(Instant(day, secondOfDay: 46_800)), .number(1250.25),
                            .percentage(0.25),
                        ],
                        [.text(hostile), .empty, .empty, .number(-0.0), .percentage(1), .text("beyond")],
                        [.text("Ng\u{E1}y")], [.text("Nga\u{301}y")],
                    ]),
                SpreadsheetSheet(name: "It's", columns: [], rows: []),
            ])
    }
}
