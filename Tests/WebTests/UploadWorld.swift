import Accord
import Formats
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import NIOSSL
import NodeCore
import Series
import ServiceLifecycle
import Storage
import Synchronization
import TestKit
import Testing

@testable import Web

/// One node of the made basin with a door for uploaders, and those who come to it.
struct UploadWorld {
    /// What came back.
    struct Answer {
        let status: HTTPResponse.Status
        let headers: HTTPFields
        let text: String
    }

    private let folder: Folder
    let clock = SimulatedClock(SampleBasin.start + 3_600)
    let log = Mutexed()
    let node: Node
    let token = UploadToken([UInt8](repeating: 7, count: 32))
    let uploader: Uploader
    private let identity: ServerIdentity

    /// A folder that goes away with the test.
    private final class Folder: Sendable {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("upload-\(UUID().uuidString)").path

        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    /// Lines that were logged.
    final class Mutexed: Sendable {
        private let lines = Mutex<[String]>([])

        func add(_ line: String) { lines.withLock { $0.append(line) } }
        func withLock<Value>(_ body: ([String]) -> Value) -> Value { body(lines.withLock { $0 }) }
    }

    init() throws {
        let folder = try Folder()
        let party = try #require(PartyID("vn-sample"))
        self.folder = folder
        let (files, clock, log) = (FileFolder(path: folder.path), clock, log)
        let count = Counter()
        let name = LocalizedText(vi: "Mẫu", zh: "示例", en: "Sample")
        node = Node(
            configuration: NodeConfiguration(
                party: party, basin: SampleBasin.basin,
                register: PartyRegister(parties: [
                    Party(id: party, name: name, kind: .signatory, country: "VN", zone: .indochina)
                ]),
                agreement: Agreement(
                    id: try #require(AgreementID("made")), identity: AgreementIdentity(of: .null), title: name,
                    isIllustrative: true, parties: [AgreementParty(id: party)], provisions: []),
                signer: try TestKeys.signer(of: party)),
            database: try NodeDatabase(path: folder.path + "/node.sqlite"),
            effects: Effects(
                now: { clock.now }, randomBytes: { count.bytes($0) },
                disk: Disk(
                    write: { try files.write($0, $1) }, read: { try files.read($0) }, remove: { try files.remove($0) }),
                log: { log.add($0) }))
        uploader = Uploader(
            id: try #require(UploaderID("dam-company")), name: name,
            series: [try #require(UploadPattern("lower/stage"))], tokenDigest: UploadToken.digest(of: token.text),
            granted: SampleBasin.start, validUntil: SampleBasin.start + 30 * 86_400)
        let real = Instant(secondsSinceEpoch: Int64(Date().timeIntervalSince1970))
        identity = try ServerIdentity.made(for: "localhost", from: real, until: real + 86_400)
        try write(uploader)
    }

    /// Bytes that differ from each other, and from run to run do not.
    private final class Counter: Sendable {
        private let next = Mutex<UInt64>(0)

        func bytes(_ count: Int) -> [UInt8] {
            let number = next.withLock { value in
                value += 1
                return value
            }
            return (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * ($0 % 8))) }
        }
    }

    /// Has every write of the store fail, as a full disk does.
    func breakStore(at table: String = "observation") throws {
        try execute("CREATE TRIGGER broken BEFORE INSERT ON \(table) BEGIN SELECT RAISE(ABORT, 'made'); END")
    }

    /// Has the store write again.
    func mendStore() throws { try execute("DROP TRIGGER broken") }

    /// Changes the file of the store from outside.
    private func execute(_ statement: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c", "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()",
            folder.path + "/node.sqlite", statement,
        ]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    /// Makes this the only one who may post.
    func write(_ uploader: Uploader) throws {
        var book = UploaderBook()
        book.put(uploader)
        try FileFolder(path: folder.path).write(UploaderBook.file, Array(book.text.utf8), isPrivate: true)
    }

    /// Opens the door on a free port while something is done at it.
    func serving(_ body: (Int) async throws -> Void) async throws {
        let log = log
        let door = try UploadDoor(
            desk: UploadDesk(of: node) { _ in throw CocoaError(.fileNoSuchFile) }, host: "localhost",
            partyName: LocalizedText(vi: "Mẫu", zh: "示例", en: "Sample"), zone: .indochina,
            catalogues: try Catalogues.sample(), log: { log.add($0) })
        try await LiveServer.serving(
            { try buildUploadServer(door, identity: identity, host: "127.0.0.1", port: 0, onServerRunning: $0) }, body)
    }

    /// One request on a connection of its own, which believes the door's certificate alone.
    func ask(
        _ port: Int, _ path: String, method: HTTPRequest.Method = .get, headers: HTTPFields = [:], body: [UInt8]? = nil
    ) async throws -> Answer {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(identity.chain)
        let request = TestClient.Request(
            path, method: method, authority: "localhost:\(port)", headers: headers,
            body: body.map { ByteBuffer(bytes: $0) })
        return try await TestClient.withClient(
            host: "127.0.0.1", port: port, configuration: .init(tlsConfiguration: tls, serverName: "localhost")
        ) { client in
            let response = try await client.execute(request)
            return Answer(
                status: response.status, headers: response.headers, text: response.body.map { String(buffer: $0) } ?? ""
            )
        }
    }

    /// A post of a program; with the right token unless another is given.
    func api(
        _ port: Int, _ body: String, token: String? = "", type: String = "text/csv", query: String = ""
    ) async throws -> Answer {
        var headers: HTTPFields = [.contentType: type]
        if let token { headers[.authorization] = "Bearer \(token.isEmpty ? self.token.text : token)" }
        return try await ask(
            port, "/api/v1/readings" + query, method: .post, headers: headers, body: Array(body.utf8))
    }

    /// The value of a hidden field of a page.
    static func field(_ name: String, in page: String) -> String? {
        guard let start = page.range(of: "name=\"\(name)\" value=\"") else { return nil }
        return String(page[start.upperBound...].prefix { $0 != "\"" })
    }

    /// A browser that keeps its cookie and says where its forms stood.
    struct Browser {
        let port: Int
        let world: UploadWorld
        var cookie: String?
        /// The key of its forms, once it is signed in.
        var key = ""

        private var own: String { "https://localhost:\(port)" }

        mutating func get(_ path: String) async throws -> Answer {
            try await world.ask(port, path, headers: cookie.map { [.cookie: $0] } ?? [:])
        }

        mutating func post(_ path: String, _ fields: [String: String], origin: String? = "") async throws -> Answer {
            let text = fields.map { name, value in
                "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
            }.joined(separator: "&")
            return try await send(path, Array(text.utf8), "application/x-www-form-urlencoded", origin: origin)
        }

        mutating func multipart(
            _ path: String, _ fields: [String: String], file: [UInt8] = []
        ) async throws -> Answer {
            var body: [UInt8] = []
            for (name, value) in fields {
                body += Array("--b0undary\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
            }
            let head = "Content-Disposition: form-data; name=\"file\"; filename=\"t.csv\"\r\nContent-Type: text/csv"
            body += Array("--b0undary\r\n\(head)\r\n\r\n".utf8) + file + Array("\r\n--b0undary--\r\n".utf8)
            return try await send(path, body, "multipart/form-data; boundary=b0undary", origin: "")
        }

        private func send(_ path: String, _ body: [UInt8], _ type: String, origin: String?) async throws -> Answer {
            var headers: HTTPFields = [.contentType: type]
            if let origin { headers[.origin] = origin.isEmpty ? own : origin }
            if let cookie { headers[.cookie] = cookie }
            return try await world.ask(port, path, method: .post, headers: headers, body: body)
        }

        /// The page that an answer leads to.
        mutating func follow(_ answer: Answer) async throws -> Answer {
            #expect(answer.status == .seeOther)
            return try await get(try #require(answer.headers[.location]))
        }

        /// Shows the right token and keeps the cookie and the key.
        mutating func signIn() async throws -> Answer {
            let answer = try await post("/sign-in", ["token": " \(world.token.text)\n"])
            cookie = answer.headers[.setCookie].map { String($0.prefix { $0 != ";" }) }
            key = UploadWorld.field("key", in: try await get("/readings").text) ?? ""
            return answer
        }
    }
}
