import HummingbirdTesting
import Logging
import ServiceLifecycle
import Testing

/// Runs a server on a free port of 127.0.0.1 while something is done with it. A server that does not come up fails its test; it
/// keeps nobody waiting. A machine may not know the name `localhost`.
enum LiveServer {
    /// - Parameters:
    ///   - application: makes the server; it says its port once it listens.
    ///   - body: is given the port.
    static func serving(
        _ application: (@escaping @Sendable (Int) async -> Void) throws -> any Service,
        _ body: (Int) async throws -> Void
    ) async throws {
        let (ports, tell) = AsyncStream.makeStream(of: Int.self)
        let service = try application { tell.yield($0) }
        let group = ServiceGroup(services: [service], logger: Logger(label: "test"))
        let running = Task {
            defer { tell.finish() }
            try await group.run()
        }
        defer { running.cancel() }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else {
            try await running.value
            Issue.record("the server has ended before it listened")
            return
        }
        do {
            try await body(port)
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
    }

    /// A client of a server, closed afterwards.
    static func asking(_ port: Int, _ body: @escaping @Sendable (TestClient) async throws -> Void) async throws {
        try await TestClient.withClient(host: "127.0.0.1", port: port) { try await body($0) }
    }
}
