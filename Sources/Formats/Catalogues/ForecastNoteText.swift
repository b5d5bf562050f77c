public import Forecasting
public import Series

/// What a note of a forecast says to people in the catalogue's language.
///
/// - Parameters:
///   - note: the note.
///   - catalogue: the texts of one language.
///   - stationNames: names of the stations that notes mention; without one the id stands.
///   - isShort: a few words for a table instead of a sentence.
public func forecastNoteText(
    _ note: ForecastNote, catalogue: Catalogue, stationNames: [StationID: LocalizedText], isShort: Bool
) -> String {
    func name(_ station: StationID) -> String { stationNames[station]?[catalogue.language] ?? station.text }
    func time(_ instant: Instant) -> String {
        catalogue.format.shortTime(instant, in: catalogue.format.zones.first ?? .zero)
    }
    func text(_ key: String, _ arguments: [String: String] = [:]) -> String {
        catalogue.text((isShort ? "note.short." : "note.") + key, arguments)
    }
    switch note {
    case .upstreamMissing(let station): return text("upstreamMissing", ["station": name(station)])
    case .upstreamStale(let station, let hours):
        return text("upstreamStale", ["station": name(station), "hours": "\(hours)"])
    case .upstreamEstimated(let station): return text("upstreamEstimated", ["station": name(station)])
    case .uncalibrated(let errors): return text("uncalibrated", ["count": "\(errors)"])
    case .extrapolated: return text("extrapolated")
    case .ownReadingStale(let hours): return text("ownReadingStale", ["hours": "\(hours)"])
    case .releaseUnknown(let station): return text("releaseUnknown", ["station": name(station)])
    case .releaseNoticed(let station, let flow, let start, let isCounted):
        return text(
            isCounted ? "releaseNoticed" : "releaseNotCounted",
            ["station": name(station), "flow": catalogue.format.number(Double(flow), digits: 0), "time": time(start)])
    case .releaseWithoutFlow(let station, let start):
        return text("releaseWithoutFlow", ["station": name(station), "time": time(start)])
    }
}
