import Accord
import Forecasting
import Formats
import NodeCore
import Series
import Storage
import TestKit
import Testing

/// Exercises: arranged by a person, begun at a moment that nobody knows, signed, answered, and kept apart from warnings.
@Suite struct ExerciseTests {
    private let folder: TemporaryFolder
    private let federation: Federation
    private let office: AlertOffice
    private let station = StationID("lao-cai")!  // a literal id

    init() throws {
        folder = try TemporaryFolder()
        federation = try Federation(in: folder.path)
        let key = try AlertSigningKey(
            makingFor: "duty.example", from: Made.start - 86_400, until: Made.start + 400 * 86_400)
        let town = Addressee(
            office: "town", name: Made.text("Town"), party: Made.laoCai, stations: [station],
            routes: [DeliveryRoute(channel: .mail, target: "duty@example.org", language: "vi")],
            calls: [CallListEntry(name: "Desk", telephone: "1")])
        office = AlertOffice(
            sender: "duty.example", office: "hydromet", name: Made.text("Station"), sign: { try key.sign($0) },
            addressees: [town], catalogues: try Catalogues.sample())
    }

    private var node: Node { federation.laoCai }

    private func order(
        level: Int = 2, hours: Int = 6, crest: Double? = nil, from: Int64 = 0, until: Int64? = nil
    ) -> ExerciseOrder {
        ExerciseOrder(
            station: station, level: level,
            title: LocalizedText(vi: "Diễn tập tháng sáu", zh: "六月演练", en: "June drill"),
            hours: hours, crest: crest, window: Made.start + from...Made.start + (until ?? from))
    }

    private func phase(_ id: Int) throws -> Exercise.Phase? { try node.exercises().first { $0.id == id }?.phase }

    @Test func `an exercise that is due is signed, goes to offices and neighbours as an exercise, and is followed up`()
        async throws
    {
        let id = try await node.arrange(order(crest: 83), by: "planner").get()
        #expect(try phase(id) == .due)
        #expect(try node.dutyBoard(at: Made.start).exercises.map(\.id) == [id])
        let proposal = try await node.proposal(forExercise: id, through: office).get()
        #expect(proposal.addressees.map(\.office) == ["town"] && proposal.needsAnswer)
        let number = try await node.issue(exercise: id, through: office, by: "duty officer").get()
        #expect(try phase(id) == .issued(number))
        #expect(try node.dutyBoard(at: Made.start).exercises.isEmpty)
        let message = try #require(try await node.message(number))
        #expect(message.card.isExercise && message.kind == .warning && message.card.level == 2)
        let alert = try #require(try AlertMessage(message.document))
        #expect(alert.text("status") == "Exercise" && alert.text("msgType") == "Alert")
        #expect(alert.text("note")?.contains("June drill") == true)
        #expect(try checkAlert(message.document, profile: AlertProfile(named: "riparian-cap-1-issue")).isAccepted())
        for (code, mark) in [("vi", "DIỄN TẬP"), ("zh-Hans", "演练"), ("en", "EXERCISE")] {
            let texts = try #require(message.card.texts[code])
            #expect(texts.headline.contains(mark) && texts.short.contains(mark) && texts.chat.contains(mark))
        }
        // It goes the ways that a warning goes, and is answered.
        #expect(try await node.deliveries(through: office).map(\.isExercise) == [true])
        #expect(try await node.note(.read(by: "Lan", how: "page"), of: number, office: "town", by: ""))
        for _ in 1...3 { _ = try await node.publishCheckpoints() }
        _ = try await federation.yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        let there = try #require(try await federation.yunnan.receivedWarnings().first)
        #expect(there.isExercise && there.identifier == message.identifier)
        // It opens no event, and no statistics of warnings know it.
        #expect(try node.database.warningEvents().isEmpty)
        let review = try await node.messageReview(from: Made.start - 86_400, until: Made.start + 86_400)
        #expect(review.outcomes.allSatisfy { $0.warned == nil } && !review.judgesExercises && review.ways.count == 1)
        // It is issued once.
        #expect(try await node.issue(exercise: id, through: office, by: "x") == .failure(.noDraft))
        let again = try Federation.node(Made.laoCai, in: folder.path, clock: federation.clock, log: federation.log)
        #expect(try again.exercises() == node.exercises())
    }

    @Test
    func `an unannounced exercise begins within its window at a moment drawn by chance, and shows nothing before`()
        async throws
    {
        let id = try await node.arrange(order(from: 3600, until: 7_200), by: "planner").get()
        let exercise = try #require(try node.exercises().first)
        #expect(!exercise.order.isAnnounced && exercise.order.window.contains(exercise.begin))
        #expect(try phase(id) == .waiting)
        #expect(try node.dutyBoard(at: exercise.begin - 1).exercises.isEmpty)
        #expect(try node.dutyBoard(at: exercise.begin).exercises.map(\.id) == [id])
        #expect(try await node.proposal(forExercise: id, through: office) == .failure(.noDraft))
        federation.clock.set(exercise.begin)
        #expect(try await node.proposal(forExercise: id, through: office).get().draft.level == 2)
        federation.clock.set(exercise.begin + 86_401)
        #expect(try phase(id) == .missed)
        #expect(try await node.issue(exercise: id, through: office, by: "x") == .failure(.noDraft))
        #expect(try await node.drop(exercise: id, by: "x") == .noExercise)
    }

    @Test func `draws of chance fill the whole window and never leave it`() async throws {
        var begins: Set<Int64> = []
        for seed in UInt64(1)...60 {
            var generator = SeededGenerator(seed: seed)
            let bytes = (0..<8).map { _ in UInt8(generator.next(below: 256)) }
            let place = try TemporaryFolder()
            let node = try Federation.node(
                Made.laoCai, in: place.path, clock: federation.clock, log: federation.log, chance: bytes)
            _ = try await node.arrange(order(from: 0, until: 9), by: "planner").get()
            begins.insert(try #require(try node.exercises().first).begin - Made.start)
        }
        #expect(begins == Set(0...9))
    }

    @Test func `what cannot be exercised is refused with its reason, and what is called off is over`() async throws {
        #expect(try await node.arrange(order(level: 4), by: "x") == .failure(.noLevel))
        #expect(try await node.arrange(order(hours: 73), by: "x") == .failure(.noHours))
        #expect(try await node.arrange(order(crest: 81.9), by: "x") == .failure(.noCrest))
        #expect(try await node.arrange(order(from: -7_200), by: "x") == .failure(.noTime))
        #expect(try await node.arrange(order(from: 400 * 86_400), by: "x") == .failure(.noTime))
        #expect(try node.exercises().isEmpty)
        let id = try await node.arrange(order(), by: "planner").get()
        let half = LocalizedText(vi: "Thêm", zh: "", en: "")
        #expect(
            try await node.issue(exercise: id, addition: half, through: office, by: "x")
                == .failure(.additionIncomplete))
        #expect(try await node.drop(exercise: id, by: "planner") == nil)
        #expect(try phase(id) == .dropped)
        #expect(try await node.drop(exercise: id, by: "planner") == .noExercise)
        #expect(try await node.issue(exercise: id, through: office, by: "x") == .failure(.noDraft))
    }
}
