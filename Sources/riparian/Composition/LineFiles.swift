import Accord
import Formats
import Foundation
import Series
import Storage
import Web

/// Where a node keeps the certificates of its line and their keys: `keys/<id>.line.pem`, `keys/<id>.line-key.pem`.
struct LineFiles {
    let folder: String

    private func keyFile(_ id: String) -> String { "\(folder)/keys/\(id).line-key.pem" }
    private func certificateFile(_ id: String) -> String { "\(folder)/keys/\(id).line.pem" }

    /// The ids, sorted.
    private var ids: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/keys")) ?? []
        return names.filter { $0.hasSuffix(".line.pem") }.map { String($0.dropLast(".line.pem".count)) }.sorted()
    }

    /// The identity that the party's manifest lists now; of several that with the latest beginning.
    ///
    /// - Parameter ring: what the folder believes about its own party.
    func kept(listedIn ring: KeyRing?, at now: Instant) throws -> LineIdentity? {
        let identities = try ids.map { try read($0) }
        return identities.filter { ring?.refusal(ofCertificate: $0.certificate, at: now) == nil && ring != nil }
            .max { $0.from < $1.from }
    }

    private func read(_ id: String) throws -> LineIdentity {
        let path = certificateFile(id)
        guard let certificate = contents(path), let key = contents(keyFile(id)) else {
            throw CommandRefusal(
                .usage, "the key of the certificate \(id) is missing (\(path):1:1) - restore the backup")
        }
        do {
            return try LineIdentity(
                certificatePEM: String(decoding: certificate, as: UTF8.self),
                keyPEM: String(decoding: key, as: UTF8.self))
        } catch {
            throw CommandRefusal(
                .usage, "the certificate \(id) is unreadable (\(path):1:1) - restore it from the backup")
        }
    }

    /// Makes an identity and keeps it: the key readable by its user alone.
    func make(_ id: String, for party: PartyID, from: Instant, until: Instant) throws -> LineIdentity {
        let identity: LineIdentity
        do { identity = try LineIdentity.made(for: party, from: from, until: until) } catch {
            throw CommandRefusal(.ours, "no certificate could be made: \(error)")
        }
        let descriptor = open(keyFile(id), O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else {
            throw CommandRefusal(.usage, "\(keyFile(id)) exists or cannot be written - name another id")
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try file.write(contentsOf: Data(identity.keyPEM.utf8))
            try file.synchronize()
        } catch { throw CommandRefusal(.usage, "\(keyFile(id)) cannot be written - check the disk") }
        try FileFolder(path: folder).write("keys/\(id).line.pem", Array(identity.certificatePEM.utf8))
        return identity
    }
}
