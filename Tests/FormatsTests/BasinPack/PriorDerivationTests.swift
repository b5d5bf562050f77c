import Formats
import Foundation
import River
import Series
import TestKit
import Testing

/// The memories in `forecast_priors.csv` are what the daily record of 2000-2010 gives, and nothing else.
@Suite(.enabled(if: Repository.canUseSharedData, Comment(rawValue: Repository.sharedDataReason)))
struct PriorDerivationTests {
    @Test(arguments: [
        ("Yen Bai", "yen-bai"), ("Son Tay", "son-tay"), ("Ha Noi", "ha-noi"), ("Vu Quang", "vu-quang"),
        ("Tuyen Quang", "tuyen-quang"),
    ])
    func `the memory of rises and falls is what daily levels of 2000 to 2010 give`(column: String, id: String) throws {
        let pack = try #require(
            readBasinPack(at: Repository.root.appending(path: "Packs/red-river").path(percentEncoded: false)).pack)
        let prior = pack.basin.priors[try #require(StationID(id))]
        let levels = try dailyLevels(column)
        let rise = instantaneousMemory(meanFurtherChange(levels, rising: true))
        let fall = instantaneousMemory(meanFurtherChange(levels, rising: false))
        #expect((rise - prior.tendencyMemory).magnitude < 0.3, "rise \(rise)")
        #expect((fall - prior.recessionMemory).magnitude < 0.3, "fall \(fall)")
    }

    private func dailyLevels(_ column: String) throws -> [(month: Int, level: Double?)] {
        let folder = try #require(Repository.sharedData)
        let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "red-river/ai4redriver/Water_level_cm.csv")))
        let table = CSVTable(bytes, file: "Water_level_cm.csv")
        return table.rows.map { row in
            let month = (table.field("date", of: row) ?? "").split(separator: "/").first.flatMap { Int($0) } ?? 0
            return (month, table.field(column, of: row).flatMap { Double($0) }.map { $0 / 100 })
        }
    }

    /// h: the further change to the crest or trough within three days, over the mean speed of the last day, for changes of
    /// more than 0.3 m a day from June to October.
    private func meanFurtherChange(_ days: [(month: Int, level: Double?)], rising: Bool) -> Double {
        let sign = rising ? 1.0 : -1.0
        var further = 0.0
        var speeds = 0.0
        for day in 1..<(days.count - 4) where (6...10).contains(days[day].month) {
            let window = days[(day - 1)...(day + 3)].compactMap(\.level)
            guard window.count == 5 else { continue }
            let change = sign * (window[1] - window[0])
            guard change > 0.3 else { continue }
            further += max(0, window[2...].map { sign * ($0 - window[1]) }.max() ?? 0)
            speeds += change / 24
        }
        return further / speeds
    }

    /// Turns the memory of a day's mean speed into that of the speed itself (see `Tendency`).
    private func instantaneousMemory(_ daily: Double) -> Double {
        var (low, high) = (0.1, 400.0)
        for _ in 0..<100 {
            let memory = (low + high) / 2
            let x = memory / 24
            let covariance = x * (1 - exp(-24 / memory))
            let share = covariance / (2 * x * (1 - covariance))
            if share * memory < daily { low = memory } else { high = memory }
        }
        return low
    }
}
