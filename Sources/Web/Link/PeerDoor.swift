public import Accord
public import NodeCore
public import Series

/// What the server for peers asks of the node behind it.
public struct PeerDoor: Sendable {
    /// Whose certificate that is, now; a reason for anybody else's.
    public var identify: @Sendable (_ certificate: [UInt8]) -> Result<PartyID, LineRefusal>
    /// A file for a reader; nil for whatever it may not have, as for what there is not.
    public var serve: @Sendable (_ path: String, _ reader: PartyID) async throws -> [UInt8]?
    /// The checkpoints of the lanes that a reader may read, as they stand, by origin.
    public var checkpoints: @Sendable (_ reader: PartyID) async -> [String: [UInt8]]
    /// What is new, as it becomes new.
    public var announcements: AnnouncementHub
    /// This machine's clock, ms since 1970-01-01 UTC.
    public var milliseconds: @Sendable () -> Int64
    /// Takes one line for whoever runs the node.
    public var log: @Sendable (_ line: String) -> Void

    /// Makes a door.
    public init(
        identify: @escaping @Sendable ([UInt8]) -> Result<PartyID, LineRefusal>,
        serve: @escaping @Sendable (String, PartyID) async throws -> [UInt8]?,
        checkpoints: @escaping @Sendable (PartyID) async -> [String: [UInt8]], announcements: AnnouncementHub,
        milliseconds: @escaping @Sendable () -> Int64, log: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.identify = identify
        self.serve = serve
        self.checkpoints = checkpoints
        self.announcements = announcements
        self.milliseconds = milliseconds
        self.log = log
    }
}

/// Why somebody at the other end of a line is not let in.
public enum LineRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// No party has listed that certificate.
    case unknown
    /// A party has listed it, and it does not count.
    case notBelieved(PartyID, KeyRefusal)

    /// The reason, for a person.
    public var description: String {
        switch self {
        case .unknown: "no party's manifest lists the certificate that was shown"
        case .notBelieved(let party, let refusal): "the certificate of \(party) does not count: \(refusal)"
        }
    }
}

/// Hands announcements on to the readers that listen. Nothing waits for a reader: of a lane that is announced again before the
/// reader has taken the last one, only the newest counts, and what is lost is found at the next poll.
public actor AnnouncementHub {
    private var listeners: [Int: (reader: PartyID, stream: AsyncStream<LaneAnnouncement>.Continuation)] = [:]
    private var next = 0

    /// A hub without listeners.
    public init() {}

    /// How many listen.
    public var count: Int { listeners.count }

    /// What is announced to a reader from now on.
    public func listen(as reader: PartyID) -> AsyncStream<LaneAnnouncement> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: LaneAnnouncement.self, bufferingPolicy: .bufferingNewest(64))
        let number = next
        next += 1
        listeners[number] = (reader, continuation)
        continuation.onTermination = { [weak self] _ in
            Task { await self?.leave(number) }
        }
        return stream
    }

    /// Announces to those who may read.
    public func announce(_ announcement: LaneAnnouncement, to readers: Set<PartyID>) {
        for listener in listeners.values where readers.contains(listener.reader) {
            listener.stream.yield(announcement)
        }
    }

    /// Ends all streams: the node stops.
    public func close() {
        for listener in listeners.values { listener.stream.finish() }
        listeners = [:]
    }

    private func leave(_ number: Int) { listeners[number] = nil }
}
