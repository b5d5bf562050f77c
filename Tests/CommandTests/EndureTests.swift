import Foundation
import Series
import TestKit
import Testing

/// A real process at work is killed again and again; what it had acknowledged is there, once, and it is up again at once.
@Suite(.serialized) struct EndureTests {
    /// Waits until a process has said a word, 20 s at most, so that a busy machine leaves time for work too.
    private static func wait(for word: String?, in output: URL) {
        guard let word else {
            usleep(20_000)
            return
        }
        for _ in 0..<2_000 {
            if (try? String(contentsOf: output, encoding: .utf8))?.contains(word) == true { return }
            usleep(10_000)
        }
    }

    @Test func `kill -9 during intake and pull loses nothing acknowledged and doubles nothing`() throws {
        let place = try TemporaryPlace()
        let kills = ProcessInfo.processInfo.environment["RIPARIAN_SOAK"] == nil ? 30 : 1000
        var generator = SeededGenerator(seed: 20_251_003)
        var acknowledged = 0
        var pulled = 0
        var slowest = 0
        let nodes = place.url.appending(path: "nodes").path(percentEncoded: false)
        for round in 0..<kills {
            let (output, errors) = (place.url.appending(path: "out"), place.url.appending(path: "err"))
            let process = try Program.start(
                ["endure", "--dir", nodes, "--seed", "\(round)"], output: output, errors: errors)
            EndureTests.wait(for: round % 10 == 9 ? "pulled" : round % 3 == 0 ? nil : "up", in: output)
            usleep(useconds_t(generator.next(below: 400_000)))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            for line in String(decoding: try Data(contentsOf: output), as: UTF8.self).split(separator: "\n") {
                let words = line.split(separator: " ")
                guard words.count == 2, let number = Int(words[1]) else { continue }
                switch words[0] {
                case "up": slowest = max(slowest, number)
                case "acknowledged": acknowledged = max(acknowledged, number)
                case "pulled": pulled = max(pulled, number)
                default: break  // a line that the kill cut short
                }
            }
        }
        let judged = try Program.run("endure", "--dir", nodes, "--judge")
        #expect(judged.status == 0, "\(judged.output) \(judged.errors)")
        let words = judged.output.split(whereSeparator: { " \n".contains($0) }).map(String.init)
        func number(_ name: String) -> Int { words.firstIndex(of: name).flatMap { Int(words[$0 + 1]) } ?? -1 }
        #expect(number("kept") >= acknowledged)
        #expect(number("entries") >= pulled)
        #expect(acknowledged > 0 && pulled > 0, "the kills left time for work")
        print("\(kills) kills: \(acknowledged) acknowledged, \(pulled) entries pulled, slowest start \(slowest) ms")
    }
}
