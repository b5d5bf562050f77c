import Accord
import ArgumentParser
import Formats
import Foundation
import Series

extension CapCommand {
    /// `riparian cap sign FILE --key FILE --certificate FILE --output FILE`.
    struct Sign: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sign",
            abstract: "Write an alert compactly and sign it.",
            discussion: """
                Example: riparian cap sign alert.xml --key duty.key.pem --certificate duty.pem --output alert.signed.xml
                An alert that the check rejects is not signed. The signature is enveloped: exclusive canonical form, SHA-256,
                ECDSA over P-256. riparian cap key makes a key with its certificate.
                """)

        @Argument(help: "The alert; - for standard input.") var file: String
        @Option(help: "The file with the secret key, P-256 in PEM.") var key: String
        @Option(help: "The file with its certificate in PEM.") var certificate: String
        @Option(help: "The profile that the alert must keep: a name, or a file that ends in .json.")
        var profile = AlertProfile.standard
        @Option(help: "The new file.") var output: String
        @Flag(help: "Print what was signed as JSON.") var json = false

        func run() throws {
            let (contents, message) = try CapCommand.message(file)
            let check = checkAlert(contents, profile: try CapCommand.profile(profile))
            guard check.isAccepted() else {
                let english = try Catalogue.bundled(.english)
                let first = check.findings.first { $0.level.rejects }
                let words = first.map { "\($0.rule): \($0.message(english)) (\(file):\($0.line):1)" } ?? "\(file)"
                throw CommandRefusal(.no, "the alert is rejected and was not signed: \(words) - see riparian cap check")
            }
            let signer = try CapCommand.signingKey(key, certificate)
            let signed: [UInt8]
            do throws(AlertSigningRefusal) { signed = try signer.sign(contents) } catch {
                throw CapCommand.refusal(error, file)
            }
            try KeyInput.write(signed, to: output)
            if json {
                printDocument([
                    "output": .string(output), "identifier": .optional(message.text("identifier")),
                    "sender": .optional(message.text("sender")), "sent": .optional(message.text("sent")),
                ])
            } else {
                print("\(message.text("identifier") ?? file) signed, written to \(output)")
            }
        }
    }

    /// `riparian cap key`.
    struct Key: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "key",
            abstract: "Make a key for alerts with its certificate.",
            discussion: """
                Example: riparian cap key --sender duty.laocai.example --until 2028-01-01T00:00:00+07:00 \\
                    --output duty.key.pem --certificate duty.pem
                The secret file is readable by its user alone. The certificate is what neighbours pin: give it to them by hand.
                """)

        @Option(help: "The sender, as it stands in its alerts.") var sender: String
        @Option(help: "From when on it signs, ISO 8601 with a zone; by default a day ago.") var from: String?
        @Option(help: "Until when.") var until: String
        @Option(help: "The new file for the secret key.") var output: String
        @Option(help: "The new file for the certificate.") var certificate: String
        @Flag(help: "Print what was made as JSON.") var json = false

        func run() throws {
            let begin = try KeyInput.begin(from)
            let end = try KeyInput.time(until, option: "--until")
            guard begin < end else {
                throw CommandRefusal(.usage, "--until is not after --from - give a later time")
            }
            guard output != certificate, !FileManager.default.fileExists(atPath: certificate) else {
                throw CommandRefusal(.usage, "\(certificate) exists - name a new file; nothing is overwritten")
            }
            let key: AlertSigningKey
            do throws(AlertSigningRefusal) {
                key = try AlertSigningKey(makingFor: sender, from: begin, until: end)
            } catch {
                throw CommandRefusal(.usage, "\(sender) is no sender (--sender) - write 1 to 64 characters of ASCII")
            }
            try CapCommand.keepSecret(key.pem, at: output)
            try KeyInput.write(Array(key.certificate.pem.utf8), to: certificate)
            if json {
                printDocument([
                    "key": .string(output), "certificate": .string(certificate), "from": .string("\(begin)"),
                    "until": .string("\(end)"),
                ])
            } else {
                print("secret key in \(output), certificate in \(certificate), valid \(begin) to \(end)")
            }
        }
    }

    /// The key and certificate of two files.
    static func signingKey(_ key: String, _ certificate: String) throws -> AlertSigningKey {
        let pem = String(decoding: try bytes(of: key), as: UTF8.self)
        let shown = String(decoding: try bytes(of: certificate), as: UTF8.self)
        do throws(AlertSigningRefusal) { return try AlertSigningKey(pem: pem, certificate: shown) } catch {
            guard error == .key else {
                throw CommandRefusal(
                    .usage, "this is not the key's certificate (\(certificate):1:1) - make both with riparian cap key")
            }
            throw CommandRefusal(
                .usage, "this is no P-256 key in PEM (\(key):1:1) - make one with riparian cap key, or openssl ecparam")
        }
    }

    /// What a refusal to sign says.
    static func refusal(_ refusal: AlertSigningRefusal, _ file: String) -> CommandRefusal {
        switch refusal {
        case .signed: CommandRefusal(.no, "the alert bears a signature already (\(file):1:1) - sign the draft instead")
        case .unreadable, .noAlert, .failed, .key, .certificate:
            CommandRefusal(.no, "the alert has no form that can be signed (\(file):1:1) - look for relative namespaces")
        }
    }

    /// Writes a new file that its user alone may read.
    static func keepSecret(_ text: String, at path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else {
            throw CommandRefusal(
                .usage, "\(path) cannot be made - name a new file in a folder where this user may write")
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try file.write(contentsOf: Data(text.utf8))
            try file.synchronize()
        } catch {
            throw CommandRefusal(.usage, "\(path) cannot be written - check the disk")
        }
    }
}
