import Accord
import Formats
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import NodeCore
import Series

/// The form of the door: sign in, enter, check, keep, receipt. It works without a script.
extension UploadRoutes {
    /// The cookie; browsers send one of this name back over HTTPS to this very host only.
    static let cookie = "__Host-riparian-upload"
    /// Bytes of a form with a table; less than a program may post, since sessions hold tables in memory.
    static let formLimit = 262_144

    func addFormRoutes(to router: Router<UploadRequestContext>) {
        router.get("/") { request, _ in await front(request) }
        router.post("/sign-in") { request, context in await signIn(request, context) }
        router.post("/sign-out") { request, _ in
            await withForm(request) { session, form in
                await sessions.end(session.cookie)
                return leaving(to: session.view.link("/"))
            }
        }
        router.get("/readings") { request, _ in await withSession(request) { entry($0) } }
        router.post("/check") { request, _ in
            await withForm(request) { session, form in await check(form, in: session) }
        }
        router.get("/check/{draft}") { request, context in
            let id = try context.parameters.require("draft")
            return await withSession(request) { await checked(id, in: $0) }
        }
        router.post("/keep") { request, _ in
            await withForm(request) { session, form in await keep(form, in: session) }
        }
        router.get("/receipt/{receipt}") { request, context in
            let id = try context.parameters.require("receipt")
            return await withSession(request) { receipt(id, in: $0) }
        }
    }

    // MARK: Signing in

    private func view(_ request: Request) -> RequestView {
        RequestView(request, fallback: RequestView.ownLanguage(of: door.desk.node.party))
    }

    private func front(_ request: Request) async -> Response {
        if case .some = await signedIn(request) { return redirect(to: view(request).link("/readings")) }
        return signInPage(view(request), fault: nil)
    }

    private func signInPage(
        _ view: RequestView, fault: String?, status: HTTPResponse.Status = .ok
    ) -> Response {
        let frame = pages.frame(view, zone: door.zone)
        return page("uploadSignIn", UploadSignInPage(door.partyName, fault: fault, frame: frame), status: status)
    }

    private func signIn(_ request: Request, _ context: UploadRequestContext) async -> Response {
        let view = view(request)
        guard let form = await FormPost(request, host: door.host) else { return refused(view) }
        let token = form.value("token")?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        do throws(UploadDenial) {
            let uploader = try await door.desk.uploader(showing: token, from: context.address)
            let (cookie, key) = (door.desk.secret(), door.desk.secret())
            await sessions.begin(
                uploader.tokenDigest, cookie: cookie, formKey: key, content: UploadWork(), at: door.desk.now)
            door.log("upload: \(uploader.id) signed in at the form")
            var response = redirect(to: view.link("/readings"))
            response.headers[.setCookie] =
                "\(UploadRoutes.cookie)=\(cookie); Path=/; Secure; HttpOnly; SameSite=Strict"
            return response
        } catch {
            if error == .unknown { door.log("upload: a token from \(context.address) is not known") }
            return signInPage(view, fault: denialText(error, view), status: problem(error).status)
        }
    }

    private func denialText(_ denial: UploadDenial, _ view: RequestView) -> String {
        var arguments: [String: String] = [:]
        if case .tooOften(let seconds) = denial { arguments["seconds"] = "\(seconds)" }
        return door.catalogues[view.language].uploadText("upload.denial." + denial.code, arguments)
    }

    /// Who is signed in by the cookie of a request, and still may post; nil where nobody is.
    private func signedIn(_ request: Request) async -> SignedIn? {
        guard let cookie = SessionCookie.value(of: UploadRoutes.cookie, in: request),
            let session = await sessions.session(cookie, at: door.desk.now)
        else { return nil }
        guard let uploader = try? await door.desk.uploader(ofDigest: session.owner) else {
            await sessions.end(cookie)
            return nil
        }
        await sessions.use(cookie, at: door.desk.now)
        return SignedIn(
            cookie: cookie, session: session, uploader: uploader, view: view(request),
            frame: pages.frame(view(request), zone: door.zone))
    }

    private func withSession(_ request: Request, _ body: (SignedIn) async -> Response) async -> Response {
        guard let session = await signedIn(request) else {
            let ended = door.catalogues[view(request).language].uploadText("upload.signIn.ended")
            return signInPage(view(request), fault: ended, status: .unauthorized)
        }
        return await body(session)
    }

    /// Answers a form of this very site that carries the key of its session.
    private func withForm(
        _ request: Request, _ answer: (SignedIn, UploadForm) async -> Response
    ) async -> Response {
        await withSession(request) { session in
            guard FormPost.isOfThisSite(request, host: door.host) else { return refused(session.view) }
            let announced = request.headers[.contentLength].flatMap { Int($0) } ?? 0
            guard announced <= UploadRoutes.formLimit,
                let body = try? await request.body.collect(upTo: UploadRoutes.formLimit)
            else {
                let text = session.frame.context.catalogue.uploadText(
                    "upload.denial.too-large", ["bytes": "\(UploadRoutes.formLimit)"])
                return entry(session, fault: text, status: .contentTooLarge)
            }
            let bytes = Array(body.readableBytesView)
            guard let form = UploadForm(bytes, contentType: request.headers[.contentType] ?? ""),
                FormPost.isRight(form.text("key"), for: session.session.formKey)
            else { return refused(session.view) }
            return await answer(session, form)
        }
    }

    // MARK: Entering and checking

    private func entry(
        _ session: SignedIn, fault: String? = nil, status: HTTPResponse.Status = .ok
    ) -> Response {
        let model = UploadEntryPage(
            session.uploader, basin: door.desk.node.configuration.basin, key: session.session.formKey,
            now: door.desk.now, fault: fault, frame: session.frame)
        return page("uploadEntry", model, status: status)
    }

    private func check(_ form: UploadForm, in session: SignedIn) async -> Response {
        let wish = UploadWish(
            onlyChecks: true, meansOld: form.text("old") == "yes", corrects: form.text("correct") == "yes")
        let earlier = session.session.content.drafts.first { $0.id == form.text("draft") }
        let typed = form.typedTable()
        guard let bytes = earlier?.bytes ?? typed ?? form.table() else {
            return entry(
                session, fault: session.frame.context.catalogue.uploadText("upload.entry.nothing"), status: .badRequest)
        }
        let draft = UploadDraft(
            id: String(door.desk.secret().prefix(16)), bytes: bytes, wish: wish,
            isTyped: earlier?.isTyped ?? (typed != nil))
        _ = await sessions.change(session.cookie) { $0.add(draft) }
        return redirect(to: session.view.link("/check/\(draft.id)"))
    }

    private func checked(_ id: String, in session: SignedIn) async -> Response {
        guard let draft = session.session.content.drafts.first(where: { $0.id == id }) else {
            return redirect(to: session.view.link("/readings"))
        }
        return await posting(draft, draft.wish, in: session) { receipt in
            let model = UploadRowsPage(
                checking: receipt, draft: draft, key: session.session.formKey, frame: session.frame)
            return page("uploadRows", model)
        }
    }

    private func keep(_ form: UploadForm, in session: SignedIn) async -> Response {
        let wanted = form.text("draft") ?? ""
        guard let draft = await sessions.change(session.cookie, { $0.takeDraft(wanted) }) ?? nil else {
            let last = session.session.content.kept.last?.receipt.id
            return redirect(to: session.view.link(last.map { "/receipt/\($0)" } ?? "/readings"))
        }
        var wish = draft.wish
        wish.onlyChecks = false
        let response = await posting(draft, wish, in: session) { receipt in
            _ = await sessions.change(session.cookie) { $0.add(receipt, for: draft) }
            return redirect(to: session.view.link("/receipt/\(receipt.id)"))
        }
        // What was not kept can be sent again.
        if response.status != .seeOther { _ = await sessions.change(session.cookie) { $0.add(draft) } }
        return response
    }

    private func receipt(_ id: String, in session: SignedIn) -> Response {
        guard let kept = session.session.content.kept.first(where: { $0.receipt.id == id }) else {
            return entry(
                session, fault: session.frame.context.catalogue.uploadText("upload.receipt.gone"), status: .notFound)
        }
        return page("uploadRows", UploadRowsPage(kept, frame: session.frame))
    }

    /// Brings a draft to the desk; what hinders it stands above the form.
    private func posting(
        _ draft: UploadDraft, _ wish: UploadWish, in session: SignedIn, _ body: (UploadReceipt) async -> Response
    ) async -> Response {
        let context = session.frame.context
        do {
            let receipt = try await door.desk.post(draft.bytes, by: session.uploader, wish: wish, way: .form)
            return await body(receipt)
        } catch let denial as UploadDenial {
            return entry(session, fault: denialText(denial, session.view), status: problem(denial).status)
        } catch let fault as UploadFault {
            let text = context.catalogue.uploadText("upload.denial.unreadable", ["detail": fault.sentence])
            return entry(session, fault: text, status: .unprocessableContent)
        } catch {
            door.log("upload: a form of \(session.uploader.id) was not kept: \(error)")
            return entry(
                session, fault: context.catalogue.uploadText("upload.denial.not-ready"), status: .serviceUnavailable)
        }
    }

    // MARK: Answers

    private func page(_ template: String, _ model: Any, status: HTTPResponse.Status = .ok) -> Response {
        var response = pages.page(template, model, status: status)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private func refused(_ view: RequestView) -> Response {
        page("refused", RefusedPage(path: "/", frame: pages.frame(view, zone: door.zone)), status: .forbidden)
    }

    private func redirect(to address: String) -> Response {
        var response = pages.answer("", type: "text/plain; charset=utf-8", status: .seeOther)
        response.headers[.location] = address
        response.headers[.cacheControl] = "no-store"
        return response
    }

    /// The same, and the browser forgets its cookie.
    private func leaving(to address: String) -> Response {
        var response = redirect(to: address)
        response.headers[.setCookie] =
            "\(UploadRoutes.cookie)=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"
        return response
    }
}

/// A browser that is signed in, and how it wants its pages.
struct SignedIn {
    let cookie: String
    let session: UploadSessions.Session
    let uploader: Uploader
    let view: RequestView
    let frame: PageFrame
}
