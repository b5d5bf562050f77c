import Formats
import Testing

/// One fault planted in the pack, and where `pack check` must find it.
struct Plant: Sendable, CustomTestStringConvertible {
    /// The rule that must name it.
    let rule: PackRule
    /// The table that is changed.
    let file: String
    /// The row that is changed.
    let key: [String: String]
    /// The fields that are written.
    let fields: [String: String]
    /// Where the fault stands, when not in the changed row: file and row.
    var foundIn: (file: String, key: [String: String])?
    /// The column at which it stands.
    let column: String
    /// Rules that the same change breaks of necessity.
    var also: Set<PackRule> = []
    /// Whether the change is made to a copy of the row, added at the end.
    var isAdded = false

    var testDescription: String { "\(rule.rawValue) in \(file)" }

    init(
        _ rule: PackRule, _ file: String, _ key: [String: String], _ fields: [String: String], at column: String,
        in found: (file: String, key: [String: String])? = nil, also: Set<PackRule> = [], isAdded: Bool = false
    ) {
        self.rule = rule
        self.file = file
        self.key = key
        self.fields = fields
        self.column = column
        self.foundIn = found
        self.also = also
        self.isAdded = isAdded
    }

    private static func alarm(_ station: String, _ level: String) -> [String: String] {
        ["station": station, "level": level]
    }

    /// Faults of form, words and numbers.
    static let fields: [Plant] = [
        Plant(.malformedZone, "parties.csv", ["id": "cn-yunnan"], ["zone": "8"], at: "zone"),
        Plant(.unknownWord, "parties.csv", ["id": "vn-national"], ["kind": "member"], at: "kind"),
        Plant(.unknownQuality, "rivers.csv", ["id": "gam"], ["quality": "sure"], at: "quality"),
        Plant(.unknownQuality, "reaches.csv", ["id": "lao-cai-to-bao-ha"], ["known": "guessed"], at: "known"),
        Plant(.unknownReference, "stations.csv", ["id": "am-thuong"], ["provider": "vn-nowhere"], at: "provider"),
        Plant(.unknownReference, "stations.csv", ["id": "muong-thanh"], ["river": "amazon"], at: "river"),
        Plant(.unknownReference, "reservoirs.csv", ["id": "ban-chat"], ["id": "no-such-dam"], at: "id"),
        Plant(
            .unknownReference, "authorities.csv", ["id": "yen-bai-hydromet"], ["successor": "nobody"], at: "successor"),
        Plant(.unknownProperty, "alarms.csv", alarm("van-ban", "1"), ["property": "level"], at: "property"),
        Plant(.unitMissing, "alarms.csv", alarm("lao-cai", "1"), ["unit": ""], at: "unit"),
        Plant(.unitMisfit, "alarms.csv", alarm("lao-cai", "1"), ["unit": "m3/s"], at: "unit"),
        Plant(.unknownUnit, "alarms.csv", alarm("lao-cai", "1"), ["unit": "ft"], at: "unit"),
        Plant(.centimetresForMetres, "alarms.csv", alarm("lao-cai", "2"), ["value": "8200"], at: "value"),
        Plant(.centimetresForMetres, "alarms.csv", alarm("ha-noi", "2"), ["value": "1050"], at: "value"),
        Plant(.centimetresForMetres, "alarms.csv", alarm("ham-yen", "2"), ["value": "3300"], at: "value"),
        Plant(.centimetresForMetres, "alarms.csv", alarm("lao-cai", "1"), ["unit": "cm"], at: "value"),
        Plant(.centimetresForMetres, "alarms.csv", alarm("ham-yen", "2"), ["unit": "cm"], at: "value"),
        Plant(
            .centimetresForMetres, "reservoirs.csv", ["id": "malutang"], ["normal_level_m": "62700"],
            at: "normal_level_m"),
        Plant(.implausible, "reaches.csv", ["id": "lao-cai-to-bao-ha"], ["slope": "0.43"], at: "slope"),
        Plant(.implausible, "reaches.csv", ["id": "lao-cai-to-bao-ha"], ["length_km": "63200"], at: "length_km"),
        Plant(.decimalComma, "alarms.csv", alarm("lao-cai", "1"), ["value": "80,00"], at: "value"),
        Plant(.malformedNumber, "alarms.csv", alarm("lao-cai", "1"), ["value": "80.00 m"], at: "value"),
        Plant(.emptyField, "alarms.csv", alarm("lao-cai", "1"), ["source": ""], at: "source"),
        Plant(.malformedID, "reaches.csv", ["id": "lao-cai-to-bao-ha"], ["id": "Lao Cai"], at: "id"),
        Plant(.notPositive, "reaches.csv", ["id": "lao-cai-to-bao-ha"], ["length_km": "-63.2"], at: "length_km"),
        Plant(.notPositive, "reaches.csv", ["id": "lao-cai-to-bao-ha"], ["slope": "0"], at: "slope"),
        Plant(.notPositive, "reaches.csv", ["id": "lao-cai-to-bao-ha"], ["celerity_m_s": "0"], at: "celerity_m_s"),
        Plant(
            .limitsOutOfOrder, "check_limits.csv", ["station": "yen-bai"], ["fail_minimum": "100"],
            at: "suspect_minimum"),
        Plant(
            .limitsOutOfOrder, "reservoirs.csv", ["id": "thac-ba-dam"], ["dead_level_m": "60"], at: "normal_level_m"),
        Plant(.coordinateRange, "stations.csv", ["id": "muong-thanh"], ["longitude": "203.02"], at: "longitude"),
        Plant(
            .coordinatesSwapped, "stations.csv", ["id": "lao-cai"], ["latitude": "103.970", "longitude": "22.500"],
            at: "latitude"),
        Plant(.missingName, "stations.csv", ["id": "vinh-tuy"], ["name_zh": ""], at: "name_zh"),
        Plant(.missingName, "stations.csv", ["id": "vinh-tuy"], ["name_zh": "Vinh Tuy"], at: "name_zh"),
        Plant(.traditionalCharacters, "rivers.csv", ["id": "hong"], ["name_zh": "紅河"], at: "name_zh"),
        Plant(
            .nameNotNFC, "stations.csv", ["id": "vinh-tuy"], ["name_vi": "Vi\u{303}nh Tuy"], at: "name_vi"),
        Plant(
            .duplicateID, "stations.csv", ["id": "vinh-tuy"], ["note": "again"], at: "id", isAdded: true),
        Plant(
            .ambiguousAlias, "aliases.csv", ["id": "hekou", "kind": "station"], ["id": "yen-bai", "alias": "LAO CAI"],
            at: "alias", isAdded: true),
    ]

    /// Faults of days, levels, the network and succession.
    static let relations: [Plant] = [
        Plant(.malformedDate, "alarms.csv", alarm("yen-bai", "1"), ["valid_from": "20/03/2020"], at: "valid_from"),
        Plant(
            .malformedDate, "reservoir_levels.csv", ["reservoir": "hoa-binh", "season": "main"],
            ["season_from": "13-40"], at: "season_from"),
        Plant(
            .limitsOutOfOrder, "reservoir_storage.csv", ["reservoir": "thac-ba-dam", "level_m": "52"],
            ["storage_hm3": "1100"], at: "storage_hm3"),
        Plant(
            .limitsOutOfOrder, "reservoir_outlets.csv", ["reservoir": "thac-ba-dam", "level_m": "59.8"],
            ["flow_m3s": "700"], at: "flow_m3s"),
        Plant(
            .implausible, "reservoir_outlets.csv", ["reservoir": "thac-ba-dam", "level_m": "59.8"], ["count": ""],
            at: "count"),
        Plant(
            .limitsOutOfOrder, "reservoir_triggers.csv", ["reservoir": "hoa-binh", "season_from": "06-26"],
            ["ends_below_m": "12"], at: "ends_below_m"),
        Plant(
            .centimetresForMetres, "reservoir_triggers.csv", ["reservoir": "hoa-binh", "season_from": "06-26"],
            ["store_up_to_m": "10800"], at: "store_up_to_m"),
        Plant(.endsBeforeItBegins, "alarms.csv", alarm("vinh-tuy", "1"), ["valid_to": "2019-01-01"], at: "valid_to"),
        Plant(
            .overlappingValidity, "alarms.csv", alarm("vinh-tuy", "1"), ["value": "47.10", "valid_from": "2024-01-01"],
            at: "valid_from", isAdded: true),
        Plant(
            .overlappingValidity, "ratings.csv", ["valid_from": "2007-01-01"], ["valid_from": "2006-06-01"],
            at: "valid_from"),
        Plant(
            .alarmOrder, "alarms.csv", alarm("lao-cai", "2"), ["value": "84.00"], at: "value",
            in: ("alarms.csv", alarm("lao-cai", "3"))),
        Plant(.missingDatum, "stations.csv", ["id": "yen-bai"], ["datum": ""], at: "datum"),
        Plant(
            .ratingNotIncreasing, "rating_points.csv", ["station": "ha-noi", "stage_m": "1.06"],
            ["discharge_m3s": "700"], at: "discharge_m3s"),
        Plant(
            .ratingWithoutDates, "ratings.csv", ["valid_from": "2000-01-01"], ["valid_from": ""], at: "valid_from"),
        Plant(
            .ratingRefused, "rating_refusals.csv", ["station": "vu-quang"], ["valid_from": "2005-01-01"],
            at: "station", in: ("rating_points.csv", ["station": "vu-quang"])),
        Plant(
            .correspondenceNotIncreasing, "correspondences.csv", ["upstream": "bao-ha"],
            ["downstream_stage_m": "31.50"], at: "downstream_stage_m"),
        Plant(
            .cycleOfReaches, "reaches.csv", ["id": "son-tay-to-ha-noi"], ["downstream": "yuanjiang"], at: "downstream",
            in: ("reaches.csv", ["id": "yuanjiang-to-nansha"])),
        Plant(
            .twoReachesLeave, "reaches.csv", ["id": "lao-cai-to-bao-ha"],
            ["id": "lao-cai-to-yen-bai", "downstream": "yen-bai"], at: "upstream", isAdded: true),
        Plant(
            .cycleOfRivers, "rivers.csv", ["id": "hong"], ["flows_to": "thao"], at: "flows_to"),
        Plant(
            .successorCycle, "authorities.csv", ["id": "lao-cai-foreign-affairs"],
            ["valid_to": "2026-01-01", "successor": "yen-bai-foreign-affairs"], at: "successor", also: [.successorGap]),
        Plant(
            .successorGap, "parties.csv", ["id": "vn-yen-bai"], ["valid_to": ""], at: "valid_to"),
        Plant(.noSuccessor, "parties.csv", ["id": "vn-yen-bai"], ["successor": ""], at: "successor"),
        Plant(
            .noSuccessor, "authorities.csv", ["id": "dien-bien-hydromet"], ["valid_to": "2024-01-01"], at: "successor"),
        Plant(.partyEnded, "stations.csv", ["id": "ha-giang"], ["provider": "vn-ha-giang"], at: "provider"),
        Plant(.partyEnded, "reservoirs.csv", ["id": "thac-ba-dam"], ["party": "vn-yen-bai"], at: "party"),
    ]

    /// Faults in the tables of an event.
    static let events: [Plant] = {
        let levels = "events/small/levels.csv"
        let releases = "events/small/releases.csv"
        let malutang = ["object": "malutang"]
        return [
            Plant(
                .timeWithoutZone, levels, ["station": "yen-bai"], ["observed": "2024-09-09T00:00"], at: "observed"),
            Plant(.malformedTime, levels, ["station": "yen-bai"], ["observed": "9 Sep 0h"], at: "observed"),
            Plant(
                .timesOutOfOrder, levels, ["station": "yen-bai"], ["received": "2024-09-08T23:20:00+07:00"],
                at: "received"),
            Plant(.statedDifference, levels, ["station": "lao-cai"], ["note": "+0.85 I"], at: "value"),
            Plant(.statedDifference, levels, ["station": "am-thuong"], ["value": "26.03"], at: "value"),
            Plant(.centimetresForMetres, levels, ["station": "yen-bai"], ["value": "3338"], at: "value"),
            Plant(.valueOutOfRange, levels, ["station": "yen-bai"], ["value": "333"], at: "value"),
            Plant(.unknownReference, levels, ["station": "yen-bai"], ["station": "atlantis"], at: "station"),
            Plant(.unitMisfit, levels, ["station": "yen-bai"], ["unit": "m3/s"], at: "unit"),
            Plant(.duplicateID, levels, ["station": "yen-bai"], ["value": "33.40"], at: "station", isAdded: true),
            Plant(
                .centimetresForMetres, levels, ["station": "yen-bai"], ["station": "bac-me", "value": "9000"],
                at: "value"),
            Plant(.unknownWord, releases, malutang, ["zone_quality": "probably"], at: "zone_quality"),
            Plant(.unknownProperty, releases, malutang, ["quantity": "flood"], at: "quantity"),
            Plant(.unknownReference, releases, malutang, ["object": "maludong"], at: "object"),
            Plant(.severalQuantities, releases, malutang, ["value": "300/350"], at: "value"),
            Plant(.severalQuantities, releases, malutang, ["quantity": "inflow/release"], at: "quantity"),
            Plant(.unitMissing, releases, malutang, ["unit": ""], at: "unit"),
            Plant(.partyEnded, releases, malutang, ["party": "vn-ha-giang"], at: "party"),
            Plant(
                .authorityEnded, releases, malutang, ["authority": "ha-giang-disaster-command"], at: "authority"),
            Plant(
                .timesOutOfOrder, "events/small/forecasts.csv", ["station": "lao-cai"],
                ["valid": "2024-09-08T10:00:00+07:00"], at: "valid"),
        ]
    }()
}
