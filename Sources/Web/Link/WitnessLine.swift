import Accord
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
public import NodeCore

/// The line to a witness: plain or secured HTTP; what comes back is believed for its signature alone.
public final class WitnessLine: Sendable {
    private let base: String
    private let client: HTTPClient

    /// Opens nothing yet.
    ///
    /// - Parameter address: the witness's prefix, `http://HOST:PORT` or `https://HOST:PORT`.
    /// - Throws: ``LineFault/address(_:)``.
    public init(at address: String) throws {
        guard let url = URL(string: address), ["http", "https"].contains(url.scheme ?? ""), url.host() != nil else {
            throw LineFault.address(address)
        }
        base = address.hasSuffix("/") ? String(address.dropLast()) : address
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout = .init(connect: .seconds(15), read: .seconds(20))
        configuration.decompression = .disabled
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Ends all requests.
    public func close() async { try? await client.shutdown() }

    deinit { client.shutdown { _ in } }

    /// What a node asks over.
    public var link: WitnessLink {
        WitnessLink { [client, base] body in
            var request = HTTPClientRequest(url: base + "/add-checkpoint")
            request.method = .POST
            request.body = .bytes(ByteBuffer(bytes: body))
            let response = try await client.execute(request, timeout: .seconds(60))
            let answer = try await response.body.collect(upTo: 65_536)
            return WitnessAnswer(
                status: Int(response.status.code), contentType: response.headers.first(name: "content-type") ?? "",
                body: Array(answer.readableBytesView))
        }
    }
}
