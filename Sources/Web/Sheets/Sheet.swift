import Formats
import NodeCore

/// A page that is a heading and sections one below the other: facts, tables, texts, drawings and forms. Its template is one.
struct Sheet {
    let layout: Layout
    let heading: String
    let note: String?
    let done: String?
    let fault: String?
    let readOnly: String?
    /// What is said of a form whose sender had to sign in again.
    let unsaved: String
    let back: SheetLink?
    let sections: [SheetSection]

    init(
        _ frame: PageFrame, path: String, asking: [String: String] = [:], heading: String, note: String? = nil,
        state: SheetState, readOnly: String? = nil, back: SheetLink? = nil, board: DutyBoard? = nil,
        sections: [SheetSection]
    ) {
        layout = Layout(title: heading, path: path, asking: asking, frame: frame, board: board)
        self.heading = heading
        self.note = note
        done = state.done
        fault = state.fault
        self.readOnly = readOnly
        unsaved = frame.context.text("form.unsaved")
        self.back = back
        self.sections = sections
    }
}

/// A link on a sheet.
struct SheetLink {
    let text: String
    let address: String
}

/// What the last form did.
struct SheetState {
    /// What was done; nil where nothing was sent.
    var done: String?
    /// What is wrong with the form as a whole.
    var fault: String?
    /// The form that was wrong, what was typed into it, and what is wrong at its fields.
    var form: ActForm?
    var values = FormValues()
    var errors: [String: String] = [:]
}

/// A part of a sheet.
struct SheetSection {
    struct Fact {
        let label: String
        let cell: SheetCell
    }

    struct Row {
        let cells: [SheetCell]
        var rowKind = ""
    }

    let heading: String
    let id: String
    var remark: String?
    var facts: [Fact] = [] { didSet { hasFacts = !facts.isEmpty } }
    var columns: [String] = []
    var rows: [Row] = [] { didSet { hasRows = !rows.isEmpty } }
    var empty: String?
    var links: [SheetLink] = [] { didSet { hasLinks = !links.isEmpty } }
    var texts: [SheetText] = []
    var picture: String?
    var form: SheetForm?
    /// A form by which the section is narrowed down; it asks and changes nothing.
    var filter: SheetForm?
    /// Small forms with one button each.
    var buttons: [SheetForm] = []

    // Templates see stored properties alone.
    private(set) var hasFacts = false
    private(set) var hasRows = false
    private(set) var hasLinks = false

    init(_ heading: String, id: String, remark: String? = nil) {
        self.heading = heading
        self.id = id
        self.remark = remark
    }

    mutating func add(_ label: String, _ cell: SheetCell) {
        if !cell.isEmpty { facts.append(Fact(label: label, cell: cell)) }
    }
}

/// A text in one language, or with marked changes.
struct SheetText {
    struct Piece {
        let isAdded: Bool
        let isRemoved: Bool
        let text: String
    }

    var label: String?
    let lang: String?
    var pieces: [Piece]

    init(_ text: String, label: String? = nil, lang: String? = nil) {
        self.label = label
        self.lang = lang
        pieces = [Piece(isAdded: false, isRemoved: false, text: text)]
    }
}

/// A cell of a table, or the value of a fact.
struct SheetCell {
    let text: String
    var address: String?
    var isHead = false
    var isNumber = false
    var lang: String?
    /// A class that colours it; the text says the same.
    var mark: String?
    /// Further lines in small print.
    var lines: [String] = []

    init(
        _ text: String, address: String? = nil, isHead: Bool = false, isNumber: Bool = false, lang: String? = nil,
        mark: String? = nil, lines: [String] = []
    ) {
        self.text = text
        self.address = address
        self.isHead = isHead
        self.isNumber = isNumber
        self.lang = lang
        self.mark = mark
        self.lines = lines
    }

    var isEmpty: Bool { text.isEmpty && lines.isEmpty }
}
