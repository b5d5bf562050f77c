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
        let remark: String?
        let reason: String?
        let detail: String?
        /// The row as it was sent, where it could not be read.
        let sent: String?
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
        heading = context.catalogue.uploadText("upload.check.title")
        layout = Layout(title: heading, path: "/check/\(draft.id)", frame: frame)
        text = context.catalogue.uploadText("upload.check.text", UploadRowsPage.counts(receipt))
        rows = UploadRowsPage.rows(of: receipt, draft: draft, context)
        keeping = Keeping(
            key: key, draft: draft.id, keepAddress: frame.view.link("/keep", keepsRefresh: false),
            keep: news > 0 ? context.catalogue.uploadText("upload.check.keep", ["count": "\(news)"]) : nil,
            nothing: news > 0 ? nil : context.catalogue.uploadText("upload.check.nothing"),
            againAddress: frame.view.link("/check", keepsRefresh: false),
            again: context.catalogue.uploadText("upload.check.again"),
            correct: context.catalogue.uploadText("upload.entry.correct"), isCorrect: draft.wish.corrects,
            old: context.catalogue.uploadText("upload.entry.old", ["days": "\(UploadRules.oldestDays)"]),
            isOld: draft.wish.meansOld)
        isReceipt = false
        more = context.catalogue.uploadText("upload.check.back")
        (lineLabel, seriesLabel, timeLabel, valueLabel) = UploadRowsPage.labels(context)
        verdictLabel = context.catalogue.uploadText("upload.column.will")
        moreAddress = frame.view.link("/readings")
    }

    /// The page of a receipt.
    init(_ kept: UploadWork.Kept, frame: PageFrame) {
        let receipt = kept.receipt
        let context = frame.context
        heading = context.catalogue.uploadText("upload.receipt.title", ["receipt": receipt.id])
        layout = Layout(title: heading, path: "/receipt/\(receipt.id)", frame: frame)
        var arguments = UploadRowsPage.counts(receipt)
        arguments["time"] = context.format.allTimes(receipt.at, in: context.zone)
        text = context.catalogue.uploadText("upload.receipt.text", arguments)
        rows = UploadRowsPage.rows(of: receipt, draft: kept.draft, context)
        keeping = nil
        isReceipt = true
        more = context.catalogue.uploadText("upload.receipt.more")
        (lineLabel, seriesLabel, timeLabel, valueLabel) = UploadRowsPage.labels(context)
        verdictLabel = context.catalogue.uploadText("upload.column.became")
        moreAddress = frame.view.link("/readings")
    }

    private static func labels(_ context: PageContext) -> (String, String, String, String) {
        (
            context.catalogue.uploadText("upload.column.line"), context.catalogue.uploadText("upload.column.series"),
            context.catalogue.uploadText("upload.column.time"),
            context.catalogue.uploadText("upload.column.value")
        )
    }

    private static func counts(_ receipt: UploadReceipt) -> [String: String] {
        [
            "taken": "\(receipt.count(.taken))", "corrected": "\(receipt.count(.corrected))",
            "known": "\(receipt.count(.known))", "refused": "\(receipt.count(.refused))",
        ]
    }

    private static func rows(of receipt: UploadReceipt, draft: UploadDraft, _ context: PageContext) -> [Row] {
        let lines = String(decoding: draft.bytes, as: UTF8.self)
            .split(omittingEmptySubsequences: false) { $0.isNewline }.map(String.init)
        // The first typed row stands on the second line of its table.
        let offset = draft.isTyped ? 1 : 0
        let words = receipt.isCheck ? "upload.will." : "upload.verdict."
        return receipt.rows.map { row($0, lines: lines, offset: offset, words: words, context) }
    }

    private static func row(
        _ row: UploadRow, lines: [String], offset: Int, words: String, _ context: PageContext
    ) -> Row {
        let station = row.series.map { context.stationNames[$0.station]?[context.language] ?? $0.station.text }
        let property = row.series.map { $0.property.standardName.name[context.language] }
        // The reader's sentence names the field in the words of the table; it stands beside the text in the own language.
        let isRead = if case .unreadable? = row.reason { false } else { true }
        return Row(
            line: "\(row.line - offset)", series: [station, property].compactMap { $0 }.joined(separator: " · "),
            place: row.series.map { "\($0.station)/\($0.property.rawValue)" } ?? "",
            time: row.observed.map { context.format.allTimes($0, in: context.zone) } ?? "",
            value: UploadRowsPage.value(row, context),
            verdict: context.catalogue.uploadText(words + row.verdict.rawValue),
            kind: row.verdict.rawValue, remark: row.remark(in: context.catalogue),
            reason: row.reason?.text(in: context.catalogue, zone: context.zone),
            detail: isRead || row.reason?.code == "other" ? nil : row.reason?.sentence,
            sent: isRead ? nil : lines.indices.contains(row.line - 1) ? String(lines[row.line - 1].prefix(200)) : nil)
    }

    /// The value with every digit that was given, so that a slip is seen.
    private static func value(_ row: UploadRow, _ context: PageContext) -> String {
        guard let value = row.value, let property = row.series?.property else { return "" }
        let text = JSONValue.text(of: value)
        let digits = text.contains("e") ? 6 : text.split(separator: ".").dropFirst().first?.count ?? 0
        return context.format.number(value, digits: min(6, digits)) + " " + context.unit(property)
    }
}
