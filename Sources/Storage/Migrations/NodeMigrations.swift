import GRDB

/// The steps from an empty file to today's tables. A step that has been released is never edited.
enum NodeMigrations {
    /// Marks a file as a node's database: `RIPA` in ASCII.
    static let applicationID: Int32 = 0x5249_5041

    static func bringUpToDate(_ connections: any DatabaseWriter) throws {
        try migrator.migrate(connections)
    }

    /// Refuses what this program must not write to.
    static func checkOwnership(_ connections: any DatabaseReader, place: String) throws {
        let steps = migrator
        try connections.read { database in
            let owner = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
            // The list of steps alone is what a process leaves that was killed before the first step.
            let tables =
                try Int.fetchOne(
                    database, sql: "SELECT COUNT(*) FROM sqlite_master WHERE tbl_name <> 'grdb_migrations'") ?? 0
            guard owner == applicationID || tables == 0 else {
                throw StorageError(
                    code: .foreignFile, what: "\(place) is a database of another program",
                    advice: "name the folder of a node, or an empty folder")
            }
            guard try !steps.hasBeenSuperseded(database) else {
                throw StorageError(
                    code: .newerSchema, what: "\(place) was written by a newer version of riparian",
                    advice: "use that version or a later one; this one leaves the file untouched")
            }
        }
    }

    /// The name of the last step.
    static var latest: String { migrator.migrations.last ?? "" }

    /// The name of the last step that a file has seen; empty for an empty one.
    static func schema(_ connections: any DatabaseReader) throws -> String {
        try connections.read { try migrator.completedMigrations($0).last ?? "" }
    }

    /// The name of the step that follows one.
    static func step(after name: String) -> String {
        let steps = migrator.migrations
        return steps.firstIndex(of: name).flatMap { $0 + 1 < steps.count ? steps[$0 + 1] : nil } ?? latest
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 intake") { database in
            try database.execute(sql: "PRAGMA application_id = \(applicationID)")
            try database.execute(sql: intakeTables)
        }
        migrator.registerMigration("2 cycle") { try $0.execute(sql: cycleTables) }
        migrator.registerMigration("3 waiting") { try $0.execute(sql: waitingTable) }
        migrator.registerMigration("4 compact readings") { try $0.execute(sql: CompactReadings.steps) }
        migrator.registerMigration("5 gate and receipts") { try $0.execute(sql: GateTables.steps) }
        migrator.registerMigration("6 people") { try $0.execute(sql: PeopleTables.steps) }
        migrator.registerMigration("7 register") { try $0.execute(sql: RegisterTables.steps) }
        migrator.registerMigration("8 messages") { try $0.execute(sql: MessageTables.steps) }
        migrator.registerMigration("9 plans") { try $0.execute(sql: PlanTables.steps) }
        return migrator
    }

    /// Readings, lanes and what has been accepted from peers.
    ///
    /// Instants are seconds of UTC since 1970; values stand in the standard unit of the property.
    private static let intakeTables = """
        CREATE TABLE series (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE CHECK (name LIKE '%/%/%')
        ) STRICT;
        CREATE TABLE lane (
            id INTEGER PRIMARY KEY,
            origin TEXT NOT NULL UNIQUE CHECK (origin <> '')
        ) STRICT;
        CREATE TABLE observation (
            series INTEGER NOT NULL REFERENCES series (id),
            observed INTEGER NOT NULL,
            revision INTEGER NOT NULL CHECK (revision >= 0),
            received INTEGER NOT NULL,
            value REAL,
            quality INTEGER NOT NULL CHECK (quality IN (1, 2, 3, 4, 9)),
            known TEXT NOT NULL CHECK (known IN ('observed', 'derived', 'forecast', 'interpolated', 'estimated')),
            status TEXT NOT NULL CHECK (status IN ('raw', 'provisional', 'validated')),
            source TEXT NOT NULL,
            origin TEXT NOT NULL UNIQUE CHECK (origin <> ''),
            lane INTEGER REFERENCES lane (id),
            lane_index INTEGER CHECK (lane_index >= 0),
            lane_offset INTEGER CHECK (lane_offset >= 0),
            stated_difference REAL,
            stated_alarm INTEGER CHECK (stated_alarm BETWEEN 1 AND 4),
            PRIMARY KEY (series, observed, revision),
            CHECK ((lane IS NULL) = (lane_index IS NULL) AND (lane IS NULL) = (lane_offset IS NULL)),
            CHECK ((stated_difference IS NULL) = (stated_alarm IS NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE lane_entry (
            lane INTEGER NOT NULL REFERENCES lane (id),
            position INTEGER NOT NULL CHECK (position >= 0),
            bytes BLOB NOT NULL CHECK (length(bytes) <= 65535),
            leaf_hash BLOB NOT NULL CHECK (length(leaf_hash) = 32),
            PRIMARY KEY (lane, position)
        ) STRICT;
        CREATE TABLE lane_checkpoint (
            lane INTEGER NOT NULL REFERENCES lane (id),
            size INTEGER NOT NULL CHECK (size >= 0),
            root BLOB NOT NULL CHECK (length(root) = 32),
            note BLOB NOT NULL,
            signed INTEGER NOT NULL,
            PRIMARY KEY (lane, size)
        ) STRICT;
        CREATE TABLE peer_lane (
            lane INTEGER PRIMARY KEY REFERENCES lane (id),
            size INTEGER NOT NULL CHECK (size >= 0),
            root BLOB NOT NULL CHECK (length(root) = 32),
            note BLOB NOT NULL,
            accepted INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE peer_lane_entry (
            lane INTEGER NOT NULL REFERENCES lane (id),
            position INTEGER NOT NULL CHECK (position >= 0),
            bytes BLOB,
            leaf_hash BLOB NOT NULL CHECK (length(leaf_hash) = 32),
            PRIMARY KEY (lane, position)
        ) STRICT;
        CREATE TABLE intake_refusal (
            origin TEXT PRIMARY KEY CHECK (origin <> ''),
            at INTEGER NOT NULL,
            code TEXT NOT NULL CHECK (code <> ''),
            reason TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    /// What a cycle makes, and single facts about the node.
    private static let cycleTables = """
        CREATE TABLE forecast (
            issued INTEGER NOT NULL,
            station TEXT NOT NULL CHECK (station <> ''),
            property TEXT NOT NULL CHECK (property <> ''),
            document BLOB NOT NULL,
            PRIMARY KEY (issued, station, property)
        ) STRICT;
        CREATE TABLE warning_draft (
            issued INTEGER NOT NULL,
            station TEXT NOT NULL CHECK (station <> ''),
            document BLOB NOT NULL,
            PRIMARY KEY (issued, station)
        ) STRICT;
        CREATE TABLE warning_state (
            station TEXT PRIMARY KEY CHECK (station <> ''),
            document BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE node_fact (
            name TEXT PRIMARY KEY CHECK (name <> ''),
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    /// Readings that a clause lets into a lane only after a delay.
    private static let waitingTable = """
        CREATE TABLE lane_waiting (
            lane INTEGER NOT NULL REFERENCES lane (id),
            series INTEGER NOT NULL,
            observed INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            due INTEGER NOT NULL,
            PRIMARY KEY (lane, series, observed, revision),
            FOREIGN KEY (series, observed, revision) REFERENCES observation (series, observed, revision)
        ) STRICT, WITHOUT ROWID;
        """
}
