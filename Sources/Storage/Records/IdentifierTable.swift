import GRDB
import Series

/// The numbers that stand for names inside the file, made when a name is first used.
struct IdentifierTable {
    let database: Database
    private var seriesNumbers: [SeriesID: Int64] = [:]
    private var laneNumbers: [String: Int64] = [:]
    private var sourceNumbers: [String: Int64] = [:]
    private var lastSource: (text: String, number: Int64)?
    private var lastSeries: (series: SeriesID, number: Int64)?

    init(database: Database) {
        self.database = database
    }

    mutating func series(_ series: SeriesID) throws -> Int64 {
        if let lastSeries, lastSeries.series == series { return lastSeries.number }
        let number = try seriesNumbers[series] ?? number(of: series.description, table: "series", column: "name")
        seriesNumbers[series] = number
        lastSeries = (series, number)
        return number
    }

    mutating func lane(_ origin: String) throws -> Int64 {
        if let number = laneNumbers[origin] { return number }
        let number = try number(of: origin, table: "lane", column: "origin")
        laneNumbers[origin] = number
        return number
    }

    mutating func source(_ text: String) throws -> Int64 {
        if let lastSource, lastSource.text == text { return lastSource.number }
        let number = try sourceNumbers[text] ?? number(of: text, table: "source", column: "text")
        sourceNumbers[text] = number
        lastSource = (text, number)
        return number
    }

    private func number(of text: String, table: String, column: String) throws -> Int64 {
        let lookup = try database.cachedStatement(sql: "SELECT id FROM \(table) WHERE \(column) = ?")
        if let number = try Int64.fetchOne(lookup, arguments: [text]) { return number }
        let insertion = try database.cachedStatement(sql: "INSERT INTO \(table) (\(column)) VALUES (?)")
        try insertion.execute(arguments: [text])
        return database.lastInsertedRowID
    }
}
