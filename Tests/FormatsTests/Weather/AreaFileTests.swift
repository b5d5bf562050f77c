import Formats
import Series
import TestKit
import Testing

@Suite struct AreaFileTests {
    private func read(_ features: String) throws -> [AreaFile.Area] {
        try AreaFile(
            geoJSON: Array(#"{"type":"FeatureCollection","features":[\#(features)]}"#.utf8), file: "areas.geojson"
        ).areas
    }

    private func feature(_ properties: String, _ geometry: String) -> String {
        #"{"type":"Feature","properties":\#(properties),"geometry":\#(geometry)}"#
    }

    private let box = #"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#

    private func fault(_ features: String) -> Fault? {
        #expect(throws: TableProblem.self) { _ = try read(features) }?.fault
    }

    @Test func `names are the id, whole numbers too, or the name`() throws {
        let areas = try read(
            [
                feature(#"{"id":"a","elevation_m":350.5}"#, box), feature(#"{"id":12}"#, box),
                feature(#"{"name":"c"}"#, box),
            ].joined(separator: ","))
        #expect(areas.map(\.name) == ["a", "12", "c"])
        #expect(areas.map(\.elevation) == [350.5, nil, nil])
    }

    @Test func `what is wrong is told with the feature`() {
        #expect(fault("")?.rule == "areas-json")
        #expect(fault(feature("{}", box))?.rule == "areas-name")
        #expect(fault(feature(#"{"id":"a,b"}"#, box))?.rule == "areas-name")
        #expect(fault(feature(#"{"id":"a"}"#, box) + "," + feature(#"{"id":"a"}"#, box))?.rule == "areas-name")
        #expect(fault(feature(#"{"id":"a"}"#, #"{"type":"Point","coordinates":[0,0]}"#))?.rule == "areas-outline")
        #expect(fault(feature(#"{"id":"a"}"#, "null"))?.rule == "areas-outline")
        #expect(
            fault(feature(#"{"id":"a"}"#, #"{"type":"Polygon","coordinates":[[[0,0],[2,2],[2,0],[0,2],[0,0]]]}"#))?
                .message.contains("crosses itself") == true)
        #expect(
            fault(feature(#"{"id":"a"}"#, #"{"type":"Polygon","coordinates":[[[500000,2400000],[1,0],[1,1]]]}"#))?
                .advice.contains("not in metres") == true)
        #expect(
            fault(feature(#"{"id":"a"}"#, #"{"type":"Polygon","coordinates":[[[0],[1,0],[1,1]]]}"#))?.rule
                == "areas-json")
        #expect(fault(feature(#"{"id":"a","elevation_m":99999}"#, box))?.rule == "areas-elevation")
    }

    @Test(arguments: 1...400) func `any changed file is read or refused`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var bytes = Array(try Repository.text("Fixtures/grids/areas.geojson").utf8)
        for _ in 0...random.next(below: 4) {
            bytes[Int(random.next(below: UInt64(bytes.count)))] = UInt8(random.next(below: 256))
        }
        do throws(TableProblem) {
            #expect(!(try AreaFile(geoJSON: bytes, file: "areas.geojson").areas.isEmpty))
        } catch { #expect(error.fault.rule.hasPrefix("areas-")) }
    }
}
