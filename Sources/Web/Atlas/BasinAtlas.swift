public import Accord
public import Formats
import NodeCore
public import River
import Series

/// What pages of the water show beside values: the places of a basin, its rivers, the rules of its reservoirs, its parties.
public struct BasinAtlas: Sendable {
    /// The network and its places.
    let basin: Basin
    /// Rivers by id.
    let rivers: [String: BasinPack.RiverEntry]
    /// Levels that rules and practice set for reservoirs.
    let reservoirLevels: [BasinPack.ReservoirLevel]
    /// The lines of the map.
    let lines: RiverLines
    /// The parties and their offices.
    let register: PartyRegister
    /// The agreement that the pack brings.
    let agreement: Agreement
    /// The pack's name and version, its licence and whom to thank.
    let pack: PackTitle
    /// What an alarm level of a station means for people.
    let impact: @Sendable (AlarmLevel, StationID) -> BasinPack.ImpactStatement?
    /// The communes from a station to the next one below.
    let communes: @Sendable (Station) -> [BasinPack.RiversideCommune]

    /// How a page names a pack.
    struct PackTitle: Sendable {
        let id: String
        let name: LocalizedText
        let version: String
        let licence: String
        let credits: [String]
    }

    /// Takes what pages need from a pack.
    ///
    /// - Parameters:
    ///   - pack: read without faults.
    ///   - basin: the pack's basin, with what an event adds.
    ///   - agreement: the agreement in force, or replayed as if in force.
    public init(_ pack: BasinPack, basin: Basin, agreement: Agreement) {
        self.basin = basin
        self.agreement = agreement
        rivers = pack.rivers
        reservoirLevels = pack.reservoirLevels
        lines = pack.riverLines()
        impact = { pack.impact(of: $0, at: $1) }
        communes = { pack.communes(below: $0) }
        register = pack.register
        self.pack = PackTitle(
            id: pack.id, name: pack.name, version: pack.version, licence: pack.licence, credits: pack.credits)
    }

    /// The name of a river; its id where the pack does not know it.
    func riverName(_ id: String) -> LocalizedText { rivers[id]?.name ?? LocalizedText(vi: id, zh: id, en: id) }

    /// The levels that hold for a reservoir on a day, lowest first.
    func levels(of reservoir: StationID, on day: CivilDate) -> [BasinPack.ReservoirLevel] {
        reservoirLevels.filter {
            $0.reservoir == reservoir && $0.validity.contains(day)
                && BasinAtlas.season($0.seasonFrom, $0.seasonTo, contains: day)
        }.sorted { ($0.level, $0.kind) < ($1.level, $1.kind) }
    }

    /// Whether a day lies in a season that is written as two days of the year, both included; it may go over the turn of the
    /// year.
    static func season(_ from: String, _ to: String, contains day: CivilDate) -> Bool {
        let text = "\(day)".suffix(5)
        return from <= to ? (from...to).contains(String(text)) : text >= from || text <= to
    }
}
