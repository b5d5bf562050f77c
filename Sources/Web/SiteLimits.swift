/// How patient the pages are, and how much they take.
public struct SiteLimits: Sendable {
    /// Requests of one address each second, over a while. A person who leafs through pages sends one or two; an office of ten
    /// behind one address stays below it.
    public var perSecond = 20.0
    /// Requests of one address at once.
    public var burst = 400
    /// Addresses that are remembered.
    public var addresses = 4_096
    /// s without a byte after which a connection ends; a page that follows its node hears something more often.
    public var idleSeconds: Int64 = 40
    /// Connections at once.
    public var connections = 512

    /// The limits of a site.
    public init() {}
}
