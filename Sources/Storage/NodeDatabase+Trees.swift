public import Accord
import GRDB

extension NodeDatabase {
    // MARK: The trees of lanes

    /// The right edge of a lane's tree; made again from the leaf hashes where it is not kept.
    static func tree(of lane: Int64, in database: Database) throws -> MerkleFrontier {
        if let kept = try keptTree(of: lane, in: database) { return kept }
        var tree = MerkleFrontier()
        for table in ["lane_entry", "peer_lane_entry"] {
            let leaves = try Row.fetchCursor(
                database, sql: "SELECT leaf_hash FROM \(table) WHERE lane = ? ORDER BY position", arguments: [lane])
            while let row = try leaves.next() { try extend(&tree, by: row.bytes(0), lane: lane, in: database) }
        }
        try keep(tree, lane: lane, in: database)
        return tree
    }

    private static func keptTree(of lane: Int64, in database: Database) throws -> MerkleFrontier? {
        let kept = try database.cachedStatement(sql: "SELECT size, edge FROM lane_tree WHERE lane = ?")
        return try Row.fetchOne(kept, arguments: [lane]).flatMap { MerkleFrontier(size: $0[0], encoded: $0.bytes(1)) }
    }

    /// Adds a leaf, and keeps the hashes of the tiles that it completes.
    static func extend(
        _ tree: inout MerkleFrontier, by leaf: [UInt8], lane: Int64, in database: Database
    ) throws {
        var completed: [(level: Int, number: Int, hash: [UInt8])] = []
        tree.append(leaf) { level, number, hash in completed.append((level, number, hash)) }
        for tile in completed {
            try database.execute(
                sql: "INSERT OR REPLACE INTO lane_tile (lane, level, number, hash) VALUES (?, ?, ?, ?)",
                arguments: [lane, tile.level, tile.number, tile.hash.blob])
        }
    }

    static func keep(_ tree: MerkleFrontier, lane: Int64, in database: Database) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO lane_tree (lane, size, edge) VALUES (?, ?, ?)")
        try statement.execute(arguments: [lane, tree.size, tree.encoded.blob])
    }

    /// The right edge of a lane's tree, an own one or an accepted one; empty when nothing is known of it.
    public func tree(of origin: String) throws -> MerkleFrontier {
        let kept = try read("cannot read the tree of \(origin)") { database -> MerkleFrontier? in
            guard let lane = try NodeDatabase.lane(origin, in: database) else { return MerkleFrontier() }
            return try NodeDatabase.keptTree(of: lane, in: database)
        }
        if let kept { return kept }
        return try write("cannot make the tree of \(origin) again") { database in
            guard let lane = try NodeDatabase.lane(origin, in: database) else { return MerkleFrontier() }
            return try NodeDatabase.tree(of: lane, in: database)
        }
    }

    static func lane(_ origin: String, in database: Database) throws -> Int64? {
        try Int64.fetchOne(database, sql: "SELECT id FROM lane WHERE origin = ?", arguments: [origin])
    }

    /// The root of a lane's first entries, from its leaf hashes and full tiles; nil when it has fewer.
    public func root(of origin: String, size: Int) throws -> [UInt8]? {
        guard size >= 0 else { return nil }
        return try root(of: origin, entries: 0..<size)
    }

    /// The root over some entries of a lane, from its leaf hashes and full tiles; nil when it does not hold them all.
    ///
    /// - Parameter range: begins at a multiple of a power of two that is not smaller than its length, as the subtrees of a
    ///   consistency proof do.
    public func root(of origin: String, entries range: Range<Int>) throws -> [UInt8]? {
        try read("cannot compute a root of \(origin)") { database in
            guard range.lowerBound >= 0, let lane = try NodeDatabase.lane(origin, in: database) else { return nil }
            var edges: [[[UInt8]]] = []
            for level in 0..<8 {
                let (begin, end) = (range.lowerBound >> (8 * level), range.upperBound >> (8 * level))
                guard end > begin else { break }
                let isWithinTile = end - begin < LaneTiles.width
                let first = isWithinTile ? begin : end / LaneTiles.width * LaneTiles.width
                let hashes = try NodeDatabase.hashes(level: level, first..<end, lane: lane, in: database)
                guard hashes.count == end - first else { return nil }
                edges.append(hashes)
                if isWithinTile { break }
            }
            return MerkleTree.root(edges: edges)
        }
    }

    /// What the tiles of a level hold at a range of numbers, in order; fewer where the lane ends.
    private static func hashes(
        level: Int, _ numbers: Range<Int>, lane: Int64, in database: Database
    ) throws -> [[UInt8]] {
        guard level == 0 else {
            return try Row.fetchAll(
                database,
                sql: """
                    SELECT hash FROM lane_tile WHERE lane = ? AND level = ? AND number >= ? AND number < ?
                        ORDER BY number
                    """, arguments: [lane, level, numbers.lowerBound, numbers.upperBound]
            ).map { $0.bytes(0) }
        }
        for table in ["lane_entry", "peer_lane_entry"] {
            let hashes = try Row.fetchAll(
                database,
                sql: """
                    SELECT leaf_hash FROM \(table) WHERE lane = ? AND position >= ? AND position < ? ORDER BY position
                    """, arguments: [lane, numbers.lowerBound, numbers.upperBound])
            if !hashes.isEmpty { return hashes.map { $0.bytes(0) } }
        }
        return []
    }

    /// The hashes of a lane's full tiles of a level, from one number to before another.
    public func tileHashes(of origin: String, level: Int, numbers: Range<Int>) throws -> [[UInt8]] {
        try read("cannot read the tiles of \(origin)") { database in
            guard let lane = try NodeDatabase.lane(origin, in: database) else { return [] }
            return try NodeDatabase.hashes(level: level, numbers, lane: lane, in: database)
        }
    }
}
