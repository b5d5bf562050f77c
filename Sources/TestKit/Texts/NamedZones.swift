public import Series

/// Zones by name. The product itself knows none: they come with the parties of a pack.
extension UTCOffset {
    /// Indochina time, UTC+7.
    public static let indochina = UTCOffset(minutes: 420)
    /// China standard time, UTC+8.
    public static let china = UTCOffset(minutes: 480)
}
