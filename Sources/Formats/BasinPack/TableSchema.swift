/// What a column holds; one check of its fields.
enum FieldKind: Hashable {
    /// Any text in NFC.
    case text
    /// Lower-case words joined by hyphens.
    case identifier
    /// A Vietnamese or English name.
    case name
    /// A name in simplified characters.
    case chineseName
    /// Texts split by `|`.
    case list
    /// An id of another table, by that table's file.
    case reference(String)
    /// One word of a list.
    case word([String])
    /// How sure a number is, or how it is known.
    case quality([String])
    /// A finite number.
    case number
    /// A number > 0.
    case positive
    /// A number >= 0.
    case nonNegative
    /// A whole number >= 0.
    case whole
    /// A day `YYYY-MM-DD`.
    case date
    /// A day of any year, `MM-DD`.
    case dayOfYear
    /// A time with zone.
    case time
    /// A zone `+07:00`.
    case zone
    /// A unit.
    case unit
    /// A standard name.
    case property
    /// Degrees north.
    case latitude
    /// Degrees east.
    case longitude

    /// What the documentation calls it.
    var title: String {
        switch self {
        case .text: "text"
        case .identifier: "id"
        case .name, .chineseName: "name"
        case .list: "texts split by \\|"
        case .reference(let file): "id of \(file)"
        case .word(let words), .quality(let words): words.joined(separator: ", ")
        case .number: "number"
        case .positive: "number > 0"
        case .nonNegative: "number >= 0"
        case .whole: "whole number"
        case .date: "YYYY-MM-DD"
        case .dayOfYear: "MM-DD"
        case .time: "time with zone"
        case .zone: "+hh:mm"
        case .unit: "unit"
        case .property: "standard name"
        case .latitude: "degrees north"
        case .longitude: "degrees east"
        }
    }
}

/// How much a column is needed.
enum ColumnNeed: String {
    /// The column is there and every field is filled.
    case filled = "filled"
    /// The column is there; a field may be empty.
    case present = "may be empty"
    /// The column may be left out.
    case optional = "optional"
}

/// One column of a table.
struct TableColumn {
    /// As the header writes it.
    let name: String
    /// What its fields hold.
    let kind: FieldKind
    /// How much it is needed.
    let need: ColumnNeed
    /// For the documentation, with unit.
    let meaning: String

    init(_ name: String, _ kind: FieldKind, _ need: ColumnNeed = .filled, _ meaning: String = "") {
        self.name = name
        self.kind = kind
        self.need = need
        self.meaning = meaning
    }
}

/// The columns of a table, declared once: reader, checks and documentation follow it.
struct TableSchema {
    /// The file's name in its folder.
    let file: String
    /// Whether the folder must have it.
    let isRequired: Bool
    /// One sentence for the documentation.
    let meaning: String
    /// The columns that together name a row; empty where rows may repeat.
    let key: [String]
    /// In the order of the documentation.
    let columns: [TableColumn]

    init(_ file: String, isRequired: Bool = true, key: [String], _ meaning: String, _ columns: [TableColumn]) {
        self.file = file
        self.isRequired = isRequired
        self.key = key
        self.meaning = meaning
        self.columns = columns
    }
}

extension [TableColumn] {
    /// `source` and `quality`, the last columns of every table of facts.
    static let provenance: [TableColumn] = [
        TableColumn("source", .text, .filled, "where it was read"),
        TableColumn("quality", .factQuality, .filled, "how sure it is"),
    ]

    /// `valid_from` and `valid_to`.
    static let validity: [TableColumn] = [
        TableColumn("valid_from", .date, .present, "first day; empty when it has always held"),
        TableColumn("valid_to", .date, .present, "first day on which it no longer holds"),
    ]

    /// `name_vi`, `name_zh` and `name_en`.
    static let names: [TableColumn] = [
        TableColumn("name_vi", .name, .filled, "Vietnamese, NFC"),
        TableColumn("name_zh", .chineseName, .filled, "simplified characters"),
        TableColumn("name_en", .name, .filled, "English"),
    ]
}

extension FieldKind {
    /// The words of `quality`.
    static let factQuality = FieldKind.quality(["solid", "single", "believed", "estimated"])
    /// The words of `known`.
    static let known = FieldKind.quality(["observed", "derived", "forecast", "interpolated", "estimated"])
}
