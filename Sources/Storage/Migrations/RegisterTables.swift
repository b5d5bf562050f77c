/// The acts of the register of provisions, of letters and of shifts: only added to.
enum RegisterTables {
    static let steps = """
        CREATE TABLE register_act (
            party TEXT NOT NULL CHECK (party <> ''),
            number INTEGER NOT NULL CHECK (number > 0),
            at INTEGER NOT NULL,
            person TEXT NOT NULL,
            document BLOB NOT NULL CHECK (length(document) > 0),
            sent INTEGER NOT NULL DEFAULT 0 CHECK (sent IN (0, 1)),
            PRIMARY KEY (party, number)
        ) STRICT;
        CREATE INDEX register_act_to_send ON register_act (party, sent) WHERE sent = 0;
        CREATE TRIGGER register_act_is_kept BEFORE DELETE ON register_act
            BEGIN SELECT RAISE(ABORT, 'the register is only added to'); END;
        CREATE TRIGGER register_act_is_not_changed BEFORE UPDATE OF party, number, at, person, document ON register_act
            BEGIN SELECT RAISE(ABORT, 'the register is only added to'); END;
        CREATE TABLE second_word (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            person TEXT NOT NULL CHECK (person <> ''),
            kind TEXT NOT NULL CHECK (kind <> ''),
            document BLOB NOT NULL,
            ended INTEGER,
            ended_by TEXT,
            outcome TEXT CHECK (outcome IN ('approved', 'declined'))
        ) STRICT;
        """
}
