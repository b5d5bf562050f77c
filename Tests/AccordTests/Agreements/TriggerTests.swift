import Accord
import Series
import Testing

private let start = Instant(secondsSinceEpoch: 1_767_225_600)
private let stage = SeriesID("cn-yunnan/manhao/stage")!  // a literal id

private func readings(_ values: [Double?], quality: Quality = .good) -> [Observation] {
    values.enumerated().map { hour, value in
        let at = start + Int64(hour) * 3600
        return Observation(series: stage, observed: at, received: at, value: value, quality: quality, source: "test")
    }
}

private func onsets(
    _ condition: Trigger.Condition, _ value: Double?, hours: Double? = nil, _ values: [Double?],
    quality: Quality = .good
) -> [Int64] {
    let pattern = SeriesPattern(provider: nil, station: nil, property: .stage)
    let trigger = Trigger(series: pattern, condition: condition, value: value, hours: hours)
    return trigger.onsets(in: readings(values, quality: quality)).map { ($0 - start) / 3600 }
}

@Suite struct TriggerTests {
    @Test func `a level sets off at the first reading that reaches it and again after one that does not`() {
        #expect(onsets(.above, 5, [4, 5, 6, 4.9, 5, nil, 5]) == [1, 4])
        #expect(onsets(.above, 5, [6, 6]) == [0])
        #expect(onsets(.below, 2, [3, 2, 1, 2.1, 2]) == [1, 4])
    }

    @Test func `a rate looks back so many hours and no further`() {
        #expect(onsets(.rise, 1, hours: 2, [1, 1.5, 2, 2, 2, 2.5, 3.5]) == [2, 6])
        #expect(onsets(.rise, 1, hours: 1, [1, 1.5, 2, 2.5]).isEmpty)
        #expect(onsets(.fall, 1, hours: 2, [3, 2.5, 2, 2, 2]) == [2])
        // A fall and a rise inside the span: the lowest of the span counts.
        #expect(onsets(.rise, 1, hours: 3, [2, 1, 1.9, 2]) == [3])
    }

    @Test func `missing and failed readings set nothing off, and hidden numbers neither`() {
        #expect(onsets(.above, 5, [nil, nil]).isEmpty)
        #expect(onsets(.above, 5, [6, 7], quality: .fail).isEmpty)
        #expect(onsets(.above, nil, [6, 7]).isEmpty && onsets(.rise, 1, [1, 9]).isEmpty)
    }
}
