import Foundation
import TestKit
import Testing

/// `riparian cap try`: the routes of `alerts.yaml`, each to a real server.
@Suite struct CapTryTests {
    private let place: TemporaryPlace

    init() throws { place = try TemporaryPlace() }

    private func path(_ name: String) -> String { place.url.appending(path: name).path(percentEncoded: false) }

    private func text(_ name: String) -> String {
        (try? String(contentsOf: place.url.appending(path: name), encoding: .utf8)) ?? ""
    }

    private func alerts(broker: Int, _ routes: String) throws {
        let text = """
            sender: duty.example
            office: duty
            name: {vi: Trực ban, zh: 值班室, en: Duty office}
            mqtt: {server: "mqtt://127.0.0.1:\(broker)", plain: true}
            spool: outbox
            addressees:
              - office: town
                name: {vi: Xã, zh: 镇, en: Town}
                routes: [\(routes)]
            """
        try Data(text.utf8).write(to: place.url.appending(path: "nodes/vn-lao-cai/alerts.yaml"))
    }

    private func wait(_ condition: () -> Bool) -> Bool {
        for _ in 0..<200 {
            if condition() { return true }
            usleep(50_000)
        }
        return false
    }

    private static let hasBroker = ["/usr/sbin/mosquitto", "/usr/bin/mosquitto_sub"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private func start(_ program: String, _ arguments: [String], output: String) throws -> Process {
        _ = FileManager.default.createFile(atPath: path(output), contents: nil)
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        let file = try FileHandle(forWritingTo: place.url.appending(path: output))
        (process.standardOutput, process.standardError) = (file, file)
        try process.run()
        return process
    }

    @Test(.enabled(if: CapTryTests.hasBroker, "needs mosquitto and mosquitto-clients, which make test installs"))
    func `a broker that runs has the nudge, and machines that do not answer are named`() throws {
        let made = try Program.run("init", "--dir", path("nodes"), "--party", "vn-lao-cai")
        #expect(made.status == 0, "\(made.errors)")
        let port = try TwoNodes.freePort()
        let broker = try start("/usr/sbin/mosquitto", ["-v", "-p", "\(port)"], output: "broker")
        defer { kill(broker.processIdentifier, SIGKILL) }
        #expect(wait { text("broker").contains("running") || text("broker").contains("Opening ipv4") })
        let reader = try start(
            "/usr/bin/mosquitto_sub",
            ["-h", "127.0.0.1", "-p", "\(port)", "-t", "river/town", "-q", "1", "-C", "1", "-W", "60"],
            output: "reader")
        defer { kill(reader.processIdentifier, SIGKILL) }
        #expect(wait { text("broker").contains("Sending SUBACK") })
        try alerts(
            broker: port,
            "{mqtt: river/town, language: vi}, {webhook: \"http://127.0.0.1:1/\", language: en}, {spool: town, language: en}"
        )
        let outcome = try Program.run("cap", "try", "--dir", path("nodes"), "--party", "vn-lao-cai", "--json")
        #expect(outcome.status == 1)
        let rows = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: String]])
        #expect(rows.map { $0["outcome"] } == ["taken", "failed", "not-tried"], "\(rows)")
        #expect(rows.map { $0["channel"] } == ["mqtt", "webhook", "spool"])
        #expect(wait { text("reader").contains("Thử đường truyền của Trực ban") }, "\(text("reader"))")
        kill(broker.processIdentifier, SIGKILL)
        #expect(wait { !broker.isRunning })
        try alerts(broker: port, "{mqtt: river/town, language: vi}")
        let gone = try Program.run("cap", "try", "--dir", path("nodes"), "--party", "vn-lao-cai")
        #expect(gone.status == 1 && gone.output.contains("failed  town  mqtt:river/town - no connection"), "\(gone)")
    }

    @Test func `routes that cannot be are refused with the line and what to write`() throws {
        #expect(try Program.run("init", "--dir", path("nodes"), "--party", "vn-lao-cai").status == 0)
        func refusal(_ routes: String) throws -> String {
            try alerts(broker: 1883, routes)
            let outcome = try Program.run("cap", "try", "--dir", path("nodes"), "--party", "vn-lao-cai")
            #expect(outcome.status == 2, "\(outcome)")
            return outcome.errors
        }
        #expect(try refusal("{mqtt: \"river/#\", language: vi}").contains("write a topic without + and #"))
        #expect(try refusal("{text_message: \"+84 1\", language: vi}").contains("write text_message: {address:"))
        let none = try Program.run("cap", "try", "--dir", path("nodes"), "--party", "vn-lao-cai", "--office", "nobody")
        #expect(none.status == 2)
    }
}
