import Foundation

/// The arguments of a series test as they stand in a JSON or YAML object, asked for by name; what is wrong names the argument.
struct SeriesTestArguments {
    /// Where the object stands, for messages.
    let file: String
    private let members: [String: Any]
    private let test: String

    init(_ value: Any?, test: String, file: String) throws(TableProblem) {
        guard let members = (value ?? [String: Any]()) as? [String: Any] else {
            throw SeriesTestArguments.problem(
                file, "the arguments of \(test) are no object", "write {\"name\": value, ...}")
        }
        self.members = members
        self.test = test
        self.file = file
    }

    static func problem(_ file: String, _ message: String, _ advice: String) -> TableProblem {
        TableProblem(Fault(file: file, line: 1, rule: "quality-argument", message: message, advice: advice))
    }

    /// Refuses names that the test does not know.
    func allow(_ names: [String]) throws(TableProblem) {
        let known = names + ["inp", "tinp", "zinp"]
        guard let extra = members.keys.sorted().first(where: { !known.contains($0) }) else { return }
        throw SeriesTestArguments.problem(
            file, "\(test) has no argument \(extra)", "one of \(names.joined(separator: ", "))")
    }

    subscript(name: String) -> Any? {
        guard let value = members[name], !(value is NSNull) else { return nil }
        return value
    }

    func number(_ name: String) throws(TableProblem) -> Double? {
        guard let value = self[name] else { return nil }
        guard let number = SeriesTestArguments.number(value) else {
            throw SeriesTestArguments.problem(file, "\(name) of \(test) is no number", "write a number without quotes")
        }
        return number
    }

    func required(_ name: String, in range: ClosedRange<Double> = -1e15...1e15) throws(TableProblem) -> Double {
        guard let number = try number(name) else {
            throw SeriesTestArguments.problem(file, "\(test) needs the argument \(name)", "add \"\(name)\": NUMBER")
        }
        guard range.contains(number) else {
            throw SeriesTestArguments.problem(
                file, "\(name) of \(test) is \(number)", "\(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func optional(_ name: String, in range: ClosedRange<Double> = -1e15...1e15) throws(TableProblem) -> Double? {
        try number(name) == nil ? nil : try required(name, in: range)
    }

    /// A span of two numbers, whichever comes first.
    func span(_ name: String) throws(TableProblem) -> ClosedRange<Double>? {
        guard let value = self[name] else { return nil }
        guard let span = SeriesTestArguments.span(value) else {
            throw SeriesTestArguments.problem(file, "\(name) of \(test) is no span", "write [LOWEST, HIGHEST]")
        }
        return span
    }

    func text(_ name: String) throws(TableProblem) -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value as? String else {
            throw SeriesTestArguments.problem(file, "\(name) of \(test) is no text", "write it in double quotes")
        }
        return text
    }

    func requiredText(_ name: String) throws(TableProblem) -> String {
        guard let text = try text(name) else {
            throw SeriesTestArguments.problem(file, "\(test) needs the argument \(name)", "name a column of the table")
        }
        return text
    }

    func texts(_ name: String) throws(TableProblem) -> [String] {
        if let one = self[name] as? String { return [one] }
        guard let texts = self[name] as? [String], !texts.isEmpty else {
            throw SeriesTestArguments.problem(
                file, "\(test) needs the argument \(name)", "name columns: [\"A\", \"B\"]")
        }
        return texts
    }

    /// A number that is no truth value, though Foundation holds both alike; what is not finite is none.
    static func number(_ value: Any) -> Double? {
        if value is String { return nil }
        if let number = value as? NSNumber {
            let kind = String(cString: number.objCType)
            return kind == "c" || kind == "B" || !number.doubleValue.isFinite ? nil : number.doubleValue
        }
        if let number = value as? Double { return number.isFinite ? number : nil }
        return (value as? Int).map { Double($0) }
    }

    static func span(_ value: Any) -> ClosedRange<Double>? {
        guard let pair = value as? [Any], pair.count == 2, let a = number(pair[0]), let b = number(pair[1]) else {
            return nil
        }
        return min(a, b)...max(a, b)
    }
}
