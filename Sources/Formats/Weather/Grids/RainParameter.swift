/// Which parameters of GRIB are the whole rain (and snow), by the numbers of the codes: names and units differ between the
/// versions of the library's tables, the numbers do not.
///
/// Sources: WMO-No. 306, FM 92 GRIB 2, code table 4.2-0-1 (6 and 8 total, 52 total rate, 7 rate); ECMWF local numbers 228 of table 128
/// (edition 1) and 0-1-193 (edition 2), both m; NCEP office note 388, table 2, number 61, kg m-2.
struct RainParameter: Hashable {
    /// What its values are.
    enum Meaning: Hashable {
        /// An amount of the interval; times the factor it is mm.
        case amount(factor: Double)
        /// kg m-2 s-1; an amount in kg m-2 where the message says that it is summed.
        case rate
    }

    let meaning: Meaning

    /// The parameter of a message; nil for another one.
    init?(_ message: GribMessage) throws(RainField.Flaw) {
        let centre = message.integer("centre")
        if message.integer("edition") == 1 {
            guard let table = message.integer("table2Version"), let number = message.integer("indicatorOfParameter")
            else { throw RainParameter.unreadable }
            switch (centre, table, number) {
            case (98, 128, 228): meaning = .amount(factor: 1000)
            case (_, 2...3, 61): meaning = .amount(factor: 1)
            default: return nil
            }
        } else {
            guard let discipline = message.integer("discipline"), let category = message.integer("parameterCategory"),
                let number = message.integer("parameterNumber")
            else { throw RainParameter.unreadable }
            guard discipline == 0, category == 1 else { return nil }
            switch (centre, number) {
            case (98, 193): meaning = .amount(factor: 1000)
            case (_, 8): meaning = .amount(factor: 1)
            case (_, 7), (_, 52): meaning = .rate
            default: return nil
            }
        }
    }

    private static let unreadable = RainField.Flaw(
        rule: "grib-message", message: "the numbers of its parameter cannot be read",
        advice: "the message is damaged: fetch the file again")

    /// What a message that is no rain is called.
    static func name(_ message: GribMessage) -> String {
        func number(_ key: String) -> String { message.integer(key).map { "\($0)" } ?? "?" }
        let short = message.text("shortName").flatMap { $0 == "unknown" ? nil : $0 + " " } ?? ""
        return message.integer("edition") == 1
            ? "\(short)(table \(number("table2Version")), number \(number("indicatorOfParameter")))"
            : "\(short)(\(number("discipline"))-\(number("parameterCategory"))-\(number("parameterNumber")))"
    }
}
