/// A rule of `riparian pack check`: its raw value is the id that a fault carries.
///
/// A new rule is one case and one row of ``explanations``; the documentation is generated from both.
public enum PackRule: String, CaseIterable, Sendable {
    /// A table or the manifest is not there.
    case missingFile = "missing-file"
    /// The manifest is not YAML, or a key of it is wrong.
    case manifest = "manifest"
    /// The event folder that the manifest lists is not there.
    case eventFolderMissing = "event-folder-missing"
    /// The agreement that the manifest names is not there.
    case agreementMissing = "agreement-missing"
    /// A column that no reader knows.
    case unknownColumn = "unknown-column"
    /// A column that must be there.
    case missingColumn = "missing-column"
    /// A field that must be filled.
    case emptyField = "empty-field"
    /// A name that one of the three languages lacks.
    case missingName = "missing-name"
    /// A number without its unit.
    case unitMissing = "unit-missing"
    /// An id of another form.
    case malformedID = "malformed-id"
    /// Two rows for one thing.
    case duplicateID = "duplicate-id"
    /// An id that no table knows.
    case unknownReference = "unknown-reference"
    /// A word outside the list of its column.
    case unknownWord = "unknown-word"
    /// A quality, or a way a number is known, that does not exist.
    case unknownQuality = "unknown-quality"
    /// A property without standard name.
    case unknownProperty = "unknown-property"
    /// A unit that does not exist.
    case unknownUnit = "unknown-unit"
    /// A unit that measures something else.
    case unitMisfit = "unit-misfit"
    /// Centimetres in a column of metres.
    case centimetresForMetres = "cm-for-m"
    /// Not a number.
    case malformedNumber = "malformed-number"
    /// A decimal comma.
    case decimalComma = "decimal-comma"
    /// A number that must be above zero.
    case notPositive = "not-positive"
    /// A number that no river has.
    case implausible
    /// Limits or levels that run backwards.
    case limitsOutOfOrder = "limits-out-of-order"
    /// A value that the fail limits exclude.
    case valueOutOfRange = "value-out-of-range"
    /// Not a day.
    case malformedDate = "malformed-date"
    /// Not a time.
    case malformedTime = "malformed-time"
    /// A time whose zone is not stated.
    case timeWithoutZone = "time-without-zone"
    /// A zone of another form.
    case malformedZone = "malformed-zone"
    /// Two times in an impossible order.
    case timesOutOfOrder = "times-out-of-order"
    /// A validity that ends before it begins.
    case endsBeforeItBegins = "ends-before-it-begins"
    /// Two values in force for one thing on one day.
    case overlappingValidity = "overlapping-validity"
    /// Reaches that flow in a circle.
    case cycleOfReaches = "cycle-of-reaches"
    /// Rivers that flow in a circle.
    case cycleOfRivers = "cycle-of-rivers"
    /// Two reaches that begin at one point.
    case twoReachesLeave = "two-reaches-leave"
    /// Alarm levels that do not rise with their number.
    case alarmOrder = "alarm-order"
    /// A loss that does not lie above the cost of avoiding it.
    case lossBelowCost = "loss-below-cost"
    /// A gauge with alarm levels and no datum.
    case missingDatum = "missing-datum"
    /// A rating without dates.
    case ratingWithoutDates = "rating-without-dates"
    /// A rating whose points do not rise.
    case ratingNotIncreasing = "rating-not-increasing"
    /// A rating for days on which one is refused.
    case ratingRefused = "rating-refused"
    /// Stage pairs that do not rise at both gauges.
    case correspondenceNotIncreasing = "correspondence-not-increasing"
    /// A latitude or longitude that does not exist.
    case coordinateRange = "coordinate-range"
    /// Latitude and longitude in each other's place.
    case coordinatesSwapped = "coordinates-swapped"
    /// A text that is not NFC.
    case nameNotNFC = "name-not-nfc"
    /// Traditional characters in a simplified name.
    case traditionalCharacters = "traditional-characters"
    /// A name that leads to two things.
    case ambiguousAlias = "ambiguous-alias"
    /// Successors that lead in a circle.
    case successorCycle = "successor-cycle"
    /// Something ended, and nobody follows while its party goes on.
    case noSuccessor = "no-successor"
    /// A successor that does not exist on the day it takes over.
    case successorGap = "successor-gap"
    /// A station whose provider has ended.
    case providerEnded = "provider-ended"
    /// A party named for days after its end.
    case partyEnded = "party-ended"
    /// An office named for days after its end.
    case authorityEnded = "authority-ended"
    /// Level minus alarm level is not the printed difference.
    case statedDifference = "stated-difference"
    /// Several quantities in one row.
    case severalQuantities = "several-quantities"

    /// Whether a pack with this fault can still be read; the other rules leave a table that has no single meaning.
    public var leavesPackUsable: Bool {
        switch self {
        case .eventFolderMissing, .agreementMissing, .missingName, .missingDatum, .nameNotNFC, .traditionalCharacters,
            .ambiguousAlias, .noSuccessor, .successorGap, .providerEnded, .partyEnded, .authorityEnded,
            .statedDifference, .severalQuantities, .valueOutOfRange, .timesOutOfOrder:
            true
        default: false
        }
    }

    /// What breaks the rule.
    public var meaning: String { PackRule.explanations[self]!.meaning }  // the table is proved total below

    /// What to do about it.
    public var advice: String { PackRule.explanations[self]!.advice }  // the table is proved total below

    private static let explanations: [PackRule: (meaning: String, advice: String)] = {
        let rows = formRows + valueRows + timeRows + waterRows + nameRows + successionRows
        let table = Dictionary(uniqueKeysWithValues: rows.map { ($0.0, (meaning: $0.1, advice: $0.2)) })
        precondition(table.count == PackRule.allCases.count, "every rule is explained once")
        return table
    }()
}
