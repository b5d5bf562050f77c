/// A drawing in SVG. The printable HTML shows it; files of word processors show the chart of its numbers, else its words.
public struct PaperDrawing: Hashable, Sendable {
    /// The `svg` element. Whoever makes it answers for it: it is put into the file as it is.
    public let markup: String
    /// What a file says that cannot show it.
    public let alternative: String
    /// The numbers behind it; nil where it shows no bars.
    public let chart: PaperChart?

    /// Makes a drawing.
    public init(markup: String, alternative: String, chart: PaperChart? = nil) {
        self.markup = markup
        self.alternative = alternative
        self.chart = chart
    }
}
