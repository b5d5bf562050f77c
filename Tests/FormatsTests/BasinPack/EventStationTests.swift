import Formats
import River
import Series
import Testing

/// The stations that an event brings.
struct EventStationTests {
    private func read(_ text: String) -> (ids: [String], rules: [String], provider: String?) {
        let (stations, faults) = readStations(CSVTable(Array(text.utf8), file: "stations.csv"))
        return (stations.map(\.id.text), faults.map(\.rule), stations.first?.provider.text)
    }

    @Test func `an id is enough`() {
        let found = read("id\nnew-gauge\n")
        #expect(found.ids == ["new-gauge"] && found.rules == [] && found.provider == "event")
    }

    @Test func `names, river and provider are taken where they stand`() throws {
        let table = CSVTable(
            Array("id,name,provider,latitude,colour\nnew-gauge,New,vn-lao-cai,22.1,red\n".utf8), file: "s")
        let (stations, faults) = readStations(table)
        let station = try #require(stations.first)
        #expect(faults.isEmpty && station.provider.text == "vn-lao-cai" && station.latitude == 22.1)
        #expect(station.name == LocalizedText(vi: "New", zh: "New", en: "New"))
    }

    @Test func `rows with a fault are left out and named`() {
        let found = read("id,latitude\nnew-gauge,22.1\nNEW,22.1\nother,\"22,1\"\nnew-gauge,1\n,2\n")
        #expect(found.ids == ["new-gauge"])
        #expect(found.rules == ["malformed-id", "decimal-comma", "duplicate-id", "empty-field"])
        #expect(read("name\nA\n").rules == ["missing-column"])
    }
}
