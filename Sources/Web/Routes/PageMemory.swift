import Accord
import NodeCore
import Series
import Synchronization

/// The pages that were made last, so that what many ask for at once is made once. A page is given again only to whoever would
/// have got the same one: for the same address, language and viewer, as long as nothing of the party has changed. While one
/// asker makes it anew the others get the one before; a page that follows its node waits for the new one.
final class PageMemory: Sendable {
    /// What decides how a page looks, beside the state of the party.
    struct Key: Hashable, Sendable {
        let party: PartyID
        let query: String
        let language: Language
        /// The form key of whoever is signed in: no two sessions share a page.
        let viewer: String
    }

    private struct State {
        var pages: [Key: (mark: String, bytes: [UInt8])] = [:]
        var making: Set<Key> = []
    }

    private static let most = 64
    private let state = Mutex(State())

    /// A page that may be given; nil when the asker has to make it, and to call ``leave(_:)`` afterwards.
    ///
    /// - Parameters:
    ///   - mark: what the party's desk says stands for its state now.
    ///   - isFresh: whether only a page of that very state will do.
    func page(_ key: Key, mark: String, isFresh: Bool) -> [UInt8]? {
        state.withLock { state in
            if let kept = state.pages[key], kept.mark == mark || (!isFresh && state.making.contains(key)) {
                return kept.bytes
            }
            state.making.insert(key)
            return nil
        }
    }

    func keep(_ page: [UInt8], for key: Key, mark: String) {
        state.withLock { state in
            if state.pages.count >= PageMemory.most, state.pages[key] == nil { state.pages = [:] }
            state.pages[key] = (mark, page)
        }
    }

    /// Says that a page is no longer being made, whatever has come of it.
    func leave(_ key: Key) { state.withLock { _ = $0.making.remove(key) } }
}

/// The compliance reports that were made last: a page, its tables and its document are one report.
final class ComplianceMemory: Sendable {
    /// What a report is about.
    struct Key: Hashable, Sendable {
        let party: PartyID
        let from: Instant
        let until: Instant
    }

    /// ns for which a report may be given again: what is due goes on with the clock.
    private static let longest: Int64 = 60_000_000_000
    private static let most = 8
    private let kept = Mutex<[Key: (mark: String, made: Int64, report: ComplianceReport)]>([:])

    /// The report, where it was made of the same state and lately.
    func report(_ key: Key, mark: String, now: Int64) -> ComplianceReport? {
        kept.withLock { kept in
            guard let one = kept[key], one.mark == mark, (0...ComplianceMemory.longest).contains(now - one.made) else {
                return nil
            }
            return one.report
        }
    }

    func keep(_ report: ComplianceReport, for key: Key, mark: String, now: Int64) {
        kept.withLock { kept in
            if kept.count >= ComplianceMemory.most, kept[key] == nil { kept = [:] }
            kept[key] = (mark, now, report)
        }
    }
}

/// The packed forms of what was sent last, by the digest of the content.
final class PackedMemory: Sendable {
    private static let most = 64
    private let packed = Mutex<[String: [UInt8]]>([:])

    /// The packed form of a content; it is packed when it is not among the last.
    ///
    /// - Parameter tag: of this very content.
    func packed(_ bytes: [UInt8], tag: String, by pack: ([UInt8]) -> [UInt8]) -> [UInt8] {
        if let known = packed.withLock({ $0[tag] }) { return known }
        let made = pack(bytes)
        packed.withLock { packed in
            if packed.count >= PackedMemory.most { packed = [:] }
            packed[tag] = made
        }
        return made
    }
}
