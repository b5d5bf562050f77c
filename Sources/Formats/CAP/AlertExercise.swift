public import Series

/// What makes an alert an exercise: its status is `Exercise`, and every text says so.
public enum AlertExercise: Hashable, Sendable {
    /// A past event is gone through again, by its name.
    case replay(LocalizedText)
    /// A person has thought out a case, by its name: level, times and values are assumed.
    case assumed(LocalizedText)

    /// The sentence that says so.
    func sentence(_ catalogue: Catalogue) -> String {
        switch self {
        case .replay(let name): catalogue.text("alert.exerciseText", ["event": name[catalogue.language]])
        case .assumed(let name): catalogue.text("alert.exerciseAssumed", ["event": name[catalogue.language]])
        }
    }

    /// Whether no reading or forecast stands behind it.
    var isAssumed: Bool { if case .assumed = self { true } else { false } }
}
