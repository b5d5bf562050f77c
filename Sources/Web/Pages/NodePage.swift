import Formats
import NodeCore
import Series

/// The page on which a person stops and starts a party's node; every other page of a stopped node shows it too.
struct NodePage {
    let layout: Layout
    let heading: String
    let text: String
    let isStopped: Bool
    let form: Form?
    let fault: String?
    let health: HealthSection?

    struct Form {
        let heading: String
        let advice: String?
        let address: String
        let action: String
        let confirm: String
        let button: String
    }

    /// Makes the page's model.
    ///
    /// - Parameters:
    ///   - standing: how the party takes part.
    ///   - path: the address that was asked for; another one than the node page's while the node does not run.
    ///   - canChange: whether pages may stop and start nodes.
    ///   - fault: what was wrong with the last form; nil when nothing was.
    ///   - health: how the node is; nil where nobody tells.
    init(
        _ standing: PartyStanding, name: LocalizedText, path: String, canChange: Bool, fault: String?,
        health: NodeHealth? = nil, frame: PageFrame, board: DutyBoard?
    ) {
        let context = frame.context
        heading = context.text("node.title", ["party": name[context.language]])
        layout = Layout(title: heading, path: path, frame: frame, board: board)
        self.fault = fault
        self.health = health.map { HealthSection($0, now: standing.now, context: frame.context) }
        let address = frame.view.link("/\(standing.party)/node", keepsRefresh: false)
        switch standing.state {
        case .stopped(let since):
            isStopped = true
            text = context.text("node.stopped.text", ["time": context.shortAllTimes(since)])
            form = canChange ? NodePage.form("start", address, advice: nil, context) : nil
        case .running, .notJoined:
            isStopped = false
            text = context.text("node.running.text")
            form = canChange ? NodePage.form("stop", address, advice: context.text("node.stop.text"), context) : nil
        }
    }

    private static func form(_ action: String, _ address: String, advice: String?, _ context: PageContext) -> Form {
        Form(
            heading: context.text("node.\(action).heading"), advice: advice, address: address, action: action,
            confirm: context.text("node.\(action).confirm"), button: context.text("node.\(action).button"))
    }
}

/// The page that says why a form was not taken.
struct RefusedPage {
    let layout: Layout
    let heading: String
    let text: String

    init(path: String, frame: PageFrame) {
        heading = frame.context.text("form.refused.title")
        text = frame.context.text("form.refused.text")
        layout = Layout(title: heading, path: path, frame: frame)
    }
}
