import Accord
import Formats
import Foundation
import NodeCore
import River
import Series
import Storage
import TestKit
import Testing

/// What an uploader's post becomes: rules, receipts, and what stands in the node afterwards.
@Suite struct UploadTests {
    private let folder: TemporaryFolder
    private let federation: Federation
    private var node: Node { federation.laoCai }
    private let token = UploadToken([UInt8](repeating: 7, count: 32))
    private let stage = Made.series("vn-lao-cai/bao-ha/stage")

    init() throws {
        folder = try TemporaryFolder()
        federation = try Federation(in: folder.path)
        federation.clock.set(Made.start + 12 * 3_600)
    }

    private var now: Instant { federation.clock.now }

    private func uploader(_ series: String..., mayIntend: Bool = false) throws -> Uploader {
        Uploader(
            id: try #require(UploaderID("dam-company")), name: Made.text("dam company"),
            series: try series.map { try #require(UploadPattern($0)) }, mayIntend: mayIntend,
            tokenDigest: UploadToken.digest(of: token.text), granted: Made.start,
            validUntil: Made.start + 30 * 86_400)
    }

    private func post(
        _ rows: String..., by uploader: Uploader? = nil, wish: UploadWish = UploadWish()
    ) async throws -> UploadReceipt {
        let table = (["observed,station,property,value,unit,revision,known,source"] + rows).joined(separator: "\n")
        let reading = readUploadedTable(Array(table.utf8), file: "table", basin: Made.basin)
        return try await node.post(
            reading, by: uploader ?? self.uploader("bao-ha/stage", "lao-cai/*", mayIntend: true), wish: wish, way: .api
        )
    }

    /// A row at some seconds from now.
    private func row(_ seconds: Int64, _ rest: String) -> String { "\(now + seconds),\(rest)" }

    @Test func `readings become the party's own, with the uploader in source and origin`() async throws {
        let receipt = try await post(
            row(-3_600, "bao-ha,stage,5425,cm,,,gauge book"), row(-1_800, "bao-ha,stage,54.3,m,,,"))
        #expect(receipt.rows.map(\.verdict) == [.taken, .taken] && receipt.rows.map(\.line) == [2, 3])
        #expect(receipt.rows.allSatisfy { $0.quality == .good && !$0.isDoubted })
        #expect(receipt.rows[0].remark == "converted from cm to m" && receipt.rows[1].remark == nil)
        let kept = try node.database.kept(of: stage)
        #expect(kept.map(\.observation.value) == [54.25, 54.3])
        #expect(kept.map(\.observation.source) == ["upload dam-company: gauge book", "upload dam-company"])
        #expect(kept.allSatisfy { $0.observation.received == now && $0.observation.known == .observed })
        #expect(kept[0].origin == "upload/dam-company/\(receipt.id):2:1")
        #expect(receipt.id.hasPrefix("20240908T120000Z-"))
        let lines = federation.log.all.filter { $0.contains("upload: dam-company posted 2 rows by api, 2 taken") }
        #expect(lines.count == 1 && !federation.log.all.contains { $0.contains(token.text) })
    }

    @Test func `a value that the checks doubt is kept, and the receipt says so`() async throws {
        var configuration = node.configuration
        configuration.basin = Basin(
            id: "made", name: Made.text("made"), stations: Made.basin.stations.values.sorted { $0.id < $1.id },
            reaches: [],
            checkLimits: CheckLimitTable(byProperty: [.stage: CheckLimits(suspectRate: 5)]))
        let checking = Node(
            configuration: configuration, database: node.database,
            effects: Effects(
                now: { [clock = federation.clock] in clock.now }, randomBytes: { [UInt8](repeating: 1, count: $0) },
                disk: Disk(write: { _, _ in }, read: { _ in nil }, remove: { _ in })))
        let table =
            "observed,station,property,value,unit\n\(row(-7_200, "bao-ha,stage,54.2,m"))\n"
            + row(-3_600, "bao-ha,stage,6425,cm")
        let reading = readUploadedTable(Array(table.utf8), file: "table", basin: Made.basin)
        let receipt = try await checking.post(reading, by: uploader("bao-ha/stage"), way: .mail)
        #expect(receipt.rows.map(\.verdict) == [.taken, .taken])
        #expect(receipt.rows.map(\.isDoubted) == [false, true], "\(receipt.rows.map(\.quality))")
        let chinese = receipt.rows[1].remark(in: try Catalogue.bundled(.chinese)) ?? ""
        #expect(chinese.contains("已换算为 m；已保存，但节点检查结果为"))
        #expect(receipt.rows[0].remark(in: try Catalogue.bundled(.english)) == nil)
    }

    @Test func `what was posted leaves by the gate and the agreement as everything else does`() async throws {
        _ = try await post(row(-3_600, "bao-ha,stage,54.25,m,,,"))
        #expect(try node.gateQueue().map(\.state) == [.asked])
        try await node.say(.standing, of: #require(SeriesPattern("vn-lao-cai/*/*")), by: "duty officer")
        _ = try await post(row(-1_800, "bao-ha,stage,54.3,m,,,"))
        _ = try await node.publishCheckpoints()
        #expect(try node.database.ownLanes().map { try node.database.laneEntries($0).count }.reduce(0, +) == 2)
    }

    @Test func `the same rows twice are already known, whatever else the post holds`() async throws {
        let rows = [row(-3_600, "bao-ha,stage,54.25,m,,,"), row(-1_800, "bao-ha,stage,54.3,m,,,")]
        _ = try await post(rows[0], rows[1])
        let again = try await post(rows[1], rows[0], row(-600, "bao-ha,stage,54.4,m,,,"))
        #expect(again.rows.map(\.verdict) == [.known, .known, .taken])
        let twins = try await post(row(-300, "bao-ha,stage,54.5,m,,,"), row(-300, "bao-ha,stage,54.5,m,,,"))
        #expect(twins.rows.map(\.verdict) == [.taken, .known])
        let refused = try await post(row(-300, "van-ban,stage,86,m,,,"), row(-300, "van-ban,stage,86,m,,,"))
        #expect(refused.rows.map { $0.reason?.code } == ["not-granted", "not-granted"])
        #expect(try node.database.observationCount() == 4)
    }

    @Test func `each rule refuses its row with a reason, and the other rows are taken`() async throws {
        let receipt = try await post(
            row(-60, "bao-ha,stage,54.25,m,,,"), row(-60, "manhao,stage,120,m,,,"), row(-60, "van-ban,stage,86,m,,,"),
            row(-60, "bao-ha,discharge,800,m3/s,,,"), row(1_200, "bao-ha,stage,54.25,m,,,"),
            row(-31 * 86_400, "bao-ha,stage,54.25,m,,,"), row(-90, "bao-ha,stage,54.25,m,,forecast,"),
            row(-60, "nowhere,stage,1,m,,,"), row(-120, "bao-ha,stage,x,m,,,"), row(-120, "bao-ha,stage,5,m3/s,,,"),
            row(-120, "bao-ha,stage,99999,m,,,"), "2024-09-08T11:00,bao-ha,stage,54,m,,,",
            row(-180, "bao-ha,stage,54,m,,,") + String(repeating: "s", count: 950), row(-60, "bao-ha,stage,54.26,m,,,"))
        #expect(
            receipt.rows.map { $0.reason?.code } == [
                nil, "foreign-station", "not-granted", "not-granted", "future", "old", "said-in-advance", "station",
                "value", "unit", "range", "zone", "source", "conflict",
            ])
        #expect(receipt.count(.taken) == 1 && receipt.count(.refused) == 13)
        #expect(try node.database.observationCount() == 1)
        let noted = try node.database.refusals()
        #expect(noted.count == 13 && noted.allSatisfy { $0.origin.hasPrefix("upload/dam-company/") })
        #expect(receipt.rows.allSatisfy { ($0.reason == nil) == ($0.verdict != .refused) })
    }

    @Test func `a clock ten minutes ahead is forgiven, and old readings are taken when they are meant`() async throws {
        let ahead = try await post(row(600, "bao-ha,stage,54.25,m,,,"))
        #expect(ahead.rows.map(\.verdict) == [.taken])
        #expect(try node.database.observations(of: stage).first.map { $0.received == $0.observed } == true)
        let old = try await post(
            row(-400 * 86_400, "bao-ha,stage,54.25,m,,,"), wish: UploadWish(meansOld: true))
        #expect(old.rows.map(\.verdict) == [.taken])
    }

    @Test func `an intended release is kept as what it is, never as an observation`() async throws {
        let ahead = row(6 * 3_600, "lao-cai,release-intention,700,m3/s,,,")
        let receipt = try await post(
            ahead, row(-7_200, "lao-cai,release-intention,700,m3/s,,,"),
            row(11 * 86_400, "lao-cai,release-intention,700,m3/s,,,"), row(6 * 3_600, "lao-cai,release,700,m3/s,,,"))
        #expect(receipt.rows.map { $0.reason?.code } == [nil, "intention-past", "intention-far", "future"])
        let kept = try node.database.observations(of: Made.series("vn-lao-cai/lao-cai/release-intention"))
        #expect(kept.map(\.known) == [.forecast] && kept.map(\.received) == [now])
        #expect(try node.database.observations(of: Made.series("vn-lao-cai/lao-cai/release")).isEmpty)
        let unasked = try await post(ahead, by: uploader("lao-cai/*"))
        #expect(unasked.rows.map { $0.reason?.code } == ["no-intentions"])
    }

    @Test func `another value is refused until it is said to be a correction`() async throws {
        let time = row(-3_600, "bao-ha,stage,")
        _ = try await post(time + "54.25,m,,,")
        let other = try await post(time + "45.25,m,,,")
        #expect(other.rows.map { $0.reason?.code } == ["conflicting"])
        #expect(other.rows.first?.reason?.sentence.contains("54.25") == false)
        let corrected = try await post(time + "45.25,m,,,", wish: UploadWish(corrects: true))
        #expect(corrected.rows.map(\.verdict) == [.corrected])
        let twice = try await post(time + "45.25,m,,,", wish: UploadWish(corrects: true))
        #expect(twice.rows.map(\.verdict) == [.known])
        let back = try await post(time + "54.25,m,,,", wish: UploadWish(corrects: true))
        #expect(back.rows.map(\.verdict) == [.corrected])
        let stated = try await post(time + "54.5,m,3,,")
        #expect(stated.rows.map(\.verdict) == [.corrected])
        #expect(try node.database.observations(of: stage).map(\.value) == [54.25, 45.25, 54.25, 54.5])
    }

    @Test func `a check says the same as the post and keeps nothing`() async throws {
        let rows = [row(-3_600, "bao-ha,stage,54.25,m,,,"), row(1_200, "bao-ha,stage,54.25,m,,,")]
        let check = try await post(rows[0], rows[1], wish: UploadWish(onlyChecks: true))
        #expect(check.isCheck && check.rows.map(\.verdict) == [.taken, .refused])
        #expect(try node.database.observationCount() == 0 && node.database.refusals().isEmpty)
        let post = try await post(rows[0], rows[1])
        #expect(post.rows.map(\.verdict) == check.rows.map(\.verdict) && !post.isCheck)
        let known = try await self.post(rows[0], rows[1], wish: UploadWish(onlyChecks: true))
        #expect(known.rows.map(\.verdict) == [.known, .refused])
    }

    @Test func `the tally counts posts and rows, and reads anything`() async throws {
        let id = try #require(UploaderID("dam-company"))
        _ = try await post(row(-3_600, "bao-ha,stage,54.25,m,,,"), row(1_200, "bao-ha,stage,1,m,,,"))
        let last = try await post(row(-3_600, "bao-ha,stage,54.25,m,,,"))
        let tally = UploadTally(try #require(try node.database.fact(UploadTally.fact(of: id))))
        #expect(tally.posts == 2 && tally.rows == [.taken: 1, .known: 1, .refused: 1, .corrected: 0])
        #expect(tally.last == now && tally.receipt == last.id)
        for text in ["", "7", "{\"posts\": \"x\", \"last\": \"never\"}"] {
            #expect(UploadTally(text).posts == 0 && UploadTally(text).last == nil)
        }
    }
}

/// The reasons as people read them.
@Suite struct UploadReasonTests {
    @Test(arguments: UploadReason.codes)
    func `each reason has a text in the three languages, and a line in both guides`(_ code: String) throws {
        let catalogues = try Catalogues.sample()
        for language in Language.allCases {
            #expect(catalogues[language].contains("upload.reason.\(code)"))
            let text = catalogues[language].uploadText(
                "upload.reason.\(code)", ["series": "", "time": "", "days": "", "detail": ""])
            #expect(!text.contains("{"), "\(text)")
        }
        for guide in ["Upload.md", "QuickStart.zh-Hans.md"] where code != "duplicate" {
            let text = try String(
                contentsOf: Repository.root.appending(path: "Documentation/\(guide)"), encoding: .utf8)
            #expect(text.contains("`\(code)`"), "\(guide)")
        }
    }
}

/// Who is known at the desk, and how often somebody may try.
@Suite struct UploadDeskTests {
    private let folder: TemporaryFolder
    private let federation: Federation
    private let desk: UploadDesk
    private let token = UploadToken([UInt8](repeating: 7, count: 32))

    init() throws {
        folder = try TemporaryFolder()
        federation = try Federation(in: folder.path)
        var limits = UploadLimits()
        (limits.wrongTokens, limits.postsPerMinute, limits.rows, limits.bytes) = (3, 2, 2, 400)
        desk = UploadDesk(of: federation.laoCai, limits: limits) { _ in throw CocoaError(.fileNoSuchFile) }
        try write(uploader())
    }

    private func uploader() throws -> Uploader {
        Uploader(
            id: try #require(UploaderID("dam-company")), name: Made.text("dam company"),
            series: [try #require(UploadPattern("bao-ha/stage"))], tokenDigest: UploadToken.digest(of: token.text),
            granted: Made.start, validUntil: Made.start + 86_400)
    }

    private func write(_ uploader: Uploader) throws {
        var book = UploaderBook()
        book.put(uploader)
        try FileFolder(path: folder.path + "/vn-lao-cai").write(
            UploaderBook.file, Array(book.text.utf8), isPrivate: true)
    }

    private func denial(_ token: String?, from address: String = "192.0.2.1") async -> UploadDenial? {
        do throws(UploadDenial) {
            _ = try await desk.uploader(showing: token, from: address)
            return nil
        } catch { return error }
    }

    @Test func `a token is known by its digest, compared to the end`() async throws {
        #expect(token.text.hasPrefix("rpu_07") && token.text.count == 68)
        #expect(await denial(token.text) == nil)
        #expect(await denial(String(token.text.dropLast())) == .unknown)
        #expect(await denial(nil) == .unknown)
        #expect(await denial("") == .unknown)
        let digest = UploadToken.digest(of: token.text)
        var other = digest
        other[31] ^= 1
        #expect(UploadToken.isEqual(digest, digest) && !UploadToken.isEqual(digest, other))
        #expect(!UploadToken.isEqual(digest, Array(digest.dropLast())) && UploadToken.isEqual([], []))
    }

    @Test func `a grant that has ended or was taken back counts no more, from the moment the file says so`()
        async throws
    {
        var uploader = try uploader()
        uploader.revoked = Made.start
        try write(uploader)
        #expect(await denial(token.text) == .revoked(uploader.id, Made.start))
        uploader.revoked = nil
        try write(uploader)
        #expect(await denial(token.text) == nil)
        federation.clock.set(Made.start + 86_400)
        #expect(await denial(token.text) == .expired(uploader.id, Made.start + 86_400))
    }

    @Test func `a damaged file lets nobody in and is told once`() async throws {
        let files = FileFolder(path: folder.path + "/vn-lao-cai")
        try files.write(UploaderBook.file, Array("uploaders:\n  - id: x\n    key: 1\n".utf8))
        for _ in 0..<2 { #expect(await denial(token.text) == .unreadableBook) }
        #expect(federation.log.all.count { $0.contains("nobody can post") && $0.contains("unknown key key") } == 1)
        try files.remove(UploaderBook.file)
        #expect(await denial(token.text) == .unknown)
    }

    @Test func `an address with too many wrong tokens waits, another does not`() async {
        for _ in 0..<3 { #expect(await denial("rpu_wrong") == .unknown) }
        #expect(await denial(token.text) == .tooOften(seconds: 600))
        #expect(await denial(token.text, from: "192.0.2.2") == nil)
        federation.clock.set(Made.start + 600)
        #expect(await denial(token.text) == nil)
    }

    @Test func `posts are bounded in number, bytes and rows, and a file without rows is none`() async throws {
        let uploader = try uploader()
        let header = "observed,station,property,value,unit\n"
        let row = "2024-09-08T00:00Z,bao-ha,stage,54,m\n"
        func post(_ text: String, counted: Bool = false) async -> String {
            do {
                let receipt = try await desk.post(Array(text.utf8), by: uploader, way: .api, isCounted: counted)
                return "\(receipt.rows.count)"
            } catch let fault as UploadFault { return fault.what } catch { return "\(error)" }
        }
        #expect(await post(header + row + row) == "2")
        #expect(await post(header + row + row + row) == "the file has 3 rows")
        #expect(await post(header) == "the file has no rows")
        #expect(await post(header + "\"2024") == "a double quote is opened and never closed")
        #expect(await post(header + String(repeating: "x", count: 500)).contains("bytes"))
        for _ in 0..<2 { #expect(await post(header + row, counted: true) == "1") }
        #expect(await post(header + row, counted: true) == "tooOften(seconds: 60)")
    }
}
