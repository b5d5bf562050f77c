/// Readings with numbers instead of words, without an index on where they came from: a batch of 5,000 is one page run.
///
/// The key of a reading is series, observed time and revision; a reading that came in twice is found by it. The table states
/// no rules and no references of its own: they would be looked up for each of hundreds of thousands of rows a second, and
/// one writer, which takes every number from an enumeration or a table of names, is the only one to write it.
enum CompactReadings {
    static let steps = """
        CREATE TABLE source (
            id INTEGER PRIMARY KEY,
            text TEXT NOT NULL UNIQUE
        ) STRICT;
        INSERT INTO source (text) SELECT DISTINCT source FROM observation ORDER BY source;
        CREATE TABLE compact_observation (
            series INTEGER NOT NULL,
            observed INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            received INTEGER NOT NULL,
            value REAL,
            quality INTEGER NOT NULL,
            known INTEGER NOT NULL,
            status INTEGER NOT NULL,
            source INTEGER NOT NULL,
            origin TEXT,
            lane INTEGER,
            lane_index INTEGER,
            lane_offset INTEGER,
            stated_difference REAL,
            stated_alarm INTEGER,
            withdrawn INTEGER,
            PRIMARY KEY (series, observed, revision)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO compact_observation (series, observed, revision, received, value, quality, known, status, source,
                origin, lane, lane_index, lane_offset, stated_difference, stated_alarm)
            SELECT o.series, observed, revision, received, value, quality,
                CASE known WHEN 'observed' THEN 1 WHEN 'derived' THEN 2 WHEN 'forecast' THEN 3
                    WHEN 'interpolated' THEN 4 ELSE 5 END,
                CASE status WHEN 'raw' THEN 1 WHEN 'provisional' THEN 2 ELSE 3 END,
                s.id, iif(lane IS NULL, origin, NULL), lane, lane_index, lane_offset, stated_difference, stated_alarm
            FROM observation o JOIN source s ON s.text = o.source;
        DROP TABLE observation;
        ALTER TABLE compact_observation RENAME TO observation;
        """
}

/// What stands between a party's readings and its lanes, the trees of lanes, and the receipts of readers.
///
/// `lane_tree` holds the right edge of a lane's hash tree, `lane_tile` the hashes of its full tiles: both follow from the
/// leaf hashes and are made again from them where they are missing.
enum GateTables {
    static let steps = """
        CREATE TABLE lane_tree (
            lane INTEGER PRIMARY KEY REFERENCES lane (id),
            size INTEGER NOT NULL CHECK (size >= 0),
            edge BLOB NOT NULL
        ) STRICT;
        CREATE TABLE lane_tile (
            lane INTEGER NOT NULL REFERENCES lane (id),
            level INTEGER NOT NULL CHECK (level > 0),
            number INTEGER NOT NULL CHECK (number >= 0),
            hash BLOB NOT NULL CHECK (length(hash) = 32),
            PRIMARY KEY (lane, level, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE receipt (
            lane INTEGER NOT NULL REFERENCES lane (id),
            reader TEXT NOT NULL CHECK (reader <> ''),
            number INTEGER NOT NULL CHECK (number >= 0),
            size INTEGER NOT NULL CHECK (size >= 0),
            time INTEGER NOT NULL,
            note BLOB NOT NULL,
            PRIMARY KEY (lane, reader, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE gate_approval (
            id INTEGER PRIMARY KEY,
            pattern TEXT NOT NULL CHECK (pattern LIKE '%/%/%'),
            clause TEXT,
            mode TEXT NOT NULL CHECK (mode IN ('standing', 'ask', 'hold', 'once')),
            person TEXT NOT NULL CHECK (person <> ''),
            at INTEGER NOT NULL,
            ended INTEGER,
            ended_by TEXT
        ) STRICT;
        ALTER TABLE lane_entry ADD COLUMN approval INTEGER REFERENCES gate_approval (id);
        CREATE TABLE gate_queue (
            lane INTEGER NOT NULL REFERENCES lane (id),
            series INTEGER NOT NULL,
            observed INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            clause TEXT NOT NULL,
            due INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('delayed', 'asked', 'held')),
            approval INTEGER REFERENCES gate_approval (id),
            PRIMARY KEY (lane, series, observed, revision),
            FOREIGN KEY (series, observed, revision) REFERENCES observation (series, observed, revision)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO gate_queue (lane, series, observed, revision, clause, due, state)
            SELECT lane, series, observed, revision, '', due, 'delayed' FROM lane_waiting;
        DROP TABLE lane_waiting;
        CREATE TABLE gate_sum (
            lane INTEGER NOT NULL REFERENCES lane (id),
            series INTEGER NOT NULL REFERENCES series (id),
            period_end INTEGER NOT NULL,
            period INTEGER NOT NULL CHECK (period > 0),
            clause TEXT NOT NULL,
            due INTEGER NOT NULL,
            approval INTEGER REFERENCES gate_approval (id),
            released INTEGER NOT NULL DEFAULT 0,
            is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
            PRIMARY KEY (lane, series, period_end)
        ) STRICT, WITHOUT ROWID;
        """
}
