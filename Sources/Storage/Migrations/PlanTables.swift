/// Release plans that were made, with what they were made from, and what a person said to each: only added to.
enum PlanTables {
    static let steps = """
        CREATE TABLE release_plan (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            made INTEGER NOT NULL,
            person TEXT NOT NULL CHECK (person <> ''),
            document BLOB NOT NULL
        ) STRICT;
        CREATE TRIGGER release_plan_is_kept BEFORE DELETE ON release_plan
            BEGIN SELECT RAISE(ABORT, 'plans are only added to'); END;
        CREATE TRIGGER release_plan_is_not_changed BEFORE UPDATE ON release_plan
            BEGIN SELECT RAISE(ABORT, 'plans are only added to'); END;
        CREATE TABLE plan_answer (
            plan INTEGER PRIMARY KEY REFERENCES release_plan (number),
            at INTEGER NOT NULL,
            person TEXT NOT NULL CHECK (person <> ''),
            word TEXT NOT NULL CHECK (word IN ('accepted', 'rejected')),
            reason TEXT NOT NULL
        ) STRICT;
        CREATE TRIGGER plan_answer_is_kept BEFORE DELETE ON plan_answer
            BEGIN SELECT RAISE(ABORT, 'what was said to a plan is kept'); END;
        CREATE TRIGGER plan_answer_is_not_changed BEFORE UPDATE ON plan_answer
            BEGIN SELECT RAISE(ABORT, 'what was said to a plan is kept'); END;
        """
}
