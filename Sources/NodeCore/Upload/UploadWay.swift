/// How an upload came in.
public enum UploadWay: String, Sendable {
    /// A program, with the token of its uploader.
    case api
    /// A person at the form.
    case form
    /// A file of the folder for mail.
    case mail

    /// Whether a person chose the zone of its times: a table that comes by itself carries what some clock was set to.
    var isByHand: Bool { self == .form }
}
