import Accord
import Formats
import HTTPTypes
import Hummingbird
import Series

/// Why a request is not answered as it was meant, as programs read it (RFC 9457) and as people do.
///
/// The raw value is the `code` of the document; it never changes. Its text is `problem.CODE` in the catalogues.
enum Problem: String, CaseIterable, Sendable {
    case time = "bad-time"
    case period = "bad-period"
    case limit = "bad-limit"
    case place = "bad-place"
    case property = "bad-property"
    case choice = "bad-choice"
    case days = "bad-days"
    case request = "bad-request"
    case signIn = "sign-in"
    case notAllowed = "not-allowed"
    case refused
    case party = "no-party"
    case station = "no-station"
    case series = "no-series"
    case draft = "no-draft"
    case node = "no-node"
    case file = "no-file"
    case page = "no-page"
    case method
    case tooLarge = "too-large"
    case addressTooLong = "address-too-long"
    case mediaType = "media-type"
    case tooMany = "too-many"
    case fault
    case stopped

    /// The status of the answer.
    var status: HTTPResponse.Status {
        switch self {
        case .time, .period, .limit, .place, .property, .choice, .days, .request: .badRequest
        case .signIn: .unauthorized
        case .notAllowed, .refused: .forbidden
        case .party, .station, .series, .draft, .node, .file, .page: .notFound
        case .method: .methodNotAllowed
        case .tooLarge: .contentTooLarge
        case .addressTooLong: .uriTooLong
        case .mediaType: .unsupportedMediaType
        case .tooMany: .tooManyRequests
        case .fault: .internalServerError
        case .stopped: .serviceUnavailable
        }
    }

    /// What the texts name and no language translates.
    static func words(_ parameter: String?) -> [String: String] {
        [
            "parameter": parameter ?? "", "first": "from", "last": "to", "period": "start=P15D",
            "interval": "start=2024-09-01T00:00Z/P3D", "names": "stage, discharge, pool-level",
            "interface": "/api/openapi.json", "form": BodyBounds.formType, "size": "\(FormPost.limit >> 10) KiB",
            "file": "\(RegisterLimits.file / 1_000_000) MB", "link": "Link",
            "allow": "Allow", "retry": "Retry-After",
        ]
    }

    /// The document that programs get.
    ///
    /// - Parameter parameter: which part of the query is meant; a name of ours, never what was sent.
    func document(_ catalogues: Catalogues, parameter: String?) -> JSONValue {
        let text = catalogues.localized("problem." + rawValue, Problem.words(parameter))
        var members: [String: JSONValue] = [
            "type": "about:blank", "title": .string(status.reasonPhrase), "status": .integer(status.code),
            "code": .string(rawValue), "detail": .string(text.en), "reason": JSONValue(text),
        ]
        if let parameter { members["parameter"] = .string(parameter) }
        return .object(members)
    }
}

extension JSONValue {
    /// A text in three languages: `vi`, `zh` and `en`.
    init(_ text: LocalizedText) { self = ["vi": .string(text.vi), "zh": .string(text.zh), "en": .string(text.en)] }

    /// A moment in UTC, or null.
    static func time(_ time: Instant?) -> JSONValue { .optional(time.map { $0.iso8601() }) }
}

extension SiteRoutes {
    /// Whether a program asks: by the suffix of the address, or by what it says that it takes.
    static func wantsData(_ request: Request) -> Bool {
        if Doorkeeper.isData(request.uri.path) { return true }
        guard let accepted = request.headers[.accept]?.lowercased() else { return false }
        return accepted.contains("json") && !accepted.contains("text/html")
    }

    /// The answer to a request that cannot be answered as it was meant: a document for programs, a page for people.
    func problem(
        _ problem: Problem, _ request: Request, viewer: Viewer = .stranger, parameter: String? = nil,
        fallback: Language = .english
    ) -> Response {
        guard !SiteRoutes.wantsData(request) else { return document(problem, parameter: parameter) }
        let view = RequestView(request, viewer: viewer, fallback: fallback)
        let frame = frame(view, zone: site.zone)
        let model = ProblemPage(problem, parameter: parameter, frame: frame)
        return page("refused", model, status: problem.status)
    }

    /// The document of a problem.
    func document(_ problem: Problem, parameter: String? = nil) -> Response {
        var response = answer(
            problem.document(site.catalogues, parameter: parameter).readableText + "\n",
            type: "application/problem+json", status: problem.status)
        response.headers[.cacheControl] = "no-store"
        return response
    }
}

/// The page that says why a request was not answered.
struct ProblemPage {
    let layout: Layout
    let heading: String
    let text: String

    init(_ problem: Problem, parameter: String?, frame: PageFrame) {
        heading = frame.context.text(problem.status == .notFound ? "notFound.title" : "problem.title")
        text = frame.context.text("problem." + problem.rawValue, Problem.words(parameter))
        layout = Layout(title: heading, path: "/", frame: frame)
    }
}
