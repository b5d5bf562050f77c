import Crypto
public import Series

/// What is known about the signature of a message. A message whose signature is not verified is shown with that mark.
public struct AlertSignatureVerdict: Hashable, Sendable {
    /// How far it holds.
    public enum State: String, Sendable, CaseIterable {
        /// There is none.
        case absent
        /// A pinned key has signed exactly these bytes, and might at that time.
        case verified
        /// A pinned key has signed the message without the blanks between its elements: somebody has indented it since.
        case normalised = "verified after whitespace normalisation"
        /// It cannot be judged: no key is pinned, or it is of a form that is not looked at.
        case unverified
        /// It does not hold: the message was changed, or whoever signed was not allowed to.
        case refused
    }

    /// Why it does not hold, or cannot be judged.
    public enum Reason: String, Sendable, CaseIterable {
        /// The bytes are no alert of version 1.2.
        case unreadable
        /// There are several, or one stands at another place than below the alert.
        case place
        /// An algorithm or transform that is not looked at.
        case algorithm
        /// A part is missing, too many, or encodes nothing.
        case form
        /// The message is another than the one that was signed.
        case changed
        /// No key is pinned for the sender.
        case noKey
        /// None of the pinned keys has signed it.
        case otherKey
        /// The certificate inside is not of the pinned key.
        case certificate
        /// `sent` is missing or no time.
        case sent
        /// The key begins after `sent` or after the receipt.
        case early
        /// The key ended before `sent` or before the receipt.
        case late
        /// The key was revoked.
        case revoked
        /// Receipt and `sent` lie further apart than the agreement allows.
        case delay
        /// `sent` lies after the receipt.
        case future
    }

    /// How far it holds.
    public let state: State
    /// Why not; nil when it is verified or absent.
    public let reason: Reason?
    /// The name of the key that has signed, where one has.
    public let key: String?
    /// A word of the message that belongs to the reason, such as the name of an algorithm.
    public let detail: String

    init(_ state: State, _ reason: Reason? = nil, key: String? = nil, detail: String = "") {
        self.state = state
        self.reason = reason
        self.key = key
        self.detail = detail
    }

    /// For people, in their language.
    public func text(_ catalogue: Catalogue) -> String {
        let state = catalogue.text("cap.signature.\(state)", ["key": key ?? ""])
        guard let reason else { return state }
        return state + catalogue.text("cap.signature.colon")
            + catalogue.text("cap.signature.reason.\(reason.rawValue)", ["detail": AlertRule.quoted(detail)])
    }
}

/// Judges the signature of a message.
///
/// A certificate inside the message proves nothing: what counts is whether a pinned key has signed, and whether it might, at
/// `sent` and at the first receipt.
///
/// - Parameters:
///   - bytes: the document.
///   - trust: the pinned keys of the sender and the agreement's limit.
///   - received: when the reader first had the message.
public func verifyAlert(_ bytes: [UInt8], trust: AlertTrust, received: Instant) -> AlertSignatureVerdict {
    guard let document = try? MarkupDocument(bytes), let message = AlertMessage(document.root) else {
        return AlertSignatureVerdict(.refused, .unreadable)
    }
    let node: MarkupNode
    switch signatureNode(of: message) {
    case .success(let found): node = found
    case .failure(let verdict): return verdict.verdict
    }
    let signature: EnvelopedSignature
    do throws(EnvelopedSignature.Difference) { signature = try EnvelopedSignature(node) } catch {
        switch error {
        case .algorithm(let name): return AlertSignatureVerdict(.unverified, .algorithm, detail: name)
        case .form(let name): return AlertSignatureVerdict(.unverified, .form, detail: name)
        }
    }
    let strict = signer(of: document, signature, trust)
    if case .success(let key) = strict { return judge(message, signature, key, .verified, trust, received) }
    if let compact = document.withoutBlankText(), case .success(let key) = signer(of: compact, signature, trust) {
        return judge(message, signature, key, .normalised, trust, received)
    }
    guard case .failure(let verdict) = strict else { return AlertSignatureVerdict(.refused, .changed) }
    return verdict.verdict
}

/// A verdict that ends the judgement.
private struct EarlyVerdict: Error {
    let verdict: AlertSignatureVerdict

    init(_ state: AlertSignatureVerdict.State, _ reason: AlertSignatureVerdict.Reason? = nil) {
        verdict = AlertSignatureVerdict(state, reason)
    }
}

private func signatureNode(of message: AlertMessage) -> Result<MarkupNode, EarlyVerdict> {
    let all = message.node.count("Signature", in: MarkupDocument.signatures)
    guard all > 0 else { return .failure(EarlyVerdict(.absent)) }
    let direct = message.node.children.filter { $0.name == "Signature" && $0.namespace == MarkupDocument.signatures }
    guard all == 1, let node = direct.first else { return .failure(EarlyVerdict(.unverified, .place)) }
    return .success(node)
}

/// The pinned key that has signed a document.
private func signer(
    of document: MarkupDocument, _ signature: EnvelopedSignature, _ trust: AlertTrust
) -> Result<PinnedAlertKey, EarlyVerdict> {
    guard let content = document.canonicalWithoutSignature(), let signed = document.canonicalSignedInfo(),
        Array(SHA256.hash(data: content)) == signature.digest
    else { return .failure(EarlyVerdict(.refused, .changed)) }
    guard !trust.keys.isEmpty else { return .failure(EarlyVerdict(.unverified, .noKey)) }
    guard let key = trust.keys.first(where: { $0.hasSigned(signed, signature.value) }) else {
        return .failure(EarlyVerdict(.refused, .otherKey))
    }
    return .success(key)
}

/// Whether the key that has signed might.
private func judge(
    _ message: AlertMessage, _ signature: EnvelopedSignature, _ key: PinnedAlertKey,
    _ state: AlertSignatureVerdict.State, _ trust: AlertTrust, _ received: Instant
) -> AlertSignatureVerdict {
    func refused(_ reason: AlertSignatureVerdict.Reason) -> AlertSignatureVerdict {
        AlertSignatureVerdict(.refused, reason, key: key.name)
    }
    // What a certificate inside says is not used, but it must be the signer's own, and whole.
    guard signature.certificates.allSatisfy({ key.owns($0) }) else { return refused(.certificate) }
    guard let sent = message.time("sent")?.instant else { return refused(.sent) }
    if let revoked = key.revoked, sent >= revoked || received >= revoked { return refused(.revoked) }
    if let from = key.from, sent < from || received < from { return refused(.early) }
    if let until = key.until, sent >= until || received >= until { return refused(.late) }
    if sent - received > trust.clockTolerance { return refused(.future) }
    if received - sent > trust.longestDelay { return refused(.delay) }
    return AlertSignatureVerdict(state, key: key.name)
}
