import River
import Series
import TestKit
import Testing

@Suite struct BasinPathTests {
    @Test func `the path below a point is its stretches in order, with the time that water needs to the end of each`() {
        let path = Array(SampleBasin.basin.path(from: StationID("middle")!))  // a literal id
        #expect(path.map(\.reach.downstream.text) == ["lower", "mouth"])
        let one = path[0].reach.travelTime
        #expect(path.map(\.seconds) == [one, one + path[1].reach.travelTime] && one > 6 * 3600)
    }

    @Test func `nothing lies below the mouth, or below a point that the basin does not know`() {
        for id in ["mouth", "nowhere"] {
            #expect(Array(SampleBasin.basin.path(from: StationID(id)!)).isEmpty)  // literal ids
        }
    }
}
