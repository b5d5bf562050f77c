/// Finds room for labels beside marks so that none covers another.
struct LabelPlaces {
    /// A rectangle of a drawing.
    struct Box: Hashable {
        let left: Double
        let top: Double
        let right: Double
        let bottom: Double

        func meets(_ other: Box) -> Bool {
            left < other.right && other.left < right && top < other.bottom && other.top < bottom
        }
    }

    private var taken: [Box] = []

    /// Keeps a place free of labels.
    mutating func block(_ box: Box) { taken.append(box) }

    /// The first of some places that covers nothing, and takes it; nil when all do.
    mutating func place(_ wishes: [Box]) -> Int? {
        guard let index = wishes.firstIndex(where: { wish in !taken.contains { $0.meets(wish) } }) else { return nil }
        taken.append(wishes[index])
        return index
    }

    /// About how wide a text stands, in units of a drawing; a little too wide rather than too narrow.
    static func width(of text: String, size: Double) -> Double {
        text.unicodeScalars.reduce(0) { $0 + ($1.value > 0x2E7F ? 1.02 : 0.6) * size }
    }
}
