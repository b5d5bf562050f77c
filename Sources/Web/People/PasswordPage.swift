import Formats
import NodeCore

/// The page on which a person who is signed in gives itself another password.
struct PasswordPage {
    /// Why the password was not changed.
    enum Fault: String, Sendable {
        /// The one that counts was not typed.
        case wrong
        /// Too many wrong attempts.
        case paused
        /// The new one is too simple.
        case rule
        /// The new one was typed in two ways.
        case twice
        /// The node cannot look now.
        case ours
    }

    let layout: Layout
    let heading: String
    let text: String
    let fault: String?
    let address: String
    let person: String
    let oldLabel: String
    let newLabel: String
    let againLabel: String
    let rule: String
    let button: String

    /// Makes the page's model.
    init(_ person: Person, fault: Fault?, frame: PageFrame) {
        let context = frame.context
        heading = context.text("people.password.title")
        layout = Layout(title: heading, path: "/password", frame: frame)
        text = context.text("people.password.text")
        self.fault = fault.map { context.text("people.password." + $0.rawValue) }
        address = frame.view.link("/password", keepsRefresh: false)
        self.person = person.id
        oldLabel = context.text("people.password.old")
        newLabel = context.text("people.password.new")
        againLabel = context.text("people.password.again")
        rule = context.text("people.password.rule")
        button = context.text("people.password.title")
    }
}
