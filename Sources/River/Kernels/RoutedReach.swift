/// A reach as the schemes that know its section see it.
public struct RoutedReach: Hashable, Sendable {
    /// Channel below bankfull depth, slope and roughness.
    public let channel: TrapezoidSection
    /// m, > 0.
    public let length: Double
    /// What is beside the channel; nil where the channel goes on upward.
    public let floodPlain: FloodPlain?

    /// Makes a reach; a length that is not positive is a bug of the caller.
    public init(channel: TrapezoidSection, length: Double, floodPlain: FloodPlain? = nil) {
        precondition(length > 0, "a reach has a length")
        self.channel = channel
        self.length = length
        self.floodPlain = floodPlain
    }
}

/// A level flood plain on both sides of a trapezoidal channel.
public struct FloodPlain: Hashable, Sendable {
    /// m of the water surface just above bankfull depth, channel included.
    public let width: Double
    /// s m^(-1/3).
    public let manningN: Double
    /// m above the bed at which the plain begins.
    public let bankfullDepth: Double

    /// Makes a flood plain; nil where it is no wider than the channel that it lies beside, or where the channel never reaches its
    /// bankfull width.
    ///
    /// - Parameter bankfullWidth: m of the channel where the plain begins.
    public init?(width: Double, manningN: Double, bankfullWidth: Double, of channel: TrapezoidSection) {
        guard width > bankfullWidth, manningN > 0, bankfullWidth > channel.bottomWidth, channel.sideSlope > 0 else {
            return nil
        }
        self.width = width
        self.manningN = manningN
        bankfullDepth = (bankfullWidth - channel.bottomWidth) / (2 * channel.sideSlope)
    }
}
