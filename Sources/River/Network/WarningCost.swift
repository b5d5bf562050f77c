public import Series

/// What acting on a warning of a level costs, beside the loss that acting avoids when the level is reached.
///
/// Source: Verkade and Werner (2011, HESS 15, 3751-3765): it pays to warn above the probability cost / loss.
public struct WarningCost: Hashable, Sendable {
    /// The alarm level.
    public let level: Int
    /// In any unit, > 0.
    public let cost: Double
    /// In the same unit, above the cost.
    public let loss: Double
    /// When it holds.
    public let validity: Validity
    /// How sure the numbers are.
    public let quality: FactQuality
    /// Where they were read.
    public let source: String

    /// Makes an entry; a loss that is not above its cost is a bug of the caller.
    public init(
        level: Int, cost: Double, loss: Double, validity: Validity = .always, quality: FactQuality, source: String
    ) {
        precondition(cost > 0 && loss > cost, "a loss lies above its cost")
        self.level = level
        self.cost = cost
        self.loss = loss
        self.validity = validity
        self.quality = quality
        self.source = source
    }

    /// The probability from which on it pays to warn, 0...1.
    public var probability: Double { cost / loss }
}
