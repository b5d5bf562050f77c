import Accord
import Formats
import Foundation
import NodeCore
import Series
import Storage
import Web

/// What a node's folder holds for uploaders: `uploaders.yaml`, and the certificate of their door below `keys/`.
struct UploadFiles {
    /// The node's folder.
    let folder: String

    static let certificate = "keys/upload.pem"
    static let key = "keys/upload-key.pem"
    /// Days for which a certificate that is made here is valid; browsers believe none longer than 825.
    static let certificateDays: Int64 = 730

    // MARK: Who may post

    /// What the file says; an empty book where there is none.
    func book() throws -> UploaderBook {
        let path = folder + "/" + UploaderBook.file
        guard let bytes = contents(path) else { return UploaderBook() }
        do throws(EventFileProblem) { return try UploaderBook(bytes, file: path) } catch {
            throw CommandRefusal(unreadable: error.fault)
        }
    }

    /// Changes the file while no other command does; it appears whole, readable by its user alone.
    func change<Answer>(_ body: (inout UploaderBook) throws -> Answer) throws -> Answer {
        guard let lock = FileLock(folder + "/uploaders.lock", waiting: true) else {
            throw CommandRefusal(
                .usage,
                "\(FolderOwner.fault(of: folder + "/uploaders.lock")) (\(folder)/uploaders.lock:1:1) - run it as the user whose node it is"
            )
        }
        defer { withExtendedLifetime(lock) {} }
        var book = try book()
        let answer = try body(&book)
        try FileFolder(path: folder).write(UploaderBook.file, Array(book.text.utf8), isPrivate: true)
        return answer
    }

    // MARK: The certificate of the door

    /// The certificate that was made here; one is made when there is none.
    ///
    /// - Parameter host: the name or address under which uploaders reach the door, for a new one.
    func ownIdentity(for host: String, at now: Instant) throws -> ServerIdentity {
        guard let lock = FileLock(folder + "/uploaders.lock", waiting: true) else {
            throw CommandRefusal(
                .usage, "no certificate can be kept in \(folder)/keys (\(folder)/keys:1:1) - check who may write there")
        }
        defer { withExtendedLifetime(lock) {} }
        if let kept = try keptIdentity() {
            if !kept.isFor(host) {
                standardError(
                    "riparian: remark: \(folder)/\(UploadFiles.certificate) was made for another name than \(host) - give that "
                        + "name with --upload-name, or move the file and its key away for a new one")
            }
            return kept
        }
        let identity: ServerIdentity
        do {
            identity = try ServerIdentity.made(
                for: host, from: now, until: now + UploadFiles.certificateDays * 86_400)
        } catch { throw CommandRefusal(.ours, "no certificate could be made for \(host): \(error)") }
        let files = FileFolder(path: folder)
        try files.write(UploadFiles.key, Array(identity.keyPEM.utf8), isPrivate: true)
        try files.write(UploadFiles.certificate, Array(identity.chainPEM.utf8))
        return identity
    }

    /// The certificate that was made here; nil where there is none.
    func keptIdentity() throws -> ServerIdentity? {
        guard contents(folder + "/" + UploadFiles.certificate) != nil else { return nil }
        return try UploadFiles.identity(
            chain: folder + "/" + UploadFiles.certificate, key: folder + "/" + UploadFiles.key)
    }

    /// A certificate with its chain, and its key, from files.
    static func identity(chain: String, key: String) throws -> ServerIdentity {
        let texts = try [chain, key].map { String(decoding: try bytes(of: $0), as: UTF8.self) }
        do { return try ServerIdentity(chainPEM: texts[0], keyPEM: texts[1]) } catch {
            throw CommandRefusal(
                .usage, "no certificate with its key (\(chain):1:1) - give a chain and its key, both as PEM")
        }
    }

    /// The host of the node's own address, for the name of the door; `localhost` where none is known.
    static func host(of description: NodeDescription) -> String {
        description.addresses[description.party].flatMap { URL(string: $0)?.host() } ?? "localhost"
    }

    // MARK: Mappings

    /// The mapping of a name: one of the pack's, or a file below the node's folder `intake/`, which goes before.
    static func mapping(_ name: String, folder: String, pack: String) throws -> IntakeMapping {
        guard isTableIdentifier(name) else {
            throw CommandRefusal(.usage, "\(name) is no name of a mapping - write lower-case words joined by hyphens")
        }
        let own = "\(folder)/intake/\(name).yaml"
        let path = FileManager.default.fileExists(atPath: own) ? own : "\(pack)/intake/\(name).yaml"
        let text = try bytes(of: path)
        do throws(EventFileProblem) { return try readIntakeMapping(text, file: path) } catch {
            throw CommandRefusal(unreadable: error.fault)
        }
    }
}

extension UploadDesk {
    /// The desk of a node whose mappings lie in its folder and its pack.
    init(of node: Node, folder: String, pack: String, whenKept: @escaping @Sendable () async -> Void = {}) {
        self.init(of: node, whenKept: whenKept) { try UploadFiles.mapping($0, folder: folder, pack: pack) }
    }
}
