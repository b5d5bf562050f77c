import AsyncHTTPClient
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Web

/// Serves made pages on this machine while somebody asks for them.
enum SiteHost {
    /// - Parameter body: is given the address, `http://127.0.0.1:PORT`.
    static func serving<Value>(_ site: DutySite, _ body: (_ address: String) async throws -> Value) async throws
        -> Value
    {
        var logger = Logger(label: "bench")
        logger.logLevel = .critical
        let (opened, tell) = AsyncStream.makeStream(of: Int.self)
        let application = buildApplication(
            site: site, host: "127.0.0.1", port: 0, logger: logger, onServerRunning: { tell.yield($0) })
        let group = ServiceGroup(configuration: .init(services: [.init(service: application)], logger: logger))
        let serving = Task {
            defer { tell.finish() }
            try await group.run()
        }
        var ports = opened.makeAsyncIterator()
        guard let port = await ports.next() else {
            try await serving.value
            throw CommandRefusal(.ours, "the server has ended before it listened")
        }
        let result: Result<Value, any Error>
        do { result = .success(try await body("http://127.0.0.1:\(port)")) } catch { result = .failure(error) }
        await group.triggerGracefulShutdown()
        _ = await serving.result
        return try result.get()
    }

    /// Asks for a page, packed.
    ///
    /// - Returns: its packed bytes.
    /// - Throws: where it is not answered with 200.
    @discardableResult
    static func get(_ page: String, _ client: HTTPClient) async throws -> Int {
        var request = HTTPClientRequest(url: page)
        request.headers.add(name: "accept-encoding", value: "gzip")
        let answer = try await client.execute(request, timeout: .seconds(30))
        let body = try await answer.body.collect(upTo: 1 << 24)
        guard answer.status == .ok else { throw CommandRefusal(.ours, "\(page) answers \(answer.status)") }
        return body.readableBytes
    }
}
