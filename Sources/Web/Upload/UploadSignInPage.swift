import Formats
import NodeCore
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
        heading = context.catalogue.uploadText("upload.signIn.title", ["party": party[context.language]])
        layout = Layout(title: heading, path: "/", frame: frame)
        text = context.catalogue.uploadText("upload.signIn.text")
        self.fault = fault
        address = frame.view.link("/sign-in", keepsRefresh: false)
        tokenLabel = context.catalogue.uploadText("upload.signIn.token")
        button = context.catalogue.uploadText("upload.signIn.button")
    }
}
