public import Series

/// A document for people to print, sign and file, without the form of any file: ``WordDocument`` and ``HTMLDocument`` write
/// it.
///
/// Texts are written as they are, in whatever Unicode form they have; a line feed inside a text breaks the line.
public struct PaperDocument: Hashable, Sendable {
    /// The size of its sheets: A4, 210 mm by 297 mm, ISO 216.
    public enum Page: Hashable, Sendable {
        /// Upright.
        case portrait
        /// On its side, for wide tables.
        case landscape
    }

    /// A list of the headings, in front of the first block.
    public struct Contents: Hashable, Sendable {
        /// The line above it.
        public var heading: String
        /// Whether a word processor finds out the numbers of the pages: it asks its user before it does so. Without, the list
        /// has links alone.
        public var numbersPages: Bool

        /// Makes a list of contents.
        public init(heading: String, numbersPages: Bool = false) {
            self.heading = heading
            self.numbersPages = numbersPages
        }
    }

    /// The title; it also stands in the properties of the file.
    public var title: String
    /// Lines under the title, such as the title in the other languages, the period and the place.
    public var subtitle: [PaperText]
    /// The language of every text that names no other.
    public var language: Language
    /// Who made it; nil leaves it out.
    public var author: String?
    /// When it was made, for the properties of the file; nil leaves it out, so that equal documents are equal files on any day.
    public var date: Instant?
    /// The size of its sheets.
    public var page: Page
    /// A line at the top of every sheet.
    public var header: String?
    /// A line at the foot of every sheet.
    public var footer: String?
    /// Whether the foot of every sheet says `page / pages`.
    public var numbersPages: Bool
    /// A list of the headings; nil leaves it out. It is left out too where there is no heading.
    public var contents: Contents?
    /// What it says, in order.
    public var blocks: [PaperBlock]

    /// Makes a document.
    public init(
        title: String, subtitle: [PaperText] = [], language: Language, author: String? = nil, date: Instant? = nil,
        page: Page = .portrait, header: String? = nil, footer: String? = nil, numbersPages: Bool = true,
        contents: Contents? = nil, blocks: [PaperBlock] = []
    ) {
        self.title = title
        self.subtitle = subtitle
        self.language = language
        self.author = author
        self.date = date
        self.page = page
        self.header = header
        self.footer = footer
        self.numbersPages = numbersPages
        self.contents = contents
        self.blocks = blocks
    }
}

/// A piece of a document that begins on a line of its own.
public enum PaperBlock: Hashable, Sendable {
    /// A heading.
    case heading(PaperHeadingLevel, PaperText)
    /// A paragraph.
    case paragraph(PaperText, PaperParagraphStyle = .body)
    /// A list with bullets.
    case list([PaperListItem])
    /// A table.
    case table(PaperTable)
    /// A picture.
    case picture(PaperPicture)
    /// A drawing; its words where a file cannot show it.
    case drawing(PaperDrawing)
    /// What follows begins on a new sheet.
    case pageBreak
}

/// The rank of a heading.
public enum PaperHeadingLevel: Int, CaseIterable, Hashable, Sendable {
    /// A chapter.
    case first = 1
    /// A section.
    case second
    /// A part of a section.
    case third
}

/// The look of a paragraph.
public enum PaperParagraphStyle: Hashable, Sendable {
    /// Running text.
    case body
    /// A remark in smaller letters, such as the source of a table.
    case note
    /// A frame around what must not be overlooked, such as that a report is a draft.
    case mark
}

/// A line of a list.
public struct PaperListItem: Hashable, Sendable {
    /// What it says.
    public var text: PaperText
    /// How far it is set in: 0 to 2, what lies outside counts as the nearest.
    public var level: Int

    /// Makes a line.
    public init(_ text: PaperText, level: Int = 0) {
        self.text = text
        self.level = level
    }
}

/// The text of a paragraph, a heading or a cell: stretches that look different, in a row.
public struct PaperText: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The stretches.
    public var runs: [PaperRun]
    /// Its language; nil stands for the document's.
    public var language: Language?

    /// Makes a text of stretches.
    public init(_ runs: [PaperRun], language: Language? = nil) {
        self.runs = runs
        self.language = language
    }

    /// Makes a text of one stretch.
    public init(_ text: String, language: Language? = nil) {
        self.init([PaperRun(text)], language: language)
    }

    /// Makes a text of one stretch in the document's language.
    public init(stringLiteral text: String) { self.init(text) }

    /// The text alone, without its looks and its footnotes.
    public var plain: String { runs.map(\.text).joined() }
}

/// A stretch of text that looks the same.
public struct PaperRun: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The text.
    public var text: String
    /// Whether it is bold.
    public var isBold: Bool
    /// Whether it is in italics.
    public var isItalic: Bool
    /// Its language; nil stands for that of the text around it.
    public var language: Language?
    /// A footnote behind it, in the same language; nil for none.
    public var footnote: String?

    /// Makes a stretch.
    public init(
        _ text: String, isBold: Bool = false, isItalic: Bool = false, language: Language? = nil, footnote: String? = nil
    ) {
        self.text = text
        self.isBold = isBold
        self.isItalic = isItalic
        self.language = language
        self.footnote = footnote
    }

    /// Makes a plain stretch.
    public init(stringLiteral text: String) { self.init(text) }
}
