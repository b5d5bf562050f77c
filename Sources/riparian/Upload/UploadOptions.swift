import ArgumentParser
import Formats
import Logging
import NodeCore
import Series
import ServiceLifecycle
import Web

/// What `riparian serve` is told about uploaders.
struct UploadOptions: ParsableArguments {
    @Option(help: "Where uploaders post, HTTPS: HOST:PORT; without it there is no such door.") var upload: String?
    @Option(help: "The certificate that uploaders see, with its chain, PEM; one of the node's own if not given.")
    var uploadCertificate: String?
    @Option(help: "The key of that certificate, PEM.") var uploadKey: String?
    @Option(help: "The name under which uploaders reach the door; the host of the node's address if not given.")
    var uploadName: String?
    @Option(help: "A folder of attachments by mail, one folder an uploader, collected each minute.") var uploadMail:
        String?

    func validate() throws {
        guard (uploadCertificate == nil) == (uploadKey == nil) else {
            throw ValidationError("--upload-certificate and --upload-key are given together")
        }
        guard upload != nil || (uploadCertificate == nil && uploadName == nil) else {
            throw ValidationError("--upload HOST:PORT opens the door; without it the other options mean nothing")
        }
    }

    /// Where uploaders post; nil where there is no such door.
    var place: HostAndPort? { upload.flatMap { HostAndPort($0) } }

    /// What serves uploaders.
    func services(
        of served: ServedNode, logger: Logger, whenOpen: @escaping @Sendable (Int) async -> Void
    ) throws -> [any Service] {
        let desk = served.uploadDesk()
        let mail: [any Service] = try uploadMail.map { [try served.mailService(desk, folder: $0)] } ?? []
        guard let place else { return mail }
        let name = uploadName ?? UploadFiles.host(of: served.description)
        let identity = try identity(of: served, name: name)
        let server = try served.uploadServer(
            desk, at: place, name: name, identity: identity, logger: logger, whenOpen: whenOpen)
        return [server] + mail
    }

    private func identity(of served: ServedNode, name: String) throws -> ServerIdentity {
        let now = TimeInput.now
        let identity: ServerIdentity
        let file: String
        if let uploadCertificate, let uploadKey {
            identity = try UploadFiles.identity(chain: uploadCertificate, key: uploadKey)
            file = uploadCertificate
        } else {
            identity = try UploadFiles(folder: served.folder).ownIdentity(for: name, at: now)
            file = served.folder + "/" + UploadFiles.certificate
        }
        guard identity.until > now else {
            throw CommandRefusal(
                .usage,
                "the certificate for uploaders has ended (\(file):1:1) - move it and its key away: a new one is made at the "
                    + "next start; hand it to every uploader")
        }
        if identity.until < now + 30 * 86_400 {
            served.log("the certificate for uploaders ends on \(identity.until): see Documentation/Upload.md")
        }
        served.log("uploaders see a certificate with the fingerprint \(identity.fingerprint)")
        return identity
    }
}
