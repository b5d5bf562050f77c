import HTTPTypes
import Hummingbird
import Logging

/// The last word on every answer: what browsers are told with each, and an answer in place of every error.
struct AnswerGuard: RouterMiddleware {
    /// Bytes of an address at most.
    static let longestAddress = 4_096
    /// What a browser may do with an answer.
    ///
    /// - Parameter styles: of those that stand in pages, the digests.
    static func policy(_ styles: SiteStyles) -> String {
        "default-src 'self'; style-src 'self' '\(styles.duty.source)' '\(styles.whole.source)'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
            + "object-src 'none'"
    }

    let routes: SiteRoutes

    @concurrent func handle(
        _ request: Request, context: PageRequestContext,
        next: @concurrent (Request, PageRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.isOwnMachine = ["127.0.0.1", "::1"].contains(context.address)
        context.address = PageRequestContext.address(of: request, from: context.address)
        var response: Response
        if request.uri.description.utf8.count > AnswerGuard.longestAddress {
            response = routes.problem(.addressTooLong, request)
        } else {
            do {
                response = try await next(request, context)
            } catch let error as any HTTPResponseError {
                response = routes.problem(AnswerGuard.problem(of: error.status), request)
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                context.logger.error("a request could not be answered", metadata: ["error": "\(type(of: error))"])
                response = routes.problem(.fault, request)
            }
        }
        response.headers[.contentSecurityPolicy] =
            response.headers[.contentSecurityPolicy] ?? AnswerGuard.policy(routes.site.styles)
        response.headers[.xContentTypeOptions] = "nosniff"
        return response
    }

    private static func problem(of status: HTTPResponse.Status) -> Problem {
        switch status.code {
        case 401: .signIn
        case 403: .notAllowed
        case 404: .page
        case 405: .method
        case 413: .tooLarge
        case 415: .mediaType
        case 429: .tooMany
        case 503: .stopped
        case 400..<500: .request
        default: .fault
        }
    }
}

/// Takes only forms, and only short ones, before a route reads them.
struct BodyBounds: RouterMiddleware {
    let routes: SiteRoutes
    static let formType = "application/x-www-form-urlencoded"

    @concurrent func handle(
        _ request: Request, context: PageRequestContext,
        next: @concurrent (Request, PageRequestContext) async throws -> Response
    ) async throws -> Response {
        guard request.method == .post else { return try await next(request, context) }
        func refused(_ problem: Problem) -> Response { routes.problem(problem, request, viewer: context.viewer) }
        let takesFiles = FormPost.takesFiles(request)
        let limit = takesFiles ? RegisterLimits.file + FormPost.limit : FormPost.limit
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            return refused(.tooLarge)
        }
        var request = request
        let body: ByteBuffer
        do {
            body = try await request.collectBody(upTo: limit)
        } catch {
            return refused(.tooLarge)
        }
        let type = request.headers[.contentType]?.prefix { $0 != ";" && $0 != " " }.lowercased()
        guard
            type == BodyBounds.formType || (takesFiles && type == "multipart/form-data")
                || (type == nil && body.readableBytes == 0)
        else {
            return refused(.mediaType)
        }
        return try await next(request, context)
    }
}

/// What addresses there are, and which methods each takes: answers 405 and OPTIONS, which the router does not.
struct MethodGuard: RouterMiddleware {
    let routes: SiteRoutes
    let methods: RouteMethods

    @concurrent func handle(
        _ request: Request, context: PageRequestContext,
        next: @concurrent (Request, PageRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            let taken = methods.methods(of: request.uri.path)
            guard !taken.isEmpty, request.method == .options || !taken.contains(request.method) else {
                return routes.problem(.page, request, viewer: context.viewer)
            }
            var response: Response
            if request.method == .options {
                response = Response(status: .noContent, headers: [.cacheControl: "no-store"])
            } else {
                response = routes.problem(.method, request, viewer: context.viewer)
            }
            response.headers[.allow] = taken.map(\.rawValue).joined(separator: ", ")
            return response
        }
    }
}
