public import Accord
public import Formats
public import Series

extension UploadReason {
    /// The reason in one language, its time in the reader's zones.
    public func text(in catalogue: Catalogue, zone: UTCOffset) -> String {
        var arguments = arguments
        arguments["time"] = time.map { PeopleFormat(catalogue.language).bothTimes($0, in: zone) }
        return catalogue.text("upload.reason." + code, arguments)
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

extension UploadRow {
    /// The row for programs; null where there is nothing to say.
    func json(_ catalogues: Catalogues, zone: UTCOffset) -> JSONValue {
        let text = reason?.localized(in: catalogues, zone: zone)
        return [
            "line": .integer(line), "verdict": .string(verdict.rawValue), "series": .optional(series?.description),
            "observed": .optional(observed?.iso8601()), "value": .optional(value),
            "unit": .optional(series?.property.unit.rawValue), "remark": .optional(remark),
            "code": .optional(reason?.code), "sentence": .optional(reason?.sentence),
            "reason": text.map { ["vi": .string($0.vi), "zh": .string($0.zh), "en": .string($0.en)] } ?? .null,
        ]
    }
}
