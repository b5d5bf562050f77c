import Accord
import Series
import TestKit
import Testing

/// Notices under an agreement: releases, and with the same machine every other.
@Suite struct AgreedNoticeTests {
    private let morning = Instant(CivilDate(year: 2020, month: 8, day: 20)!, secondOfDay: 9 * 3600, offset: .china)
    private let day = CivilDate(year: 2020, month: 8, day: 20)!
    private let terms = NoticeTerms(
        event: .plannedRelease, hoursBefore: 12, urgentHoursBefore: 2, mustState: [.flowFrom, .flowTo, .start, .gates])

    private func notice(_ values: [NoticeField: NoticeValue], isUrgent: Bool = false, terms: NoticeTerms? = nil)
        -> AgreedNotice
    {
        AgreedNotice(
            clause: "3.1", sender: PartyID("cn-yunnan")!, subject: "madushan",
            addressees: ["lao-cai", "hydromet", "lao-cai"],
            terms: terms ?? self.terms, written: morning, values: values, isUrgent: isUrgent)
    }

    private func whole(startsIn hours: Int64) -> [NoticeField: NoticeValue] {
        [
            .flowFrom: .number(300), .flowTo: .number(900), .start: .time(morning + hours * 3600), .gates: .number(2),
        ]
    }

    @Test func `a notice of the same day without a discharge is late and incomplete at once`() throws {
        let told = try notice([.start: .day(day, .china)]).recording(.sent, at: morning)
        let standing = told.standing(at: morning)
        #expect(standing.isLate == true)
        #expect(standing.missing == [.flowFrom, .flowTo, .gates])
        #expect(standing.isKept == false)
        #expect(told.isUrgent)
    }

    @Test func `with a discharge and twelve hours of lead it is kept, a minute less and it is late`() throws {
        let kept = try notice(whole(startsIn: 12)).recording(.sent, at: morning)
        #expect(kept.standing(at: morning).isKept == true && kept.standing(at: morning).lateness == 0)
        let late = try notice(whole(startsIn: 12)).recording(.sent, at: morning + 60)
        #expect(late.standing(at: morning + 60).lateness == 60)
        let urgent = try notice(whole(startsIn: 3), isUrgent: true).recording(.sent, at: morning)
        #expect(urgent.standing(at: morning).isKept == true)
        // A draft that lies too long becomes late while it lies.
        #expect(notice(whole(startsIn: 12)).standing(at: morning + 3600).lateness == 3600)
    }

    @Test func `where the agreement states no hours, nothing is called late`() throws {
        let open = try notice(whole(startsIn: 0), terms: NoticeTerms(event: .plannedRelease)).recording(
            .sent, at: morning)
        #expect(open.standing(at: morning).isLate == nil && open.standing(at: morning).isKept == nil)
    }

    @Test func `it goes from draft to closed, and each step is kept with its version`() throws {
        var notice = notice(whole(startsIn: 24))
        var phases = [notice.phase]
        let steps: [NoticeEvent] = [
            .sent, .delivered(to: "lao-cai"), .delivered(to: "hydromet"), .acknowledged(by: "Mai", at: "lao-cai"),
            .acknowledged(by: "An", at: "hydromet"), .opened, .ended, .closed,
        ]
        for (minute, step) in steps.enumerated() {
            notice = try notice.recording(step, at: morning + Int64(minute) * 60)
            phases.append(notice.phase)
        }
        #expect(phases == [.draft, .sent, .sent, .delivered, .delivered, .acknowledged, .opened, .ended, .closed])
        #expect(notice.entries.count == 8 && notice.addressees == ["lao-cai", "hydromet"])
        #expect(notice.acknowledgement(of: "lao-cai") == morning + 180)
    }

    @Test func `a new version must be sent and read again, and the old one is kept`() throws {
        var notice = try notice(whole(startsIn: 24)).recording(.sent, at: morning)
        notice = try notice.recording(.acknowledged(by: "Mai", at: "lao-cai"), at: morning + 60)
        notice = try notice.updated(at: morning + 120, values: whole(startsIn: 10))
        #expect(notice.phase == .draft && notice.versions.count == 2 && notice.acknowledgement(of: "lao-cai") == nil)
        #expect(throws: NoticeRefusal.notSent) { try notice.recording(.delivered(to: "lao-cai"), at: morning + 180) }
        notice = try notice.recording(.sent, at: morning + 180)
        #expect(notice.standing(at: morning + 180).isLate == true)
        #expect(notice.versions[0].values == whole(startsIn: 24))
        #expect(notice.leadTime == Int64(35_940))
    }

    @Test func `who does not answer is escalated by the timetable`() throws {
        let notice = try notice(whole(startsIn: 24)).recording(.sent, at: morning)
        func steps(_ minutes: Int64, _ notice: AgreedNotice) -> [NoticeEscalation.Step] {
            notice.escalations(at: morning + minutes * 60).filter { $0.addressee == "lao-cai" }.map(\.step)
        }
        #expect(steps(1, notice) == [] && steps(2, notice) == [.otherRoute])
        #expect(steps(10, notice) == [.otherRoute, .alarm])
        #expect(steps(30, notice) == [.otherRoute, .alarm, .nextPerson])
        #expect(steps(60, notice) == [.otherRoute, .alarm, .nextPerson, .foreignAffairs])
        let delivered = try notice.recording(.delivered(to: "lao-cai"), at: morning + 60)
        #expect(steps(29, delivered) == [] && steps(30, delivered) == [.nextPerson])
        #expect(delivered.standing(at: morning + 1800).overdue == ["lao-cai", "hydromet"])
        let read = try delivered.recording(.acknowledged(by: "Mai", at: "lao-cai"), at: morning + 2400)
        #expect(steps(60, read) == [] && steps(35, read) == [.nextPerson])
        let urgent = try self.notice(whole(startsIn: 1), isUrgent: true).recording(.sent, at: morning)
        #expect(steps(15, urgent) == [.otherRoute, .alarm, .nextPerson])
    }

    @Test func `what does not fit is refused`() throws {
        let draft = notice(whole(startsIn: 24))
        #expect(throws: NoticeRefusal.notSent) { try draft.recording(.delivered(to: "lao-cai"), at: morning) }
        let sent = try draft.recording(.sent, at: morning)
        #expect(throws: NoticeRefusal.alreadySent) { try sent.recording(.sent, at: morning) }
        #expect(throws: NoticeRefusal.stranger("ha-noi")) { try sent.recording(.delivered(to: "ha-noi"), at: morning) }
        #expect(throws: NoticeRefusal.order) { try sent.recording(.opened, at: morning - 1) }
        #expect(throws: NoticeRefusal.notOpened) { try sent.recording(.ended, at: morning) }
        let open = try sent.recording(.opened, at: morning + 60)
        #expect(throws: NoticeRefusal.alreadyOpened) { try open.recording(.opened, at: morning + 120) }
        let withdrawn = try sent.recording(.withdrawn(reason: "rain has ended"), at: morning + 60)
        #expect(withdrawn.phase == .withdrawn && withdrawn.escalations(at: morning + 86_400).isEmpty)
        #expect(throws: NoticeRefusal.over) { try withdrawn.updated(at: morning + 120, values: [:]) }
        #expect(throws: NoticeRefusal.over) { try withdrawn.recording(.opened, at: morning + 120) }
        // An answer that comes late is still evidence.
        #expect(try withdrawn.recording(.acknowledged(by: "Mai", at: "lao-cai"), at: morning + 120).entries.count == 3)
    }

    @Test func `gates that open without a word make the notice late, and the year is counted`() throws {
        let unannounced = try notice([:]).recording(.opened, at: morning).recording(.sent, at: morning + 600)
        #expect(unannounced.standing(at: morning + 600).isLate == true && unannounced.phase == .opened)
        let untold = try notice([:]).recording(.opened, at: morning).recording(.ended, at: morning + 300)
        #expect(throws: NoticeRefusal.notSent) { try untold.recording(.closed, at: morning + 600) }
        #expect(try unannounced.recording(.closed, at: morning + 900).phase == .closed)
        #expect(try notice([:]).recording(.closed, at: morning).phase == .closed, "a draft is put away")
        let kept = try notice(whole(startsIn: 12)).recording(.sent, at: morning)
        let vague = try notice([:], terms: NoticeTerms(event: .health)).recording(.sent, at: morning)
        let count = NoticePunctuality(
            of: [unannounced, kept, vague, notice([:])], sender: PartyID("cn-yunnan")!, from: morning,
            until: morning + 86_400)
        #expect(count.sent == 3 && count.kept == 1 && count.missed == 1 && count.unknown == 1)
    }
}
