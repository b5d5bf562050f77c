public import Formats
public import Series

/// The words of tables, files and commands that are the same in every language: they stand in for slots of the texts.
private let technicalWords: [String: String] = [
    "utf": "UTF-8", "csv": "CSV", "pattern": "*.csv", "csvtype": "text/csv", "jsontype": "application/json",
    "prefix": UploadToken.prefix, "names": "stage, pool-level, inflow, release", "lengths": "m, cm, mm",
    "flows": "m3/s", "volumes": "m3, hm3", "column": "known", "words": "observed, derived, interpolated, estimated",
    "released": Property.release.rawValue, "planned": Property.releaseIntention.rawValue,
    "columns": "observed,station,property,value,unit", "list": "riparian upload list",
    "renew": "riparian upload renew",
]

extension Catalogue {
    /// A text for uploaders, with the words that are the same in every language and its arguments put in.
    public func uploadText(_ key: String, _ arguments: [String: String] = [:]) -> String {
        text(key, technicalWords.merging(arguments) { $1 })
    }
}

extension Catalogues {
    /// The same in the three languages.
    public func uploadText(_ key: String, _ arguments: [String: String] = [:]) -> LocalizedText {
        localized(key, technicalWords.merging(arguments) { $1 })
    }
}
