import Accord
import AsyncHTTPClient
import Formats
import Foundation
import NIOCore
import NIOHTTP1
import NodeCore
import Series
import Storage

/// Why a machine did not take a message, in words for the log of its delivery.
struct DeliveryFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// The channels that lead out of a node. Adding one = its case in ``DeliveryChannel``, its word in `alerts.yaml`, its method here.
struct DeliveryChannels: Sendable {
    /// s that one attempt may take.
    static let limit = 30

    /// The node's folder.
    let folder: String
    private let client: HTTPClient

    init(folder: String) {
        self.folder = folder
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(10)
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func close() async { try? await client.shutdown() }

    /// Gives a parcel to its machine; returns when the machine has taken it.
    func send(_ parcel: DeliveryParcel, by book: AlertOfficeBook) async throws {
        switch parcel.task.route.channel {
        case .mail: try await mail(parcel, book)
        case .webhook:
            try await post(document(of: parcel), type: "application/json", to: parcel.task.route.target, parcel)
        case .textMessage: try await textMessage(parcel, book)
        case .mqtt: try await nudge(parcel, book)
        case .spool: try spool(parcel, book)
        case .telephone: throw DeliveryFailure("a telephone is taken up by a person")
        }
    }

    // MARK: Mail

    /// By the program `curl`, which speaks SMTP with TLS; nothing secret stands among its arguments.
    private func mail(_ parcel: DeliveryParcel, _ book: AlertOfficeBook) async throws {
        guard let server = book.mail else { throw DeliveryFailure("alerts.yaml names no mail server") }
        let texts = parcel.texts
        var body = [texts.headline, texts.description, texts.instruction]
        if let answer = parcel.answerAddress { body.append(answer) }
        let text = MailText.bytes(
            of: MailText.Contents(
                from: server.from, to: parcel.task.route.target, subject: texts.headline,
                body: body.joined(separator: "\n\n") + "\n", date: parcel.issued, identifier: parcel.key,
                attachment: (name: "alert.xml", bytes: parcel.document)))
        let place = FileManager.default.temporaryDirectory.appending(path: "riparian-mail-\(UUID().uuidString)")
        try Data(text).write(to: place, options: .atomic)
        defer { try? FileManager.default.removeItem(at: place) }
        var lines = [
            "url = \"\(server.server)\"", "mail-from = \"<\(server.from)>\"",
            "mail-rcpt = \"<\(parcel.task.route.target)>\"",
            "upload-file = \"\(place.path(percentEncoded: false))\"", "silent", "show-error",
            "max-time = \(DeliveryChannels.limit)",
        ]
        if !server.allowsPlain { lines.append("ssl-reqd") }
        if let secret = try secret(server.secret) {
            lines.append("user = \"\(secret.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\"")
        }
        let outcome: ChildProgram.Outcome
        do {
            let input = Array((lines.joined(separator: "\n") + "\n").utf8)
            outcome = try await ChildProgram(
                "/usr/bin/curl", ["--disable", "--config", "-"], input: input, limit: Double(2 * DeliveryChannels.limit)
            ).runAside()
        } catch let fault as ChildProgram.Fault { throw DeliveryFailure(fault.description) }
        guard outcome.status != 0 else { return }
        let words = String(decoding: outcome.errors, as: UTF8.self).split(whereSeparator: \.isNewline).last.map(
            String.init)
        throw DeliveryFailure(String((words ?? "curl ended with \(outcome.status)").prefix(200)))
    }

    private func secret(_ file: String?) throws -> String? {
        guard let file else { return nil }
        guard let text = try? String(contentsOfFile: folder + "/" + file, encoding: .utf8) else {
            throw DeliveryFailure("the file \(file) with the secret cannot be read")
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    // MARK: The web

    /// What every program is told of a delivery: what it is, for whom, and where it is answered.
    private func notification(of parcel: DeliveryParcel) -> [String: JSONValue] {
        [
            "identifier": .string(parcel.identifier), "delivery": .string(parcel.key),
            "office": .string(parcel.task.office), "issued": .string(parcel.issued.iso8601()),
            "exercise": .bool(parcel.isExercise), "language": .string(parcel.task.route.language),
            "headline": .string(parcel.texts.headline), "answer": parcel.answerAddress.map { .string($0) } ?? .null,
        ]
    }

    private func document(of parcel: DeliveryParcel) -> [UInt8] {
        let whole: [String: JSONValue] = [
            "sender": .string(parcel.sender.en), "description": .string(parcel.texts.description),
            "instruction": .string(parcel.texts.instruction), "text": .string(parcel.texts.chat),
            "cap": .string(String(decoding: parcel.document, as: UTF8.self)),
        ]
        return Array(JSONValue.object(notification(of: parcel).merging(whole) { $1 }).canonicalText.utf8)
    }

    private func textMessage(_ parcel: DeliveryParcel, _ book: AlertOfficeBook) async throws {
        guard let gateway = book.textGateway else { throw DeliveryFailure("alerts.yaml names no gateway") }
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~")
        func field(_ name: String, _ value: String) -> String {
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")"
        }
        let body = [
            field("to", parcel.task.route.target.filter { !" -".contains($0) }), field("text", parcel.texts.short),
            field("id", parcel.key),
        ].joined(separator: "&")
        try await post(
            Array(body.utf8), type: "application/x-www-form-urlencoded", to: gateway.address, parcel,
            authorization: try secret(gateway.secret))
    }

    private func post(
        _ bytes: [UInt8], type: String, to address: String, _ parcel: DeliveryParcel, authorization: String? = nil
    ) async throws {
        var request = HTTPClientRequest(url: address)
        request.method = .POST
        request.headers.add(name: "content-type", value: type)
        request.headers.add(name: "idempotency-key", value: String(parcel.key.unicodeScalars.filter(\.isASCII)))
        request.headers.add(name: "user-agent", value: "riparian")
        if let authorization { request.headers.add(name: "authorization", value: authorization) }
        request.body = .bytes(bytes)
        let answer: HTTPClientResponse
        do {
            answer = try await client.execute(request, timeout: .seconds(Int64(DeliveryChannels.limit)))
            // What it says is of no use; the connection is.
            _ = try? await answer.body.collect(upTo: 1 << 16)
        } catch { throw DeliveryFailure("no answer: \(DeliveryChannels.words(error))") }
        guard (200..<300).contains(answer.status.code) else {
            throw DeliveryFailure("answered \(answer.status.code) \(answer.status.reasonPhrase)")
        }
    }

    private static func words(_ error: any Error) -> String {
        let text = "\(error)"
        return text.count > 120 ? text.prefix(120) + "…" : text
    }

    // MARK: A broker

    /// What there is and where it is fetched, without the document itself.
    private func nudge(_ parcel: DeliveryParcel, _ book: AlertOfficeBook) async throws {
        guard let broker = book.broker else { throw DeliveryFailure("alerts.yaml names no broker") }
        let nudge = BrokerNudge(
            broker: broker, secret: try secret(broker.secret), topic: parcel.task.route.target,
            payload: Array(JSONValue.object(notification(of: parcel)).canonicalText.utf8),
            limit: DeliveryChannels.limit)
        try await nudge.publishAside()
    }

    // MARK: Files

    /// The form in which the alert composer of the World Meteorological Organization publishes: `data`, `filename`,
    /// `metadata_id`. One name for one delivery: a second attempt writes the same file.
    private func spool(_ parcel: DeliveryParcel, _ book: AlertOfficeBook) throws {
        guard let spool = book.spool else { throw DeliveryFailure("alerts.yaml names no spool folder") }
        let base = spool.hasPrefix("/") ? spool : folder + "/" + spool
        let place = base + "/" + parcel.task.route.target
        let name =
            String(parcel.identifier.map { $0.isLetter || $0.isNumber || "-._".contains($0) ? $0 : "-" }) + ".json"
        let json: JSONValue = [
            "data": .string(Data(parcel.document).base64EncodedString()),
            "filename": .string(name.replacing(".json", with: ".xml")), "metadata_id": .string(parcel.key),
        ]
        do {
            try FileFolder(path: place).write(name, Array(json.canonicalText.utf8))
        } catch { throw DeliveryFailure("the folder cannot be written: \(DeliveryChannels.words(error))") }
    }
}
