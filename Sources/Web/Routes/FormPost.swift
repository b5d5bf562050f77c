import Foundation
import Hummingbird
import NodeCore

/// A form that a person has sent from a page of this site.
struct FormPost {
    /// Bytes of a form at most.
    static let limit = 262_144

    /// The fields in the order of the form; a name may stand several times.
    let fields: [(name: String, value: String)]
    /// Chosen files, by field.
    private(set) var files: [String: [UInt8]] = [:]

    /// Reads a form; nil when it is too long, or when another site may have sent it.
    ///
    /// - Parameter host: the name under which the site listens, beside `localhost` and addresses in digits.
    init?(_ request: Request, host: String) async {
        guard FormPost.isOfThisSite(request, host: host) else { return nil }
        var request = request
        let type = request.headers[.contentType] ?? ""
        let isMultipart = FormPost.takesFiles(request) && type.lowercased().hasPrefix("multipart/form-data")
        let limit = isMultipart ? RegisterLimits.file + FormPost.limit : FormPost.limit
        guard let buffer = try? await request.collectBody(upTo: limit) else { return nil }
        guard isMultipart else {
            fields = FormPost.fields(String(buffer: buffer))
            return
        }
        guard let form = MultipartForm(Array(buffer: buffer), contentType: type) else { return nil }
        fields = form.parts.filter { !$0.isFile }.compactMap { part in
            String(validating: part.bytes, as: UTF8.self).map { (part.name, $0) }
        }
        for part in form.parts where part.isFile && !part.bytes.isEmpty { files[part.name] = part.bytes }
    }

    /// Whether forms with files are sent there.
    static func takesFiles(_ request: Request) -> Bool { request.uri.path.hasSuffix("/act-with-file") }

    /// Reads a form; nil also when its sender is signed in and it does not carry the key of that session.
    init?(_ asked: PageRequest, host: String) async {
        await self.init(asked.request, host: host)
        guard let key = asked.viewer.formKey else { return }
        guard FormPost.isRight(value("key"), for: key) else { return nil }
    }

    /// Whether what a form carries is the key of its session; the time says nothing of where it is wrong.
    static func isRight(_ carried: String?, for key: String) -> Bool {
        UploadToken.isEqual(Array((carried ?? "").utf8), Array(key.utf8))
    }

    /// The fields of a form as it is sent.
    static func fields(_ text: String) -> [(name: String, value: String)] {
        text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (FormPost.decoded(parts[0]), parts.count > 1 ? FormPost.decoded(parts[1]) : "")
        }
    }

    /// The first value of a field; nil when there is none.
    func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// Every value of a field.
    func values(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    /// The name of a person, 2 to 80 characters without control characters; nil for anything else.
    var person: String? {
        guard let text = value("person") else { return nil }
        let name = String(text.filter { !$0.unicodeScalars.contains { $0.properties.generalCategory == .control } })
            .trimmingCharacters(in: .whitespaces)
        return (2...80).contains(name.count) ? name : nil
    }

    private static func decoded(_ text: Substring) -> String {
        text.replacing("+", with: " ").removingPercentEncoding ?? ""
    }

    /// Whether a browser says that the form stood on a page of this very site: the request names where it came from, that
    /// is the host that was asked, and that host is no name which somebody else could point here.
    static func isOfThisSite(_ request: Request, host: String) -> Bool {
        guard let asked = request.head.authority, isOwn(name(ofAuthority: asked), host: host) else { return false }
        guard let source = request.headers[.origin] ?? request.headers[.referer], let url = URL(string: source),
            url.scheme == "http" || url.scheme == "https", let from = url.host(percentEncoded: false)
        else { return false }
        let port = url.port.map { ":\($0)" } ?? ""
        let bracketed = from.contains(":") ? "[\(from)]" : from
        return (bracketed + port).lowercased() == asked.lowercased()
    }

    /// The host of an authority, without its port.
    private static func name(ofAuthority text: String) -> String {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            return String(text[text.index(after: text.startIndex)..<end])
        }
        return String(text.prefix { $0 != ":" })
    }

    private static func isOwn(_ name: String, host: String) -> Bool {
        let isAddress = name.contains(":") || (name.contains(".") && name.allSatisfy { $0.isNumber || $0 == "." })
        return name == "localhost" || name == host || isAddress
    }
}
