import Foundation

/// A form of the door, with or without a file.
struct UploadForm {
    /// Rows that can be typed at once.
    static let typedRows = 6

    private let texts: [(name: String, value: String)]
    private let multipart: MultipartForm?

    /// Reads a form; nil for anything that is none.
    init?(_ body: [UInt8], contentType: String) {
        if contentType.lowercased().hasPrefix("multipart/form-data") {
            guard let form = MultipartForm(body, contentType: contentType) else { return nil }
            (texts, multipart) = ([], form)
        } else if contentType.lowercased().hasPrefix("application/x-www-form-urlencoded") {
            (texts, multipart) = (FormPost.fields(String(decoding: body, as: UTF8.self)), nil)
        } else {
            return nil
        }
    }

    /// The first value of a field; nil when there is none.
    func text(_ name: String) -> String? {
        multipart?.text(name) ?? texts.first { $0.name == name }?.value
    }

    /// The table that was chosen as a file, or pasted; nil when there is none.
    func table() -> [UInt8]? {
        if let file = multipart?.file("file") { return file }
        guard let pasted = text("table"), pasted.contains(where: { !$0.isWhitespace }) else { return nil }
        return Array(pasted.utf8)
    }

    /// The rows that were typed, as the table that they stand for; nil when no row has a value.
    ///
    /// The fields are written as they are: whether they mean anything is judged as for every table.
    func typedTable() -> [UInt8]? {
        let zone = text("zone") ?? ""
        let rows = (1...UploadForm.typedRows).compactMap { row -> String? in
            func field(_ name: String) -> String { (text("\(name)\(row)") ?? "").trimmingCharacters(in: .whitespaces) }
            guard !field("value").isEmpty else { return nil }
            let series = field("series").split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            let parts = series.count == 3 ? series : ["", "", ""]
            let unit = field("unit").isEmpty ? parts[2] : field("unit")
            let time = field("date").isEmpty || field("time").isEmpty ? "" : "\(field("date"))T\(field("time"))\(zone)"
            return [time, parts[0], parts[1], field("value"), unit].map(UploadForm.quoted).joined(separator: ",")
        }
        guard !rows.isEmpty else { return nil }
        return Array((["observed,station,property,value,unit"] + rows).joined(separator: "\n").utf8)
    }

    private static func quoted(_ field: String) -> String {
        "\"" + field.filter { !$0.isNewline }.replacing("\"", with: "\"\"") + "\""
    }
}
