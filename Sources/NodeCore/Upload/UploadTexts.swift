public import Accord
public import Formats
public import Series

extension UploadReason {
    /// The reason in one language, its time in the reader's zones.
    public func text(in catalogue: Catalogue, zone: UTCOffset) -> String {
        var arguments = arguments
        arguments["time"] = time.map { catalogue.format.allTimes($0, in: zone) }
        return catalogue.uploadText("upload.reason." + code, arguments)
    }

    /// The reason in the three languages.
    public func localized(in catalogues: Catalogues, zone: UTCOffset) -> LocalizedText {
        LocalizedText(
            vi: text(in: catalogues[.vietnamese], zone: zone), zh: text(in: catalogues[.chinese], zone: zone),
            en: text(in: catalogues[.english], zone: zone))
    }
}

extension UploadReceipt {
    /// The receipt for programs: its id, the counts, and each row with its verdict and reason.
    public func json(_ catalogues: Catalogues, zone: UTCOffset) -> JSONValue {
        [
            "receipt": .string(id), "uploader": .string(uploader.text), "at": .string(at.iso8601()),
            "checked_only": .bool(isCheck), "taken": .integer(count(.taken)), "corrected": .integer(count(.corrected)),
            "already_known": .integer(count(.known)), "refused": .integer(count(.refused)),
            "rows": .array(rows.map { $0.json(catalogues, zone: zone) }),
        ]
    }
}

extension UploadReceipt {
    /// The receipt for people, as a mail program's folder keeps it: Chinese, Vietnamese and English, one after the other.
    public func text(_ catalogues: Catalogues, zone: UTCOffset) -> String {
        [Language.chinese, .vietnamese, .english].map { text(in: catalogues[$0], zone: zone) }.joined(separator: "\n")
    }

    private func text(in catalogue: Catalogue, zone: UTCOffset) -> String {
        let format = catalogue.format
        let arguments = [
            "time": format.allTimes(at, in: zone), "taken": "\(count(.taken))", "corrected": "\(count(.corrected))",
            "known": "\(count(.known))", "refused": "\(count(.refused))",
        ]
        var lines = [
            catalogue.uploadText("upload.receipt.title", ["receipt": id]),
            catalogue.uploadText("upload.receipt.text", arguments),
        ]
        lines += rows.map { row in
            let words = [
                catalogue.uploadText("upload.column.line") + " \(row.line)",
                catalogue.uploadText("upload.verdict." + row.verdict.rawValue),
                row.series.map { "\($0.station)/\($0.property.rawValue)" }, row.observed?.iso8601(in: zone),
                row.value.map { JSONValue.text(of: $0) + " " + (row.series?.property.unit.rawValue ?? "") },
                row.remark(in: catalogue), row.reason?.text(in: catalogue, zone: zone),
                row.reason.map { "[\($0.code)] \($0.sentence)" },
            ]
            let line = words.compactMap { $0 }.joined(separator: "  ")
            return String(line.filter { !$0.unicodeScalars.contains { $0.properties.generalCategory == .control } })
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension UploadRow {
    /// What was done on reading, and what the checks say of a value that they doubt; nil where there is nothing to say.
    public func remark(in catalogue: Catalogue) -> String? {
        var texts: [String] = []
        if remark != nil, let property = series?.property {
            let unit = catalogue.format.unit(property.unit)
            texts.append(catalogue.uploadText("upload.remark.converted", ["unit": unit]))
        }
        if isDoubted {
            let word = catalogue.text(quality == .fail ? "quality.fail" : "quality.suspect")
            texts.append(catalogue.uploadText("upload.remark.doubted", ["quality": word]))
        }
        return texts.isEmpty ? nil : texts.joined(separator: catalogue.language == .chinese ? "；" : "; ")
    }

    /// The row for programs; null where there is nothing to say.
    func json(_ catalogues: Catalogues, zone: UTCOffset) -> JSONValue {
        let text = reason?.localized(in: catalogues, zone: zone)
        return [
            "line": .integer(line), "verdict": .string(verdict.rawValue), "series": .optional(series?.description),
            "observed": .optional(observed?.iso8601()), "value": .optional(value),
            "unit": .optional(series?.property.unit.rawValue), "remark": .optional(remark),
            "quality": quality.map { .integer($0.rawValue) } ?? .null, "code": .optional(reason?.code),
            "sentence": .optional(reason?.sentence),
            "reason": text.map { ["vi": .string($0.vi), "zh": .string($0.zh), "en": .string($0.en)] } ?? .null,
        ]
    }
}
