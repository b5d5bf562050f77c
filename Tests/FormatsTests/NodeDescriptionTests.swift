import Formats
import Series
import Testing

/// `node.yaml`.
@Suite struct NodeDescriptionTests {
    @Test func `what is written reads back to the same`() throws {
        var description = NodeDescription(
            party: try #require(PartyID("cn-yunnan")), pack: "red-river", packFolder: "packs/red-river",
            agreement: "red-river-illustrative", identity: String(repeating: "0a", count: 32))
        description.listen = HostAndPort("[::]:8443")
        description.pages = HostAndPort("127.0.0.1:8080")
        description.addresses[try #require(PartyID("vn-lao-cai"))] = "https://b.example:8443"
        #expect(try NodeDescription(Array(description.text.utf8), file: "node.yaml") == description)
        #expect(description.listen?.host == "::" && description.listen?.description == "[::]:8443")
    }

    @Test(arguments: [
        "party: nobody at all", "pack: red-river", "party: cn-yunnan\nlisten: somewhere",
        "party: cn-yunnan\naddresses:\n  vn-lao-cai: http://b.example", "party: cn-yunnan\npeers:\n  vn-lao-cai: key",
        "- a list", "party: [",
    ])
    func `a fault is named with its place`(text: String) {
        let problem = #expect(throws: EventFileProblem.self) {
            try NodeDescription(Array(text.utf8), file: "nodes/cn-yunnan/node.yaml")
        }
        #expect(problem?.fault.file == "nodes/cn-yunnan/node.yaml" && problem?.fault.advice.isEmpty == false)
    }

    @Test(arguments: ["", ":8443", "host", "host:", "host:70000", "a b:1", "host:-1"])
    func `no address and port is read out of other texts`(text: String) { #expect(HostAndPort(text) == nil) }
}
