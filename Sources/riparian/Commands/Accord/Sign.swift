import Accord
import ArgumentParser
import Crypto
import Foundation
import Series

extension AccordCommand {
    /// `riparian accord sign FILE --party P --key FILE --output FILE`.
    struct Sign: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sign",
            abstract: "Sign a version of an agreement for a party, and record the act on paper beside it.",
            discussion: """
                Example: riparian accord sign agreement.yaml --party cn-yunnan --key nodes/cn-yunnan/keys/seal.key \\
                    --paper-place Kunming --paper-date 2026-01-04 --paper-scan scan.pdf --output cn-yunnan.signature
                The digital signature does not replace the act on paper: it says which bytes the party has before it.
                """)

        @Argument(help: "The agreement document.") var file: String
        @Option(help: "The party that signs.") var party: String
        @Option(help: "The file with the party's secret key that may sign agreements.") var key: String
        @Option(help: "Where the paper was signed.") var paperPlace: String?
        @Option(help: "The day on which the paper was signed there, YYYY-MM-DD.") var paperDate: String?
        @Option(help: "The scan of the signed paper; its SHA-256 is recorded.") var paperScan: String?
        @Option(help: "When, ISO 8601 with a zone; by default now.") var at: String?
        @Option(help: "The new file.") var output: String
        @Flag(help: "Print what was signed as JSON.") var json = false

        func run() throws {
            let agreement = try AccordCommand.agreement(at: file)
            let signer = try KeyInput.party(party)
            guard agreement.signatories.contains(signer) else {
                let known = agreement.signatories.map(\.text).joined(separator: ", ")
                throw CommandRefusal(.no, "\(signer) is no signatory of \(agreement.id) - signatories: \(known)")
            }
            let signature = AgreementSignature(
                of: agreement, by: signer, at: try KeyInput.time(at, option: "--at"), paper: try paperAct())
            try KeyInput.write(try signature.signed(by: try SecretKeys.read(key)), to: output)
            if json {
                printDocument([
                    "output": .string(output), "signature": signature.json, "replaces_paper": false,
                    "illustrative": .bool(agreement.isIllustrative),
                ])
                return
            }
            print("\(signer) signs \(agreement.id), version \(signature.identity), at \(signature.time)")
            if let paper = signature.paper { print("on paper: \(paper.words)") }
            if agreement.isIllustrative { print("the document is illustrative: no signature puts it in force") }
            print("written to \(output) - the signature does not replace the act on paper")
        }

        private func paperAct() throws -> PaperAct? {
            guard let paperPlace, let paperDate else {
                guard paperPlace == nil, paperDate == nil, paperScan == nil else {
                    throw CommandRefusal(
                        .usage, "an act on paper has a place and a day - give --paper-place and --paper-date")
                }
                return nil
            }
            guard let date = try? CivilDate(iso8601: paperDate) else {
                throw CommandRefusal(.usage, "\(paperDate) is no day (--paper-date) - write YYYY-MM-DD")
            }
            let scan = try paperScan.map { hexadecimal(SHA256.hash(data: try bytes(of: $0))) }
            guard let act = PaperAct(place: paperPlace, date: date, scan: scan) else {
                throw CommandRefusal(.usage, "the place of the act is empty (--paper-place) - name the town")
            }
            return act
        }
    }
}

extension PaperAct {
    /// For people.
    var words: String { "\(place), \(date)" + (scan.map { ", scan \($0)" } ?? ", no scan recorded") }
}
