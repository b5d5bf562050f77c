import NodeCore

/// Who has signed in at the form.
typealias UploadSessions = SessionBook<UploadWork>

/// What a session at the form holds.
struct UploadWork: Sendable {
    /// A receipt, and the table that it is for.
    struct Kept: Sendable {
        let receipt: UploadReceipt
        let draft: UploadDraft
    }

    /// Drafts and receipts of a session.
    static let remembered = 3

    /// What was checked and waits for the word to keep it, newest last.
    private(set) var drafts: [UploadDraft] = []
    /// What was kept, newest last.
    private(set) var kept: [Kept] = []

    mutating func add(_ draft: UploadDraft) { drafts = (drafts + [draft]).suffix(UploadWork.remembered) }

    mutating func add(_ receipt: UploadReceipt, for draft: UploadDraft) {
        kept = (kept + [Kept(receipt: receipt, draft: draft)]).suffix(UploadWork.remembered)
    }

    /// Takes a draft out, so that it is kept once only; nil where it is not there any more.
    mutating func takeDraft(_ id: String) -> UploadDraft? {
        drafts.firstIndex { $0.id == id }.map { drafts.remove(at: $0) }
    }
}

/// A post that was checked and waits for the word to keep it.
struct UploadDraft: Sendable {
    let id: String
    let bytes: [UInt8]
    let wish: UploadWish
    /// Whether the rows were typed into the form, not read from a table.
    let isTyped: Bool
}
