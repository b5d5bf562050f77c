import Foundation
import HTTPTypes
import Hummingbird

/// The cookie by which a browser is known again. It holds chance alone.
struct SessionCookie {
    /// Its name over TLS: browsers take one of this name from this very host over TLS only, and send it nowhere else.
    static let secureName = "__Host-riparian"
    /// Its name where the pages are served without TLS, on one's own machine.
    static let plainName = "riparian"

    /// Whether the browser speaks TLS to whoever brings its requests here.
    let isSecure: Bool

    init(_ request: Request) {
        let says = request.headers[HTTPField.Name.forwardedProto]?.lowercased()
        let origin = request.headers[.origin]?.lowercased() ?? ""
        isSecure = says == "https" || (says == nil && origin.hasPrefix("https://"))
    }

    private var name: String { isSecure ? SessionCookie.secureName : SessionCookie.plainName }

    /// The header that gives a browser its cookie; it goes when the browser is closed.
    func setting(_ value: String) -> String {
        "\(name)=\(value); Path=/; \(isSecure ? "Secure; " : "")HttpOnly; SameSite=Strict"
    }

    /// The header that takes it away.
    var removing: String { setting("") + "; Max-Age=0" }

    /// The cookie of a request. Over TLS one that was set without it does not count: another program on the way, or under a
    /// neighbouring name, could have put it there.
    static func shown(in request: Request) -> String? {
        if let value = value(of: secureName, in: request) { return value }
        return SessionCookie(request).isSecure ? nil : value(of: plainName, in: request)
    }

    /// The first cookie of a name; nil where there is none.
    static func value(of name: String, in request: Request) -> String? {
        for pair in (request.headers[.cookie] ?? "").split(separator: ";") {
            let parts = pair.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            if parts.count == 2, parts[0] == name, !parts[1].isEmpty { return parts[1] }
        }
        return nil
    }
}

extension HTTPField.Name {
    /// What a server in front of the pages says of the browser's own connection.
    static let forwardedProto = literal("X-Forwarded-Proto")
    static let forwardedFor = literal("X-Forwarded-For")
    /// What a browser says of the kind of request.
    static let fetchDestination = literal("Sec-Fetch-Dest")
    static let clearSiteData = literal("Clear-Site-Data")

    static func literal(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is a header name") }
        return name
    }
}
