import Accord
import ArgumentParser
import Formats
import Foundation
import Series

extension KeyCommand {
    /// `riparian key alert`.
    struct Alert: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "alert",
            abstract: "Ask for the certificate of a party's warnings to be listed in its manifest.",
            discussion: """
                Examples:
                  riparian key alert nodes/vn-lao-cai/alert.pem --id alert-2027 --output alert-2027.request.json
                  riparian key manifest --root root.key --previous m1 --keys alert-2027.request.json --output m2

                Whoever holds the manifest verifies the party's warnings and notices by it: give it to every party. A certificate
                that the manifest does not list proves nothing. riparian cap key makes one with its secret.
                """)

        @Argument(help: "The certificate in PEM, of a key on P-256.") var certificate: String
        @Option(help: "The key's id: words of a-z and digits, joined by hyphens.") var id: String
        @Option(help: "From when on, ISO 8601 with a zone; by default as the certificate says.") var from: String?
        @Option(help: "The new file with the request.") var output: String
        @Flag(help: "Print the request as JSON.") var json = false

        func run() throws {
            try KeyInput.expectIdentifier(id)
            let pem = String(decoding: try bytes(of: certificate), as: UTF8.self)
            guard let read = AlertCertificate(pem: pem) else {
                throw CommandRefusal(
                    .usage,
                    "no certificate of a key on P-256 (\(certificate):1:1) - name the one that riparian cap key has made"
                )
            }
            let begin = try TimeInput.time(from, option: "--from") ?? read.from
            guard begin >= read.from, begin < read.until else {
                throw CommandRefusal(
                    .usage,
                    "the certificate is valid from \(read.from) until \(read.until) (--from) - give a time between")
            }
            let listed = NodeKey(id: id, certificate: read.der, role: .alert, from: begin, until: read.until)
            try KeyInput.write(Array(listed.request.utf8), to: output)
            if json {
                printDocument(listed.json)
            } else {
                print("certificate valid until \(read.until), request in \(output)")
            }
        }
    }
}
