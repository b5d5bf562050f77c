import NIOSSL
import Synchronization

/// What a node shows at the other end of its lines now: it can be exchanged while servers serve, and counts from the next
/// connection on.
public final class ShownIdentity: Sendable {
    private let kept: Mutex<LineIdentity>

    /// Shows an identity.
    public init(_ identity: LineIdentity) {
        kept = Mutex(identity)
    }

    /// What is shown.
    public var current: LineIdentity { kept.withLock { $0 } }

    /// Shows another identity from now on.
    ///
    /// - Returns: whether it is another one.
    @discardableResult
    public func show(_ identity: LineIdentity) -> Bool {
        kept.withLock { kept in
            guard kept.certificate != identity.certificate else { return false }
            kept = identity
            return true
        }
    }

    /// What a server shows at a handshake.
    var override: NIOSSLContextConfigurationOverride {
        let identity = current
        var shown = NIOSSLContextConfigurationOverride()
        shown.certificateChain = [.certificate(identity.chain)]
        shown.privateKey = .privateKey(identity.key)
        return shown
    }
}
