public import Accord
public import River
public import Series

/// A basin pack as the rooms use it: the water, the parties, the places, the names.
public struct BasinPack: Sendable {
    /// The folder as the caller named it.
    public let folder: String
    /// The pack's id, for example `red-river`.
    public let id: String
    /// The basin's name.
    public let name: LocalizedText
    /// Version of the tables.
    public let version: String
    /// Licence of the tables.
    public let licence: String
    /// Texts to show wherever the data appear.
    public let credits: [String]
    /// Ids of the events: folders below `events/`.
    public let eventIDs: [String]
    /// The agreement's file below ``folder``.
    public let agreementFile: String
    /// The file of the map's river lines below ``folder``; nil where the pack has none.
    public let mapFile: String?
    /// The network, its ratings, alarm levels, reservoirs and limits.
    public let basin: Basin
    /// The parties and their offices.
    public let register: PartyRegister
    /// Rivers by id.
    public let rivers: [String: RiverEntry]
    /// Administrative units by id.
    public let units: [String: AdministrativeUnit]
    /// Communes in river order.
    public let communes: [RiversideCommune]
    /// What levels mean for people.
    public let impacts: [ImpactStatement]
    /// Levels that a rule or a practice sets for a season.
    public let reservoirLevels: [ReservoirLevel]
    /// The quality of the least sure row of each reservoir's storage curve.
    public let reservoirStorageQuality: [StationID: FactQuality]
    /// Turbines and gates of reservoirs, a row each.
    public let reservoirOutlets: [ReservoirOutlet]
    /// Towns for which a rule lets a reservoir store a flood.
    public let reservoirTriggers: [ReservoirTrigger]
    /// Where a rating is refused, and why.
    public let ratingRefusals: [RatingRefusal]
    /// Further names of stations, by id.
    public let stationAliases: [StationID: [String]]
    /// Further spellings of anything.
    public let aliases: [NameAlias]
    /// Everything that has a name, with its spellings.
    let nameEntries: [NameEntry]

    /// The zone in which the days of alarm levels count.
    public var zone: UTCOffset { basin.zone }

    /// The shipped texts, with the zones that the parties of this basin keep.
    ///
    /// - Throws: ``CatalogueFault`` when a file is damaged.
    public func catalogues() throws -> Catalogues { try Catalogues.bundled(zones: register.zones) }

    /// The folder of an event.
    public func eventFolder(_ id: String) -> String { folder + "/events/" + id }
}

/// What reading a pack yields.
public struct BasinPackReading: Sendable {
    /// The pack; nil when a fault leaves a table without a single meaning (see ``PackRule/leavesPackUsable``).
    public let pack: BasinPack?
    /// Everything that is wrong, by file, line and column.
    public let faults: [Fault]
}

extension BasinPack {
    /// A river.
    public struct RiverEntry: Hashable, Sendable {
        /// The id.
        public let id: String
        /// The name in three languages.
        public let name: LocalizedText
        /// Further spellings.
        public let aliases: [String]
        /// The river it flows into; nil for the sea, a distributary or another basin.
        public let flowsTo: String?
        /// A remark; may be empty.
        public let note: String
    }

    /// A province, prefecture, county or commune, dated.
    public struct AdministrativeUnit: Hashable, Sendable {
        /// The id.
        public let id: String
        /// Whose territory it is.
        public let party: PartyID
        /// `province`, `prefecture`, `county` or `commune`.
        public let tier: String
        /// The unit it lies in.
        public let parent: String?
        /// The name in three languages.
        public let name: LocalizedText
        /// When it exists.
        public let validity: Validity
        /// The unit it became part of.
        public let successor: String?
    }

    /// A commune that a river touches.
    public struct RiversideCommune: Hashable, Sendable {
        /// The river.
        public let river: String
        /// The line along which the chainage counts; a river may have several.
        public let line: String
        /// m along the line, not lengthened to the published length.
        public let chainage: Double
        /// Whose territory it is.
        public let party: PartyID
        /// The Vietnamese name.
        public let name: String
        /// Degrees north at the river, WGS 84.
        public let latitude: Double
        /// Degrees east at the river, WGS 84.
        public let longitude: Double
        /// m2.
        public let area: Double
        /// People, an order of magnitude; nil when unknown.
        public let population: Int?
        /// `ok`, `scaled` (zeros restored) or `ambiguous` (could be ten times more).
        public let populationFlag: String
        /// How the population is known.
        public let known: Known
    }

    /// A level that a rule or a practice sets for a season.
    public struct ReservoirLevel: Hashable, Sendable {
        /// The reservoir.
        public let reservoir: StationID
        /// `early`, `main`, `late`, `fill`, `dry` or `practice`.
        public let season: String
        /// First day of the season, `MM-DD`.
        public let seasonFrom: String
        /// Last day of the season, `MM-DD`.
        public let seasonTo: String
        /// `highest-before-flood`, `surcharge`, `filling` or `kept-below`.
        public let kind: String
        /// m.
        public let level: Double
        /// When the rule holds.
        public let validity: Validity
        /// The article; may be empty.
        public let article: String
        /// The condition; may be empty.
        public let condition: String
        /// How sure the number is.
        public let quality: FactQuality
        /// Where it was read.
        public let source: String
    }

    /// Days for which a station has no rating, and why.
    public struct RatingRefusal: Hashable, Sendable {
        /// The station.
        public let station: StationID
        /// The days.
        public let validity: Validity
        /// Why, in English.
        public let reason: String
        /// Where the finding comes from.
        public let source: String
    }

    /// A further spelling.
    public struct NameAlias: Hashable, Sendable {
        /// `party`, `unit`, `station`, `river` or `reservoir`.
        public let kind: String
        /// The id in the kind's table.
        public let id: String
        /// The spelling.
        public let alias: String
        /// `vi`, `zh`, `en`, `fr` or `pl`.
        public let language: String
    }
}
