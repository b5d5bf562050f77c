public import Accord
import HTTPTypes
public import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore

/// Builds the server of a neutral witness: `POST /add-checkpoint` of C2SP tlog-witness, over plain HTTP.
///
/// What it is asked is signed by its provider and what it answers by itself, so that the line need not be believed.
///
/// - Parameter answer: the witness's answer to a body; what it throws is logged, and the answer is 500.
public func buildWitnessServer(
    host: String, port: Int, logger: Logger = Logger(label: "riparian.witness"),
    log: @escaping @Sendable (String) -> Void,
    onServerRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in },
    answer: @escaping @Sendable (_ body: [UInt8]) async throws -> WitnessAnswer
) -> some ApplicationProtocol {
    let router = Router()
    router.post("/add-checkpoint") { request, _ in
        guard let body = try? await request.body.collect(upTo: WitnessRequest.maximumSize + 1) else {
            return Response(status: .contentTooLarge)
        }
        do {
            let given = try await answer(Array(body.readableBytesView))
            return Response(
                status: .init(code: given.status),
                headers: [.contentType: given.contentType, .cacheControl: "no-store"],
                body: .init(byteBuffer: ByteBuffer(bytes: given.body)))
        } catch {
            log("a request was not answered: \(error)")
            return Response(status: .internalServerError)
        }
    }
    let limits = PeerServerLimits()
    return Application(
        router: router,
        server: .http1(
            configuration: .init(
                idleTimeout: .seconds(limits.idleSeconds),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: 8_192, maxHeaderListSize: 16_384, maxHeaderFieldCount: 50))),
        configuration: ApplicationConfiguration(
            address: .hostname(host, port: port), serverName: "riparian",
            availableConnectionsDelegate: MaximumAvailableConnections(limits.connections)),
        onServerRunning: { await onServerRunning($0.localAddress?.port ?? port) }, logger: logger)
}
