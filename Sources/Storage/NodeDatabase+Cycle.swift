public import Forecasting
import Foundation
import GRDB
public import Series

/// What one cycle made, kept in one transaction.
public struct CycleRecord: Sendable {
    /// The time of the cycle.
    public let issued: Instant
    /// The forecasts, in any order.
    public let forecasts: [StationForecast]
    /// The drafts, in any order.
    public let drafts: [WarningDraft]
    /// The state that the next cycle's warning decision starts from, by station.
    public let warningStates: [StationID: WarningState]

    /// Makes a record.
    public init(
        issued: Instant, forecasts: [StationForecast], drafts: [WarningDraft],
        warningStates: [StationID: WarningState] = [:]
    ) {
        self.issued = issued
        self.forecasts = forecasts
        self.drafts = drafts
        self.warningStates = warningStates
    }
}

extension NodeDatabase {
    /// The fact that holds the time of the last cycle, s since 1970.
    private static let lastCycleFact = "cycle.last"

    /// Keeps what a cycle made. A cycle that is already kept stays as it is: what was issued is never overwritten.
    ///
    /// - Returns: whether the cycle was new.
    public func keep(_ cycle: CycleRecord) throws -> Bool {
        try write("cannot keep the cycle of \(cycle.issued)") { database in
            if let last = try NodeDatabase.lastCycle(in: database), last >= cycle.issued { return false }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let forecast = try database.cachedStatement(
                sql: "INSERT INTO forecast (issued, station, property, document) VALUES (?, ?, ?, ?)")
            for item in cycle.forecasts {
                try forecast.execute(arguments: [
                    item.issued.secondsSinceEpoch, item.station.text, item.property.rawValue, try encoder.encode(item),
                ])
            }
            let draft = try database.cachedStatement(
                sql: "INSERT INTO warning_draft (issued, station, document) VALUES (?, ?, ?)")
            for item in cycle.drafts {
                try draft.execute(arguments: [
                    item.issued.secondsSinceEpoch, item.station.text, try encoder.encode(item),
                ])
            }
            let state = try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO warning_state (station, document) VALUES (?, ?)")
            for (station, item) in cycle.warningStates.sorted(by: { $0.key < $1.key }) {
                try state.execute(arguments: [station.text, try encoder.encode(item)])
            }
            try NodeDatabase.set(NodeDatabase.lastCycleFact, "\(cycle.issued.secondsSinceEpoch)", in: database)
            return true
        }
    }

    /// The time of the last cycle; nil before the first.
    public func lastCycle() throws -> Instant? {
        try read("cannot read the time of the last cycle") { try NodeDatabase.lastCycle(in: $0) }
    }

    private static func lastCycle(in database: Database) throws -> Instant? {
        try fact(lastCycleFact, in: database).flatMap { Int64($0) }.map { Instant(secondsSinceEpoch: $0) }
    }

    /// The times of all forecasts, earliest first.
    public func issueTimes() throws -> [Instant] {
        try read("cannot list the cycles") { database in
            try Int64.fetchAll(database, sql: "SELECT DISTINCT issued FROM forecast ORDER BY issued")
                .map { Instant(secondsSinceEpoch: $0) }
        }
    }

    /// When the newest forecast until a time was issued; nil before the first.
    public func lastIssue(by time: Instant) throws -> Instant? {
        try read("cannot read when the last forecast was issued") { database in
            try Int64.fetchOne(
                database, sql: "SELECT MAX(issued) FROM forecast WHERE issued <= ?", arguments: [time.secondsSinceEpoch]
            ).map { Instant(secondsSinceEpoch: $0) }
        }
    }

    /// The forecasts of one cycle, sorted by station and property.
    public func forecasts(issued: Instant) throws -> [StationForecast] {
        try read("cannot read the forecasts of \(issued)") { database in
            try NodeDatabase.documents(
                StationForecast.self,
                "SELECT document FROM forecast WHERE issued = ? ORDER BY station, property",
                [issued.secondsSinceEpoch], in: database)
        }
    }

    /// The newest forecast of each station and property issued by a time, sorted by station and property.
    public func latestForecasts(by time: Instant? = nil) throws -> [StationForecast] {
        try read("cannot read the latest forecasts") { database in
            try NodeDatabase.documents(
                StationForecast.self,
                """
                SELECT document FROM forecast AS f WHERE issued = (SELECT MAX(issued) FROM forecast
                    WHERE station = f.station AND property = f.property AND issued <= ?) ORDER BY station, property
                """, [time?.secondsSinceEpoch ?? Int64.max], in: database)
        }
    }

    /// The drafts issued by a time, earliest first, ties by station.
    public func warningDrafts(by time: Instant? = nil) throws -> [WarningDraft] {
        try read("cannot read the drafts") { database in
            try NodeDatabase.documents(
                WarningDraft.self,
                "SELECT document FROM warning_draft WHERE issued <= ? ORDER BY issued, station",
                [time?.secondsSinceEpoch ?? Int64.max], in: database)
        }
    }

    /// The state that the next cycle's warning decision starts from, by station.
    public func warningStates() throws -> [StationID: WarningState] {
        try read("cannot read the state of the warnings") { database in
            let stations = try String.fetchAll(database, sql: "SELECT station FROM warning_state ORDER BY station")
            let states = try NodeDatabase.documents(
                WarningState.self, "SELECT document FROM warning_state ORDER BY station", [], in: database)
            var byStation: [StationID: WarningState] = [:]
            for (name, state) in zip(stations, states) {
                if let station = StationID(name) { byStation[station] = state }
            }
            return byStation
        }
    }

    /// Every forecast issued from a time on, earliest first, ties by station and property.
    public func forecasts(issuedFrom time: Instant) throws -> [StationForecast] {
        try read("cannot read the forecasts since \(time)") { database in
            try NodeDatabase.documents(
                StationForecast.self,
                "SELECT document FROM forecast WHERE issued >= ? ORDER BY issued, station, property",
                [time.secondsSinceEpoch], in: database)
        }
    }

    /// One forecast of each point in every span of so many seconds, issued from a time on, earliest first.
    public func forecasts(issuedFrom time: Instant, every seconds: Int64) throws -> [StationForecast] {
        try read("cannot read the forecasts since \(time)") { database in
            try NodeDatabase.documents(
                StationForecast.self,
                """
                SELECT document FROM forecast WHERE issued IN
                    (SELECT MIN(issued) FROM forecast WHERE issued >= ?1 GROUP BY issued / ?2)
                    ORDER BY issued, station, property
                """, [time.secondsSinceEpoch, max(1, seconds)], in: database)
        }
    }

    private static func documents<Document: Decodable>(
        _ type: Document.Type, _ query: String, _ arguments: StatementArguments, in database: Database
    ) throws -> [Document] {
        let decoder = JSONDecoder()
        return try Data.fetchAll(database, sql: query, arguments: arguments).map { data in
            do {
                return try decoder.decode(type, from: data)
            } catch {
                throw StorageError(
                    code: .unreadableRecord, what: "a stored \(type) does not read back",
                    advice: "use the version of riparian that wrote it, or restore the node from its last backup")
            }
        }
    }
}
