import Forecasting
import Series
import Testing

/// The life of a warning event.
@Suite struct WarningEventTests {
    private let start = Instant(secondsSinceEpoch: 1_725_840_000)
    private let subject = WarningSubject(
        party: PartyID("vn-lao-cai")!, office: "hydromet", hazard: .riverFlood, station: StationID("lao-cai")!)

    private func bulletin(_ level: Int, _ areas: [String] = ["a"], until: Int64? = nil, at hour: Int64)
        -> WarningBulletin
    {
        WarningBulletin(
            level: level, areas: areas, until: until.map { start + $0 * 3600 }, expires: start + (hour + 13) * 3600)
    }

    private func record(_ event: WarningEvent, _ bulletin: WarningBulletin, at hour: Int64) throws -> WarningEvent {
        try event.recording(
            IssuedWarning(
                reference: WarningReference(sender: "s", identifier: "i\(hour)", sent: start + hour * 3600),
                action: event.action(of: bulletin), bulletin: bulletin))
    }

    @Test func `each change has its action, its code and its kind of message`() throws {
        var event = WarningEvent(subject: subject, year: 2024, serial: 1)
        let steps: [(WarningBulletin, WarningAction, WarningMessageKind)] = [
            (bulletin(1, until: 20, at: 0), .new, .alert), (bulletin(1, until: 20, at: 1), .continue, .update),
            (bulletin(1, until: 30, at: 2), .extendTime, .update),
            (bulletin(1, ["a", "b"], until: 30, at: 3), .extendArea, .update),
            (bulletin(1, ["a", "b", "c"], until: 31, at: 4), .extendBoth, .update),
            (bulletin(3, ["a"], until: 31, at: 5), .upgrade, .update), (bulletin(2, at: 6), .downgrade, .update),
            (bulletin(0, at: 7), .cancel, .cancel),
        ]
        for (index, step) in steps.enumerated() {
            #expect(event.action(of: step.0) == step.1)
            #expect(step.1.message == step.2)
            let plan = event.plan(step.1, at: start + Int64(index) * 3600)
            #expect(plan.references.map(\.identifier) == (0..<index).map { "i\($0)" })
            event = try record(event, step.0, at: Int64(index))
        }
        #expect(event.phase == .closed)
        #expect(event.isShownAsRemoved(at: start + 8 * 3600) && !event.isShownAsRemoved(at: start + 32 * 3600))
        #expect(Set(WarningAction.allCases.map(\.code)).count == WarningAction.allCases.count)
        #expect(WarningAction.expire.message == nil)
    }

    @Test func `references name all that has not expired, and the last in any case`() throws {
        var event = WarningEvent(subject: subject, year: 2024, serial: 1)
        event = try record(event, bulletin(1, at: 0), at: 0)
        event = try record(event, bulletin(1, at: 6), at: 6)
        #expect(event.plan(.continue, at: start + 14 * 3600).references.map(\.identifier) == ["i6"])
        #expect(event.plan(.continue, at: start + 40 * 3600).references.map(\.identifier) == ["i6"])
        #expect(event.plan(.cancel, at: start + 12 * 3600).references.count == 2)
    }

    @Test func `what does not follow is refused`() throws {
        let empty = WarningEvent(subject: subject, year: 2024, serial: 1)
        let first = try record(empty, bulletin(2, at: 2), at: 2)
        func refusal(_ event: WarningEvent, _ action: WarningAction, _ bulletin: WarningBulletin, _ hour: Int64)
            -> WarningEventRefusal?
        {
            let message = IssuedWarning(
                reference: WarningReference(sender: "s", identifier: "x", sent: start + hour * 3600), action: action,
                bulletin: bulletin)
            do throws(WarningEventRefusal) {
                _ = try event.recording(message)
                return nil
            } catch { return error }
        }
        #expect(refusal(empty, .continue, bulletin(1, at: 0), 0) == .action(expected: .new))
        #expect(refusal(empty, .correct, bulletin(1, at: 0), 0) == .action(expected: .new))
        #expect(refusal(first, .new, bulletin(3, at: 3), 3) == .action(expected: .upgrade))
        #expect(refusal(first, .upgrade, bulletin(3, at: 3), 1) == .order)
        #expect(refusal(first, .correct, bulletin(2, at: 3), 3) == nil)
        let closed = try record(first, bulletin(0, at: 4), at: 4)
        #expect(refusal(closed, .new, bulletin(1, at: 5), 5) == .closed)
        #expect(first.correction(ofText: true) == [.correct] && first.correction(ofText: false) == [.cancel, .new])
    }

    @Test func `a subject has one open event, and numbers count through the year`() throws {
        var register = WarningRegister()
        let first = try record(register.event(for: subject, year: 2024), bulletin(1, at: 0), at: 0)
        register = try register.keeping(first)
        #expect(register.event(for: subject, year: 2024) == first)
        let rival = try record(WarningEvent(subject: subject, year: 2024, serial: 2), bulletin(1, at: 1), at: 1)
        #expect(throws: WarningEventRefusal.open(year: 2024, serial: 1)) { try register.keeping(rival) }
        register = try register.keeping(try record(first, bulletin(0, at: 2), at: 2))
        #expect(register.open(subject) == nil)
        #expect(register.event(for: subject, year: 2024).serial == 2)
        #expect(register.event(for: subject, year: 2025).serial == 1)
    }

    @Test func `an event is watched, warned, receding, over`() throws {
        var event = WarningEvent(subject: subject, year: 2024, serial: 1)
        #expect(event.phase == .idle)
        var phases: [WarningEvent.Phase] = []
        for (hour, level) in [1, 2, 3, 3, 2, 2, 3, 0].enumerated() {
            event = try record(event, bulletin(level, at: Int64(hour)), at: Int64(hour))
            phases.append(event.phase)
        }
        #expect(
            phases == [.watch, .warned(2), .warned(3), .warned(3), .receding(2), .receding(2), .warned(3), .closed])
    }
}
