public import River

/// Gaugings as they stand in a CSV file: `stage`, `q` or `discharge`, and `q_sigma` where it is known. Further columns are not read.
public struct GaugingTable: Sendable {
    /// In the order of the file.
    public let gaugings: [Gauging]

    /// Reads a table.
    public init(_ bytes: [UInt8], file: String) throws(TableProblem) {
        let table = CSVTable(bytes, file: file)
        if let fault = table.faults.first { throw TableProblem(fault) }
        let stage = try GaugingTable.column(["stage", "stage_m", "h"], "stage", in: table)
        let flow = try GaugingTable.column(["q", "discharge", "Q", "q_m3s"], "discharge", in: table)
        let sigma = ["q_sigma", "discharge_sigma"].first { table.index(of: $0) != nil }
        var gaugings: [Gauging] = []
        for row in table.rows {
            let h = try GaugingTable.number(stage, row, table, isPositive: false)
            let q = try GaugingTable.number(flow, row, table, isPositive: true)
            var deviation: Double?
            if let sigma, table.field(sigma, of: row) != nil {
                deviation = try GaugingTable.number(sigma, row, table, isPositive: true)
            }
            gaugings.append(Gauging(stage: h, discharge: q, deviation: deviation))
        }
        guard Set(gaugings.map(\.stage)).count >= 3 else {
            throw TableProblem(
                Fault(
                    file: file, line: 1, rule: "gaugings-few", message: "fewer than three different stages",
                    advice: "a rating needs gaugings at low and high water"))
        }
        self.gaugings = gaugings
    }

    private static func column(_ names: [String], _ meaning: String, in table: CSVTable) throws(TableProblem) -> String
    {
        guard let name = names.first(where: { table.index(of: $0) != nil }) else {
            throw TableProblem(
                Fault(
                    file: table.file, line: 1, rule: "table-missing-column", message: "no column of \(meaning)",
                    advice: "call it \(names.joined(separator: " or "))"))
        }
        return name
    }

    private static func number(
        _ column: String, _ row: CSVTable.Row, _ table: CSVTable, isPositive: Bool
    ) throws(TableProblem) -> Double {
        let text = table.field(column, of: row) ?? ""
        guard let value = Double(text), value.isFinite, value.magnitude < 1e9, !isPositive || value > 0 else {
            throw TableProblem(
                table.fault(
                    column, of: row, rule: "not-a-number",
                    message: text.isEmpty
                        ? "\(column) is missing" : "\(column) \(text) is no \(isPositive ? "positive " : "")number",
                    advice: "write a number with a decimal point, or leave the gauging out"))
        }
        return value
    }
}
