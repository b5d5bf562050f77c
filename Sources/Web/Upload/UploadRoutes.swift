import Accord
import Formats
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import NodeCore
import Series

/// What uploaders may ask for: posts of programs, and the form.
struct UploadRoutes: Sendable {
    let door: UploadDoor
    let sessions: UploadSessions
    /// Pages, assets and the headers of every answer.
    let pages: SiteRoutes

    init(door: UploadDoor) {
        self.door = door
        sessions = UploadSessions(UploadSessions.Limits(idle: 1_800))
        pages = SiteRoutes(site: door.site, host: door.host)
    }

    func router() -> Router<UploadRequestContext> {
        let router = Router(context: UploadRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.get("/health") { _, _ in pages.answer("ok\n", type: "text/plain; charset=utf-8") }
        router.get("/assets/{file}") { _, context in pages.asset(try context.parameters.require("file")) }
        router.post("/api/v1/readings") { request, context in await readings(request, context) }
        addFormRoutes(to: router)
        return router
    }

    // MARK: Posts of programs

    private func readings(_ request: Request, _ context: UploadRequestContext) async -> Response {
        let uploader: Uploader
        let token = UploadRoutes.bearer(request.headers[.authorization])
        do throws(UploadDenial) {
            uploader = try await door.desk.uploader(showing: token, from: context.address)
        } catch {
            if error == .unknown, token != nil { door.log("upload: a token from \(context.address) is not known") }
            return problem(error)
        }
        guard let isJSON = UploadRoutes.isJSON(request.headers[.contentType]) else {
            return problem(.unsupportedMediaType, "wrong-type")
        }
        let limit = door.desk.limits.bytes
        let announced = request.headers[.contentLength].flatMap { Int($0) } ?? 0
        guard announced <= limit, let body = try? await request.body.collect(upTo: limit) else {
            return problem(.contentTooLarge, "too-large", ["bytes": "\(limit)"])
        }
        let query = request.uri.queryParameters
        let wish = UploadWish(
            onlyChecks: query["check"] == "yes", meansOld: query["old"] == "yes", corrects: query["correct"] == "yes")
        do {
            let receipt = try await door.desk.post(
                Array(body.readableBytesView), isJSON: isJSON, by: uploader, wish: wish, way: .api)
            return json(receipt.json(door.catalogues, zone: door.zone), status: .ok)
        } catch let denial as UploadDenial {
            return problem(denial)
        } catch let fault as UploadFault {
            return problem(
                .unprocessableContent, "unreadable", ["detail": fault.sentence],
                more: ["line": .integer(fault.line), "column": .integer(fault.column)])
        } catch {
            door.log("upload: a post of \(uploader.id) was not kept: \(error)")
            return problem(.serviceUnavailable, "not-ready")
        }
    }

    /// The token of an authorization header; nil where there is none.
    static func bearer(_ header: String?) -> String? {
        guard let header, header.count < 512 else { return nil }
        let words = header.split(separator: " ")
        return words.count == 2 && words[0].lowercased() == "bearer" ? String(words[1]) : nil
    }

    /// Whether a body is JSON (true) or a table (false); nil for anything else, also for a table in another charset.
    static func isJSON(_ contentType: String?) -> Bool? {
        let parts = (contentType ?? "").lowercased().split(separator: ";").map { $0.filter { $0 != " " } }
        let charset = parts.dropFirst().first { $0.hasPrefix("charset=") }?.dropFirst("charset=".count)
        guard charset.map({ $0.filter { $0 != "\"" } == "utf-8" }) ?? true else { return nil }
        switch parts.first {
        case "application/json": return true
        case "text/csv": return false
        default: return nil
        }
    }

    // MARK: Answers

    /// A refusal of a whole request (RFC 9457), with its sentence in three languages.
    func problem(
        _ status: HTTPResponse.Status, _ code: String, _ arguments: [String: String] = [:],
        more: [String: JSONValue] = [:]
    ) -> Response {
        let text = door.catalogues.uploadText("upload.denial." + code, arguments)
        var document: [String: JSONValue] = [
            "type": "about:blank", "title": .string(status.reasonPhrase), "status": .integer(status.code),
            "code": .string(code), "detail": .string(text.en),
            "reason": ["vi": .string(text.vi), "zh": .string(text.zh), "en": .string(text.en)],
        ]
        for (key, value) in more { document[key] = value }
        return json(.object(document), status: status, type: "application/problem+json; charset=utf-8")
    }

    /// The same for somebody who may not post now.
    func problem(_ denial: UploadDenial) -> Response {
        var response: Response
        switch denial {
        case .tooOften(let seconds):
            response = problem(.tooManyRequests, denial.code, ["seconds": "\(seconds)"])
            response.headers[.retryAfter] = "\(seconds)"
        case .unknown:
            response = problem(.unauthorized, denial.code)
            response.headers[.wwwAuthenticate] = "Bearer"
        case .expired, .revoked: response = problem(.forbidden, denial.code)
        case .unreadableBook: response = problem(.serviceUnavailable, denial.code)
        }
        return response
    }

    private func json(
        _ document: JSONValue, status: HTTPResponse.Status, type: String = "application/json; charset=utf-8"
    ) -> Response {
        var response = pages.answer(document.readableText + "\n", type: type, status: status)
        response.headers[.cacheControl] = "no-store"
        return response
    }
}
