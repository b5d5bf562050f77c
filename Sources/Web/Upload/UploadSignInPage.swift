import Formats
import Series

/// The page on which somebody shows a token.
struct UploadSignInPage {
    let layout: Layout
    let heading: String
    let text: String
    let fault: String?
    let address: String
    let tokenLabel: String
    let button: String

    init(_ party: LocalizedText, fault: String?, frame: PageFrame) {
        let context = frame.context
        heading = context.text("upload.signIn.title", ["party": party[context.language]])
        layout = Layout(title: heading, path: "/", frame: frame)
        text = context.text("upload.signIn.text")
        self.fault = fault
        address = frame.view.link("/sign-in", keepsRefresh: false)
        tokenLabel = context.text("upload.signIn.token")
        button = context.text("upload.signIn.button")
    }
}
