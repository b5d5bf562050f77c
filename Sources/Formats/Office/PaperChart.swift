/// The numbers behind a drawing: bars side by side, which word processors draw themselves.
public struct PaperChart: Hashable, Sendable {
    /// Bars of one colour.
    public struct Row: Hashable, Sendable {
        /// Whose they are.
        public let name: String
        /// One for each category; nil where there is none.
        public let values: [Double?]

        /// Makes a row.
        public init(name: String, values: [Double?]) {
            self.name = name
            self.values = values
        }
    }

    /// The name of the chart.
    public let title: String
    /// What the bars count.
    public let unit: String
    /// What stands below each group of bars.
    public let categories: [String]
    /// The rows; each with as many values as there are categories.
    public let rows: [Row]

    /// Makes a chart.
    public init(title: String, unit: String, categories: [String], rows: [Row]) {
        precondition(rows.allSatisfy { $0.values.count == categories.count }, "a bar for each category, or none")
        self.title = title
        self.unit = unit
        self.categories = categories
        self.rows = rows
    }
}
