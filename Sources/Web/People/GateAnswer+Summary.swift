import NodeCore

extension GateAnswer {
    /// Characters of a summary at most.
    private static let longest = 400

    /// What was said, for the audit log: one line, of bounded length.
    var summary: String {
        let text =
            switch self {
            case .approve(let items): "approve \(items.count): " + items.joined(separator: ", ")
            case .hold(let items): "hold \(items.count): " + items.joined(separator: ", ")
            case .rule(let word, let pattern, let clause): "\(word.rawValue) \(pattern) \(clause ?? "*")"
            case .takeBack(let number): "take-back \(number)"
            }
        let line = text.filter { !$0.unicodeScalars.contains { $0.properties.generalCategory == .control } }
        return line.count > GateAnswer.longest ? line.prefix(GateAnswer.longest) + "…" : line
    }
}
