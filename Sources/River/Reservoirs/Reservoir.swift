public import Series

/// A reservoir as the pack knows it; what is not public is absent, not invented.
public struct Reservoir: Hashable, Sendable {
    /// The id, equal to the id of its point in the network.
    public let id: StationID
    /// The name in three languages.
    public let name: LocalizedText
    /// The river it stands on.
    public let river: String
    /// The party in whose territory it is run.
    public let party: PartyID
    /// m: full supply level.
    public let normalLevel: Double?
    /// m: lowest operating level.
    public let deadLevel: Double?
    /// m: level of the check flood.
    public let checkLevel: Double?
    /// m3 at normal level.
    public let totalStorage: Double?
    /// m3 between dead and normal level.
    public let usefulStorage: Double?
    /// m3 kept free for floods.
    public let floodStorage: Double?
    /// Level and storage, strictly increasing in both; empty when unknown.
    public let storageCurve: [LevelStorage]
    /// How sure the numbers are.
    public let quality: FactQuality
    /// Where they were read.
    public let source: String

    /// Makes a reservoir.
    public init(
        id: StationID, name: LocalizedText, river: String, party: PartyID, normalLevel: Double? = nil,
        deadLevel: Double? = nil, checkLevel: Double? = nil, totalStorage: Double? = nil, usefulStorage: Double? = nil,
        floodStorage: Double? = nil, storageCurve: [LevelStorage] = [], quality: FactQuality, source: String
    ) {
        self.id = id
        self.name = name
        self.river = river
        self.party = party
        self.normalLevel = normalLevel
        self.deadLevel = deadLevel
        self.checkLevel = checkLevel
        self.totalStorage = totalStorage
        self.usefulStorage = usefulStorage
        self.floodStorage = floodStorage
        self.storageCurve = storageCurve
        self.quality = quality
        self.source = source
    }
}

/// One row of a level-storage table.
public struct LevelStorage: Hashable, Sendable {
    /// m.
    public let level: Double
    /// m3.
    public let storage: Double

    /// Makes a row.
    public init(level: Double, storage: Double) {
        self.level = level
        self.storage = storage
    }
}
