import NodeCore
import Series
import Synchronization

/// The pages that were made last, so that what many ask for at once is made once. A page is given again only to whoever would
/// have got the same one: for the same address, language and viewer, as long as nothing of the party has changed.
final class PageMemory: Sendable {
    /// What decides how a page looks.
    struct Key: Hashable, Sendable {
        let party: PartyID
        let query: String
        let language: Language
        /// The form key of whoever is signed in: no two sessions share a page.
        let viewer: String
        /// What the party's desk says stands for its state.
        let mark: String
    }

    private static let most = 64
    private let pages = Mutex<[Key: [UInt8]]>([:])

    func page(_ key: Key) -> [UInt8]? { pages.withLock { $0[key] } }

    func keep(_ page: [UInt8], for key: Key) {
        pages.withLock { pages in
            if pages.count >= PageMemory.most { pages = pages.filter { $0.key.mark == key.mark } }
            if pages.count >= PageMemory.most { pages = [:] }
            pages[key] = page
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
