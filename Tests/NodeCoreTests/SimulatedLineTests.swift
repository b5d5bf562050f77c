import NodeCore
import Series
import Testing

@Suite struct SimulatedLineTests {
    private let one = Made.yunnan
    private let other = Made.laoCai
    private let start = Instant(secondsSinceEpoch: 1_725_753_600)

    @Test func `requests arrive again and again, each later than asked, the same for the same seed`() {
        let lines = SimulatedLines(seed: 7)
        let again = SimulatedLines(seed: 7)
        let others = SimulatedLines(seed: 8)
        var (now, differing, longest) = (start, 0, Int64(0))
        for _ in 0..<500 {
            let next = lines.arrival(of: one, at: other, after: now)
            #expect(next > now)
            #expect(again.arrival(of: one, at: other, after: now) == next)
            if others.arrival(of: one, at: other, after: now) != next { differing += 1 }
            longest = max(longest, next - now)
            now = next
        }
        #expect(differing > 400)
        #expect(longest <= 1800 + 600)
    }

    @Test func `no request is forgotten between two questions`() {
        let lines = SimulatedLines(seed: 3, character: LineCharacter(delay: 900, loss: 0, outages: 0))
        var arrivals: Set<Instant> = []
        var now = start
        for _ in 0..<50 {
            now = lines.arrival(of: one, at: other, after: now)
            arrivals.insert(now)
        }
        for second in stride(from: 0, to: now - start, by: 7) {
            #expect(arrivals.contains(lines.arrival(of: one, at: other, after: start + second)))
        }
    }

    @Test func `as many fetches are lost as the line's character says`() {
        let lines = SimulatedLines(seed: 1, character: LineCharacter(delay: 10, loss: 0.2, outages: 0))
        let lost = (0..<5000).count { !lines.carries("lanes/a/b/c/checkpoint", from: one, to: other, at: start + $0) }
        #expect((850...1150).contains(lost))
        let perfect = SimulatedLines(seed: 1, character: .perfect)
        #expect((0..<500).allSatisfy { perfect.carries("x", from: one, to: other, at: start + $0) })
    }

    @Test func `a broken line is broken in both directions, for half an hour to six`() {
        let lines = SimulatedLines(seed: 5, character: LineCharacter(delay: 10, loss: 0, outages: 0.5))
        var lengths: [Int64] = []
        var length: Int64 = 0
        for minute in 0..<(60 * 24 * 60) {
            let time = start + Int64(minute) * 60
            let isBroken = lines.isBroken(between: one, and: other, at: time)
            #expect(lines.isBroken(between: other, and: one, at: time) == isBroken)
            if isBroken { #expect(!lines.carries("x", from: one, to: other, at: time)) }
            if isBroken { length += 1 } else if length > 0 { lengths.append(length) }
            if !isBroken { length = 0 }
        }
        #expect(lengths.count > 10)
        // two breaks may follow one another
        #expect(lengths.allSatisfy { (29...721).contains($0) })
    }
}
