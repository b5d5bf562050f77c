import HTTPTypes
import Hummingbird
import NodeCore
import Series

/// Signing in and out, and the audit log.
extension SiteRoutes {
    func addPeopleRoutes(to router: Router<PageRequestContext>) {
        router.page("/sign-in") { request, _ in signInPage(request) }
        router.form("/sign-in") { request, _ in await signIn(request) }
        router.form("/sign-out") { request, _ in await signOut(request) }
        router.page("/password") { request, _ in passwordPage(request, fault: nil, status: .ok) }
        router.form("/password") { request, _ in await changePassword(request) }
        router.page("/{party}/audit") { request, context in
            await audit(request, party: try context.parameters.require("party"))
        }
    }

    // MARK: Signing in

    private func view(_ asked: PageRequest) -> RequestView {
        let own = site.parties.count == 1 ? RequestView.ownLanguage(of: site.parties[0].party) : .english
        return RequestView(asked, fallback: own)
    }

    private func home(_ view: RequestView) -> String {
        view.link(site.parties.count == 1 && site.parties[0].hasPage ? "/\(site.parties[0].party)/" : "/")
    }

    private func signInPage(_ asked: PageRequest) -> Response {
        let view = view(asked)
        let place = Doorkeeper.place(asked.uri.queryParameters["to"].map { String($0) })
        guard case .stranger = asked.viewer else { return seeOther(place ?? home(view)) }
        return signInPage(view, place: place, fault: nil, status: .ok)
    }

    private func signInPage(
        _ view: RequestView, place: String?, fault: SignInPage.Fault?, status: HTTPResponse.Status
    ) -> Response {
        let frame = frame(view, zone: site.zone)
        return unkept(page("signIn", SignInPage(place: place, fault: fault, frame: frame), status: status))
    }

    private func signIn(_ asked: PageRequest) async -> Response {
        let view = view(asked)
        guard let form = await FormPost(asked.request, host: host) else { return refused(asked, path: "/sign-in") }
        let place = Doorkeeper.place(form.value("to"))
        guard let people = site.people, case .stranger = asked.viewer else { return seeOther(place ?? home(view)) }
        let name = (form.value("name") ?? "").filter { !$0.isWhitespace }
        let answer: SignInAnswer
        do {
            answer = try await people.door.signIn(name, secret: form.value("password") ?? "", from: asked.address)
        } catch {
            return signInPage(view, place: place, fault: .ours, status: .serviceUnavailable)
        }
        switch answer {
        case .refused(.wrong):
            return signInPage(view, place: place, fault: .wrong, status: .unauthorized)
        case .refused(.paused(let seconds)):
            let fault = SignInPage.Fault.paused(until: people.desk.now + seconds, seconds: seconds)
            var response = signInPage(view, place: place, fault: fault, status: .tooManyRequests)
            response.headers[.retryAfter] = "\(seconds)"
            return response
        case .signedIn(let person):
            let cookie = await people.begin(for: person, replacing: SessionCookie.shown(in: asked.request))
            var response = seeOther(place ?? home(view))
            response.headers[.setCookie] = SessionCookie(asked.request).setting(cookie)
            return response
        }
    }

    private func signOut(_ asked: PageRequest) async -> Response {
        let view = view(asked)
        guard let people = site.people, let person = asked.viewer.person,
            let cookie = SessionCookie.shown(in: asked.request)
        else { return seeOther(home(view)) }
        guard await FormPost(asked, host: host) != nil else { return refused(asked, path: "/") }
        await people.sessions.end(cookie)
        try? people.desk.note(.signOut, by: person.id, outcome: .done, from: asked.address)
        var response = seeOther(view.signInLink)
        response.headers[.setCookie] = SessionCookie(asked.request).removing
        // Nobody after this person is to leaf back to what it saw.
        response.headers[.clearSiteData] = "\"cache\""
        return response
    }

    // MARK: One's own password

    private func passwordPage(
        _ asked: PageRequest, fault: PasswordPage.Fault?, status: HTTPResponse.Status
    ) -> Response {
        guard let person = asked.viewer.person else { return missing(.page, asked, fallback: .english) }
        let frame = frame(view(asked), zone: site.zone)
        return unkept(page("password", PasswordPage(person, fault: fault, frame: frame), status: status))
    }

    /// Gives a person the password that it has typed; its other sessions are over, this one goes on.
    private func changePassword(_ asked: PageRequest) async -> Response {
        guard let people = site.people, let person = asked.viewer.person else {
            return missing(.page, asked, fallback: .english)
        }
        guard let form = await FormPost(asked, host: host) else { return refused(asked, path: "/password") }
        let new = form.value("new") ?? ""
        guard new == form.value("again") else {
            return passwordPage(asked, fault: .twice, status: .unprocessableContent)
        }
        do {
            let (old, address) = (form.value("old") ?? "", asked.address)
            switch try await people.desk.check(person.id, password: old, from: address, for: .passwordSet) {
            case .refused(.wrong): return passwordPage(asked, fault: .wrong, status: .unprocessableContent)
            case .refused(.paused(let seconds)):
                var response = passwordPage(asked, fault: .paused, status: .tooManyRequests)
                response.headers[.retryAfter] = "\(seconds)"
                return response
            case .signedIn: break
            }
            try people.desk.setPassword(new, of: person.id, by: person.id, from: address)
            guard let changed = try people.desk.person(person.id) else { return seeOther(home(view(asked))) }
            let cookie = await people.begin(for: changed, replacing: SessionCookie.shown(in: asked.request))
            var response = seeOther(home(view(asked)))
            response.headers[.setCookie] = SessionCookie(asked.request).setting(cookie)
            return response
        } catch is PeopleRefusal {
            return passwordPage(asked, fault: .rule, status: .unprocessableContent)
        } catch {
            return passwordPage(asked, fault: .ours, status: .serviceUnavailable)
        }
    }

    // MARK: The audit log

    private func audit(_ asked: PageRequest, party: String) async -> Response {
        guard let entry = entry(party), let people = site.people, asked.viewer.person != nil else {
            return missing(.page, asked, fallback: .english)
        }
        guard asked.viewer.may(.seeAudit) else { return notAllowed(asked, of: entry) }
        let before = asked.uri.queryParameters["before"].flatMap { Int64($0) }
        guard let lines = try? people.desk.audit(before: before), let persons = try? people.desk.people() else {
            return missing(.page, asked, fallback: .english)
        }
        let view = RequestView(asked, fallback: RequestView.ownLanguage(of: entry.party))
        let standing = await site.desk?.standing(entry.party)
        let frame = frame(view, zone: entry.zone, party: entry.party, standing: standing)
        return page("audit", AuditPage(lines, before: before, of: persons, name: entry.name, frame: frame))
    }

    // MARK: Acts of a person

    /// Writes into the audit log what a person has done or tried on a page; nothing where nobody is signed in.
    func note(_ act: AuditAct, on object: String, outcome: AuditOutcome, by asked: PageRequest) {
        guard let person = asked.viewer.person else { return }
        try? site.people?.desk.note(act, by: person.id, on: object, outcome: outcome, from: asked.address)
    }

    /// The text that says why the one-time code of a form does not count; nil when it does, or where none is asked.
    func codeFault(_ form: FormPost, _ asked: PageRequest, for act: AuditAct, on object: String) -> String? {
        guard let people = site.people, let person = asked.viewer.person, person.asksCode else { return nil }
        guard let verdict = try? people.desk.check(code: form.value("code") ?? "", of: person) else {
            return "people.code.unreadable"
        }
        switch verdict {
        case .right: return nil
        case .wrong:
            note(act, on: object, outcome: .wrong, by: asked)
            return "people.code.wrong"
        case .used:
            note(act, on: object, outcome: .used, by: asked)
            return "people.code.used"
        case .paused:
            note(act, on: object, outcome: .paused, by: asked)
            return "people.code.paused"
        case .unreadable: return "people.code.unreadable"
        }
    }

    // MARK: Answers

    /// The page that says that the role of a person does not let it do something.
    func notAllowed(_ asked: PageRequest, of entry: DutySite.Entry) -> Response {
        guard !SiteRoutes.wantsData(asked.request) else { return document(.notAllowed) }
        let view = RequestView(asked, fallback: RequestView.ownLanguage(of: entry.party))
        let model = NotAllowedPage(
            path: "/\(entry.party)/", frame: frame(view, zone: entry.zone, party: entry.party))
        return page("refused", model, status: .forbidden)
    }

    /// The page that says why a form was not taken.
    func refused(_ asked: PageRequest, path: String) -> Response {
        guard !SiteRoutes.wantsData(asked.request) else { return document(.refused) }
        return page("refused", RefusedPage(path: path, frame: frame(view(asked), zone: site.zone)), status: .forbidden)
    }

    func seeOther(_ address: String) -> Response {
        var response = answer("", type: "text/plain; charset=utf-8", status: .seeOther)
        response.headers[.location] = address
        return unkept(response)
    }

    private func unkept(_ response: Response) -> Response {
        var response = response
        response.headers[.cacheControl] = "no-store"
        return response
    }
}
