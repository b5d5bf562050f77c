import Crypto
import Formats
import Foundation

/// How backups are sealed and opened at the command line.
struct BackupKey {
    /// A file with a secret key of the age format.
    let keyFile: String?
    /// Public keys.
    let recipients: [String]
    /// A file whose first line is a passphrase.
    let passphraseFile: String?

    /// How to seal; nil for a backup that is not sealed.
    func seal() throws -> AgeSeal? {
        let ways = [keyFile != nil || !recipients.isEmpty, passphraseFile != nil].count { $0 }
        guard ways <= 1 else {
            throw CommandRefusal(.usage, "a backup is sealed with keys or by a passphrase, not both - choose one")
        }
        if passphraseFile != nil { return .passphrase(try passphrase(), logN: AgeSeal.usualLogN) }
        var all = try recipients.map { text in
            guard let recipient = AgeRecipient(text) else {
                throw CommandRefusal(
                    .usage,
                    "\(text) is no public key (--encrypt-to) - write age1..., as riparian backup --make-key prints it")
            }
            return recipient
        }
        if keyFile != nil { all += try identities().map(\.recipient) }
        return all.isEmpty ? nil : .recipients(all)
    }

    /// How to open; nil when nothing is at hand.
    func opening() throws -> AgeOpening? {
        if passphraseFile != nil { return .passphrase(try passphrase()) }
        return keyFile == nil ? nil : .identities(try identities())
    }

    private func identities() throws -> [AgeIdentity] {
        let path = keyFile ?? ""
        guard let found = AgeIdentity.all(inFile: String(decoding: try bytes(of: path), as: UTF8.self)) else {
            throw CommandRefusal(
                .usage, "\(path) holds no key for backups (\(path):1:1) - name a file of riparian backup --make-key")
        }
        return found
    }

    private func passphrase() throws -> String {
        let path = passphraseFile ?? ""
        let text = String(decoding: try bytes(of: path), as: UTF8.self)
        let line = text.split(whereSeparator: \.isNewline).first.map { String($0) } ?? ""
        guard line.count >= 12 else {
            throw CommandRefusal(
                .usage, "the passphrase is shorter than 12 characters (\(path):1:1) - take five or more words")
        }
        return line
    }

    /// Writes a new key to a file that does not exist.
    ///
    /// - Returns: its public half.
    static func make(at path: String) throws -> AgeRecipient {
        let identity = AgeIdentity(Curve25519.KeyAgreement.PrivateKey())
        try SecretKeys.write(secret: Data(identity.file.utf8), to: path)
        return identity.recipient
    }
}
