import Accord
import Formats
import NodeCore
import Series

/// The page of rows with what will become of them, before anything is kept; and afterwards, as a receipt, what became of them.
struct UploadRowsPage {
    struct Row {
        let line: String
        let series: String
        let place: String
        let time: String
        let value: String
        let verdict: String
        let kind: String
        let reason: String?
        let detail: String?
        /// The row as it was sent, where it could not be read.
        let text: String?
    }

    /// The word to keep, or to check again in another way.
    struct Keeping {
        let key: String
        let draft: String
        let keepAddress: String
        let keep: String?
        let nothing: String?
        let againAddress: String
        let again: String
        let correct: String
        let isCorrect: Bool
        let old: String
        let isOld: Bool
    }

    let layout: Layout
    let heading: String
    let text: String
    let lineLabel: String
    let seriesLabel: String
    let timeLabel: String
    let valueLabel: String
    let verdictLabel: String
    let rows: [Row]
    let keeping: Keeping?
    let isReceipt: Bool
    let more: String
    let moreAddress: String

    /// The page of a draft.
    init(checking receipt: UploadReceipt, draft: UploadDraft, key: String, frame: PageFrame) {
        let context = frame.context
        let news = receipt.count(.taken) + receipt.count(.corrected)
        heading = context.text("upload.check.title")
        layout = Layout(title: heading, path: "/check/\(draft.id)", frame: frame)
        text = context.text("upload.check.text", UploadRowsPage.counts(receipt))
        let lines = UploadRowsPage.lines(of: draft.bytes)
        // The first typed row stands on the second line of its table.
        rows = receipt.rows.map { UploadRowsPage.row($0, lines: lines, offset: draft.isTyped ? 1 : 0, context) }
        keeping = Keeping(
            key: key, draft: draft.id, keepAddress: frame.view.link("/keep", keepsRefresh: false),
            keep: news > 0 ? context.text("upload.check.keep", ["count": "\(news)"]) : nil,
            nothing: news > 0 ? nil : context.text("upload.check.nothing"),
            againAddress: frame.view.link("/check", keepsRefresh: false), again: context.text("upload.check.again"),
            correct: context.text("upload.entry.correct"), isCorrect: draft.wish.corrects,
            old: context.text("upload.entry.old", ["days": "\(UploadRules.oldestDays)"]), isOld: draft.wish.meansOld)
        isReceipt = false
        more = context.text("upload.check.back")
        (lineLabel, seriesLabel, timeLabel, valueLabel) = UploadRowsPage.labels(context)
        verdictLabel = context.text("upload.column.will")
        moreAddress = frame.view.link("/readings")
    }

    /// The page of a receipt.
    init(_ receipt: UploadReceipt, frame: PageFrame) {
        let context = frame.context
        heading = context.text("upload.receipt.title", ["receipt": receipt.id])
        layout = Layout(title: heading, path: "/receipt/\(receipt.id)", frame: frame)
        var arguments = UploadRowsPage.counts(receipt)
        arguments["time"] = context.format.bothTimes(receipt.at, in: context.zone)
        text = context.text("upload.receipt.text", arguments)
        rows = receipt.rows.map { UploadRowsPage.row($0, lines: [], offset: 0, context) }
        keeping = nil
        isReceipt = true
        more = context.text("upload.receipt.more")
        (lineLabel, seriesLabel, timeLabel, valueLabel) = UploadRowsPage.labels(context)
        verdictLabel = context.text("upload.column.became")
        moreAddress = frame.view.link("/readings")
    }

    private static func labels(_ context: PageContext) -> (String, String, String, String) {
        (
            context.text("upload.column.line"), context.text("upload.column.series"), context.text("upload.column.time"),
            context.text("upload.column.value")
        )
    }

    private static func counts(_ receipt: UploadReceipt) -> [String: String] {
        [
            "taken": "\(receipt.count(.taken))", "corrected": "\(receipt.count(.corrected))",
            "known": "\(receipt.count(.known))", "refused": "\(receipt.count(.refused))",
        ]
    }

    private static func row(_ row: UploadRow, lines: [String], offset: Int, _ context: PageContext) -> Row {
        let station = row.series.map { context.stationNames[$0.station]?[context.language] ?? $0.station.text }
        let property = row.series.map { $0.property.standardName.name[context.language] }
        let isEnglish = context.language == .english
        // The reader's sentence names the field in the words of the table; it stands beside the text in the own language.
        let isRead = if case .unreadable? = row.reason { false } else { true }
        let sentence = row.reason.map(\.sentence)
        return Row(
            line: "\(row.line - offset)", series: [station, property].compactMap { $0 }.joined(separator: " · "),
            place: row.series.map { "\($0.station)/\($0.property.rawValue)" } ?? "",
            time: row.observed.map { context.format.bothTimes($0, in: context.zone) } ?? "",
            value: UploadRowsPage.value(row, context), verdict: context.text("upload.verdict." + row.verdict.rawValue),
            kind: row.verdict.rawValue, reason: row.reason?.text(in: context.catalogue, zone: context.zone),
            detail: isRead || (isEnglish && row.reason?.code == "other") ? row.remark : sentence,
            text: isRead ? nil : lines.indices.contains(row.line - 1) ? String(lines[row.line - 1].prefix(200)) : nil)
    }

    /// The value with every digit that was given, so that a slip is seen.
    private static func value(_ row: UploadRow, _ context: PageContext) -> String {
        guard let value = row.value, let property = row.series?.property else { return "" }
        let text = JSONValue.text(of: value)
        let digits = text.contains("e") ? 6 : text.split(separator: ".").dropFirst().first?.count ?? 0
        return context.format.number(value, digits: min(6, digits)) + " " + context.unit(property)
    }

    private static func lines(of bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(omittingEmptySubsequences: false) { $0.isNewline }.map(String.init)
    }
}
