/// Warnings and notices that a person has signed, and what happened on their way to each office: only added to.
enum MessageTables {
    static let steps = """
        CREATE TABLE message (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            identifier TEXT NOT NULL UNIQUE CHECK (identifier <> ''),
            kind TEXT NOT NULL CHECK (kind <> ''),
            subject TEXT NOT NULL,
            issued INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            person TEXT NOT NULL CHECK (person <> ''),
            document BLOB NOT NULL,
            card BLOB NOT NULL,
            sent INTEGER NOT NULL DEFAULT 0 CHECK (sent IN (0, 1))
        ) STRICT;
        CREATE INDEX message_by_subject ON message (kind, subject, number);
        CREATE INDEX message_to_send ON message (sent) WHERE sent = 0;
        CREATE TRIGGER message_is_kept BEFORE DELETE ON message
            BEGIN SELECT RAISE(ABORT, 'what was issued is kept'); END;
        CREATE TRIGGER message_is_not_changed BEFORE UPDATE OF identifier, kind, subject, issued, expires, person, document, card
            ON message BEGIN SELECT RAISE(ABORT, 'what was issued is kept'); END;
        CREATE TABLE delivery (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            message INTEGER NOT NULL REFERENCES message (number),
            at INTEGER NOT NULL,
            office TEXT NOT NULL,
            step TEXT NOT NULL CHECK (step <> ''),
            route TEXT NOT NULL,
            detail TEXT NOT NULL,
            person TEXT NOT NULL
        ) STRICT;
        CREATE INDEX delivery_of_message ON delivery (message, number);
        CREATE TRIGGER delivery_is_kept BEFORE DELETE ON delivery
            BEGIN SELECT RAISE(ABORT, 'the log of deliveries is only added to'); END;
        CREATE TRIGGER delivery_is_not_changed BEFORE UPDATE ON delivery
            BEGIN SELECT RAISE(ABORT, 'the log of deliveries is only added to'); END;
        CREATE TABLE warning_event (
            subject TEXT NOT NULL,
            year INTEGER NOT NULL,
            serial INTEGER NOT NULL,
            document BLOB NOT NULL,
            PRIMARY KEY (subject, year, serial)
        ) STRICT;
        CREATE TABLE notice_entry (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            notice TEXT NOT NULL CHECK (notice <> ''),
            at INTEGER NOT NULL,
            person TEXT NOT NULL,
            document BLOB NOT NULL
        ) STRICT;
        CREATE INDEX notice_entry_of_notice ON notice_entry (notice, number);
        CREATE TRIGGER notice_entry_is_kept BEFORE DELETE ON notice_entry
            BEGIN SELECT RAISE(ABORT, 'notices are only added to'); END;
        CREATE TRIGGER notice_entry_is_not_changed BEFORE UPDATE ON notice_entry
            BEGIN SELECT RAISE(ABORT, 'notices are only added to'); END;
        """
}
