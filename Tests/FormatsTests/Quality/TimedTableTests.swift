import River
import Series
import Testing

@testable import Formats

@Suite struct TimedTableTests {
    private func fault(_ body: () throws(TableProblem) -> Void) -> Fault? {
        do throws(TableProblem) {
            try body()
            return nil
        } catch { return error.fault }
    }

    private func forcing(_ text: String) throws(TableProblem) -> ForcingTable {
        try ForcingTable(Array(text.utf8), file: "w.csv")
    }

    @Test func `weather is read under each of its names`() throws {
        let first = try forcing("date,P_mm,PET_mm\n2001-01-01,1.5,2\n2001-01-02,0,2.5\n")
        let second = try forcing(
            "time,precipitation_mm,pet_mm\n2001-01-01T00:00:00Z,1.5,2\n2001-01-02T00:00:00Z,0,2.5\n")
        let third = try forcing("DatesR,P,E,Qmm\n2001-01-01 00:00:00,1.5,2,NA\n2001-01-02 00:00:00,0,2.5,3\n")
        #expect(first.forcing == second.forcing && second.forcing == third.forcing)
        #expect(first.forcing.step == 86_400 && first.timeTexts == ["2001-01-01", "2001-01-02"])
    }

    @Test(arguments: [
        ("date,P_mm,PET_mm\n2001-01-01,-1,2\n2001-01-02,0,2\n", "number-out-of-range", 2, 12),
        ("date,P_mm,PET_mm\n2001-01-01,1,2\n2001-01-02,,2\n", "number-missing", 3, 12),
        ("date,P_mm,PET_mm\n2001-01-02,1,2\n2001-01-01,1,2\n", "time-unsorted", 3, 1),
        ("date,P_mm,PET_mm\n2001-01-01,1,2\n2001-01-01,1,2\n", "time-repeated", 3, 1),
        ("date,P_mm,PET_mm\n2001-01-01,1,2\n2001-01-02,1,2\n2001-01-05,1,2\n", "step-irregular", 4, 1),
        ("date,P_mm,PET_mm\n2001-01-01,1.5 mm,2\n2001-01-02,1,2\n", "not-a-number", 2, 12),
        ("date,P_mm,PET_mm\n2001-13-01,1,2\n", "not-a-time", 2, 1),
        ("date,P_cm,PET_mm\n2001-01-01,1,2\n2001-01-02,1,2\n", "table-missing-column", 1, 1),
        ("date;P_mm;PET_mm\n2001-01-01;1;2\n", "table-missing-column", 1, 1),
        ("date,P_mm,PET_mm\n2001-01-01,1\n", "csv-field-count", 2, 1),
        ("date,P_mm,PET_mm\n", "table-without-rows", 1, 1),
        ("", "csv-empty", 1, 1),
        ("date,P_mm,PET_mm\n2001-01-01,1,2\n", "table-one-row", 2, 1),
        ("date,P_mm,PET_mm\n2001-01-01,1,nan\n2001-01-02,1,2\n", "number-missing", 2, 14),
        ("date,P_mm,PET_mm\n2001-01-01,inf,2\n2001-01-02,1,2\n", "not-a-number", 2, 12),
    ])
    func `each fault of a table has its name and place`(_ text: String, _ rule: String, _ line: Int, _ column: Int) {
        let fault = fault { () throws(TableProblem) in _ = try forcing(text) }
        #expect(fault?.rule == rule)
        #expect(fault?.position == Position(line: line, column: column))
        #expect(fault?.advice.isEmpty == false)
    }

    @Test func `flow in cubic metres needs the area and becomes a depth`() throws {
        let bytes = Array("time,q_m3s\n2001-01-01,10\n2001-01-02,\n".utf8)
        let times = [
            Instant(CivilDate(year: 2001, month: 1, day: 1)!), Instant(CivilDate(year: 2001, month: 1, day: 2)!),
        ]
        let missing = fault { () throws(TableProblem) in
            _ = try ObservedTable(bytes, file: "q.csv", column: "q_m3s", area: nil, at: times, step: 86_400)
        }
        #expect(missing?.rule == "area-missing")
        let read = try ObservedTable(bytes, file: "q.csv", column: "q_m3s", area: 864, at: times, step: 86_400)
        #expect(read.depths == [1, nil])
    }

    @Test func `snow layers must stand at the times of the weather`() throws {
        let weather = Array("date,P_mm,PET_mm\n2001-01-01,1,2\n2001-01-02,0,2\n".utf8)
        let layers = "date,P1,T1,S1\n2001-01-01,1,-3,1\n2001-01-03,0,2,0\n"
        let fault = fault { () throws(TableProblem) in
            _ = try ForcingTable(weather, file: "w.csv", layers: (Array(layers.utf8), "l.csv"))
        }
        #expect(fault?.rule == "times-differ" || fault?.rule == "step-irregular")
        let good = "date,P1,T1,S1\n2001-01-01,1,-3,1\n2001-01-02,0,2,0\n"
        let read = try ForcingTable(weather, file: "w.csv", layers: (Array(good.utf8), "l.csv"))
        #expect(read.forcing.snow?.layers.count == 1)
        #expect(((read.forcing.snow?.meanAnnualSolid ?? 0) - 182.625).magnitude < 1e-9)
    }
}
