import Foundation
import HTTPTypes
import Hummingbird
import NodeCore
import Series

/// Finds out who asks, and lets strangers see what is for everybody alone. An address that is not named here is closed: whoever
/// adds a page need not think of it.
struct Doorkeeper: RouterMiddleware {
    let routes: SiteRoutes

    @concurrent func handle(
        _ request: Request, context: PageRequestContext,
        next: @concurrent (Request, PageRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.viewer = await routes.viewer(of: request)
        let isOwn = request.uri.path == "/metrics" && ["127.0.0.1", "::1"].contains(context.address)
        guard isOwn || Doorkeeper.isForEverybody(request.uri.path) || context.viewer.may(.seePages) else {
            return routes.signInFirst(request)
        }
        var response = try await next(request, context)
        guard routes.site.people != nil else { return response }
        response.headers[.vary] = (response.headers[.vary].map { $0 + ", " } ?? "") + "Cookie"
        if context.viewer.person != nil, response.headers[.cacheControl] == "no-cache" {
            response.headers[.cacheControl] = "private, no-cache"
        }
        return response
    }

    /// Whether an address shows only what is for everybody: the list of parties, the files of lanes for everybody, issued
    /// alerts, the page on which an office answers one (its address is the key), and what signing in needs.
    static func isForEverybody(_ path: String) -> Bool {
        let parts = path.split(separator: "/")
        switch parts.first {
        case nil: return true
        case "health", "sign-in", "sign-out": return parts.count == 1
        case "assets": return parts.count == 2
        case "api": return path == "/api/openapi.json"
        case "read": return parts.count == 2
        case "nodes": return parts.count > 3 && parts[2] == "lanes"
        default: return parts.count == 3 && parts[1] == "cap"
        }
    }

    /// Whether programs ask there, not people.
    static func isData(_ path: String) -> Bool {
        let last = path.split(separator: "/").last ?? ""
        return last == "changes" || last == "lanes" || path == "/metrics" || path.hasPrefix("/nodes/")
            || path.hasPrefix("/assets/") || path.hasPrefix("/api/")
            || [".csv", ".json", ".geojson", ".svg", ".xml", ".atom"].contains { last.hasSuffix($0) }
    }

    /// A place of this very site to go to after signing in; nil for anything else.
    static func place(_ text: String?) -> String? {
        guard let text, text.utf8.count <= 1_024, text.hasPrefix("/"), !text.hasPrefix("//"),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") })
        else { return nil }
        let first = text.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").first
        return first == "sign-in" || first == "sign-out" ? nil : text
    }
}

extension SiteRoutes {
    /// Who sent a request.
    func viewer(of request: Request) async -> Viewer { await site.people?.viewer(of: request) ?? .anybody }

    /// The answer to a stranger: the sign-in page, which leads back; programs are told in words of theirs.
    func signInFirst(_ request: Request) -> Response {
        guard !SiteRoutes.wantsData(request) else { return unauthorized() }
        let party = request.uri.path.split(separator: "/").first.flatMap { entry(String($0)) }?.party
        let view = RequestView(request, fallback: party.map { RequestView.ownLanguage(of: $0) } ?? .english)
        let place = Doorkeeper.place(asked(request)).map { "&to=" + SiteRoutes.queryValue($0) } ?? ""
        return seeOther(view.signInLink + place)
    }

    /// The page that was asked for; for a form the page on which it stood.
    private func asked(_ request: Request) -> String {
        guard request.method == .post, let page = request.headers[.referer].flatMap({ URLComponents(string: $0) }),
            FormPost.isOfThisSite(request, host: host)
        else { return request.uri.description }
        return page.percentEncodedPath + (page.percentEncodedQuery.map { "?" + $0 } ?? "")
    }

    private func unauthorized() -> Response {
        var response = document(.signIn)
        response.headers[.wwwAuthenticate] = "Session realm=\"Riparian\""
        return response
    }

    /// A text as the value of a query.
    static func queryValue(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            let isPlain = byte < 0x80 && (character.isLetter || character.isNumber || "-._~/".contains(character))
            return isPlain ? String(character) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
