import Accord
import Forecasting
import Formats
import Foundation
import NodeCore
import River
import Series
import Storage
import TestKit
import Testing

/// Notices that were really sent across the border, as the press tells of them, under a clause of twelve hours: places, days and
/// the figures that were published are theirs; the clause is made, and so is every figure that nobody has published.
@Suite struct KnownNoticesTests {
    private let folder: TemporaryFolder
    private let clock = SimulatedClock(Instant(secondsSinceEpoch: 0))
    private let yunnan = PartyID("cn-yunnan")!  // literal ids, here and below
    private let pack: BasinPack
    private let catalogues: Catalogues
    private let office: AlertOffice

    init() throws {
        folder = try TemporaryFolder()
        let place = Repository.root.appending(path: "Packs/red-river").path(percentEncoded: false)
        pack = try #require(readBasinPack(at: place).pack)
        catalogues = try pack.catalogues()
        let key = try AlertSigningKey(
            makingFor: "duty.example", from: Instant(secondsSinceEpoch: 1_500_000_000),
            until: Instant(secondsSinceEpoch: 2_000_000_000))
        office = AlertOffice(
            sender: "duty.example", office: "duty", name: Made.text("Duty"), sign: { try key.sign($0) },
            addressees: [], catalogues: catalogues)
    }

    private func time(_ text: String) throws -> Instant { try Instant(iso8601: text) }

    /// The two nodes of a notice from Yunnan.
    private func sides(_ reader: String, showsWorth: Bool = false) throws -> (
        sender: Node, reader: Node, neighbour: PartyID
    ) {
        let neighbour = try #require(PartyID(reader))
        var clause = Provision(clause: "3.1", kind: .notice, field: .water, text: Made.text("3.1"))
        clause.readers = .parties([yunnan, neighbour])
        clause.notice = NoticeTerms(
            event: .plannedRelease, hoursBefore: 12, mustState: [.flowTo, .start], showsWorth: showsWorth)
        let agreement = Agreement(
            id: AgreementID("twelve-hours")!, identity: AgreementIdentity(of: .null), title: Made.text("made"),
            isIllustrative: true, parties: [AgreementParty(id: yunnan), AgreementParty(id: neighbour)],
            provisions: [clause])
        func node(_ party: PartyID, _ other: PartyID) throws -> Node {
            let place = "\(folder.path)/\(party)"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            let (files, clock) = (FileFolder(path: place), clock)
            return Node(
                configuration: NodeConfiguration(
                    party: party, basin: pack.basin, register: pack.register, agreement: agreement,
                    signer: try TestKeys.signer(of: party), trust: try TestKeys.trust(in: [other])),
                database: try NodeDatabase(path: place + "/node.sqlite"),
                effects: Effects(
                    now: { clock.now }, randomBytes: { [UInt8](repeating: 0, count: $0) },
                    disk: Disk(
                        write: { try files.write($0, $1) }, read: { try files.read($0) },
                        remove: { try files.remove($0) })))
        }
        return (try node(yunnan, neighbour), try node(neighbour, yunnan), neighbour)
    }

    /// Both hear each other until nothing new comes.
    private func exchange(_ sides: (sender: Node, reader: Node, neighbour: PartyID)) async throws {
        let (toSender, toReader) = (
            Federation.link(to: sides.sender, from: sides.neighbour), Federation.link(to: sides.reader, from: yunnan)
        )
        for _ in 1...3 {
            clock.set(clock.now + 20)
            _ = try await sides.sender.publishCheckpoints()
            _ = try await sides.reader.pull(from: yunnan, over: toSender.link)
            _ = try await sides.reader.publishCheckpoints()
            _ = try await sides.sender.pull(from: sides.neighbour, over: toReader.link)
        }
    }

    private func reply(_ notice: AgreedNotice, _ language: Language, _ zone: UTCOffset) throws -> String {
        let dam = try #require(StationID(notice.subject).flatMap { pack.basin.stations[$0] })
        return noticeReply(
            to: notice, subject: dam.name, at: clock.now, zone: zone, catalogue: catalogues[language])
    }

    @Test
    func `Madushan, 20 August 2020: the same day and no discharge is late and incomplete at once, in both languages`()
        async throws
    {
        clock.set(try time("2020-08-20T09:00:00+08:00"))
        let sides = try sides("vn-lao-cai")
        let today = try CivilDate(iso8601: "2020-08-20")
        let dam = StationID("madushan")!
        let told = NoticeOrder(clause: "3.1", subject: dam, values: [.start: .day(today, .china)])
        let id = try await sides.sender.draft(told, by: "foreign affairs, Hekou").get()
        _ = try await sides.sender.send(notice: id, through: office, by: "foreign affairs, Hekou").get()
        try await exchange(sides)
        let there = try #require(try await sides.reader.notices().first)
        let standing = there.notice.standing(at: clock.now)
        #expect(standing.isLate == true && standing.missing == [.flowTo] && standing.isKept == false)
        let (vietnamese, chinese) = (
            try reply(there.notice, .vietnamese, .indochina), try reply(there.notice, .chinese, .china)
        )
        #expect(vietnamese.contains("Mã Đổ Sơn") && vietnamese.contains("12 giờ"), "\(vietnamese)")
        #expect(chinese.contains("马堵山") && chinese.contains("泄洪流量") && chinese.contains("12"), "\(chinese)")
        // The same dam with its flow, twelve hours ahead: nothing is missing, and the reply says so instead.
        let better = NoticeOrder(
            clause: "3.1", subject: dam,
            values: [.start: .time(clock.now + 13 * 3600), .flowTo: .number(900)])
        let next = try await sides.sender.draft(better, by: "foreign affairs, Hekou").get()
        _ = try await sides.sender.send(notice: next, through: office, by: "foreign affairs, Hekou").get()
        try await exchange(sides)
        let kept = try #require(try await sides.reader.notices().first { $0.identifier?.contains(next) == true })
        #expect(kept.notice.standing(at: clock.now).isKept == true)
        #expect(try reply(kept.notice, .vietnamese, .indochina) != vietnamese)
        #expect(try reply(kept.notice, .chinese, .china).contains("泄洪流量") == false)
    }

    @Test
    func `Malutang, 11 September 2024: the second notice of the day takes the first one's place, both stay to be read`()
        async throws
    {
        clock.set(try time("2024-09-11T10:00:00+08:00"))
        let sides = try sides("vn-ha-giang")
        let dam = StationID("malutang")!
        let first: [NoticeField: NoticeValue] = [
            .start: .time(try time("2024-09-11T14:00:00+08:00")), .end: .time(try time("2024-09-12T12:00:00+08:00")),
            .flowTo: .number(500),
        ]
        let id = try await sides.sender.draft(
            NoticeOrder(clause: "3.1", subject: dam, values: first, isUrgent: false), by: "operator"
        ).get()
        _ = try await sides.sender.send(notice: id, through: office, by: "operator").get()
        try await exchange(sides)
        #expect(
            try await sides.reader.answer(notice: sides.reader.notices()[0].id, through: office, by: "Ha Giang") == nil)
        // From below: 300 at most, and not before the evening. The sender's page has the request, with the reason.
        let request = try #require(
            NoticeRequest(
                values: [.flowTo: .number(300), .start: .time(try time("2024-09-11T19:00:00+07:00"))],
                reason: "the town is evacuating"))
        #expect(
            try await sides.reader.ask(request, about: sides.reader.notices()[0].id, through: office, by: "Ha Giang")
                == nil)
        try await exchange(sides)
        let open = try #require(try await sides.sender.notice(id)).notice.openRequests
        #expect(open.map(\.request) == [request] && open.map(\.office) == ["vn-ha-giang"])
        // After the request from below: less water, and later.
        clock.set(try time("2024-09-11T16:00:00+08:00"))
        let second: [NoticeField: NoticeValue] = [
            .start: .time(try time("2024-09-11T20:00:00+08:00")), .end: .time(try time("2024-09-12T18:00:00+08:00")),
            .flowTo: .number(350),
        ]
        #expect(try await sides.sender.revise(id, values: second, isUrgent: false, by: "operator") == nil)
        _ = try await sides.sender.send(notice: id, through: office, by: "operator").get()
        try await exchange(sides)
        let all = try await sides.reader.notices()
        let there = try #require(all.first)
        #expect(all.count == 1 && there.notice.versions.map(\.values) == [first, second])
        #expect(!there.isAnswered && there.notice.standing(at: clock.now).isLate == true)
        #expect(try await sides.reader.answer(notice: there.id, through: office, by: "Ha Giang") == nil)
        try await exchange(sides)
        // On the sender's side: both versions, the receipts of the machine and the answer of a person for each.
        let own = try #require(try await sides.sender.notice(id))
        #expect(own.notice.versions.count == 2 && own.notice.phase == .acknowledged)
        func count(_ isThat: (NoticeEvent) -> Bool) -> Int { own.notice.entries.count { isThat($0.event) } }
        #expect(count { if case .sent = $0 { true } else { false } } == 2)
        #expect(count { if case .delivered = $0 { true } else { false } } == 2)
        #expect(count { if case .acknowledged = $0 { true } else { false } } == 2)
        let messages = try await sides.sender.messages(kind: .notice)
        let alerts = try messages.reversed().map { try #require(try AlertMessage($0.document)) }
        #expect(alerts.map { $0.text("msgType") } == ["Alert", "Update"])
        #expect(alerts[1].references.map(\.identifier) == [messages[1].identifier])
    }

    @Test func `what is asked for is declined with a reason once, and both sides keep request and answer`() async throws
    {
        clock.set(try time("2025-09-29T20:00:00+07:00"))
        let sides = try sides("vn-tuyen-quang")
        let begin = try time("2025-09-30T12:00:00+07:00")
        let id = try await sides.sender.draft(
            NoticeOrder(
                clause: "3.1", subject: StationID("malutang")!, values: [.start: .time(begin), .flowTo: .number(350)]),
            by: "operator"
        ).get()
        let request = try #require(NoticeRequest(values: [.flowTo: .number(300)], reason: "high water at Ha Giang"))
        #expect(NoticeRequest(values: [.cause: .text("x")], reason: "x") == nil, "a cause is nothing to ask for")
        _ = try await sides.sender.send(notice: id, through: office, by: "operator").get()
        #expect(
            try await sides.sender.decline(
                requestOf: sides.neighbour, about: id, reason: "no", through: office, by: "operator") == .order)
        try await exchange(sides)
        let there = try #require(try await sides.reader.notices().first)
        #expect(try await sides.reader.ask(request, about: there.id, through: office, by: "Tuyen Quang") == nil)
        try await exchange(sides)
        #expect(try await sides.sender.notice(id)?.notice.phase == .acknowledged, "who asks has read it")
        #expect(
            try await sides.sender.decline(
                requestOf: sides.neighbour, about: id, reason: "", through: office, by: "operator") == .order)
        #expect(
            try await sides.sender.decline(
                requestOf: sides.neighbour, about: id, reason: "the pool is full", through: office, by: "operator")
                == nil)
        try await exchange(sides)
        for kept in [
            try #require(try await sides.sender.notice(id)), try #require(try await sides.reader.notices().first),
        ] {
            #expect(kept.notice.openRequests.isEmpty)
            #expect(kept.log.map(\.word).filter { ["asked", "declined"].contains($0) } == ["asked", "declined"])
            let reasons = kept.notice.entries.compactMap { entry in
                if case .declined(let reason, let office) = entry.event { reason + " " + office } else { nil }
            }
            #expect(reasons == ["the pool is full vn-tuyen-quang"])
        }
        // asked again, and answered by a new wording
        #expect(try await sides.reader.ask(request, about: there.id, through: office, by: "Tuyen Quang") == nil)
        try await exchange(sides)
        #expect(
            try await sides.sender.revise(
                id, values: [.start: .time(begin), .flowTo: .number(300)], isUrgent: false, by: "operator") == nil)
        #expect(try await sides.sender.notice(id)?.notice.openRequests.count == 1)
        _ = try await sides.sender.send(notice: id, through: office, by: "operator").get()
        try await exchange(sides)
        #expect(try await sides.sender.notice(id)?.notice.openRequests.isEmpty == true)
        #expect(try await sides.reader.notices().first?.notice.openRequests.isEmpty == true)
    }

    @Test
    func `Malutang, 30 September 2025: 300 from noon or 350 from two, each version stands with its own hour and flow`()
        async throws
    {
        clock.set(try time("2025-09-29T20:00:00+07:00"))
        let sides = try sides("vn-tuyen-quang", showsWorth: true)
        func values(_ start: String, _ flow: Double) throws -> [NoticeField: NoticeValue] {
            let begin = try time(start)
            return [.start: .time(begin), .end: .time(begin + 72 * 3600), .flowTo: .number(flow)]
        }
        let (noon, two) = (try values("2025-09-30T12:00:00+07:00", 300), try values("2025-09-30T14:00:00+07:00", 350))
        let id = try await sides.sender.draft(
            NoticeOrder(clause: "3.1", subject: StationID("malutang")!, values: noon), by: "operator"
        ).get()
        _ = try await sides.sender.send(notice: id, through: office, by: "operator").get()
        try await exchange(sides)
        let first = try #require(try await sides.reader.notices().first)
        #expect(first.notice.standing(at: clock.now).isKept == true)
        clock.set(try time("2025-09-30T08:00:00+07:00"))
        #expect(try await sides.sender.revise(id, values: two, isUrgent: false, by: "operator") == nil)
        _ = try await sides.sender.send(notice: id, through: office, by: "operator").get()
        try await exchange(sides)
        let both = try #require(try await sides.reader.notices().first)
        #expect(both.notice.versions.map(\.values) == [noon, two])
        #expect(both.notice.standing(at: clock.now).isLate == true)
        #expect(try await sides.reader.answer(notice: both.id, through: office, by: "Tuyen Quang") == nil)
        try await exchange(sides)
        #expect(try await sides.sender.notice(id)?.notice.phase == .acknowledged)
        let last = try #require(try await sides.reader.notices().first)
        #expect(await sides.reader.signature(of: last)?.state == .unverified)
        let number = try await worth(of: sides.reader)
        try await ask(for: number, about: last.id, sides, id)
    }

    /// A request with what it is worth at Ha Giang reaches the sender's page; without the clause's leave it does not go.
    private func ask(
        for proposal: PlanProposal, about id: String, _ sides: (sender: Node, reader: Node, neighbour: PartyID),
        _ sent: String
    ) async throws {
        let request = try #require(NoticeRequest(values: [.flowTo: .number(260)], reason: "the town floods"))
        let other = PlanProposal(plan: proposal.plan, number: 99)
        #expect(
            try await sides.reader.ask(request, about: id, worthOf: other, through: office, by: "Tuyen Quang")
                == .noProposal)
        #expect(
            try await sides.reader.ask(request, about: id, worthOf: proposal, through: office, by: "Tuyen Quang")
                == nil)
        try await exchange(sides)
        let open = try #require(try await sides.sender.notice(sent)?.notice.openRequests.first).request
        #expect(open.values == request.values && open.reason == request.reason)
        #expect(open.worth.map(\.place.text).contains("ha-giang") && open.worth.allSatisfy { $0.less > 0 })
        #expect(try await sides.reader.notices().first?.notice.openRequests.first?.request.worth == open.worth)
        let unagreed = try self.sides("vn-lao-cai")
        _ = try await unagreed.sender.send(
            notice: try await unagreed.sender.draft(
                NoticeOrder(
                    clause: "3.1", subject: StationID("malutang")!,
                    values: [.start: .time(clock.now + 86_400), .flowTo: .number(350)]), by: "operator"
            ).get(), through: office, by: "operator"
        ).get()
        try await exchange(unagreed)
        let there = try #require(try await unagreed.reader.notices().first)
        #expect(
            try await unagreed.reader.ask(request, about: there.id, worthOf: proposal, through: office, by: "x")
                == .worthNotShown)
        // a sender that says it all the same is not heard with it
        #expect(try await unagreed.reader.ask(request, about: there.id, through: office, by: "x") == nil)
        try await exchange(unagreed)
        #expect(try await unagreed.sender.notices().first?.notice.openRequests.first?.request.worth == [])
    }

    /// What the announced water, less of it or later, is worth at Ha Giang: from the own dam's telegram, and a made flow there.
    ///
    /// - Returns: the proposal of less water, of a plan that is kept.
    private func worth(of reader: Node) async throws -> PlanProposal {
        let readings: [(String, Double)] = [
            ("tuyen-quang-dam/pool-level", 117.2), ("tuyen-quang-dam/inflow", 900), ("tuyen-quang-dam/release", 600),
            ("ha-giang/discharge", 250),
        ]
        _ = try await reader.receive(
            readings.map { name, value in
                ReceivedObservation(
                    Observation(
                        series: SeriesID("vn-tuyen-quang/" + name)!, observed: clock.now, received: clock.now,
                        value: value,
                        known: .observed, source: "made"), origin: "made:" + name)
            })
        let now = clock.now
        let found = NodeCascade(
            try reader.dutyBoard(at: now), releases: try await reader.noticedReleases(at: now), pack: pack)
        #expect(found.missing.isEmpty)
        let document = try #require(found.document)
        let intention = try #require(document.intentions.first)
        #expect(document.intentions.count == 1 && intention.plant == "malutang" && intention.flow.max() == 350)
        let towns = document.cascade.towns.map(\.id)
        #expect(towns.contains("ha-giang") && document.ofDamsAlone.contains("tuyen-quang"))
        #expect(!document.ofDamsAlone.contains("ha-giang"))
        // three of the futures are enough to ask for less
        var few = document.cascade
        few.members = [0, 7, 14].map { few.members[$0] }
        few.stages = []
        let asking = CascadeDocument(
            cascade: few, intentions: document.intentions, names: document.names, quality: document.quality)
        let record = PlanRecord(asking, loop: { count, body in for index in 0..<count { body(index) } })
        let asked = record.advice.proposals
        #expect(asked.contains { $0.change == .later(3 * 3600) })
        let less = try #require(asked.first { $0.plant == "malutang" && $0.change == .less(90) })
        let change = try #require(less.towns.first { $0.town == "ha-giang" })
        #expect(change.peak < -10 && change.level == nil, "no centimetres without a dated rating")
        let place = try #require(asked.firstIndex { $0.plant == "malutang" && $0.change == .less(90) })
        return PlanProposal(
            plan: try await reader.keep(plan: record, catalogues: catalogues, by: "duty officer"), number: place)
    }
}
