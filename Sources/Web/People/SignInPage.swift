import Formats
import NodeCore
import Series

/// The page on which a person signs in, and on which it is told how long to wait.
struct SignInPage {
    /// Why nobody was let in.
    enum Fault: Sendable {
        case wrong
        case paused(until: Instant, seconds: Int64)
        case ours
    }

    let layout: Layout
    let heading: String
    let text: String
    let fault: String?
    let address: String
    let place: String?
    let nameLabel: String
    let passwordLabel: String
    let button: String
    let lost: String

    /// Makes the page's model.
    ///
    /// - Parameter place: where to go on; nil for the first page.
    init(place: String?, fault: Fault?, frame: PageFrame) {
        let context = frame.context
        heading = context.text("people.signIn.title")
        let more = place.map { ["to": SiteRoutes.queryValue($0)] } ?? [:]
        layout = Layout(title: heading, path: "/sign-in", asking: more, frame: frame)
        text = context.text("people.signIn.text")
        self.fault = fault.map { SignInPage.text(of: $0, context) }
        address = frame.view.link("/sign-in", keepsRefresh: false)
        self.place = place
        nameLabel = context.text("people.signIn.name")
        passwordLabel = context.text("people.signIn.password")
        button = context.text("people.signIn.button")
        lost = context.text("people.signIn.lost")
    }

    private static func text(of fault: Fault, _ context: PageContext) -> String {
        switch fault {
        case .wrong: return context.text("people.signIn.wrong")
        case .ours: return context.text("people.signIn.ours")
        case .paused(let until, let seconds):
            // To the next full minute: who comes then is not too early.
            let minute = Instant(secondsSinceEpoch: (until.secondsSinceEpoch + 59) / 60 * 60)
            return context.text(
                "people.signIn.paused",
                ["time": context.shortAllTimes(minute), "minutes": "\(max(1, (seconds + 59) / 60))"])
        }
    }
}

/// The page that says that a role does not let its person do something.
struct NotAllowedPage {
    let layout: Layout
    let heading: String
    let text: String

    init(path: String, frame: PageFrame) {
        let context = frame.context
        heading = context.text("people.notAllowed.title")
        let role = frame.view.viewer.person.map { context.text("people.role." + $0.role.rawValue) } ?? "–"
        text = context.text("people.notAllowed.text", ["role": role])
        layout = Layout(title: heading, path: path, frame: frame)
    }
}
