import Accord
import NodeCore
import Series
import Storage
import TestKit
import Testing

@Suite struct DrillTests {
    private let place: TemporaryFolder
    private let federation: Federation

    init() throws {
        place = try TemporaryFolder()
        federation = try Federation(in: place.path)
    }

    private func asked() async throws -> (sent: SentDrill, questions: [DrillQuestion]) {
        let sent = try await federation.yunnan.sendDrill(
            to: [Made.laoCai, Made.laoCai, Made.laiChau, Made.national], name: "before the flood", by: "duty officer")
        _ = try await federation.yunnan.publishCheckpoints()
        return (sent, try await federation.laoCai.pull(from: Made.yunnan, over: federation.toYunnan.link).drills)
    }

    @Test func `a test entry goes there, is answered by a person's leave, and comes back`() async throws {
        let (yunnan, laoCai) = (federation.yunnan, federation.laoCai)
        let (sent, questions) = try await asked()
        #expect(sent.unreachable == [Made.laiChau, Made.national] && Array(sent.questions.keys) == [Made.laoCai])
        let question = try #require(questions.first)
        #expect(questions.count == 1 && question.asker == Made.yunnan && question.drill.name == "before the flood")
        #expect(try await laoCai.answer(question) == .notAllowed)
        #expect(try yunnan.drillAnswer(of: Made.laoCai, to: sent) == nil)
        try await laoCai.letDrillsBeAnswered(by: "head of office")
        #expect(try await laoCai.answer(question) == nil)
        #expect(try await laoCai.answer(question) == .tooMany)
        _ = try await laoCai.publishCheckpoints()
        let back = try await yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        #expect(back.recorded == 0 && back.drills.isEmpty && back.refused.isEmpty)
        let answer = try #require(try yunnan.drillAnswer(of: Made.laoCai, to: sent))
        #expect(answer.lane == "riparian/vn-lao-cai/made-agreement/cn-yunnan" && answer.received == Made.start)
        #expect(try yunnan.drillReceipt(of: Made.laoCai, for: sent) != nil)
        #expect(try yunnan.database.observationCount() + laoCai.database.observationCount() == 0)
    }

    @Test func `what comes with a backlog is not answered, nor is anything once drills are forbidden`() async throws {
        let laoCai = federation.laoCai
        try await laoCai.letDrillsBeAnswered(by: "head of office")
        let question = try #require(try await asked().questions.first)
        federation.clock.set(Made.start + Node.drillLimit + 1)
        #expect(try await laoCai.answer(question) == .old)
        try await laoCai.letDrillsBeAnswered(by: nil)
        #expect(try await laoCai.answer(question) == .notAllowed)
    }

    @Test func `an answer to another question is none`() async throws {
        let (yunnan, laoCai) = (federation.yunnan, federation.laoCai)
        try await laoCai.letDrillsBeAnswered(by: "head of office")
        let (first, questions) = try await asked()
        #expect(try await laoCai.answer(try #require(questions.first)) == nil)
        let (second, _) = try await asked()
        _ = try await laoCai.publishCheckpoints()
        _ = try await yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        #expect(try yunnan.drillAnswer(of: Made.laoCai, to: first) != nil)
        #expect(try yunnan.drillAnswer(of: Made.laoCai, to: second) == nil)
    }
}
