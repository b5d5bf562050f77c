import GRDB
public import Series

/// A receipt as it is kept: given by this party, or collected from another reader.
public struct KeptReceipt: Hashable, Sendable {
    /// The lane's origin.
    public let lane: String
    /// Who gave it.
    public let reader: PartyID
    /// Its place among the receipts of that reader for that lane, from 0.
    public let number: Int
    /// Entries that it covers.
    public let size: Int
    /// The reader's time.
    public let time: Instant
    /// The checkpoint with the reader's cosignature.
    public let note: [UInt8]

    /// Makes a receipt.
    public init(lane: String, reader: PartyID, number: Int, size: Int, time: Instant, note: [UInt8]) {
        self.lane = lane
        self.reader = reader
        self.number = number
        self.size = size
        self.time = time
        self.note = note
    }
}

extension NodeDatabase {
    /// The number of the receipt of a reader for a lane that would be kept next.
    public func nextReceipt(of lane: String, by reader: PartyID) throws -> Int {
        try read("cannot count the receipts of \(lane)") { database in
            try Int.fetchOne(
                database,
                sql: """
                    SELECT MAX(number) + 1 FROM receipt WHERE lane = (SELECT id FROM lane WHERE origin = ?) AND reader = ?
                    """, arguments: [lane, reader.text]) ?? 0
        }
    }

    /// Keeps a receipt at the end of its reader's list for the lane. Numbers may be left out: of a receipt that nobody can verify.
    public func keep(_ receipt: KeptReceipt) throws {
        try write("cannot keep a receipt of \(receipt.lane)") { database in
            var identifiers = IdentifierTable(database: database)
            try database.execute(
                sql: "INSERT INTO receipt (lane, reader, number, size, time, note) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    try identifiers.lane(receipt.lane), receipt.reader.text, receipt.number, receipt.size,
                    receipt.time.secondsSinceEpoch, receipt.note.blob,
                ])
        }
    }

    /// One receipt; nil when there is none of that number.
    public func receipt(of lane: String, by reader: PartyID, number: Int) throws -> KeptReceipt? {
        try receipts("l.origin = ? AND r.reader = ? AND r.number = ?", [lane, reader.text, number]).first
    }

    /// The last receipt of a reader for a lane; nil when it has given none.
    public func lastReceipt(of lane: String, by reader: PartyID) throws -> KeptReceipt? {
        try receipts("l.origin = ? AND r.reader = ?", [lane, reader.text], order: "r.number DESC LIMIT 1").first
    }

    /// The last receipt of each reader for each lane, by lane and reader.
    public func lastReceipts() throws -> [KeptReceipt] {
        try receipts("r.number = (SELECT MAX(number) FROM receipt WHERE lane = r.lane AND reader = r.reader)", [])
    }

    /// The receipts of a lane, or of all lanes, by lane, reader and number.
    public func receipts(of lane: String? = nil) throws -> [KeptReceipt] {
        try receipts("? IS NULL OR l.origin = ?", [lane, lane])
    }

    /// The receipts of a lane that cover sizes in a range, by size.
    public func receipts(of lane: String, sizes: ClosedRange<Int>) throws -> [KeptReceipt] {
        try receipts(
            "l.origin = ? AND r.size BETWEEN ? AND ?", [lane, sizes.lowerBound, sizes.upperBound],
            order: "r.size, r.reader, r.number")
    }

    private func receipts(
        _ condition: String, _ arguments: StatementArguments, order: String = "l.origin, r.reader, r.number"
    ) throws -> [KeptReceipt] {
        try read("cannot read the receipts") { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT l.origin, r.reader, r.number, r.size, r.time, r.note FROM receipt r
                        JOIN lane l ON l.id = r.lane WHERE \(condition) ORDER BY \(order)
                    """, arguments: arguments
            ).compactMap { row in
                guard let reader = PartyID(row[1]) else { return nil }
                return KeptReceipt(
                    lane: row[0], reader: reader, number: row[2], size: row[3],
                    time: Instant(secondsSinceEpoch: row[4]), note: row.bytes(5))
            }
        }
    }
}
