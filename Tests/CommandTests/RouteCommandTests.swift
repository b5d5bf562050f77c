import Foundation
import TestKit
import Testing

@Suite struct RouteCommandTests {
    private let place: TemporaryPlace

    init() throws { place = try TemporaryPlace() }

    private func path(_ name: String) -> String { place.url.appending(path: name).path(percentEncoded: false) }

    private func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: path(name)))
        return path(name)
    }

    /// Columns of a table of flows by id, without the times.
    private func flows(_ name: String) throws -> [String: [Double]] {
        let lines = try String(contentsOfFile: path(name), encoding: .utf8).split(separator: "\n")
        let header = lines[0].split(separator: ",").dropFirst().map(String.init)
        let rows = lines.dropFirst().map { $0.split(separator: ",").dropFirst().map { Double($0)! } }
        return Dictionary(uniqueKeysWithValues: header.enumerated().map { index, id in (id, rows.map { $0[index] }) })
    }

    private func hours(_ count: Int, from first: Int, every seconds: Int, _ values: (Int) -> String) -> String {
        (0..<count).map { row in
            let time = Date(timeIntervalSince1970: Double(first + row * seconds)).formatted(.iso8601)
            return "\(time),\(values(row))\n"
        }.joined()
    }

    @Test func `five reaches in matrix form, from a file to a file`() throws {
        // K and X of C1 = -0.25, C2 = 0.375, C3 = 0.875 at a step of 3600 s
        let network = try write(
            "net.csv",
            "id,downstream_id,k_s,x\n" + (1...5).map { "\($0),\([3, 3, 5, 5, 0][$0 - 1]),36000,0.25\n" }.joined())
        let lateral = try write("lat.csv", "time,1,2,3,4,5\n" + hours(2, from: 3600, every: 3600) { _ in "1,1,1,1,1" })
        let initial = try write("start.csv", "id,flow_m3s\n" + (1...5).map { "\($0),0\n" }.joined())
        let outcome = try Program.run(
            "route", "--network", network, "--lateral", lateral, "--scheme", "muskingum", "--step", "3600",
            "--initial", initial, "--output", path("flow.csv"), "--json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        // c1 = (dt - 2KX)/d and so on with d = 2K(1-X) + dt = 57600
        let d = 57_600.0
        let (c1, c2, c3) = ((3600 - 18_000) / d, (3600 + 18_000) / d, (54_000 - 3600) / d)
        let head = (c1 + c2) * (1 + c3)
        let found = try flows("flow.csv")
        #expect((found["1"]![1] - head).magnitude < 1e-14)
        let below = (c1 + c2) + c3 * ((c1 + c2) + c1 * 2 * (c1 + c2)) + c1 * 2 * head + c2 * 2 * (c1 + c2)
        #expect((found["3"]![1] - below).magnitude < 1e-13)
    }

    @Test func `gates of a reservoir are moved by a series, and what is wrong with it is named`() throws {
        let network = try write(
            "net.csv", "id,downstream_id,k_s,x\nupper,dam,900,0.1\ndam,lower,900,0.1\nlower,,900,0.1\n")
        let lateral = try write("lat.csv", "time,upper\n" + hours(200, from: 3600, every: 3600) { _ in "90" })
        let lakes = try write(
            "lakes.csv",
            "id,level_m,storage_m3,outflow_m3s,start_level_m,gate_width_m,gate_level_m,gate_coefficient\n"
                + "dam,90,1e6,0,104,20,100,0.6\ndam,110,41e6,0,,,,\ndam,112,46e6,900,,,,\n")
        func route(_ gates: String?, _ table: String? = nil) throws -> (status: Int32, errors: String) {
            let files = ["--network", network, "--lateral", lateral, "--lakes", table ?? lakes]
            let more = try gates.map { ["--gates", try write("gates.csv", $0)] } ?? []
            let outcome = try Program.run(
                arguments: ["route"] + files + more
                    + [
                        "--scheme", "muskingum", "--step", "3600", "--overwrite", "--output", path("flow.csv"),
                        "--json",
                    ])
            return (outcome.status, outcome.errors)
        }
        let openings = "time,dam\n" + hours(201, from: 0, every: 3600) { $0 < 100 ? "0.8" : "0" }
        let done = try route(openings)
        #expect(done.status == 0, "\(done.errors)")
        let flow = try #require(try flows("flow.csv")["dam"])
        // C b a sqrt(2 g (h - a)) with h = 4 m at the start
        #expect((flow[0] - 0.6 * 20 * 0.8 * (2 * 9.81 * 3.2).squareRoot()).magnitude < 1)
        #expect(flow[100..<115].allSatisfy { $0 == 0 }, "shut gates let nothing out below the spillway")
        #expect(try route(nil).errors.contains("dam has gates - say with --gates how far they are open"))
        #expect(
            try route("time,upper\n" + hours(201, from: 0, every: 3600) { _ in "1" }).errors.contains(
                "upper is no lake with gates"))
        #expect(
            try route("time,dam\n" + hours(100, from: 0, every: 3600) { _ in "1" }).errors.contains(
                "the openings run from"))
        let wrong = try write(
            "wrong.csv",
            "id,level_m,storage_m3,outflow_m3s,gate_width_m,gate_level_m,gate_coefficient\n"
                + "dam,90,1e6,0,20,100,6\ndam,110,41e6,0,,,\n")
        #expect(try route(openings, wrong).errors.contains("the gates have no width, or their coefficient"))
    }

    @Test func `a GeoTIFF is read by programs that were built for it, others say so`() throws {
        let tiff: [UInt8] = [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 0, 0]
        try Data(tiff).write(to: URL(filePath: path("net.tif")))
        let lateral = try write("lat.csv", "time,1\n" + hours(2, from: 3600, every: 3600) { _ in "1" })
        let outcome = try Program.run(
            "route", "--network", path("net.tif"), "--lateral", lateral, "--scheme", "muskingum", "--step", "3600",
            "--output", path("flow.csv"))
        #expect(outcome.status != 0)
        #expect(outcome.errors.contains("GeoTIFF"), "\(outcome.errors)")
    }

    @Test func `Todini's base case and its restart, through given inflow`() throws {
        let rows = try Repository.text("Fixtures/routing/mct_s0.00025_n0.035.csv").split(separator: "\n").dropFirst()
            .map { $0.split(separator: ",").map { String($0) } }
        let network = try write(
            "net.csv",
            "id,downstream_id,length_m,slope,manning_n,bottom_width_m,side_slope\n"
                + (1...50).map { "r\($0),\($0 == 50 ? "" : "r\($0 + 1)"),2000,0.00025,0.035,15,5\n" }.joined())
        let inflow = try write("in.csv", "time,r1\n" + hours(rows.count, from: 0, every: 1800) { rows[$0][1] })
        let common = ["route", "--network", network, "--inflow", inflow, "--step", "1800", "--only", "r10,r50"]
        let whole = try Program.run(arguments: common + ["--output", path("whole.csv")])
        #expect(whole.status == 0, "\(whole.errors)")
        let found = try flows("whole.csv")
        var worst = 0.0
        for (index, row) in rows.dropFirst().enumerated() {
            worst = max(worst, (found["r10"]![index] - Double(row[2])!).magnitude)
            worst = max(worst, (found["r50"]![index] - Double(row[3])!).magnitude)
        }
        #expect(worst < 1e-4)
        #expect(whole.output.contains("what does not close"))

        // the same in two parts, with two threads in the second
        let half = 100
        let first = try write("first.csv", "time,r1\n" + hours(half + 1, from: 0, every: 1800) { rows[$0][1] })
        let second = try write(
            "second.csv",
            "time,r1\n" + hours(rows.count - half, from: half * 1800, every: 1800) { rows[half + $0][1] })
        let begin = ["route", "--network", network, "--step", "1800", "--only", "r10,r50", "--threads"]
        let one = try Program.run(
            arguments: begin + ["1", "--inflow", first, "--output", path("one.csv"), "--state-out", path("state.csv")])
        let two = try Program.run(
            arguments: begin + ["2", "--inflow", second, "--initial", path("state.csv"), "--output", path("two.csv")])
        #expect(one.status == 0 && two.status == 0, "\(one.errors)\(two.errors)")
        let (a, b) = try (flows("one.csv"), flows("two.csv"))
        #expect(a["r50"]! + b["r50"]! == found["r50"]!)
    }

    @Test func `a river in two parts, handed on in NetCDF, is the river in one`() throws {
        let rows = [3.0, 3, 3, 8, 14, 9, 6, 5, 4, 4, 3, 3]
        let lateral = hours(rows.count, from: 3600, every: 3600) { "\(rows[$0])" }
        let common = ["--scheme", "muskingum", "--step", "3600"]
        let whole = try write("whole-net.csv", "id,downstream_id,k_s,x\n1,7,5400,0.2\n7,,7200,0.1\n")
        let upper = try write("upper-net.csv", "id,downstream_id,k_s,x\n7,,5400,0.2\n")
        let lower = try write("lower-net.csv", "id,downstream_id,k_s,x\n7,,7200,0.1\n")
        let one = try Program.run(
            arguments: [
                "route", "--network", whole, "--lateral", try write("whole-lat.csv", "time,1\n" + lateral), "--only",
                "7",
                "--output", path("one.csv"),
            ] + common)
        let two = try Program.run(
            arguments: [
                "route", "--network", upper, "--lateral", try write("upper-lat.csv", "time,7\n" + lateral), "--output",
                path("upper.nc"),
            ] + common)
        let three = try Program.run(
            arguments: ["route", "--network", lower, "--inflow", path("upper.nc"), "--output", path("two.csv")] + common
        )
        #expect(one.status == 0 && two.status == 0 && three.status == 0, "\(one.errors)\(two.errors)\(three.errors)")
        let (a, b) = try (flows("one.csv"), flows("two.csv"))
        // the lower part begins where the first flow was written
        #expect(Array(a["7"]!.dropFirst()) == b["7"]!)
    }

    @Test func `what cannot be read is refused with its place`() throws {
        let network = try write("net.csv", "id,downstream_id,k_s,x\n1,2,900,0.2\n2,3,900,0.2\n")
        let lateral = try write("lat.csv", "time,1,2\n2024-01-01T01:00Z,1,1\n2024-01-01T02:00Z,1,\n")
        let options = ["--scheme", "muskingum", "--step", "3600", "--output", path("flow.csv")]
        let unknown = try Program.run(arguments: ["route", "--network", network, "--lateral", lateral] + options)
        #expect(unknown.status == 2)
        #expect(unknown.errors.contains("flows into 3") && unknown.errors.contains("net.csv:3:1) - "))
        let sound = try write("sound.csv", "id,downstream_id,k_s,x\n1,2,900,0.2\n2,,900,0.2\n")
        let gap = try Program.run(arguments: ["route", "--network", sound, "--lateral", lateral] + options)
        #expect(gap.status == 2 && gap.errors.contains("lat.csv:3:21) - "), "\(gap.errors)")
        let section = try Program.run(
            arguments: ["route", "--network", sound, "--lateral", lateral, "--step", "3600", "--output", path("f.csv")])
        #expect(section.status == 2 && section.errors.contains("length_m"))
        let twice = try Program.run(
            arguments: ["route", "--network", sound, "--lateral", lateral] + options.dropLast() + [lateral])
        #expect(twice.status == 2 && twice.errors.contains("exists"))
        let slow = try write("slow.csv", "id,downstream_id,k_s,x\n1,2,9e11,0.2\n2,,900,0.2\n")
        let rows = try write("rows.csv", "time,1,2\n2024-01-01T01:00Z,1,1\n2024-01-01T02:00Z,1,1\n")
        let long = try Program.run(
            arguments: ["route", "--network", slow, "--lateral", rows] + options + ["--precision", "single"])
        #expect(long.status == 2 && long.errors.contains("too long for a step"), "\(long.errors)")
        let century = try write("century.csv", "time,1,2\n1900-01-01T00:00Z,1,1\n2000-01-01T00:00Z,1,1\n")
        let many = try Program.run(
            arguments: ["route", "--network", sound, "--lateral", century, "--scheme", "muskingum", "--step", "1"]
                + ["--output", path("many.csv")])
        #expect(many.status == 2 && many.errors.contains("steps, more than"), "\(many.errors)")
    }

    @Test(.enabled(if: Repository.canUseSharedData, "\(Repository.sharedDataReason)"))
    func `the lower Colorado with its lakes keeps its water`() throws {
        let folder = try #require(Repository.sharedData).appending(path: "routing/lcr_tx").path(percentEncoded: false)
        let outcome = try Program.run(
            "route", "--network", folder, "--layout", "t-route", "--begin", "2021-08-23T13:00:00Z", "--step", "3600",
            "--routing-step", "300", "--only", "5781161", "--output", path("flow.csv"), "--json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let document = try #require(
            JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        #expect(document["reaches"] as? Int == 10_907 && document["steps"] as? Int == 336)
        let balance = try #require(document["balance"] as? [String: Any])
        #expect(try #require(balance["relative"] as? Double).magnitude < 1e-12)
        #expect(try flows("flow.csv")["5781161"]?.count == 28)
    }
}
