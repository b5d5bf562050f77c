import Accord
import ArgumentParser
import Formats
import Foundation
import NodeCore
import Series

extension CapCommand {
    /// `riparian cap try`: whether the machines of `alerts.yaml` take what they are given, before there is a flood.
    struct Try: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "try",
            abstract: "Send a marked test by every route of alerts.yaml, and say which machines took it.",
            discussion: """
                The test is marked as one in its headline, says that nothing has happened, and asks for no answer. Nothing of it
                is kept, and nothing goes into a lane. Folders are not tried: another program publishes what lies there.

                Examples:
                  riparian cap try --dir nodes --party vn-lao-cai
                  riparian cap try --office lao-cai-civil-defence --dir nodes --party vn-lao-cai --json

                Exit code 0: every machine took it, 1: one did not, 2: alerts.yaml cannot be used.
                """)
        @Option(help: "Only this office of alerts.yaml; may be repeated.") var office: [String] = []
        @OptionGroup var place: GateNode
        @Flag(help: "Print a JSON list.") var json = false

        /// What came of a route.
        private struct Outcome {
            let office: String
            let route: DeliveryRoute
            /// `taken`, `failed` or `not-tried`.
            let word: String
            let reason: String
        }

        func run() async throws {
            let node = try place.open()
            let opened = try await office(of: node)
            let offices = opened.office.addressees.filter { office.isEmpty || office.contains($0.office) }
            for name in office where !offices.contains(where: { $0.office == name }) {
                throw CommandRefusal(
                    .usage,
                    "\(name) is no office that is told today (--office) - known: "
                        + opened.office.addressees.map(\.office).joined(separator: ", "))
            }
            for fault in opened.faults { standardError(fault) }
            let channels = DeliveryChannels(folder: place.folder)
            var outcomes: [Outcome] = []
            for addressee in offices {
                for route in addressee.routes where route.channel.isMachine {
                    let outcome = await outcome(of: route, to: addressee, through: opened, by: channels)
                    outcomes.append(outcome)
                    if !json { print(line(outcome)) }
                }
            }
            await channels.close()
            if json { print(document(outcomes).readableText) }
            if outcomes.contains(where: { $0.word == "failed" }) { throw ExitCode(1) }
        }

        private func office(of node: Node) async throws -> AlertOfficeFiles.Opened {
            let register = node.configuration.register
            let files = AlertOfficeFiles(
                folder: place.folder, party: node.party, register: register,
                catalogues: try Catalogues.bundled(zones: register.zones))
            let zone = register.zone(of: node.party)
            guard let result = await files.office(on: TimeInput.now.civil(in: zone).date) else {
                throw CommandRefusal(
                    .usage,
                    "no office is described here (\(place.folder)/\(AlertOfficeBook.file):1:1) - write one: "
                        + "Documentation/Warnings.md#alertsyaml")
            }
            return try result.get()
        }

        private func outcome(
            of route: DeliveryRoute, to addressee: Addressee, through opened: AlertOfficeFiles.Opened,
            by channels: DeliveryChannels
        ) async -> Outcome {
            guard route.channel != .spool else {
                return Outcome(
                    office: addressee.office, route: route, word: "not-tried",
                    reason: "another program publishes what lies in the folder")
            }
            do {
                let parcel = try CapCommand.trial(of: route, to: addressee, through: opened)
                try await channels.send(parcel, by: opened.book)
                return Outcome(office: addressee.office, route: route, word: "taken", reason: "")
            } catch {
                return Outcome(office: addressee.office, route: route, word: "failed", reason: "\(error)")
            }
        }

        private func line(_ outcome: Outcome) -> String {
            let reason = outcome.reason.isEmpty ? "" : " - " + outcome.reason
            return "\(outcome.word)  \(outcome.office)  \(outcome.route.name)\(reason)"
        }

        private func document(_ outcomes: [Outcome]) -> JSONValue {
            .array(
                outcomes.map { outcome in
                    [
                        "office": .string(outcome.office), "channel": .string(outcome.route.channel.rawValue),
                        "target": .string(outcome.route.target), "outcome": .string(outcome.word),
                        "reason": .string(outcome.reason),
                    ]
                })
        }
    }

    /// What is sent to try a route: a text that says so, and an unsigned alert with the status Test.
    fileprivate static func trial(
        of route: DeliveryRoute, to addressee: Addressee, through opened: AlertOfficeFiles.Opened
    ) throws -> DeliveryParcel {
        let now = TimeInput.now
        let catalogue = try catalogue(route.language)
        let words = ["office": opened.office.name[catalogue.language]]
        let headline = catalogue.text("messages.trial.headline", words)
        let description = catalogue.text("messages.trial.description", words)
        let identifier = "\(opened.book.sender)-try-\(now.secondsSinceEpoch)"
        let document = """
            <?xml version="1.0" encoding="UTF-8"?>
            <alert xmlns="\(AlertMessage.namespace)"><identifier>\(identifier)</identifier>\
            <sender>\(opened.book.sender)</sender><sent>\(now.commonAlertingProtocolTime(in: .zero))</sent><status>Test</status>\
            <msgType>Alert</msgType><scope>Private</scope><addresses>\(addressee.office)</addresses></alert>
            """
        return DeliveryParcel(
            message: 0, task: DeliveryTask(office: addressee.office, route: route, attempts: 0),
            identifier: identifier, key: "\(identifier).\(addressee.office)", issued: now, sender: opened.office.name,
            isExercise: true,
            texts: MessageTexts(
                headline: headline, description: description, instruction: "", short: headline, spoken: description,
                chat: headline), document: Array(document.utf8), answerAddress: nil)
    }
}
