/// A JSON value with one canonical text: keys sorted, shortest round-trip numbers, no NaN (RFC 8785).
public enum JSONValue: Hashable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number; NaN and infinities are a bug of the caller.
    case number(Double)
    /// A text.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object; the order of keys does not matter.
    case object([String: JSONValue])

    /// A number, or null when there is none.
    public static func optional(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }

    /// A number that can be written, or null.
    public static func finite(_ value: Double?) -> JSONValue { .optional(value.flatMap { $0.isFinite ? $0 : nil }) }

    /// A text, or null when there is none.
    public static func optional(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }

    /// A whole number.
    public static func integer(_ value: Int) -> JSONValue { .number(Double(value)) }

    /// The canonical text: no white space, keys sorted by UTF-16 code units.
    public var canonicalText: String {
        var output = ""
        write(into: &output, indent: nil, depth: 0)
        return output
    }

    /// The same order and numbers, indented by two blanks, for people and diffs.
    public var readableText: String {
        var output = ""
        write(into: &output, indent: 2, depth: 0)
        return output
    }

    private func write(into output: inout String, indent: Int?, depth: Int) {
        switch self {
        case .null: output += "null"
        case .bool(let value): output += value ? "true" : "false"
        case .number(let value): output += JSONValue.text(of: value)
        case .string(let value): JSONValue.write(value, into: &output)
        case .array(let values):
            JSONValue.writeList(values.count, "[", "]", into: &output, indent, depth) { index, output in
                values[index].write(into: &output, indent: indent, depth: depth + 1)
            }
        case .object(let members):
            let keys = members.keys.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
            JSONValue.writeList(keys.count, "{", "}", into: &output, indent, depth) { index, output in
                JSONValue.write(keys[index], into: &output)
                output += indent == nil ? ":" : ": "
                members[keys[index]]!.write(into: &output, indent: indent, depth: depth + 1)  // the key is a member's
            }
        }
    }

    private static func writeList(
        _ count: Int, _ open: String, _ close: String, into output: inout String, _ indent: Int?, _ depth: Int,
        _ element: (Int, inout String) -> Void
    ) {
        output += open
        for index in 0..<count {
            if index > 0 { output += "," }
            if let indent { output += "\n" + String(repeating: " ", count: indent * (depth + 1)) }
            element(index, &output)
        }
        if let indent, count > 0 { output += "\n" + String(repeating: " ", count: indent * depth) }
        output += close
    }

    private static func write(_ text: String, into output: inout String) {
        output += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            case "\u{8}": output += "\\b"
            case "\u{c}": output += "\\f"
            default:
                if scalar.value < 0x20 {
                    let hex = String(scalar.value, radix: 16)
                    output += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                } else {
                    output.unicodeScalars.append(scalar)
                }
            }
        }
        output += "\""
    }

    /// The shortest text that reads back to the same double, in the form of ECMAScript's Number::toString (RFC 8785, 3.2.2.3).
    public static func text(of value: Double) -> String {
        precondition(value.isFinite, "JSON has no NaN and no infinity")
        if value == 0 { return "0" }
        let (digits, exponent) = shortestDigits(of: value.magnitude)
        let sign = value < 0 ? "-" : ""
        let count = digits.count
        switch exponent {
        case count...21: return sign + digits + String(repeating: "0", count: exponent - count)
        case 1..<max(count, 2) where exponent < count:
            let point = digits.index(digits.startIndex, offsetBy: exponent)
            return sign + digits[..<point] + "." + digits[point...]
        case -5...0: return sign + "0." + String(repeating: "0", count: -exponent) + digits
        default:
            let power = exponent - 1
            let mantissa = count == 1 ? digits : digits.prefix(1) + "." + digits.dropFirst()
            return sign + mantissa + "e" + (power < 0 ? "-" : "+") + String(abs(power))
        }
    }

    /// The shortest digits d1d2...dn and exponent e with value = 0.d1d2...dn x 10^e.
    private static func shortestDigits(of value: Double) -> (digits: String, exponent: Int) {
        var text = value.description
        var exponent = 0
        if let position = text.firstIndex(where: { $0 == "e" }) {
            exponent = Int(text[text.index(after: position)...])!  // Swift prints a whole exponent
            text = String(text[..<position])
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let whole = String(parts[0])
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        var digits = whole + fraction
        exponent += whole.count
        let leading = digits.prefix { $0 == "0" }.count
        digits.removeFirst(leading)
        exponent -= leading
        while digits.last == "0" { digits.removeLast() }
        return (digits, exponent)
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByBooleanLiteral
{
    /// A text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// An object; a repeated key is a bug of the caller.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(uniqueKeysWithValues: elements))
    }
    /// `true` or `false`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}
