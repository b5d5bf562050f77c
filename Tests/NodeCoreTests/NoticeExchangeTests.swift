import Accord
import Formats
import NodeCore
import Series
import Storage
import TestKit
import Testing

/// A notice from one party's desk to the other's, and back.
@Suite struct NoticeExchangeTests {
    private let folder: TemporaryFolder
    private let federation: Federation
    private let office: AlertOffice
    private let dam = StationID("lao-cai")!  // literal ids, here and below

    init() throws {
        folder = try TemporaryFolder()
        federation = try Federation(in: folder.path)
        let key = try AlertSigningKey(
            makingFor: "duty.example", from: Made.start - 86_400, until: Made.start + 400 * 86_400)
        office = AlertOffice(
            sender: "duty.example", office: "hydromet", name: LocalizedText(vi: "Đài", zh: "台", en: "Station"),
            sign: { try key.sign($0) }, addressees: [], catalogues: try Catalogues.sample())
    }

    private var sender: Node { federation.laoCai }
    private var reader: Node { federation.yunnan }

    private func draft(_ values: [NoticeField: NoticeValue]) async throws -> String {
        try await sender.draft(NoticeOrder(clause: "3.6", subject: dam, values: values), by: "operator").get()
    }

    /// Both sides hear each other until nothing new comes.
    private func exchange() async throws {
        for _ in 1...3 {
            federation.clock.set(federation.clock.now + 30)
            _ = try await sender.publishCheckpoints()
            _ = try await reader.pull(from: Made.laoCai, over: federation.toLaoCai.link)
            _ = try await reader.publishCheckpoints()
            _ = try await sender.pull(from: Made.yunnan, over: federation.toYunnan.link)
        }
    }

    private func notice(_ id: String) async throws -> KeptNotice { try #require(try await sender.notice(id)) }

    @Test func `a notice of the same day without a discharge is late and incomplete at once, on both sides`()
        async throws
    {
        let id = try await draft([.start: .time(Made.start + 3 * 3600)])
        #expect(try await notice(id).notice.phase == .draft)
        #expect(try await notice(id).notice.standing(at: Made.start).isLate == true)
        _ = try await sender.send(notice: id, through: office, by: "duty officer").get()
        try await exchange()
        let there = try #require(try await reader.notices().first)
        #expect(!there.isOwn && there.notice.sender == Made.laoCai && there.notice.subject == dam.text)
        for one in [there, try await notice(id)] {
            let standing = one.notice.standing(at: federation.clock.now)
            #expect(standing.isLate == true && standing.missing == [.flowTo])
        }
        let catalogue = try Catalogues.sample()[.chinese]
        let reply = noticeReply(
            to: there.notice, subject: Made.text("dam"), at: federation.clock.now, zone: .china, catalogue: catalogue)
        #expect(reply.contains("泄洪流量"))
    }

    @Test(arguments: [false, true])
    func `a beginning that is near is not the sender's word that it is urgent: both sides count the same lead`(
        isUrgent: Bool
    ) async throws {
        let id = try await sender.draft(
            NoticeOrder(
                clause: "3.6", subject: dam,
                values: [.start: .time(Made.start + 5400), .flowTo: .number(300)], isUrgent: isUrgent),
            by: "operator"
        ).get()
        _ = try await sender.send(notice: id, through: office, by: "duty officer").get()
        try await exchange()
        let (own, there) = (try await notice(id), try #require(try await reader.notices().first))
        #expect(there.notice.isUrgent && own.notice.isUrgent, "it is answered as quickly")
        #expect(there.notice.current.isUrgent == isUrgent && own.notice.current.isUrgent == isUrgent)
        let now = federation.clock.now
        let lateness = try #require(own.notice.standing(at: now).lateness)
        #expect(there.notice.standing(at: now).lateness.map { ($0 - lateness).magnitude <= 60 } == true)
    }

    @Test func `with its flow and twelve hours ahead it is kept, delivered by the receipt, and read by a person there`()
        async throws
    {
        let id = try await draft([.start: .time(Made.start + 13 * 3600), .flowTo: .number(300)])
        _ = try await sender.send(notice: id, through: office, by: "duty officer").get()
        #expect(try await notice(id).notice.phase == .sent)
        #expect(try await notice(id).notice.standing(at: Made.start).isKept == true)
        try await exchange()
        #expect(try await notice(id).notice.phase == .delivered)
        let there = try #require(try await reader.notices().first)
        #expect(there.notice.current.values[.flowTo] == .number(300) && !there.isAnswered)
        #expect(try await reader.answer(notice: there.id, through: office, by: "duty officer there") == nil)
        #expect(try await reader.answer(notice: there.id, through: office, by: "again") == .noNotice)
        try await exchange()
        let read = try await notice(id)
        #expect(read.notice.phase == .acknowledged && read.notice.acknowledgement(of: "cn-yunnan") != nil)
        #expect(try await sender.note(.opened, of: id, by: "operator") == nil)
        #expect(try await sender.note(.opened, of: id, by: "operator") == .order)
        #expect(try await sender.note(.ended, of: id, by: "operator") == nil)
        #expect(try await sender.note(.closed, of: id, by: "operator") == nil)
        #expect(try await notice(id).notice.phase == .closed)
    }

    @Test func `the answer to a notice reaches its sender where the clause makes only the other side a reader`()
        async throws
    {
        let id = try await sender.draft(
            NoticeOrder(clause: "3.7", subject: dam, values: [.start: .time(Made.start)]), by: "operator"
        ).get()
        _ = try await sender.send(notice: id, through: office, by: "duty officer").get()
        try await exchange()
        let there = try #require(try await reader.notices().first)
        #expect(try await reader.answer(notice: there.id, through: office, by: "duty officer there") == nil)
        try await exchange()
        let read = try await notice(id)
        #expect(read.notice.phase == .acknowledged)
        #expect(read.notice.acknowledgement(of: "cn-yunnan") != nil)
        #expect(try await sender.notices().count == 1, "an answer is no notice")
    }

    @Test func `a new wording is sent and read again, every version stays, and what is taken back is cancelled there`()
        async throws
    {
        let id = try await draft([.start: .time(Made.start + 20 * 3600), .flowTo: .number(300)])
        _ = try await sender.send(notice: id, through: office, by: "duty officer").get()
        try await exchange()
        federation.clock.set(federation.clock.now + 600)
        let changed: [NoticeField: NoticeValue] = [.start: .time(Made.start + 20 * 3600), .flowTo: .number(350)]
        #expect(try await sender.revise(id, values: changed, isUrgent: false, by: "operator") == nil)
        #expect(try await notice(id).notice.phase == .draft)
        _ = try await sender.send(notice: id, through: office, by: "duty officer").get()
        try await exchange()
        let there = try #require(try await reader.notices().first)
        #expect(try await reader.notices().count == 1)
        #expect(there.notice.versions.map { $0.values[.flowTo] } == [.number(300), .number(350)])
        _ = try await sender.send(notice: id, withdrawing: "rain has ended", through: office, by: "duty officer").get()
        try await exchange()
        #expect(try await notice(id).notice.phase == .withdrawn)
        let gone = try #require(try await reader.notices().first)
        #expect(gone.notice.phase == .withdrawn && gone.notice.withdrawal?.reason == "rain has ended")
        #expect(gone.log.last?.word == "withdrawn")
        // In the lane each message stands once.
        let messages = try await sender.messages(kind: .notice)
        #expect(messages.count == 3 && Set(messages.map(\.identifier)).count == 3)
    }

    @Test func `what was sent is taken back although a new wording is written and not sent`() async throws {
        let id = try await draft([.start: .time(Made.start + 20 * 3600), .flowTo: .number(300)])
        _ = try await sender.send(notice: id, through: office, by: "duty officer").get()
        try await exchange()
        let changed: [NoticeField: NoticeValue] = [.start: .time(Made.start + 20 * 3600), .flowTo: .number(999)]
        #expect(try await sender.revise(id, values: changed, isUrgent: false, by: "operator") == nil)
        #expect(try await notice(id).notice.lastSent?.version.number == 1)
        _ = try await sender.send(notice: id, withdrawing: "rain has ended", through: office, by: "duty officer").get()
        try await exchange()
        #expect(try await notice(id).notice.phase == .withdrawn)
        let gone = try #require(try await reader.notices().first)
        #expect(gone.notice.phase == .withdrawn && gone.notice.versions.count == 1)
        #expect(String(decoding: gone.document, as: UTF8.self).contains("<value>300</value>"))
        #expect(!String(decoding: gone.document, as: UTF8.self).contains("999"))
    }

    @Test func `nothing is sent under a clause that is none, or twice, and a restart forgets nothing`() async throws {
        let other = NoticeOrder(clause: "9.9", subject: dam, values: [:])
        #expect(try await sender.draft(other, by: "x") == .failure(.noClause))
        let nowhere = NoticeOrder(clause: "3.6", subject: StationID("nowhere")!, values: [:])
        #expect(try await sender.draft(nowhere, by: "x") == .failure(.noSubject))
        let id = try await draft([:])
        _ = try await sender.send(notice: id, through: office, by: "x").get()
        #expect(try await sender.send(notice: id, through: office, by: "x") == .failure(.order))
        let again = try Federation.node(Made.laoCai, in: folder.path, clock: federation.clock, log: federation.log)
        #expect(try await again.notice(id) == sender.notice(id))
    }
}
