import River
import Series
import TestKit
import Testing

@testable import Forecasting

@Suite struct WarningDecisionTests {
    private let alarms = SampleBasin.station("upper", alarms: [50, 52, 53]).alarms

    private func forecast(_ values: [Double], issuedHour: Int64, reading: Double, age: Int64 = 0) -> StationForecast {
        let issued = SampleBasin.start + issuedHour * 3600
        let axis = TimeAxis(start: issued, step: 3600, count: 2)
        let members = values.map { [reading, $0] }
        let median = [reading, values.sorted()[values.count / 2]]
        return StationForecast(
            station: StationID("upper")!, property: .stage, issued: issued, axis: axis, members: members,
            median: median, p05: median, p25: median, p75: median, p95: median, method: .tendency, known: .forecast,
            lastReading: .init(time: issued - age * 3600, value: reading), notes: [])
    }

    private func decide(
        _ share: Double, reading: Double = 48, hour: Int64, before: WarningState?, age: Int64 = 0
    ) -> StationDecision {
        let members = (0..<20).map { Double($0) < share * 20 ? 50.5 : 49.0 }
        return StationDecision(
            forecast: forecast(members, issuedHour: hour, reading: reading, age: age), alarms: alarms, before: before,
            issued: SampleBasin.start + hour * 3600)
    }

    @Test func `a level is raised when the mean probability of two runs reaches its mark`() {
        let first = decide(0.6, hour: 0, before: nil)
        #expect(first.state.level == 0)
        #expect(first.draft == nil)
        let second = decide(0.6, hour: 3, before: first.state)
        #expect(second.state.level == 1)
        #expect(second.draft?.action == .new)
    }

    @Test func `a checked reading at the level raises it at once`() {
        let decision = decide(0, reading: 52.3, hour: 0, before: nil)
        #expect(decision.state.level == 2)
        #expect(decision.draft?.isObserved == true)
        #expect(decision.draft?.crossing == nil)
    }

    @Test func `a level is lowered one step after two quiet runs and the hold, never on old readings`() {
        var state = decide(0, reading: 52.3, hour: 0, before: nil).state
        state = decide(0, reading: 51.0, hour: 1, before: state).state
        #expect(state.level == 2)
        let stale = decide(0, reading: 51.0, hour: 12, before: state, age: 9)
        #expect(stale.state.level == 2)
        let lowered = decide(0, reading: 49.5, hour: 4, before: state)
        #expect(lowered.state.level == 1)
        #expect(lowered.draft?.action == .downgrade)
    }

    @Test func `a forecast that swings about the mark every run gives one level, not a flicker`() {
        var state: WarningState?
        var changes = 0
        for run in 0..<48 {
            let decision = decide(run % 2 == 0 ? 0.62 : 0.48, hour: Int64(run), before: state)
            if let state, state.level != decision.state.level { changes += 1 }
            state = decision.state
        }
        #expect(changes <= 1)
        #expect(state?.level == 1)
    }

    @Test func `an event that is over is cancelled`() {
        var state = decide(0, reading: 50.3, hour: 0, before: nil).state
        state = decide(0, reading: 48, hour: 3, before: state).state
        let over = decide(0, reading: 47, hour: 6, before: state)
        #expect(over.state.level == 0)
        #expect(over.draft?.action == .cancel)
        #expect(decide(0, reading: 46, hour: 9, before: over.state).draft == nil)
    }
}
