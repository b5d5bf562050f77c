import GRDB

extension NodeDatabase {
    /// One fact about the node, by name; nil when it has not been noted.
    public func fact(_ name: String) throws -> String? {
        try read("cannot read the fact \(name)") { try NodeDatabase.fact(name, in: $0) }
    }

    /// Notes a fact, replacing an older value.
    public func note(_ name: String, _ value: String) throws {
        try write("cannot note the fact \(name)") { try NodeDatabase.set(name, value, in: $0) }
    }

    static func fact(_ name: String, in database: Database) throws -> String? {
        try String.fetchOne(database, sql: "SELECT value FROM node_fact WHERE name = ?", arguments: [name])
    }

    static func set(_ name: String, _ value: String, in database: Database) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO node_fact (name, value) VALUES (?, ?)", arguments: [name, value])
    }
}
