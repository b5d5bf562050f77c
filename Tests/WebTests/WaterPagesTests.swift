import Forecasting
import Formats
import NodeCore
import River
import Series
import TestKit
import Testing

@testable import Web

/// How the pages of the water cut, place and compare.
@Suite struct WaterPagesTests {
    private func station(_ id: String, _ kind: StationKind = .gauge) throws -> Station {
        Station(
            id: try #require(StationID(id)), kind: kind, name: LocalizedText(vi: id, zh: id, en: id), river: "river",
            provider: try #require(PartyID("vn-lao-cai")))
    }

    private func reach(_ upper: String, _ lower: String, _ length: Double) throws -> Reach {
        Reach(
            id: try #require(ReachID("\(upper)-to-\(lower)")), river: "river", upstream: try #require(StationID(upper)),
            downstream: try #require(StationID(lower)), length: length, slope: 0.001, manningN: 0.03, bottomWidth: 100,
            sideSlope: 2, celerity: 2, known: .estimated, source: "made")
    }

    private func basin(_ reaches: [Reach]) throws -> Basin {
        let names = Set(reaches.flatMap { [$0.upstream.text, $0.downstream.text] }).sorted()
        return Basin(
            id: "made", name: LocalizedText(vi: "m", zh: "m", en: "m"), stations: try names.map { try station($0) },
            reaches: reaches)
    }

    @Test func `a network is cut into courses, and those that join higher up stand nearer to their trunk`() throws {
        let paths = RiverPaths(
            try basin([
                try reach("a", "b", 100), try reach("b", "c", 100), try reach("c", "end", 100),
                try reach("d", "c", 150),
                try reach("e", "b", 50), try reach("f", "d", 10),
            ]))
        #expect(paths.courses.map { $0.stops.map(\.station.text) } == [["a", "b", "c", "end"], ["e"], ["f", "d"]])
        #expect(paths.courses[0].stops.map(\.distance) == [300, 200, 100, 0])
        #expect(paths.courses[0].mouth == nil)
        #expect(paths.courses[1].mouth?.station.text == "b" && paths.courses[2].mouth?.distance == 100)
        #expect(paths.length == 300)
        #expect(RiverPaths(try basin([])).courses.isEmpty)
    }

    @Test(arguments: [
        ("06-15", "08-21", "2024-06-15", true), ("06-15", "08-21", "2024-08-21", true),
        ("06-15", "08-21", "2024-08-22", false), ("11-01", "02-28", "2024-12-31", true),
        ("11-01", "02-28", "2024-02-28", true), ("11-01", "02-28", "2024-03-01", false),
    ])
    func `a season holds its first and its last day, also over the turn of the year`(
        from: String, to: String, day: String, isInside: Bool
    ) throws {
        #expect(BasinAtlas.season(from, to, contains: try CivilDate(iso8601: day)) == isInside)
    }

    @Test func `labels take the first free place, and none where all are covered`() {
        var places = LabelPlaces()
        let (first, second) = (
            LabelPlaces.Box(left: 0, top: 0, right: 10, bottom: 10),
            LabelPlaces.Box(left: 20, top: 0, right: 30, bottom: 10)
        )
        #expect(places.place([first, second]) == 0)
        #expect(places.place([first, second]) == 1)
        #expect(places.place([first, second]) == nil)
        #expect(places.place([LabelPlaces.Box(left: 10, top: 0, right: 20, bottom: 10)]) == 0)
    }

    @Test func `a simplified line keeps its ends and whatever is seen`() {
        let straight = (0...100).map { (x: Double($0), y: Double($0) * 2) }
        #expect(MapProjection.simplified(straight, tolerance: 0.5).map(\.x) == [0, 100])
        let bent = [(x: 0.0, y: 0.0), (x: 50, y: 0.4), (x: 50.1, y: 30), (x: 100, y: 0)]
        #expect(MapProjection.simplified(bent, tolerance: 0.5).map(\.x) == [0, 50, 50.1, 100])
        #expect(MapProjection.simplified([(x: 1, y: 1)], tolerance: 1).count == 1)
    }

    @Test func `a map has north above, equal scale both ways, and no place without coordinates`() throws {
        func place(_ id: String, _ latitude: Double?, _ longitude: Double?) throws -> Station {
            Station(
                id: try #require(StationID(id)), name: LocalizedText(vi: id, zh: id, en: id), river: "r",
                provider: try #require(PartyID("vn-lao-cai")), latitude: latitude, longitude: longitude)
        }
        let places = [try place("south", 20, 100), try place("north", 22, 101), try place("nowhere", nil, 101)]
        let map = try #require(MapProjection(places, width: 1_000))
        let (south, north) = (map.point(latitude: 20, longitude: 100), map.point(latitude: 22, longitude: 101))
        #expect(north.y < south.y && south.x < north.x)
        // at 21 degrees north a degree of longitude is cos 21 = 0.93358 of one of latitude
        let (east, up) = (north.x - south.x, (south.y - north.y) / 2)
        #expect((east / up - 0.93358).magnitude < 1e-4)
        #expect(MapProjection([try place("nowhere", nil, nil)], width: 1_000) == nil)
    }

    @Test func `a river file that is no feature collection, or leaves the globe, is refused`() {
        func lines(_ text: String) -> RiverLines? { RiverLines(geoJSON: Array(text.utf8)) }
        let line = "{\"type\":\"LineString\",\"coordinates\":[[103.9,22.5],[104,22.4,12]]}"
        let feature = "{\"type\":\"Feature\",\"properties\":{},\"geometry\":\(line)}"
        let good = lines("{\"type\":\"FeatureCollection\",\"features\":[\(feature)]}")
        #expect(good?.lines == [[.init(longitude: 103.9, latitude: 22.5), .init(longitude: 104, latitude: 22.4)]])
        let point = feature.replacing(line, with: "{\"type\":\"Point\",\"coordinates\":[1,2]}")
        #expect(lines("{\"type\":\"FeatureCollection\",\"features\":[\(point)]}")?.lines == [])
        #expect(lines(feature) == nil && lines("") == nil && lines("[]") == nil)
        let far = feature.replacing("22.5", with: "122.5")
        #expect(lines("{\"type\":\"FeatureCollection\",\"features\":[\(far)]}") == nil)
    }

    @Test func `times are counted by bound, and a share of them lies below one`() {
        let times = RequestTimes()
        for _ in 0..<99 { times.note(0.004, status: 200) }
        times.note(0.2, status: 404)
        #expect(times.now.count == 100 && times.now.byClass == [2: 99, 4: 1])
        #expect(times.now.quantile(0.5) == 0.005 && times.now.quantile(0.99) == 0.005)
        #expect(times.now.quantile(1) == 0.25)
        #expect(RequestTimes().now.quantile(0.5) == nil)
        let text = MetricsText(health: [], times: times.now).text
        #expect(text.contains("riparian_http_request_duration_seconds_bucket{le=\"0.005\"} 99\n"))
        #expect(text.contains("riparian_http_request_duration_seconds_bucket{le=\"+Inf\"} 100\n"))
        #expect(text.contains("riparian_http_responses_total{class=\"4xx\"} 1\n"))
        #expect(MetricsText.escaped("a\"b\\c\nd") == "a\\\"b\\\\c\\nd")
    }

    @Test func `a page is made by one, others get the one before meanwhile, and a follower waits for the new one`()
        throws
    {
        let memory = PageMemory()
        func key(_ viewer: String) throws -> PageMemory.Key {
            PageMemory.Key(
                party: try #require(PartyID("vn-lao-cai")), query: "lang=en", language: .english, viewer: viewer)
        }
        let own = try key("a")
        #expect(memory.page(own, mark: "1", isFresh: false) == nil)
        memory.keep([1], for: own, mark: "1")
        memory.leave(own)
        #expect(memory.page(own, mark: "1", isFresh: true) == [1])
        #expect(memory.page(own, mark: "2", isFresh: false) == nil)
        #expect(memory.page(own, mark: "2", isFresh: false) == [1])
        #expect(memory.page(own, mark: "2", isFresh: true) == nil)
        memory.keep([2], for: own, mark: "2")
        memory.leave(own)
        #expect(memory.page(own, mark: "2", isFresh: false) == [2])
        #expect(memory.page(try key("b"), mark: "2", isFresh: false) == nil)
    }

    @Test func `a reservoir shows what is proposed, what it does below, by when those must know, and how it is known`()
        async throws
    {
        let (id, advice) = try DataWorld.proposal()
        let world = try DataWorld()
        let site = try world.site(atlas: try DataWorld.atlas(), advice: [id: advice])
        let page = try await DataWorld.get(site, "/vn-lao-cai/reservoirs?lang=en").text
        let heading = advice.advice.plan.reason == nil ? "Proposed:" : "By the rules alone:"
        for words in [
            heading, "Of its water at Lao Cai after 4 h", "A person decides", "Prepare the notice",
            "/vn-lao-cai/notices",
        ] {
            #expect(page.contains(words), "\(words)")
        }
        let pools = try #require(try await DataWorld.get(site, "/vn-lao-cai/reservoirs.json").object)
        let own = try #require((pools["reservoirs"] as? [[String: Any]])?.first { $0["station"] as? String == id.text })
        let proposal = try #require(own["proposal"] as? [String: Any])
        #expect((proposal["release_m3_s"] as? [[String: Double]])?.count == advice.advice.plants[0].releases.count)
        #expect((proposal["below"] as? [String: Any])?["hours"] as? Int == 4)
        let read = (DataWorld.board.now - 1_800).iso8601()
        #expect(proposal["quality"] as? String == "believed" && proposal["read"] as? String == read)
        // What was thought later says nothing of a past hour.
        let past = try await DataWorld.get(site, "/vn-lao-cai/reservoirs?lang=en&at=2024-09-09T00:00:00Z").text
        #expect(!past.contains("A person decides"))
        #expect(
            try await !DataWorld.get(try world.site(atlas: try DataWorld.atlas()), "/vn-lao-cai/reservoirs?lang=en")
                .text.contains("A person decides"))
    }
}
