import Formats
import River
import Series
import Testing

@Suite struct NetworkTableTests {
    private let head = "id,downstream_id,length_m,slope,manning_n,bottom_width_m,side_slope\n"

    private func read(_ text: String, _ scheme: RoutingSchemeName = .mct) throws -> NetworkTable {
        try NetworkTable.read(RoutingFile(name: "reaches.csv", bytes: Array(text.utf8)), scheme: scheme)
    }

    /// Line, column and rule of the fault with which a table is refused.
    private func refusal(_ text: String, _ scheme: RoutingSchemeName = .mct) -> String? {
        do {
            _ = try read(text, scheme).network()
            return nil
        } catch let problem as RoutingFileProblem {
            let fault = problem.fault
            return "\(fault.position.line):\(fault.position.column) \(fault.rule)"
        } catch { return "\(error)" }
    }

    @Test func `rows in any order, ids of any kind, outlets empty, 0 or -1`() throws {
        let table = try read(
            head
                + "out,,1000,0.001,0.03,10,2\n\"a b\",mid,1000,1e-3,3e-2,10,2\nmid,out,1000,0.001,0.03,10.5,0\nlone,0,1,1,1,1,1\n"
        )
        #expect(table.downstreamRow == [-1, 2, 0, -1])
        #expect((0..<4).map { table.ids.text($0) } == ["out", "a b", "mid", "lone"])
        let numbers = try read(
            "\u{FEFF}id,x,k_s,downstream_id,remark\r\n7,0.1,900,12,\"x\"\r\n12,-0.5,900.25,-1,\r\n", .muskingum)
        #expect(
            numbers.downstreamRow == [1, -1] && numbers.ids.row(of: "12") == 1 && numbers.ids.row(of: "012") == nil)
        guard case .muskingum(let k, let x) = numbers.parameters else { return #expect(Bool(false)) }
        #expect(k == [900, 900.25] && x == [0.1, -0.5])
    }

    @Test func `every fault names its row and column`() {
        #expect(refusal("") == "1:1 network-column")
        #expect(refusal(head) == "1:1 network-empty")
        #expect(refusal(head + "a,b,1000,0.001,0.03,10,2\n") == "2:1 network-unknown-downstream")
        #expect(refusal(head + "a,,1000,0.001,0.03,10,2\na,,1000,0.001,0.03,10,2\n") == "3:1 network-duplicate-id")
        #expect(refusal(head + "a,b,1000,0.001,0.03,10,2\nb,a,1000,0.001,0.03,10,2\n") == "2:1 network-cycle")
        #expect(refusal(head + "a,a,1000,0.001,0.03,10,2\n") == "2:1 network-cycle")
        #expect(refusal(head + "a,,1000,0,0.03,10,2\n") == "2:9 network-range")
        #expect(refusal(head + "a,,1000,nan,0.03,10,2\n") == "2:9 network-number")
        #expect(refusal(head + "a,,1000,inf,0.03,10,2\n") == "2:9 network-number")
        #expect(refusal(head + "a,,,0.001,0.03,10,2\n") == "2:4 network-number")
        #expect(refusal(head + "a,,1000,0.001,0.03,10\n") == "2:20 csv-field-count")
        #expect(refusal(head + "a,,1000,0.001,0.03,10,2,3\n") == "2:25 csv-field-count")
        #expect(refusal(head + ",,1000,0.001,0.03,10,2\n") == "2:1 network-id")
        #expect(refusal(head + "\"a,,1000,0.001,0.03,10,2\n") == "2:1 csv-open-quote")
        #expect(refusal(head + "a,,1000,0.001,0.03,1e999,2\n") == "2:20 network-number")
        #expect(refusal(head + "a,,1000,0.001,0.03,10,2\n", .muskingum) == "1:1 network-column")
        #expect(refusal("id,downstream_id,k_s,x\na,,900,0.6\n", .muskingum) == "2:8 network-range")
        #expect(refusal("id,downstream_id,k_s,x\na,,0,0.2\n", .muskingum) == "2:4 network-range")
    }

    @Test func `numbers are read to the last bit`() throws {
        for text in [
            "0.1", "123456.789", "1e-7", "900719925474.0993", "0.30000000000000004", "1234567890.12345678", "5E2", "+3",
        ] {
            let table = try read("id,downstream_id,k_s,x\na,,\(text),0\n", .muskingum)
            guard case .muskingum(let k, _) = table.parameters else { return #expect(Bool(false)) }
            #expect(k[0] == Double(text))
        }
    }

    @Test func `bytes of any kind never trap`() {
        var generator = SeededGenerator(seed: 5)
        let sound = Array((head + "a,b,1000,0.001,0.03,10,2\nb,,1000,0.001,0.03,10,2\n").utf8)
        for _ in 0..<3000 {
            var bytes = sound
            for _ in 0...generator.next(below: 3) {
                let place = Int(generator.next(below: UInt64(bytes.count)))
                bytes[place] = UInt8(truncatingIfNeeded: generator.next())
            }
            if generator.next(below: 4) == 0 { bytes.removeLast(Int(generator.next(below: UInt64(bytes.count)))) }
            _ = try? NetworkTable.read(RoutingFile(name: "f", bytes: bytes), scheme: .mct).network()
        }
    }
}
