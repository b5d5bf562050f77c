/// A picture of a document.
public struct PaperPicture: Hashable, Sendable {
    /// The file, PNG.
    public let png: [UInt8]
    /// What it shows, for those who do not see it.
    public let alternative: String
    /// The line below it; nil for none.
    public let caption: PaperText?
    /// Its width on paper, mm, > 0; it is made smaller where the sheet is.
    public let width: Double
    /// Its width in pixels, 1 to 65,535.
    public let pixelWidth: Int
    /// Its height in pixels, 1 to 65,535.
    public let pixelHeight: Int

    /// Takes a picture.
    ///
    /// - Parameters:
    ///   - png: a PNG file; its head alone is read.
    ///   - alternative: what it shows, for those who do not see it.
    ///   - caption: the line below it.
    ///   - width: mm, > 0 and finite; nil, and anything else, stands for 96 pixels an inch.
    /// - Throws: ``OfficeProblem/notPNG``.
    public init(
        png: [UInt8], alternative: String, caption: PaperText? = nil, width: Double? = nil
    ) throws(OfficeProblem) {
        let head: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]
        guard png.count > 33, png.starts(with: head) else { throw .notPNG }
        func number(at start: Int) -> Int { png[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
        let sides = 1...65_535
        guard sides.contains(number(at: 16)), sides.contains(number(at: 20)) else { throw .notPNG }
        self.png = png
        self.alternative = alternative
        self.caption = caption
        pixelWidth = number(at: 16)
        pixelHeight = number(at: 20)
        let asked = width ?? 0
        self.width = asked > 0 && asked < 100_000 ? asked : Double(pixelWidth) * 25.4 / 96
    }

    /// Width and height on paper that keep the shape and fit into a frame, mm.
    ///
    /// - Parameter frame: width and height of the frame, mm, > 0.
    func size(inside frame: (width: Double, height: Double)) -> (width: Double, height: Double) {
        let shape = Double(pixelHeight) / Double(pixelWidth)
        let fitting = min(width, frame.width, frame.height / shape)
        return (fitting, fitting * shape)
    }
}
