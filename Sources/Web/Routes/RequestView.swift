import Hummingbird
import Series

/// How a request wants its page: language and automatic refresh.
struct RequestView: Sendable {
    let language: Language
    /// s between reloads, 2...3600; nil when the page stands still.
    let refresh: Int?
    /// Whether the page hangs on a wall: without what people click.
    let isKiosk: Bool
    /// The past time whose page is asked for; nil for the present.
    var at: Instant?

    /// Who looks.
    let viewer: Viewer

    /// Reads the wishes of a request and takes over who sent it.
    init(_ asked: PageRequest, fallback: Language) {
        self.init(asked.request, viewer: asked.viewer, fallback: fallback)
    }

    /// Reads `?lang=`, then Accept-Language, then takes the fallback.
    init(_ request: Request, viewer: Viewer = .anybody, fallback: Language) {
        self.viewer = viewer
        let query = request.uri.queryParameters
        let asked = query["lang"].flatMap { Language(rawValue: String($0)) }
        language = asked ?? RequestView.preferred(request.headers[.acceptLanguage]) ?? fallback
        // a plus that was not written as %2B reads as a blank
        at = query["at"].flatMap { try? Instant(iso8601: String($0).replacing(" ", with: "+")) }
        isKiosk = query["kiosk"].map { $0 != "0" } ?? false
        refresh = query["refresh"].flatMap { Int($0) }.map { min(3600, max(2, $0)) }
    }

    /// The language of a party's own officers.
    static func ownLanguage(of party: PartyID) -> Language {
        party.text.hasPrefix("cn-") ? .chinese : party.text.hasPrefix("vn-") ? .vietnamese : .english
    }

    /// A path with this view's language, refresh and place, or another language.
    ///
    /// - Parameter asking: further parameters; names and values as a query holds them.
    func link(
        _ path: String, asking: [String: String] = [:], language other: Language? = nil, keepsRefresh: Bool = true
    ) -> String {
        let kioskPart = isKiosk ? "&kiosk=1" : ""
        let refreshPart = keepsRefresh ? refresh.map { "&refresh=\($0)" } ?? "" : ""
        let askedPart = asking.sorted { $0.key < $1.key }.map { "&\($0.key)=\($0.value)" }.joined()
        let pastPart = at.map { "&at=\($0)" } ?? ""
        return "\(path)?lang=\((other ?? language).rawValue)\(askedPart)\(pastPart)\(refreshPart)\(kioskPart)"
    }

    /// Where somebody signs in.
    var signInLink: String { link("/sign-in", keepsRefresh: false) }

    /// The first of our languages that an Accept-Language header prefers; nil when it names none of them.
    static func preferred(_ header: String?) -> Language? {
        guard let header else { return nil }
        let wishes =
            header.split(separator: ",").enumerated().compactMap { position, part in
                let pieces = part.split(separator: ";").map { $0.trimmingBlanks }
                guard let tag = pieces.first?.lowercased(), let language = language(ofTag: tag) else { return nil }
                let weight = pieces.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
                return (language: language, weight: weight, position: position)
            } as [(language: Language, weight: Double, position: Int)]
        return wishes.filter { $0.weight > 0 }.max { ($0.weight, -$0.position) < ($1.weight, -$1.position) }?.language
    }

    private static func language(ofTag tag: String) -> Language? {
        switch tag.split(separator: "-").first {
        case "vi": .vietnamese
        case "zh": .chinese
        case "en": .english
        default: nil
        }
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        var rest = drop { $0 == " " }
        while rest.last == " " { rest = rest.dropLast() }
        return rest
    }
}
