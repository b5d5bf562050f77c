import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NodeCore

/// Who looks at a page: decided once for each request, and asked by every page.
enum Viewer: Sendable {
    /// Somebody at a node that has no people: whoever can open its pages may use them.
    case anybody
    /// Somebody who is not signed in at a node that has people.
    case stranger
    /// A person who is signed in, and what the person's forms carry.
    case person(Person, formKey: String)

    /// Whether this viewer may do something.
    func may(_ act: PageAct) -> Bool {
        switch self {
        case .anybody: act != .seeAudit
        case .stranger: false
        case .person(let person, _): person.may(act)
        }
    }

    /// The person; nil where nobody is signed in.
    var person: Person? {
        if case .person(let person, _) = self { person } else { nil }
    }

    /// What a form of this viewer has to carry; nil where none is asked.
    var formKey: String? {
        if case .person(_, let key) = self { key } else { nil }
    }
}

/// What is known of a request beside what it says itself.
struct PageRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who asks; nobody until the doorkeeper has looked.
    var viewer = Viewer.stranger
    /// Whom attempts are counted for: an IPv4 address, or the first 64 bits of an IPv6 one.
    var address: String
    /// Whether the connection comes from this very machine.
    var isOwnMachine = false

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        address = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }

    /// The address of a browser: where the connection comes from, or, where that is a server on this very machine, what that
    /// server says.
    static func address(of request: Request, from source: String) -> String {
        let isOwn = source == "127.0.0.1" || source == "::1"
        let told = request.headers[.forwardedFor]?.split(separator: ",").last?.trimmingCharacters(in: .whitespaces)
        let text = isOwn ? told ?? source : source
        let isAddress = text.utf8.count <= 45 && text.allSatisfy { $0.isHexDigit || $0 == "." || $0 == ":" }
        return UploadRequestContext.counted(isAddress ? text : source)
    }
}

/// A request and who sent it.
struct PageRequest: Sendable {
    let request: Request
    let viewer: Viewer
    /// Where it comes from, for the audit log.
    let address: String

    var uri: URI { request.uri }
    var headers: HTTPFields { request.headers }
}

extension Router<PageRequestContext> {
    /// A page, a table or a file.
    func page(
        _ path: RouterPath, _ body: @Sendable @escaping (PageRequest, PageRequestContext) async throws -> Response
    ) {
        get(path) { request, context in
            try await body(PageRequest(request, context), context)
        }
    }

    /// What a form is sent to.
    func form(
        _ path: RouterPath, _ body: @Sendable @escaping (PageRequest, PageRequestContext) async throws -> Response
    ) {
        post(path) { request, context in
            try await body(PageRequest(request, context), context)
        }
    }
}

extension PageRequest {
    init(_ request: Request, _ context: PageRequestContext) {
        self.init(request: request, viewer: context.viewer, address: context.address)
    }
}
