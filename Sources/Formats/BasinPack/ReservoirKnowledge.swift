public import Forecasting
public import River
public import Series

extension BasinPack {
    /// Turbines or gates of a reservoir at one level.
    public struct ReservoirOutlet: Hashable, Sendable {
        /// Which outlets.
        public enum Kind: String, Hashable, Sendable {
            /// All turbines together.
            case turbines
            /// Gates at the bottom.
            case bottomGates = "bottom-gates"
            /// Gates on the crest.
            case surfaceGates = "surface-gates"
        }

        /// The reservoir.
        public let reservoir: StationID
        /// Which outlets.
        public let kind: Kind
        /// Number of gates; nil for turbines.
        public let count: Int?
        /// m; nil where no flow is known.
        public let level: Double?
        /// m3/s of one gate fully open, or of all turbines; nil where nobody has published it.
        public let flow: Double?
        /// s between two moves of gates; nil where nothing says so.
        public let spacing: Int64?
        /// How sure the row is.
        public let quality: FactQuality
        /// Where it was read.
        public let source: String
    }

    /// A town for which a rule lets a reservoir store a flood.
    public struct ReservoirTrigger: Hashable, Sendable {
        /// The reservoir.
        public let reservoir: StationID
        /// The rule.
        public let trigger: DownstreamTrigger
        /// When the rule is in force.
        public let validity: Validity
        /// In the words of the source.
        public let condition: String
        /// How sure the row is.
        public let quality: FactQuality
        /// Where it was read.
        public let source: String
    }

    /// The rules of a reservoir as far as the pack knows them; nil for a reservoir that it does not know.
    ///
    /// Levels keep their own dates, triggers are those in force on the day. Levels that a practice kept (`kept-below`) are no
    /// rules and left out; levels that a rule names for a flood (`surcharge`) stand in the triggers.
    ///
    /// - Parameters:
    ///   - reservoir: its id.
    ///   - day: in the zone of the pack.
    public func operatingRules(of reservoir: StationID, on day: CivilDate) -> OperatingRules? {
        guard let known = basin.reservoirs[reservoir] else { return nil }
        func level(_ kind: CharacteristicLevel.Kind, _ value: Double?) -> CharacteristicLevel? {
            value.map { CharacteristicLevel(kind: kind, level: $0, quality: known.quality, source: known.source) }
        }
        let fixed = [
            level(.dead, known.deadLevel), level(.normal, known.normalLevel), level(.check, known.checkLevel),
        ].compactMap { $0 }
        let dated = reservoirLevels.filter { $0.reservoir == reservoir }.compactMap { row -> CharacteristicLevel? in
            let kinds: [String: CharacteristicLevel.Kind] = [
                "highest-before-flood": .beforeFlood, "filling": .filling,
            ]
            guard let kind = kinds[row.kind], let period = YearlyPeriod(text: row.seasonFrom + "/" + row.seasonTo)
            else {
                return nil
            }
            return CharacteristicLevel(
                kind: kind, level: row.level, period: period, validFrom: row.validity.from, validTo: row.validity.until,
                article: row.article, quality: row.quality, source: row.source)
        }
        let triggers = reservoirTriggers.filter { $0.reservoir == reservoir && $0.validity.contains(day) }
        return OperatingRules(levels: fixed + dated, triggers: triggers.map(\.trigger))
    }

    /// What may be planned at a reservoir from its newest readings, with how sure the least sure number of its dam is; nil where
    /// no storage table, no normal or no dead level is known.
    public func outlook(of reservoir: StationID, at time: Instant) -> (outlook: DamOutlook, quality: FactQuality)? {
        let day = time.civil(in: zone).date
        guard let known = basin.reservoirs[reservoir], let model = dam(of: reservoir),
            let rules = operatingRules(of: reservoir, on: day), let normal = known.normalLevel,
            let dead = known.deadLevel
        else { return nil }
        // above the normal level the dam's own safety comes first; a plan never goes above the check level
        let highest = max(normal + 0.1, known.checkLevel ?? normal + 0.5)
        let terms = DamOutlook.Terms(lowest: dead, highest: highest, zone: Int64(zone.minutes) * 60)
        return DamOutlook(id: reservoir.text, dam: model.dam, rules: rules, terms: terms, party: known.party).map {
            ($0, model.quality)
        }
    }

    /// A dam as far as the pack knows it, with how sure the least sure of its numbers is.
    public struct KnownDam: Hashable, Sendable {
        /// The model.
        public let dam: Dam
        /// The quality of the least sure number in it.
        public let quality: FactQuality
    }

    /// The model of a reservoir; nil where the pack has no storage curve of it.
    ///
    /// Of gates of several kinds with known flows those at the bottom are taken, which are the ones that orders name. Outlets
    /// without a published flow are left out.
    public func dam(of reservoir: StationID) -> KnownDam? {
        guard let known = basin.reservoirs[reservoir],
            let table = StorageTable(rows: known.storageCurve.map { .init(level: $0.level, storage: $0.storage) })
        else { return nil }
        let rows = reservoirOutlets.filter { $0.reservoir == reservoir }
        func rating(_ kind: ReservoirOutlet.Kind) -> RatingTable? {
            let points = rows.filter { $0.kind == kind }
                .compactMap { row in row.level.flatMap { level in row.flow.map { (level, $0) } } }
                .sorted { $0.0 < $1.0 }
            return RatingTable(inputs: points.map(\.0), outputs: points.map(\.1))
        }
        let kind = [ReservoirOutlet.Kind.bottomGates, .surfaceGates].first { rating($0) != nil }
        let gates = kind.flatMap { kind -> GateGroup? in
            let own = rows.filter { $0.kind == kind }
            guard let rating = rating(kind), let count = own.compactMap(\.count).first else { return nil }
            return GateGroup(
                id: kind.rawValue, count: count, rating: .table(rating),
                leastSpacing: own.compactMap(\.spacing).max() ?? 0)
        }
        guard let dam = Dam(table: table, gates: gates, turbines: rating(.turbines)) else { return nil }
        let used = rows.filter { $0.flow != nil && ($0.kind == kind || $0.kind == .turbines) }.map(\.quality)
        let order = FactQuality.allCases
        let curve = reservoirStorageQuality[reservoir]
        let worst = (used + (curve.map { [$0] } ?? [known.quality])).max {
            (order.firstIndex(of: $0) ?? 0) < (order.firstIndex(of: $1) ?? 0)
        }
        return KnownDam(dam: dam, quality: worst ?? known.quality)
    }
}
