import Forecasting
import Formats
import TestKit
import Testing

@Suite struct TelegramTableTests {
    private let header = "time,level_m,inflow_m3s,release_m3s,gates_open,quality,source\n"

    private func rule(_ rows: String) -> String? {
        do throws(TableProblem) {
            _ = try TelegramTable(Array((header + rows).utf8), file: "t.csv")
            return nil
        } catch {
            return error.fault.rule
        }
    }

    @Test(arguments: ["thac-ba-2024-09", "tuyen-quang-2024-09", "thac-ba-2025-10", "tuyen-quang-2025-10"])
    func `the bundled telegrams are read, each with its quality`(name: String) throws {
        let path = "Fixtures/telegrams/\(name).csv"
        let table = try TelegramTable(try Repository.bytes(path), file: path)
        #expect(table.telegrams.count == table.qualities.count && table.telegrams.count >= 5)
        let first = table.telegrams[0]
        #expect(first.level != nil && first.inflow != nil && first.release != nil)
    }

    @Test func `what is no telegram is refused`() {
        let good = "2024-09-03T14:30+07:00,120.0,600,1191,1,single,made\n"
        #expect(rule(good + "2024-09-03T15:30+07:00,,700,,,believed,made\n") == nil)
        #expect(rule(good) == "telegrams-few")
        #expect(rule(good + good) == "times-out-of-order")
        #expect(rule(good + "2024-09-03 15:30,,700,,,single,made\n") == "malformed-time")
        #expect(rule(good + "2024-09-03T15:30+07:00,,-7,,,single,made\n") == "not-a-number")
        #expect(rule(good + "2024-09-03T15:30+07:00,,7,,,sure,made\n") == "unknown-quality")
    }
}
