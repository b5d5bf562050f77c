/// Who may see and do what on a node's pages, and what they did.
enum PeopleTables {
    static let steps = """
        CREATE TABLE person (
            id TEXT PRIMARY KEY CHECK (id <> ''),
            name TEXT NOT NULL CHECK (name <> ''),
            role TEXT NOT NULL CHECK (role IN
                ('reader', 'duty-officer', 'operator', 'steward', 'secretary', 'administrator')),
            password_hash TEXT NOT NULL CHECK (password_hash <> ''),
            code_secret BLOB,
            last_code_step INTEGER NOT NULL DEFAULT 0,
            failures INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0),
            locked_until INTEGER,
            code_failures INTEGER NOT NULL DEFAULT 0 CHECK (code_failures >= 0),
            code_locked_until INTEGER,
            disabled INTEGER,
            made INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE attempt_of_nobody (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            count INTEGER NOT NULL
        ) STRICT;
        INSERT INTO attempt_of_nobody (id, count) VALUES (1, 0);
        CREATE TABLE audit (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            time INTEGER NOT NULL,
            person TEXT NOT NULL,
            act TEXT NOT NULL CHECK (act <> ''),
            object TEXT NOT NULL,
            outcome TEXT NOT NULL CHECK (outcome <> ''),
            address TEXT NOT NULL
        ) STRICT;
        CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
        CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
        """
}
