import Crypto
import Formats
import HTTPTypes
import Hummingbird
import NIOCore

/// What every page gains on its way out: a tag by which a browser sees that it has it already, and packing.
struct PageDelivery: RouterMiddleware {
    /// Bytes from which on an answer is packed.
    static let packedFrom = 1_024
    /// Bytes beyond which an answer is left as it is.
    static let longest = 4 << 20
    private let memory = PackedMemory()

    @concurrent func handle(
        _ request: Request, context: PageRequestContext,
        next: @concurrent (Request, PageRequestContext) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        guard request.method == .get || request.method == .head, response.status == .ok,
            let length = response.body.contentLength,
            length <= PageDelivery.longest, response.headers[.cacheControl] != "no-store",
            response.headers[.contentEncoding] == nil
        else { return response }
        let bytes = try await PageDelivery.bytes(of: response.body)
        return answer(to: request, bytes, headers: response.headers)
    }

    private func answer(to request: Request, _ bytes: [UInt8], headers answered: HTTPFields) -> Response {
        var headers = answered
        headers[.contentLength] = nil  // that of the body before it is packed
        let given = headers[.eTag]
        let tag = given ?? PageDelivery.tag(of: bytes)
        headers[.eTag] = tag
        let vary = headers[.vary].map { $0 + ", Accept-Encoding" } ?? "Accept-Encoding"
        headers[.vary] = vary
        let held = request.headers[.ifNoneMatch]?.split(separator: ",").map { $0.filter { $0 != " " } } ?? []
        guard !held.contains(tag) && !held.contains("*") else {
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        }
        guard bytes.count >= PageDelivery.packedFrom, PageDelivery.isText(headers[.contentType]),
            PageDelivery.accepts(request.headers[.acceptEncoding])
        else {
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        }
        headers[.contentEncoding] = "gzip"
        // a tag that was given may leave something of the content out
        let packed = given == nil ? memory.packed(bytes, tag: tag) { Gzip.packed($0) } : Gzip.packed(bytes)
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: packed)))
    }

    /// The tag of a content.
    static func tag(of bytes: [UInt8]) -> String {
        let digest = SHA256.hash(data: bytes).prefix(12).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return "W/\"\(digest)\""
    }

    private static func isText(_ type: String?) -> Bool {
        guard let type = type?.prefix(while: { $0 != ";" }) else { return false }
        return type.hasPrefix("text/") || type.hasSuffix("json") || type.hasSuffix("xml")
    }

    /// Whether a browser takes gzip: named, or everything, and not with the weight 0.
    static func accepts(_ header: String?) -> Bool {
        guard let header else { return false }
        let wishes = header.split(separator: ",").map { $0.filter { $0 != " " }.lowercased() }
        return wishes.contains { wish in
            let parts = wish.split(separator: ";")
            guard parts.first == "gzip" || parts.first == "*" else { return false }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) }
            return weight != 0
        }
    }

    private static func bytes(of body: ResponseBody) async throws -> [UInt8] {
        let collected = Collected()
        try await body.write(Collector(collected: collected))
        return Array(buffer: collected.buffer)
    }

    /// What a body has written so far; one task at a time has it.
    private final class Collected {
        var buffer = ByteBuffer()
    }

    private struct Collector: ResponseBodyWriter {
        let collected: Collected

        mutating func write(_ buffer: ByteBuffer) async throws {
            var part = buffer
            collected.buffer.writeBuffer(&part)
        }

        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}
