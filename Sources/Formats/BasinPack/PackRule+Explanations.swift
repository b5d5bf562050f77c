extension PackRule {
    /// Rules about files, columns and ids: rule, what breaks it, what to do.
    static let formRows: [(PackRule, String, String)] = [
        (.missingFile, "a required file of the pack is missing", "add the file, or check the folder's name"),
        (
            .manifest, "`pack.yaml` is not YAML, or a key is missing, unknown or of the wrong kind",
            "see the list of keys"
        ),
        (
            .eventFolderMissing, "the manifest lists an event whose folder or `levels.csv` is missing",
            "add events/ID/levels.csv, or take the event from the list"
        ),
        (.agreementMissing, "the agreement that the manifest names is missing", "add the file, or correct its name"),
        (.unknownColumn, "a column that no reader knows", "correct the name of the column, or remove it"),
        (.missingColumn, "a required column is missing", "add the column, with empty fields where nothing is known"),
        (.emptyField, "a required field is empty", "fill the field, or leave the row out when the fact is not known"),
        (
            .missingName, "a name lacks one of the three languages",
            "write the name in Vietnamese, simplified Chinese and English"
        ),
        (.malformedID, "an id is not lower-case ASCII words joined by single hyphens", "write for example bao-ha"),
        (.duplicateID, "two rows describe one thing", "keep one of the two rows"),
        (.unknownReference, "an id that its table does not have", "add a row with that id, or correct the spelling"),
        (.unknownWord, "a word outside the list of its column", "use a word of the list"),
        (
            .unknownQuality, "a quality or a way of knowing that does not exist",
            "quality is solid, single, believed or estimated; known is observed, derived, forecast, interpolated or estimated"
        ),
    ]

    /// Rules about numbers and units.
    static let valueRows: [(PackRule, String, String)] = [
        (.unknownProperty, "a property without standard name", "use a property of the table of standard names"),
        (.unitMissing, "a number stands without its unit", "name the unit, for example m or m3/s"),
        (.unknownUnit, "a unit that does not exist", "use m, cm, mm, m3/s, l/s, m3, hm3, degC, 1 or USD"),
        (.unitMisfit, "a unit that measures something else than the property", "use a unit of the property's kind"),
        (.centimetresForMetres, "a value that is plausible only in centimetres", "divide by 100, or name the unit cm"),
        (.malformedNumber, "a field that is not a number", "write digits with a decimal point and nothing else"),
        (.decimalComma, "a number with a decimal comma", "write a decimal point"),
        (
            .notPositive, "a length, slope, width, celerity or other size that is not above zero",
            "give a positive number"
        ),
        (
            .implausible, "a slope, length, width, roughness or celerity that no river has",
            "check the unit: slope m/m, length km, celerity m/s"
        ),
        (.limitsOutOfOrder, "a lower limit or level stands above the upper one", "put the two in order"),
        (
            .valueOutOfRange, "a value of an event lies outside the fail limits of its station",
            "check the value, its unit and check_limits.csv"
        ),
        (
            .statedDifference, "level minus alarm level is not the difference that the bulletin prints",
            "check both numbers; a misprint that is kept on purpose carries the word sic in its note"
        ),
        (.severalQuantities, "several quantities in one row", "write one quantity a row"),
    ]

    /// Rules about days and times.
    static let timeRows: [(PackRule, String, String)] = [
        (.malformedDate, "a field that is not a day", "write YYYY-MM-DD, for a season MM-DD"),
        (.malformedTime, "a field that is not a time", "write YYYY-MM-DDThh:mm+07:00"),
        (.timeWithoutZone, "a time without zone", "add the zone, +07:00 or +08:00; it is not guessed"),
        (.malformedZone, "a zone of another form", "write +07:00"),
        (
            .timesOutOfOrder, "received before observed, or a forecast valid before it was issued",
            "check the two times and their zones"
        ),
        (
            .endsBeforeItBegins, "`valid_to` is not after `valid_from`",
            "valid_to is the first day on which it no longer holds"
        ),
        (.overlappingValidity, "two values hold on one day", "end the earlier one on the day the later begins"),
    ]

    /// Rules about rivers, levels and ratings.
    static let waterRows: [(PackRule, String, String)] = [
        (.cycleOfReaches, "reaches flow in a circle", "turn the reach that flows uphill"),
        (.cycleOfRivers, "rivers flow in a circle", "correct flows_to"),
        (.twoReachesLeave, "two reaches begin at one point", "leave one; a point has at most one reach below it"),
        (.alarmOrder, "a higher alarm level does not stand above a lower one", "check the values against the bulletin"),
        (
            .lossBelowCost, "a loss does not lie above the cost of avoiding it",
            "give both in one unit; where acting costs more than it saves, leave the row out"
        ),
        (.missingDatum, "a gauge with stage alarm levels has no datum", "name the datum, for example vn-hon-dau"),
        (.ratingWithoutDates, "a rating without its first day", "give valid_from: beds move"),
        (
            .ratingNotIncreasing, "stage or discharge of a rating does not rise from row to row",
            "sort the rows by stage; a curve that runs backwards belongs in rating_refusals.csv"
        ),
        (
            .ratingRefused, "a rating for days on which rating_refusals.csv refuses one",
            "remove the rating or the refusal"
        ),
        (
            .correspondenceNotIncreasing, "stage pairs do not rise at both gauges",
            "check the pair against the alarm levels of both gauges"
        ),
        (.coordinateRange, "a latitude outside -90...90 or a longitude outside -180...180", "correct the coordinate"),
        (.coordinatesSwapped, "latitude and longitude stand in each other's place", "swap the two fields"),
    ]

    /// Rules about names.
    static let nameRows: [(PackRule, String, String)] = [
        (.nameNotNFC, "a text that is not in Unicode form NFC", "save the file in NFC"),
        (.traditionalCharacters, "traditional characters in a Chinese name", "write simplified characters"),
        (.ambiguousAlias, "one name leads to two things of one kind", "keep the name at one of them"),
    ]

    /// Rules about parties and offices that end.
    static let successionRows: [(PackRule, String, String)] = [
        (.successorCycle, "successors lead in a circle", "the last of them has no successor"),
        (
            .noSuccessor, "a party, unit or office has ended and names no successor",
            "name who follows it, or leave valid_to empty"
        ),
        (.successorGap, "the successor does not exist on the day it takes over", "check the dates of both"),
        (
            .providerEnded, "the provider of a station has ended and nobody follows it",
            "name the party that observes it now"
        ),
        (.partyEnded, "a party is named for days after its end", "name its successor"),
        (.authorityEnded, "an office is named for days after its end", "name its successor"),
    ]
}
