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
    private struct Work {
        let reading: DamReading
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
            if asked[station] != work.reading.state {
                asked[station] = work.reading.state
                waiting.removeAll { $0.station == station }
                waiting.append((station, work))
            }
            if let made = ready[station], board.now - made.read <= NodeCascade.oldest + 3600 {
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
            let reading = work.reading
            let advice = await OwnThread.run { reading.outlook.advice(from: reading.state, below: below) }
            ready[station] = DamAdvice(
                advice, state: reading.state, read: reading.read, quality: reading.quality,
                below: work.below.map { ($0.station, $0.hours) })
            count += 1
        }
        isPlanning = false
    }

    /// nil where level, inflow or release are unknown or old, or the pack knows too little of the dam.
    private func work(for station: StationID, on board: DutyBoard) -> Work? {
        guard case .success(let reading) = DamReading.newest(of: station, on: board, pack: pack) else { return nil }
        return Work(reading: reading, below: below(station))
    }

    /// The first gauge below a dam.
    private func below(_ dam: StationID) -> (station: StationID, hours: Int, party: PartyID)? {
        for (reach, seconds) in pack.basin.path(from: dam) {
            if let station = pack.basin.stations[reach.downstream], station.kind == .gauge {
                return (station.id, Int((seconds / 3600).rounded()), station.provider)
            }
        }
        return nil
    }
}
