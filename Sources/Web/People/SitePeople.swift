import Hummingbird
import NodeCore
import Series

/// The people of a site: who they are, how they come in, and who is in.
struct SitePeople: Sendable {
    /// s without a request after which a session ends.
    static let idle: Int64 = 3_600
    /// s after which it ends in any case.
    static let longest: Int64 = 43_200

    /// By whose password a browser came in; another one since then ends the session.
    struct Ticket: Sendable {
        let person: String
        let credential: [UInt8]
    }

    let desk: PeopleDesk
    let door: any SignInDoor
    let sessions = SessionBook<Ticket>(.init(idle: idle, longest: longest, capacity: 1_000))

    /// Who sent a request. Where that cannot be found out it is nobody.
    func viewer(of request: Request) async -> Viewer {
        do {
            guard try desk.hasPeople() else { return .anybody }
            guard let cookie = SessionCookie.shown(in: request),
                let session = await sessions.session(cookie, at: desk.now)
            else { return .stranger }
            guard let person = try desk.person(session.content.person), person.disabled == nil,
                person.credential == session.content.credential
            else {
                await sessions.end(cookie)
                return .stranger
            }
            // A page that follows the node by itself is no sign that its person is there; readers may leave one open.
            if SitePeople.isByHand(request) || !person.role.signs { await sessions.use(cookie, at: desk.now) }
            return .person(person, formKey: session.formKey)
        } catch {
            return .stranger
        }
    }

    /// Whether a person has asked for it: no request of the script, and no page that asks for itself again.
    private static func isByHand(_ request: Request) -> Bool {
        let destination = request.headers[.fetchDestination]
        return (destination == nil || destination == "document") && request.uri.queryParameters["refresh"] == nil
    }

    /// Begins a session with an id that nobody has had before; the one that the browser had is over.
    func begin(for person: Person, replacing old: String?) async -> String {
        if let old { await sessions.end(old) }
        let (cookie, key) = (desk.secret(), desk.secret())
        await sessions.begin(
            Array(person.id.utf8), cookie: cookie, formKey: key,
            content: Ticket(person: person.id, credential: person.credential), at: desk.now)
        return cookie
    }
}
