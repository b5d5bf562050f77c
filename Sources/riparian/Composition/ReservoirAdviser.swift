import Accord
import Forecasting
import Formats
import NodeCore
import River
import Series
import Storage
import Web

/// Plans for a party's own reservoirs from their newest readings, one after the other on a thread of its own: whoever asks gets
/// what is ready, and hears by the mark of its page when there is more.
actor ReservoirAdviser {
    /// s after which a reading says nothing any more of what to do now.
    static let oldest: Int64 = 6 * 3600

    private struct Work {
        let outlook: DamOutlook
        let state: DamOutlook.State
        let read: Instant
        let quality: FactQuality
        let below: (station: StationID, hours: Int, party: PartyID)?
    }

    private let pack: BasinPack
    private var ready: [StationID: DamAdvice] = [:]
    /// The states that have been planned or wait, by reservoir.
    private var asked: [StationID: DamOutlook.State] = [:]
    private var waiting: [(station: StationID, work: Work)] = []
    private var isPlanning = false
    /// How many plans have been made.
    private(set) var count = 0

    init(pack: BasinPack) { self.pack = pack }

    /// What is ready for the reservoirs of a board's own party; what is not begins to be made.
    func advice(on board: DutyBoard) -> [StationID: DamAdvice] {
        var found: [StationID: DamAdvice] = [:]
        for point in board.points where point.property == .poolLevel && point.station.provider == board.party {
            let station = point.station.id
            guard let work = work(for: station, on: board) else { continue }
            if asked[station] != work.state {
                asked[station] = work.state
                waiting.removeAll { $0.station == station }
                waiting.append((station, work))
            }
            if let made = ready[station], board.now - made.read <= ReservoirAdviser.oldest + 3600 {
                found[station] = made
            }
        }
        if !waiting.isEmpty, !isPlanning {
            isPlanning = true
            Task { await plan() }
        }
        return found
    }

    private func plan() async {
        while !waiting.isEmpty {
            let (station, work) = waiting.removeFirst()
            let below = work.below.map { DamOutlook.Below(id: $0.station.text, party: $0.party, hours: $0.hours) }
            let advice = await OwnThread.run { work.outlook.advice(from: work.state, below: below) }
            ready[station] = DamAdvice(
                advice, state: work.state, read: work.read, quality: work.quality,
                below: work.below.map { ($0.station, $0.hours) })
            count += 1
        }
        isPlanning = false
    }

    /// nil where level, inflow or release are unknown or old, or the pack knows too little of the dam.
    private func work(for station: StationID, on board: DutyBoard) -> Work? {
        func latest(_ property: Property) -> (value: Double, observed: Instant)? {
            board.points.first { $0.station.id == station && $0.property == property }?.latest.flatMap { reading in
                reading.value.map { ($0, reading.observed) }
            }
        }
        guard let level = latest(.poolLevel), let inflow = latest(.inflow), let release = latest(.release) else {
            return nil
        }
        let read = min(level.observed, inflow.observed, release.observed)
        guard board.now - read <= ReservoirAdviser.oldest, let known = pack.outlook(of: station, at: board.now) else {
            return nil
        }
        let hour = Instant(secondsSinceEpoch: board.now.secondsSinceEpoch / 3600 * 3600)
        let gates = known.outlook.gates(for: release.value, atLevel: level.value)
        return Work(
            outlook: known.outlook,
            state: .init(
                time: hour, level: level.value, inflow: max(0, inflow.value), release: max(0, release.value),
                gatesOpen: gates), read: read, quality: known.quality, below: below(station))
    }

    /// The first gauge below a dam.
    private func below(_ dam: StationID) -> (station: StationID, hours: Int, party: PartyID)? {
        var (place, seconds, seen) = (dam, 0.0, Set([dam]))
        while let reach = pack.basin.reach(from: place), seen.insert(reach.downstream).inserted {
            seconds += reach.travelTime
            place = reach.downstream
            if let station = pack.basin.stations[place], station.kind == .gauge {
                return (place, Int((seconds / 3600).rounded()), station.provider)
            }
        }
        return nil
    }
}
