public import Accord
public import Series

/// Why a word at the gate is not taken: it would concern nothing, or nobody says it.
public enum GateRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nobody is named who says so.
    case noName
    /// The pattern is not limited to the node's own series.
    case foreign(SeriesPattern, PartyID)
    /// The agreement has no clause of that number about sharing.
    case noSuchClause(String)
    /// The basin has no station of that id.
    case noSuchStation(StationID)
    /// No clause, or not that one, lets anything of the pattern leave.
    case notGranted(SeriesPattern, String?)
    /// No word of that number stands.
    case noSuchWord(Int64)

    /// What is wrong and what to do, for people at the command line, in English.
    public var description: String {
        switch self {
        case .noName: "nobody is named who says so - name a person or an office"
        case .foreign(let pattern, let party):
            "\(pattern) is not only of \(party), whose node this is - write \(party)/station/property"
        case .noSuchClause(let clause):
            "the agreement has no clause \(clause) about sharing - see riparian accord check"
        case .noSuchStation(let station): "the basin has no station \(station) - see the pack's stations"
        case .notGranted(let pattern, let clause):
            "\(clause.map { "clause \($0)" } ?? "no clause") lets \(clause == nil ? "anything" : "nothing") of \(pattern) "
                + "leave - see riparian accord explain"
        case .noSuchWord(let number): "no word \(number) stands - see riparian gate rules"
        }
    }
}
