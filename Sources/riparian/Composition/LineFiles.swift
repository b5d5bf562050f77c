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

    /// The identity that the party's manifest lists now; of several that with the latest beginning, of those of one second that
    /// which the manifest lists last.
    ///
    /// - Parameter ring: what the folder believes about its own party.
    func kept(listedIn ring: KeyRing?, at now: Instant) throws -> LineIdentity? {
        guard let ring else { return nil }
        let listed = ring.manifest?.keys.map(\.certificate) ?? []
        func place(_ identity: LineIdentity) -> Int { listed.lastIndex { $0 == identity.certificate } ?? -1 }
        return try identities().filter { ring.refusal(ofCertificate: $0.certificate, at: now) == nil }
            .max { ($0.from, place($0)) < ($1.from, place($1)) }
    }

    /// Those of some certificates whose secret keys are not in the folder.
    func missing(of certificates: [[UInt8]]) throws -> [[UInt8]] {
        let here = Set(try identities().map(\.certificate))
        return certificates.filter { !here.contains($0) }
    }

    /// When the earliest certificate of the folder begins; nil without one.
    func earliest() throws -> Instant? { try identities().map(\.from).min() }

    /// Every certificate whose secret key lies beside it; one without is of no use here, and in the way of none that is.
    private func identities() throws -> [LineIdentity] { try ids.compactMap { try read($0) } }

    private func read(_ id: String) throws -> LineIdentity? {
        let path = certificateFile(id)
        guard let certificate = contents(path), let key = contents(keyFile(id)) else { return nil }
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
        FolderOwner.note(folder)
        try SecretKeys.write(secret: Data(identity.keyPEM.utf8), to: keyFile(id))
        try FileFolder(path: folder).write("keys/\(id).line.pem", Array(identity.certificatePEM.utf8))
        return identity
    }
}
