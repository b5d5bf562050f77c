import Accord
import Foundation
import NodeCore
import Series
import Synchronization

/// What has been verified once: the same bytes are not verified again, so that a world takes less time. Whatever does not
/// verify is looked at each time.
private final class VerifiedNotes: Sendable {
    struct Question: Hashable, Sendable {
        let note: [UInt8]
        let origin: String
        let party: PartyID
    }

    private let checkpoints = Mutex<[Question: Checkpoint]>([:])
    private let times = Mutex<[Question: Instant]>([:])

    func checkpoint(_ question: Question, _ verify: () throws -> Checkpoint) rethrows -> Checkpoint {
        if let known = checkpoints.withLock({ $0[question] }) { return known }
        let checkpoint = try verify()
        checkpoints.withLock { $0[question] = checkpoint }
        return checkpoint
    }

    func time(_ question: Question, _ verify: () -> Instant?) -> Instant? {
        if let known = times.withLock({ $0[question] }) { return known }
        let time = verify()
        if let time { times.withLock { $0[question] = time } }
        return time
    }
}

extension LaneTrust {
    /// The same trust with a memory.
    var remembering: LaneTrust {
        let (trust, notes) = (self, VerifiedNotes())
        return LaneTrust(
            joined: joined,
            checkpoint: { note, origin, party, time in
                try notes.checkpoint(.init(note: note, origin: origin, party: party)) {
                    try trust.checkpoint(note, origin, party, time)
                }
            },
            receiptTime: { note, reader in
                notes.time(.init(note: note, origin: "", party: reader)) { trust.receiptTime(note, reader) }
            })
    }
}

/// The origin and the size that a note states, signed or not; nil when it states none.
func stated(in note: [UInt8]) -> (origin: String, size: Int)? {
    guard let first = note.firstIndex(of: 10), let second = note[(first + 1)...].firstIndex(of: 10),
        let size = Int(String(decoding: note[(first + 1)..<second], as: UTF8.self))
    else { return nil }
    return (String(decoding: note[..<first], as: UTF8.self), size)
}
