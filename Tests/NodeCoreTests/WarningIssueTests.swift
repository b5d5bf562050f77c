import Accord
import Forecasting
import Formats
import Foundation
import NodeCore
import Series
import Storage
import TestKit
import Testing

/// From a draft to people: what a person signs is kept before it leaves, leaves once, and is followed to whoever has read it.
@Suite struct WarningIssueTests {
    private let folder: TemporaryFolder
    private let federation: Federation
    private let key: AlertSigningKey
    private let catalogues: Catalogues
    private let station = StationID("lao-cai")!  // literal ids, here and below
    private let lane = "riparian/vn-lao-cai/made-agreement/cn-yunnan"

    init() throws {
        folder = try TemporaryFolder()
        federation = try Federation(in: folder.path)
        catalogues = try Catalogues.sample()
        key = try AlertSigningKey(
            makingFor: "duty.example", from: Made.start - 86_400, until: Made.start + 400 * 86_400)
    }

    private var node: Node { federation.laoCai }

    private func office(_ addressees: [Addressee]? = nil, key: AlertSigningKey?) -> AlertOffice {
        let route = DeliveryRoute(channel: .mail, target: "duty@example.org", language: "vi")
        let addressee = Addressee(
            office: "town", name: Made.text("Town"), party: Made.laoCai, stations: [station], routes: [route],
            calls: [CallListEntry(name: "Desk", telephone: "1")])
        var sign: (@Sendable ([UInt8]) throws -> [UInt8])?
        if let key { sign = { try key.sign($0) } }
        return AlertOffice(
            sender: "duty.example", office: "hydromet", name: LocalizedText(vi: "Đài", zh: "台", en: "Station"),
            sign: sign, addressees: addressees ?? [addressee],
            address: "https://node.example", catalogues: catalogues)
    }

    /// A cycle whose draft proposes a level.
    private func propose(_ level: Int, from previous: Int, hour: Int64) throws {
        let issued = Made.start + hour * 3600
        federation.clock.set(issued + 60)
        let draft = WarningDraft(
            station: station, issued: issued, level: level, previousLevel: previous,
            action: level == 0
                ? .cancel
                : previous == 0 ? .new : level > previous ? .upgrade : level < previous ? .downgrade : .continue,
            threshold: level == 0 ? nil : [80, 82, 83.5][min(level, 3) - 1], probability: 0.7, isObserved: false,
            crossing: issued + 5 * 3600, crestTime: issued + 9 * 3600, crestMedian: 84, crestLow: 82, crestHigh: 85,
            latest: .init(time: issued - 600, value: 79), expires: issued + 4 * 3600, notes: [])
        #expect(try node.database.keep(CycleRecord(issued: issued, forecasts: [], drafts: [draft])))
    }

    private func issue(hour: Int64, addition: LocalizedText? = nil) async throws -> KeptMessage {
        let order = WarningOrder(station: station, cycle: Made.start + hour * 3600, addition: addition)
        let number = try await node.issue(order, through: office(key: key), by: "duty officer").get()
        return try #require(try await node.message(number))
    }

    @Test
    func `what a person signs is a valid alert in three languages, under the pinned key, and stands in the lane once`()
        async throws
    {
        try propose(2, from: 0, hour: 1)
        let message = try await issue(hour: 1)
        let check = try checkAlert(message.document, profile: AlertProfile(named: "riparian-cap-1-issue"))
        #expect(check.isAccepted(), "\(check.findings.map(\.rule))")
        let alert = try #require(try AlertMessage(message.document))
        #expect(alert.text("status") == "Actual" && alert.text("msgType") == "Alert")
        #expect(alert.infos.map(\.language) == ["vi-VN", "zh-CN", "en-GB"])
        let trust = AlertTrust(
            keys: [try #require(PinnedAlertKey(name: "duty", publicKey: key.certificate.publicKey))])
        #expect(verifyAlert(message.document, trust: trust, received: message.issued + 60).state == .verified)
        #expect(message.card.action == .new && message.card.needsAnswer && message.card.clause == "3.5")
        #expect(message.card.texts["vi"]?.headline.isEmpty == false)
        #expect(!(message.card.texts["en"]?.description.contains("draft") ?? true))
        for _ in 1...3 { _ = try await node.publishCheckpoints() }
        _ = try await federation.yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        let entries = try federation.yunnan.database.peerEntries(lane).compactMap { entry -> LaneWarning? in
            if let bytes = entry.bytes, case .warning(let warning)? = try? LaneEntry(bytes) { warning } else { nil }
        }
        let documents: [[UInt8]] = entries.map(\.document)
        #expect(documents == [message.document])
    }

    @Test func `each next message refers to all that hold, and one that ends the event cancels it`() async throws {
        try propose(1, from: 0, hour: 1)
        let first = try await issue(hour: 1)
        try propose(3, from: 1, hour: 3)
        let second = try await issue(hour: 3)
        #expect(second.card.action == .upgrade)
        try propose(0, from: 3, hour: 6)
        let third = try await issue(hour: 6)
        #expect(third.card.action == .cancel)
        let alerts = try [first, second, third].map { try #require(try AlertMessage($0.document)) }
        #expect(alerts.map { $0.text("msgType") } == ["Alert", "Update", "Cancel"])
        #expect(alerts[1].references.map(\.identifier) == [first.identifier])
        #expect(Set(alerts[2].references.map(\.identifier)).isSubset(of: [first.identifier, second.identifier]))
        #expect(alerts[2].references.map(\.identifier).contains(second.identifier))
        let profile = try AlertProfile(named: "riparian-cap-1")
        let known = Array(alerts.prefix(2))
        #expect(checkAlert(third.document, profile: profile, known: known).isAccepted())
        #expect(try node.database.warningEvents().map(\.isOpen) == [false])
        // The next rise is an event of its own.
        try propose(1, from: 0, hour: 9)
        #expect(try await issue(hour: 9).card.action == .new)
        #expect(try node.database.warningEvents().map(\.serial) == [1, 2])
    }

    @Test func `nothing is issued without a key, from a draft that a newer forecast has replaced, or half translated`()
        async throws
    {
        let order = WarningOrder(station: station, cycle: Made.start + 3600)
        #expect(try await node.issue(order, through: office(key: key), by: "x") == .failure(.noDraft))
        try propose(2, from: 0, hour: 1)
        #expect(try await node.issue(order, through: office(key: nil), by: "x") == .failure(.noKey))
        let half = WarningOrder(
            station: station, cycle: Made.start + 3600, addition: LocalizedText(vi: "Cầu đóng.", zh: "", en: "Closed."))
        #expect(try await node.issue(half, through: office(key: key), by: "x") == .failure(.additionIncomplete))
        try propose(3, from: 2, hour: 2)
        #expect(try await node.issue(order, through: office(key: key), by: "x") == .failure(.newerDraft))
        #expect(try await node.messages().isEmpty && node.database.warningEvents().isEmpty)
    }

    @Test func `the officer's own sentences stand in each language as they were written`() async throws {
        try propose(2, from: 0, hour: 1)
        let own = LocalizedText(vi: "Cầu Cốc Lếu đóng.", zh: "谷柳桥关闭。", en: "Coc Leu bridge is closed.")
        let message = try await issue(hour: 1, addition: own)
        for language in Language.allCases {
            #expect(message.card.texts[language.rawValue]?.description.contains(own[language]) == true)
        }
    }

    @Test func `a delivery is begun before it is tried, tried again after a stop, and never after it was taken`()
        async throws
    {
        try propose(2, from: 0, hour: 1)
        let message = try await issue(hour: 1)
        let office = office(key: key)
        let parcel = try #require(try await node.deliveries(through: office).first)
        #expect(parcel.identifier == message.identifier && parcel.texts == message.card.texts["vi"])
        #expect(parcel.answerAddress?.hasPrefix("https://node.example/read/") == true)
        try await node.begin(parcel)
        // The process ends here. Another one opens the same store.
        let again = try Federation.node(Made.laoCai, in: folder.path, clock: federation.clock, log: federation.log)
        #expect(try await again.deliveries(through: office).isEmpty)
        federation.clock.set(federation.clock.now + 15)
        let second = try #require(try await again.deliveries(through: office).first)
        #expect(second.key == parcel.key)
        try await again.begin(second)
        try await again.end(second, failure: nil)
        federation.clock.set(federation.clock.now + 3600)
        #expect(try await again.deliveries(through: office).isEmpty)
        let standing = try await again.message(message.number)?.delivery.standing(of: "town", at: federation.clock.now)
        #expect(standing?.uncertain == 1 && standing?.phase == .sent)
    }

    @Test func `who has not answered is called for once, and the word of the mail says who has read it`() async throws {
        try propose(2, from: 0, hour: 1)
        let message = try await issue(hour: 1)
        federation.clock.set(message.issued + 1_800)
        #expect(try await node.escalate().map(\.step.step) == [.nextPerson, .alarm, .otherRoute])
        #expect(try await node.escalate().isEmpty)
        let word = try #require(message.card.answerKeys["town"])
        let found = try #require(try await node.answer(word))
        #expect(found.message.number == message.number && found.office.office == "town")
        #expect(try await node.answer("guessed") == nil)
        #expect(try await node.note(.read(by: "Lan", how: "page"), of: message.number, office: "town", by: ""))
        #expect(try await !node.note(.read(by: "Lan", how: "page"), of: message.number, office: "stranger", by: ""))
        let standing = try await node.message(message.number)?.delivery.standing(of: "town", at: federation.clock.now)
        #expect(standing?.reader == "Lan" && standing?.overdueSince == nil)
        #expect(try await node.escalate().isEmpty)
    }

    @Test
    func
        `what another program writes about messages is seen at once, and a message that holds is never pushed out by later ones`()
        async throws
    {
        try propose(2, from: 0, hour: 1)
        let message = try await issue(hour: 1)
        #expect(try await node.messages().map(\.number) == [message.number])
        let again = try Federation.node(Made.laoCai, in: folder.path, clock: federation.clock, log: federation.log)
        #expect(try await again.note(.called("Lan", isAnswered: true), of: message.number, office: "town", by: "Ha"))
        #expect(try await node.messages() == again.messages())
        #expect(try await node.messages().first?.delivery.entries.last?.person == "Ha")
        let row = try #require(try node.database.message(message.number))
        for number in 1...1_200 {
            let later = NewMessage(
                identifier: "\(row.identifier).\(number)", kind: row.kind, subject: row.subject,
                issued: row.issued - 7_200,
                expires: row.issued - 3_600, person: "Ha", document: row.document, card: row.card, isSent: true)
            _ = try node.database.keep(later)
        }
        let office = office(key: key)
        for each in [
            node, again,
            try Federation.node(Made.laoCai, in: folder.path, clock: federation.clock, log: federation.log),
        ] {
            #expect(try await each.deliveries(through: office).map(\.message) == [message.number])
            #expect(
                try await each.messages(limit: 2).map(\.identifier) == [
                    "\(row.identifier).1200", "\(row.identifier).1199",
                ])
        }
    }

    @Test
    func
        `a span is looked back on: what was warned and reached with its lead, who had each message when, exercises apart`()
        async throws
    {
        try propose(1, from: 0, hour: 1)
        let message = try await issue(hour: 1)
        federation.clock.set(Made.start + 4 * 3600)
        _ = try await node.receive([
            Made.reading("vn-lao-cai/lao-cai/stage", hour: 1, 79),
            Made.reading("vn-lao-cai/lao-cai/stage", hour: 3, 80.4),
            Made.reading("vn-lao-cai/lao-cai/stage", hour: 3.5, 82.6),
            Made.reading("vn-lao-cai/bao-ha/stage", hour: 2, 54),
        ])
        #expect(
            try await node.note(.called("Lan", isAnswered: true), of: message.number, office: "town", by: "Ha"))
        #expect(try await node.note(.read(by: "Lan", how: "page"), of: message.number, office: "town", by: ""))
        let row = try #require(try node.database.message(message.number))
        let drill = MessageCard(
            station: StationID("bao-ha")!, level: 3, needsAnswer: false, isUrgent: false, isExercise: true,
            timetable: NoticeTimetable(), addressees: [], answerKeys: [:], clause: nil, texts: [:])
        let card = Array(try JSONEncoder().encode(drill))
        _ = try node.database.keep(
            NewMessage(
                identifier: "drill", kind: row.kind, subject: row.subject, issued: row.issued, expires: row.expires,
                person: "Ha", document: row.document, card: card, isSent: true))
        let review = try await node.messageReview(from: Made.start, until: Made.start + 86_400)
        #expect(review.stations.map(\.text) == ["bao-ha", "lao-cai"])
        #expect(!review.judgesExercises)
        let found = review.outcomes.map { "\($0.station) \($0.level) \($0.verdict.rawValue)" }
        #expect(found == ["lao-cai 1 hit", "lao-cai 2 missed"])
        #expect(review.outcomes.first?.lead == Int64(7_140))
        #expect(review.outcomes.first?.below == Made.start + 3600)
        #expect(review.ways.map(\.message.card.isExercise) == [false, true])
        let way = try #require(review.ways.first)
        #expect(way.read.within(0.95) == Int64(10_740) && way.taken.seconds.count == 1 && way.overdue == 0)
        let before = try await node.messageReview(from: Made.start - 40 * 86_400, until: Made.start - 86_400)
        #expect(before.outcomes.isEmpty && before.ways.isEmpty && !before.judgesExercises)
    }

    @Test func `the time within which a share had a message is that of the nearest rank`() {
        let delays = Delays([50, 10, 40, 20, 30])
        #expect(delays.within(0.5) == 30 && delays.within(0.95) == 50 && delays.within(0) == 10)
        #expect(Delays([]).within(0.5) == nil)
    }
}
