public import Accord
public import Series
import Yams

/// What a node's `alerts.yaml` says: who issues warnings, by which channels, and whom they reach. Secrets stand in files of their
/// own, which it names. The file never leaves the node.
public struct AlertOfficeBook: Hashable, Sendable {
    /// The name of the file in the node's folder.
    public static let file = "alerts.yaml"

    /// The server that takes mail.
    public struct MailServer: Hashable, Sendable {
        /// `smtp://HOST:PORT` or `smtps://HOST:PORT`.
        public let server: String
        /// The address that mail comes from.
        public let from: String
        /// A file with `USER:PASSWORD` in the node's folder; nil where the server asks for none.
        public let secret: String?
        /// Whether mail leaves without encryption too; only for a server on the same machine.
        public let allowsPlain: Bool
    }

    /// The gateway that takes text messages: a form with the fields `to`, `text` and `id` is posted to it.
    public struct TextGateway: Hashable, Sendable {
        /// `https://...`, or `http://...` on the same machine.
        public let address: String
        /// A file with what the header `Authorization` says; nil for none.
        public let secret: String?
    }

    /// The broker that takes nudges (MQTT 3.1.1).
    public struct MessageBroker: Hashable, Sendable {
        /// `mqtts://HOST:PORT`, or `mqtt://HOST:PORT` without encryption.
        public let server: String
        /// Its name or number.
        public let host: String
        /// Its port.
        public let port: Int
        /// A file with `USER:PASSWORD` in the node's folder; nil where the broker asks for none.
        public let secret: String?
        /// Whether the line is encrypted.
        public let isEncrypted: Bool
    }

    /// An office as the file has it.
    public struct Entry: Hashable, Sendable {
        /// An office of the basin's register, or the node's own word.
        public let office: String
        /// Its name where the register has none.
        public let name: LocalizedText?
        /// What concerns it; empty for everything.
        public let stations: [StationID]
        /// The lowest level that it is told of.
        public let fromLevel: Int
        /// How it is reached.
        public let routes: [DeliveryRoute]
        /// Who is called.
        public let calls: [CallListEntry]
        /// Where it stands, for messages.
        public let line: Int
    }

    /// The sender of the messages.
    public let sender: String
    /// The office that issues, by id.
    public let office: String
    /// Its name where the register has none.
    public let name: LocalizedText?
    /// The file of the secret key, in the node's folder.
    public let key: String
    /// The file of its certificate.
    public let certificate: String
    /// The address of the node's pages as offices reach them; nil where they cannot.
    public let address: String?
    /// The server that takes mail; nil where none does.
    public let mail: MailServer?
    /// The gateway that takes text messages; nil where none does.
    public let textGateway: TextGateway?
    /// The broker that takes nudges; nil where none does.
    public let broker: MessageBroker?
    /// The folder into which files are laid; nil where none is.
    public let spool: String?
    /// Who is told, in the order of the file.
    public let entries: [Entry]

    /// Reads the file; an unknown key is an error, so that a misspelt route is never without effect.
    ///
    /// - Throws: ``EventFileProblem`` with the line and column of what is wrong.
    public init(_ bytes: [UInt8], file: String) throws(EventFileProblem) {
        let document = try YAMLDocument(bytes, file: file)
        let root = document.root
        try document.knows(
            [
                "sender", "office", "name", "key", "certificate", "address", "mail", "text_message", "mqtt",
                "spool", "addressees",
            ], root)
        sender = try document.needed("sender", root, "write a DNS name such as duty.example.org")
        office = try document.needed("office", root, "write the id of an office")
        name = try document.localizedText("name")
        key = document.text("key") ?? "alert.key.pem"
        certificate = document.text("certificate") ?? "alert.pem"
        address = try document.address("address", root)
        mail = try document.mailServer()
        textGateway = try document.textGateway()
        broker = try document.broker()
        spool = document.text("spool")
        var entries: [Entry] = []
        for node in document.list("addressees") {
            let entry = try document.entry(node)
            guard !entries.contains(where: { $0.office == entry.office }) else {
                throw document.problem(node, "the office \(entry.office) stands twice", "put its routes into one entry")
            }
            entries.append(entry)
        }
        self.entries = entries
        try document.checkRoutes(self)
    }
}

extension YAMLDocument {
    fileprivate func knows(_ known: [String], _ node: Node) throws(EventFileProblem) {
        guard let mapping = node.mapping else {
            throw problem(node, "the entry is no mapping", "write lines of the form key: value")
        }
        for (key, _) in mapping where !known.contains(key.scalar?.string ?? "") {
            throw problem(
                key, "unknown key \(key.scalar?.string ?? "")", "the keys are \(known.joined(separator: ", "))")
        }
    }

    fileprivate func needed(_ key: String, _ node: Node, _ advice: String) throws(EventFileProblem) -> String {
        guard let text = text(key, of: node) else { throw problem(node[key] ?? node, "\(key) is missing", advice) }
        return text
    }

    /// An address of the web without blanks and without a slash at its end.
    fileprivate func address(_ key: String, _ node: Node) throws(EventFileProblem) -> String? {
        guard var text = text(key, of: node) else { return nil }
        guard text.hasPrefix("https://") || text.hasPrefix("http://"), !text.contains(where: \.isWhitespace) else {
            throw problem(node[key], "\(text) is no address", "write https://HOST...")
        }
        while text.hasSuffix("/") { text.removeLast() }
        return text
    }

    fileprivate func mailServer() throws(EventFileProblem) -> AlertOfficeBook.MailServer? {
        guard let node = root["mail"] else { return nil }
        try knows(["server", "from", "secret", "plain"], node)
        let server = try needed("server", node, "write smtp://HOST:587 or smtps://HOST:465")
        guard server.hasPrefix("smtp://") || server.hasPrefix("smtps://"), !server.contains(where: \.isWhitespace),
            !server.contains("\""), !server.contains("@")
        else {
            throw problem(
                node["server"], "\(server) is no mail server",
                "write smtp://HOST:587 or smtps://HOST:465; the user "
                    + "stands in the file that secret names")
        }
        let from = try needed("from", node, "write the address that mail comes from")
        guard MailAddress.isOne(from) else {
            throw problem(node["from"], "\(from) is no mail address", "write NAME@HOST")
        }
        let plain = text("plain", of: node)
        guard plain == nil || plain == "true" || plain == "false" else {
            throw problem(node["plain"], "plain is \(plain ?? "")", "write true or false")
        }
        return AlertOfficeBook.MailServer(
            server: server, from: from, secret: text("secret", of: node), allowsPlain: plain == "true")
    }

    fileprivate func textGateway() throws(EventFileProblem) -> AlertOfficeBook.TextGateway? {
        guard let node = root["text_message"] else { return nil }
        try knows(["address", "secret"], node)
        guard let address = try address("address", node) else {
            throw problem(node, "the gateway has no address", "write address: https://HOST/...")
        }
        return AlertOfficeBook.TextGateway(address: address, secret: text("secret", of: node))
    }

    fileprivate func broker() throws(EventFileProblem) -> AlertOfficeBook.MessageBroker? {
        guard let node = root["mqtt"] else { return nil }
        try knows(["server", "secret", "plain"], node)
        let server = try needed("server", node, "write mqtts://HOST:8883")
        let isEncrypted = server.hasPrefix("mqtts://")
        let place = server.drop { $0 != "/" }.drop { $0 == "/" }
        let parts = place.split(separator: ":", omittingEmptySubsequences: false)
        guard isEncrypted || server.hasPrefix("mqtt://"), parts.count <= 2, let host = parts.first, !host.isEmpty,
            host.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x7A).contains($0) || ".-".utf8.contains($0) }
            ),
            let port = parts.count == 2 ? Int(parts[1]) : isEncrypted ? 8883 : 1883, (1...65_535).contains(port)
        else {
            throw problem(
                node["server"], "\(server) is no broker",
                "write mqtts://HOST:8883; the user stands in the file that secret names")
        }
        guard isEncrypted || text("plain", of: node) == "true" else {
            throw problem(
                node["server"], "\(server) is not encrypted",
                "write mqtts://HOST:8883, or plain: true for a broker on the same machine")
        }
        return AlertOfficeBook.MessageBroker(
            server: server, host: String(host), port: port, secret: text("secret", of: node), isEncrypted: isEncrypted)
    }

    fileprivate func entry(_ node: Node) throws(EventFileProblem) -> AlertOfficeBook.Entry {
        try knows(["office", "name", "stations", "from_level", "routes", "calls"], node)
        let office = try needed("office", node, "write the id of an office of the pack, or a word of your own")
        guard office.utf8.count <= 80, !office.contains(where: { $0.isWhitespace || $0 == "/" }) else {
            throw problem(node["office"], "\(office) is no id", "write words joined by hyphens")
        }
        var stations: [StationID] = []
        for word in node["stations"]?.array() ?? [] {
            guard let station = StationID(word.scalar?.string ?? "") else {
                throw problem(word, "\(word.scalar?.string ?? "the entry") is no station", "write a station's id")
            }
            stations.append(station)
        }
        let level = text("from_level", of: node) ?? "1"
        guard let fromLevel = Int(level), (1...4).contains(fromLevel) else {
            throw problem(node["from_level"], "from_level is \(level)", "write 1, 2, 3 or 4")
        }
        var routes: [DeliveryRoute] = []
        for word in node["routes"]?.array() ?? [] { routes.append(try route(word)) }
        var calls: [CallListEntry] = []
        for word in node["calls"]?.array() ?? [] {
            try knows(["name", "telephone"], word)
            calls.append(
                CallListEntry(
                    name: try needed("name", word, "write who answers"),
                    telephone: try needed("telephone", word, "write the number")))
        }
        guard !routes.isEmpty || !calls.isEmpty else {
            throw problem(
                node, "nothing leads to \(office)", "write routes, or calls for an office with a telephone alone")
        }
        return AlertOfficeBook.Entry(
            office: office, name: try node["name"].map { name throws(EventFileProblem) in try localizedText(name) },
            stations: stations, fromLevel: fromLevel, routes: routes, calls: calls, line: node.mark?.line ?? 1)
    }

    private func route(_ node: Node) throws(EventFileProblem) -> DeliveryRoute {
        try knows(DeliveryChannel.allCases.filter(\.isMachine).map(\.fileWord) + ["language"], node)
        let named = DeliveryChannel.allCases.filter { $0.isMachine && text($0.fileWord, of: node) != nil }
        guard let channel = named.first, named.count == 1, let target = text(channel.fileWord, of: node) else {
            throw problem(
                node, "a route names \(named.isEmpty ? "no channel" : "several channels")",
                "write one of mail, webhook, text_message, mqtt, spool in each entry")
        }
        let language = text("language", of: node) ?? ""
        guard Language(rawValue: language) != nil else {
            throw problem(
                node["language"] ?? node, "the route's language is \(language.isEmpty ? "missing" : language)",
                "write language: vi, zh-Hans or en")
        }
        let isRight =
            switch channel {
            case .mail: MailAddress.isOne(target)
            case .webhook: target.hasPrefix("https://") || target.hasPrefix("http://")
            case .textMessage: target.utf8.count <= 20 && target.allSatisfy { $0.isNumber || "+- ".contains($0) }
            case .mqtt:
                target.utf8.count <= 200 && !target.hasPrefix("$") && !target.contains { "+#\0".contains($0) }
            case .spool: !target.contains("/") && !target.hasPrefix(".")
            case .telephone: false
            }
        guard isRight, !target.contains(where: \.isNewline) else {
            throw problem(node[channel.fileWord], "\(target) does not fit \(channel.fileWord)", channel.advice)
        }
        return DeliveryRoute(channel: channel, target: target, language: language)
    }

    /// A route without its server would never leave.
    fileprivate func checkRoutes(_ book: AlertOfficeBook) throws(EventFileProblem) {
        let needs: [(DeliveryChannel, Bool, String)] = [
            (.mail, book.mail != nil, "mail: {server: smtp://HOST:587, from: NAME@HOST}"),
            (.textMessage, book.textGateway != nil, "text_message: {address: https://HOST/...}"),
            (.mqtt, book.broker != nil, "mqtt: {server: mqtts://HOST:8883}"),
            (.spool, book.spool != nil, "spool: FOLDER"),
        ]
        for (channel, isThere, line) in needs where !isThere {
            guard let entry = book.entries.first(where: { $0.routes.contains { $0.channel == channel } }) else {
                continue
            }
            throw EventFileProblem(
                file: file, line: entry.line,
                "\(entry.office) is to be reached by \(channel.fileWord), and nothing says how", "write \(line)")
        }
    }
}

extension DeliveryChannel {
    /// As the file writes it.
    var fileWord: String { rawValue.replacing("-", with: "_") }

    fileprivate var advice: String {
        switch self {
        case .mail: "write NAME@HOST"
        case .webhook: "write https://HOST/..."
        case .textMessage: "write the number with its country, +84..."
        case .mqtt: "write a topic without + and #, not beginning with $"
        case .spool: "write a word without slashes"
        case .telephone: "write it under calls"
        }
    }
}

/// Mail addresses as far as this program has to know them.
enum MailAddress {
    /// Whether a text is one address that needs no quoting.
    static func isOne(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 254 else { return false }
        return parts.allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                        || ".-_+=".utf8.contains(byte)
                }
        }
    }
}
