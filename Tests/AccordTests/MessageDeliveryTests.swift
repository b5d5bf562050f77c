import Accord
import Series
import Testing

private let start = Instant(secondsSinceEpoch: 1_790_000_000)
private let mail = DeliveryRoute(channel: .mail, target: "duty@example.org", language: "vi")
private let web = DeliveryRoute(channel: .webhook, target: "https://example.org/a", language: "en")

private func office(_ id: String, _ routes: [DeliveryRoute], calls: [String] = ["First", "Second"]) -> Addressee {
    Addressee(
        office: id, name: LocalizedText(vi: id, zh: id, en: id), party: PartyID("vn-lao-cai")!, routes: routes,
        calls: calls.map { CallListEntry(name: $0, telephone: "1") })
}

private func delivery(
    _ addressees: [Addressee], needsAnswer: Bool = true, isUrgent: Bool = false, entries: [DeliveryEntry] = []
) -> MessageDelivery {
    MessageDelivery(
        issued: start, expires: start + 86_400, needsAnswer: needsAnswer, isUrgent: isUrgent,
        timetable: NoticeTimetable(), addressees: addressees, entries: entries)
}

private func entry(_ after: Int64, _ step: DeliveryStep, office: String = "a") -> DeliveryEntry {
    DeliveryEntry(time: start + after, office: office, step: step)
}

@Suite struct MessageDeliveryTests {
    @Test func `every machine of every office is tried at once, telephones are left to people`() {
        let telephone = DeliveryRoute(channel: .telephone, target: "1", language: "vi")
        let sending = delivery([office("a", [mail, telephone]), office("b", [web, mail])])
        #expect(
            sending.tasks(at: start).map { "\($0.office) \($0.route.name)" } == [
                "a mail:duty@example.org", "b webhook:https://example.org/a", "b mail:duty@example.org",
            ])
    }

    @Test
    func
        `a route that fails is tried again after ever longer pauses, up to ten minutes, until the message has run out`()
    {
        var sending = delivery([office("a", [mail])])
        var (now, pauses): (Instant, [Int64]) = (start, [])
        for _ in 0..<9 {
            #expect(sending.tasks(at: now).count == 1)
            sending.add(DeliveryEntry(time: now, office: "a", step: .begun(route: mail.name)))
            sending.add(DeliveryEntry(time: now, office: "a", step: .failed(route: mail.name, reason: "down")))
            #expect(sending.tasks(at: now).isEmpty)
            let next = sending.nextTask(after: now)!
            pauses.append(next - now)
            #expect(sending.tasks(at: next - 1).isEmpty)
            now = next
        }
        #expect(pauses == [15, 30, 60, 120, 240, 480, 600, 600, 600])
        #expect(sending.standing(of: "a", at: now)?.failing == [mail.name: "down"])
        #expect(sending.tasks(at: start + 86_400).isEmpty && sending.nextTask(after: start + 86_400) == nil)
        sending.add(DeliveryEntry(time: now, office: "a", step: .begun(route: mail.name)))
        sending.add(DeliveryEntry(time: now, office: "a", step: .sent(route: mail.name)))
        #expect(sending.tasks(at: now + 10_000).isEmpty)
        #expect(sending.standing(of: "a", at: now)?.failing.isEmpty == true)
        #expect(sending.standing(of: "a", at: now)?.phase == .sent)
    }

    @Test func `an attempt without a word is tried again and counted as one that may have arrived twice`() {
        let sending = delivery(
            [office("a", [mail])],
            entries: [
                entry(0, .begun(route: mail.name)), entry(40, .begun(route: mail.name)),
                entry(41, .sent(route: mail.name)),
            ])
        #expect(sending.standing(of: "a", at: start + 50)?.uncertain == 1)
        let stopped = delivery([office("a", [mail])], entries: [entry(0, .begun(route: mail.name))])
        #expect(stopped.tasks(at: start + 14).isEmpty)
        #expect(stopped.tasks(at: start + 15).map(\.attempts) == [1])
    }

    @Test
    func `who has not answered in time is overdue, and the call list is gone through once before it begins again`() {
        var sending = delivery([office("a", [mail])])
        #expect(sending.standing(of: "a", at: start + 1_799)?.overdueSince == nil)
        #expect(sending.standing(of: "a", at: start + 1_800)?.overdueSince == start + 1_800)
        #expect(sending.standing(of: "a", at: start + 1_800)?.nextCall?.name == "First")
        sending.add(entry(1_900, .called("First", isAnswered: false)))
        #expect(sending.standing(of: "a", at: start + 1_900)?.nextCall?.name == "Second")
        sending.add(entry(2_000, .called("Second", isAnswered: false)))
        #expect(sending.standing(of: "a", at: start + 2_000)?.nextCall?.name == "First")
        sending.add(entry(2_100, .called("First", isAnswered: true)))
        sending.add(entry(2_100, .read(by: "First", how: "telephone")))
        let standing = sending.standing(of: "a", at: start + 9_000)
        #expect(standing?.phase == .read && standing?.reader == "First" && standing?.read == start + 2_100)
        #expect(standing?.overdueSince == nil && standing?.nextCall == nil)
        #expect(sending.standing(of: "stranger", at: start) == nil)
    }

    @Test func `an urgent message is overdue sooner, and one that needs no answer never`() {
        let urgent = delivery([office("a", [mail])], isUrgent: true)
        #expect(urgent.standing(of: "a", at: start + 900)?.overdueSince == start + 900)
        let plain = delivery([office("a", [mail])], needsAnswer: false)
        #expect(plain.standing(of: "a", at: start + 80_000)?.overdueSince == nil)
        #expect(plain.escalations(at: start + 80_000).isEmpty)
    }

    @Test func `the timetable asks for each step once, machines only while none has taken the message`() {
        var sending = delivery([office("a", [mail]), office("b", [mail])])
        sending.add(entry(10, .begun(route: mail.name), office: "b"))
        sending.add(entry(11, .sent(route: mail.name), office: "b"))
        func steps(_ after: Int64) -> [String] {
            sending.escalations(at: start + after).map { "\($0.addressee) \($0.step.rawValue)" }
        }
        #expect(steps(119).isEmpty)
        #expect(steps(120) == ["a other-route"])
        sending.add(entry(120, .escalated(.otherRoute)))
        #expect(steps(600) == ["a alarm"])
        sending.add(entry(600, .escalated(.alarm)))
        #expect(steps(1_800) == ["a next-person", "b next-person"])
        sending.add(entry(1_800, .read(by: "x", how: "page"), office: "b"))
        #expect(steps(3_600) == ["a foreign-affairs", "a next-person"])
    }

    @Test func `an office is told of its own stations from its level on, and of every end`() {
        let lower = Addressee(
            office: "a", name: LocalizedText(vi: "a", zh: "a", en: "a"), party: PartyID("vn-lao-cai")!,
            stations: [StationID("lao-cai")!], fromLevel: 2, routes: [mail])
        #expect(lower.isConcerned(by: StationID("lao-cai")!, level: 2))
        #expect(!lower.isConcerned(by: StationID("lao-cai")!, level: 1))
        #expect(!lower.isConcerned(by: StationID("bao-ha")!, level: 4))
        #expect(lower.isConcerned(by: StationID("lao-cai")!, level: 0))
    }
}
