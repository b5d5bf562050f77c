import Accord
public import Formats
import Foundation
import River
public import Series
import Storage

/// A warning that another party has issued for everybody and sent through its lane.
public struct ReceivedWarning: Hashable, Sendable {
    /// Who issued it.
    public let sender: PartyID
    /// Under which clause it came.
    public let clause: String
    /// By which it is known again.
    public let identifier: String
    /// When it was issued, as it states.
    public let sent: Instant
    /// When this node had it.
    public let received: Instant
    /// Until when it holds, as it states; a day after it was issued where it states nothing.
    public let expires: Instant
    /// Whether it is an exercise.
    public let isExercise: Bool
    /// Whether it ends the warning that it follows.
    public let isEnd: Bool
    /// The level that it states, 0...4; nil where it states none.
    public let level: Int?
    /// The place that it is about, where it names one of this basin by id.
    public let station: StationID?
    /// Its texts, by language as it has them.
    public let texts: [Language: MessageTexts]
    /// What is known about its signature.
    public let signature: AlertSignatureVerdict
    /// The message of the same sender that has taken its place; nil where none has.
    public let successor: String?
    /// The document as it was signed.
    public let document: [UInt8]

    /// Whether it stands at a time: not run out, not ended, and nothing has taken its place.
    public func holds(at time: Instant) -> Bool { successor == nil && !isEnd && expires > time }
}

extension Node {
    /// How many warnings of others are looked at.
    private static let receivedLimit = 200

    /// The latest warnings of other parties, latest first.
    public func receivedWarnings() throws -> [ReceivedWarning] {
        var successors: [PartyID: [String: String]] = [:]
        var warnings: [ReceivedWarning] = []
        for row in try database.noticeEntries().reversed() {
            if warnings.count == Node.receivedLimit { break }
            guard let entry = NoticeEntryDocument(row.document), entry.kind == .warning, let cap = entry.cap,
                let message = try? AlertMessage(Array(cap)), let sender = entry.party.flatMap({ PartyID($0) }),
                let identifier = message.text("identifier")
            else { continue }
            warnings.append(
                warning(
                    message, Array(cap), from: sender, entry, at: row.at, successor: successors[sender]?[identifier]))
            for reference in message.references { successors[sender, default: [:]][reference.identifier] = identifier }
        }
        return warnings
    }

    private func warning(
        _ message: AlertMessage, _ document: [UInt8], from sender: PartyID, _ entry: NoticeEntryDocument,
        at received: Instant, successor: String?
    ) -> ReceivedWarning {
        let info = message.infos.first
        let parameters = info?.values("parameter") ?? []
        func stated(_ name: String) -> String? { parameters.first { $0.name == "riparian:" + name }?.value }
        let sent = message.time("sent")?.instant ?? received
        let texts = Node.texts(of: message)
        return ReceivedWarning(
            sender: sender, clause: entry.clause ?? "", identifier: message.text("identifier") ?? "", sent: sent,
            received: received, expires: info?.time("expires")?.instant ?? sent + 86_400,
            isExercise: message.text("status") == "Exercise",
            isEnd: message.text("msgType") == "Cancel" || stated("level") == "0",
            level: stated("level").flatMap { Int($0) }.flatMap { (0...4).contains($0) ? $0 : nil },
            station: stated("station").flatMap { StationID($0) }.flatMap {
                configuration.basin.stations[$0] == nil ? nil : $0
            },
            texts: Dictionary(
                uniqueKeysWithValues: Language.allCases.compactMap { language in
                    texts[language.rawValue].map { (language, $0) }
                }),
            signature: signature(of: document, from: sender, received: received), successor: successor,
            document: document)
    }

    /// How a warning that came in is kept.
    func receivedRow(_ warning: LaneWarning, from sender: PartyID, at now: Instant) throws -> NoticeRow {
        var entry = NoticeEntryDocument(.warning)
        (entry.clause, entry.identifier, entry.party) = (warning.clause, warning.identifier, sender.text)
        entry.cap = Data(warning.document)
        return NoticeRow(
            notice: "\(sender)/\(warning.identifier)", at: now, person: "", document: try entry.bytes())
    }

    /// What is known about the signature of a message of another party: the keys of its manifest count, at the time that the
    /// message states and at the one at which it came in.
    func signature(of document: [UInt8], from sender: PartyID, received: Instant) -> AlertSignatureVerdict {
        let keys = configuration.trust.alertKeys(sender).compactMap { PinnedAlertKey($0, of: sender) }
        return verifyAlert(document, trust: AlertTrust(keys: keys), received: received)
    }
}
