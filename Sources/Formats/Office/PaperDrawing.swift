/// A drawing in SVG. Files of word processors show its words instead; the printable HTML shows the drawing.
public struct PaperDrawing: Hashable, Sendable {
    /// The `svg` element. Whoever makes it answers for it: it is put into the file as it is.
    public let markup: String
    /// What a file says that cannot show it.
    public let alternative: String

    /// Makes a drawing.
    public init(markup: String, alternative: String) {
        self.markup = markup
        self.alternative = alternative
    }
}
