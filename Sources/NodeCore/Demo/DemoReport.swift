public import Accord
import Forecasting
public import Formats
import River
public import Series
import Storage

/// A reading that reached a reader through a lane.
public struct DeliveredReading: Hashable, Sendable {
    /// Which series.
    public let series: SeriesID
    /// Who received it.
    public let reader: PartyID
    /// When it was observed.
    public let observed: Instant
    /// When the reader had it, on the reader's clock; in a replay that clock is simulated.
    public let delivered: Instant
    /// The provision that granted it.
    public let clause: String
}

/// What became of one granted series between two parties, in a neighbour's words.
public struct SharedSeries: Hashable, Sendable {
    /// How it stands.
    public enum Standing: String, Sendable, Hashable {
        /// Readings were made and all of them arrived.
        case delivered
        /// Some readings are still on the way.
        case open
        /// The provider made no reading.
        case noReading = "no-reading"
        /// One of the two parties runs no node: never "late".
        case notJoined = "not-joined"
    }

    /// Which series.
    public let series: SeriesID
    /// Who may read it.
    public let reader: PartyID
    /// The provision.
    public let clause: String
    /// Readings that the provider has kept.
    public let readings: Int
    /// Readings that the reader has received.
    public let delivered: Int
    /// How it stands.
    public let standing: Standing
}

/// The outcome of a demonstration: the tables of the first node, and what went between the nodes.
public struct DemoReport: Sendable {
    /// The replay's document, made from what the first node kept.
    public let replay: ReplayReport
    /// The parties of the agreement and whether they run a node here.
    public let parties: [(party: PartyID, name: LocalizedText, hasNode: Bool)]
    /// Every reading that crossed from node to node.
    public let deliveries: [DeliveredReading]
    /// Every granted series of the event.
    public let shared: [SharedSeries]
}

extension DemoFederation {
    /// Makes the report from what the nodes have kept.
    ///
    /// - Parameters:
    ///   - first: the party whose forecasts fill the tables.
    ///   - event: the event that was replayed, for its rows and official forecasts.
    public func report(first: PartyID, event: EventReading) throws -> DemoReport {
        guard let node = running[first] else { preconditionFailure("the first party runs a node") }
        let basin = node.configuration.basin
        let kept = try node.database.allSeries().flatMap { try node.database.kept(of: $0) }
        let readings = kept.map { CycleReading($0.observation, stated: $0.stated) }
        let forecasts = try node.database.forecasts(issuedFrom: Instant(secondsSinceEpoch: .min / 4))
        let comparison = ReplayComparison(
            forecasts: forecasts, drafts: try node.database.warningDrafts(), records: finalRecords(readings, in: basin),
            readings: readings, official: event.officialCrests, basin: basin)
        let rows = event.rowVerdicts(after: finalRecords(event.cycleReadings, in: basin))
        let replay = ReplayReport(
            event: event.description.id, seed: node.configuration.settings.seed, rows: rows, comparison: comparison,
            balances: try routedBalances(of: node, readings: readings))
        return DemoReport(
            replay: replay, parties: parties(of: node), deliveries: try deliveries(), shared: try sharedSeries(of: node)
        )
    }

    private func parties(of node: Node) -> [(party: PartyID, name: LocalizedText, hasNode: Bool)] {
        node.configuration.agreement.signatories.map { party in
            (party, node.configuration.name(of: party), seats.contains { $0.party == party })
        }
    }

    private func routedBalances(of node: Node, readings: [CycleReading]) throws -> [ReachID: Double] {
        guard let last = try node.database.lastCycle() else { return [:] }
        let result = runForecastCycle(
            CycleInput(issued: last, readings: readings, settings: node.configuration.settings),
            in: node.configuration.basin)
        return result.balances.mapValues(\.relativeError)
    }

    private func deliveries() throws -> [DeliveredReading] {
        var rows: [DeliveredReading] = []
        for node in nodes {
            for series in try node.database.allSeries() where series.provider != node.party {
                for kept in try node.database.kept(of: series) where kept.provenance != nil {
                    let verdict = node.configuration.agreement.verdict(
                        for: series, reader: node.party, at: kept.observation.observed)
                    guard case .granted(let clause) = verdict else { continue }
                    rows.append(
                        DeliveredReading(
                            series: series, reader: node.party, observed: kept.observation.observed,
                            delivered: kept.observation.received, clause: clause))
                }
            }
        }
        return rows.sorted {
            ($0.series, $0.reader, $0.observed, $0.delivered) < ($1.series, $1.reader, $1.observed, $1.delivered)
        }
    }

    private func sharedSeries(of node: Node) throws -> [SharedSeries] {
        let agreement = node.configuration.agreement
        let stations = node.configuration.basin.stations.values.sorted { $0.id < $1.id }
        var rows: [SharedSeries] = []
        for provision in agreement.provisions where provision.kind == .share {
            guard let readers = provision.readers else { continue }
            for station in stations where agreement.party(station.provider)?.role == .signatory {
                for property in Property.allCases {
                    let series = SeriesID(provider: station.provider, station: station.id, property: property)
                    guard provision.series.contains(where: { $0.matches(series) }) else { continue }
                    for reader in agreement.signatories where reader != series.provider && readers.contains(reader) {
                        rows.append(try standing(of: series, reader: reader, clause: provision.clause))
                    }
                }
            }
        }
        return rows.sorted { ($0.clause, $0.series, $0.reader) < ($1.clause, $1.series, $1.reader) }
    }

    private func standing(of series: SeriesID, reader: PartyID, clause: String) throws -> SharedSeries {
        let from = running[series.provider]
        let to = running[reader]
        let readings = try from?.database.observations(of: series).count ?? 0
        let delivered = try to?.database.kept(of: series).count { $0.provenance != nil } ?? 0
        let standing: SharedSeries.Standing =
            if from == nil || to == nil { .notJoined } else if readings == 0 { .noReading } else if delivered < readings
            {
                .open
            } else { .delivered }
        return SharedSeries(
            series: series, reader: reader, clause: clause, readings: readings, delivered: delivered, standing: standing
        )
    }
}

extension DemoReport {
    /// The document of `riparian demo --until-end --json`: the replay's with `parties`, `deliveries` and `compliance`.
    public var json: JSONValue {
        guard case .object(var members) = replay.json else { preconditionFailure("a report is an object") }
        members["parties"] = .array(
            parties.map { entry in
                [
                    "party": .string(entry.party.text),
                    "name": ["vi": .string(entry.name.vi), "zh": .string(entry.name.zh), "en": .string(entry.name.en)],
                    "participation": .string(entry.hasNode ? "joined" : "not-joined"),
                ]
            })
        members["deliveries"] = .array(
            deliveries.map { row in
                [
                    "series": .string(row.series.description), "reader": .string(row.reader.text),
                    "observed": .string(row.observed.iso8601()), "delivered": .string(row.delivered.iso8601()),
                    "delay_min": .number(Double(row.delivered - row.observed) / 60), "clause": .string(row.clause),
                    "simulated": true,
                ]
            })
        members["compliance"] = .array(
            shared.map { row in
                [
                    "series": .string(row.series.description), "reader": .string(row.reader.text),
                    "clause": .string(row.clause), "readings": .integer(row.readings),
                    "delivered": .integer(row.delivered), "standing": .string(row.standing.rawValue), "simulated": true,
                ]
            })
        return .object(members)
    }
}
