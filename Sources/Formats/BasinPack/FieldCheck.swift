import Foundation
import Series

/// What is wrong with a filled field; nil when it is fine. References are checked where all tables are at hand.
func misfit(of text: String, _ kind: FieldKind) -> (rule: PackRule, message: String)? {
    if let problem = unicodeMisfit(text) { return problem }
    switch kind {
    case .text, .name, .list: return nil
    case .chineseName: return traditionalMisfit(text)
    case .identifier, .reference:
        return isTableIdentifier(text) ? nil : (.malformedID, "\(text) is not an id")
    case .word(let words):
        return words.contains(text) ? nil : (.unknownWord, "\(text) is none of \(words.joined(separator: ", "))")
    case .quality(let words):
        return words.contains(text) ? nil : (.unknownQuality, "\(text) is none of \(words.joined(separator: ", "))")
    case .property:
        return Property(rawValue: text) == nil ? (.unknownProperty, "\(text) is not a standard name") : nil
    case .unit: return Unit(rawValue: text) == nil ? (.unknownUnit, "\(text) is not a unit") : nil
    case .zone: return UTCOffset(iso8601: text) == nil ? (.malformedZone, "\(text) is not a zone") : nil
    case .date, .dayOfYear, .time: return timeMisfit(text, kind)
    case .number, .positive, .nonNegative, .whole, .latitude, .longitude: return numberMisfit(text, kind)
    }
}

private func numberMisfit(_ text: String, _ kind: FieldKind) -> (rule: PackRule, message: String)? {
    guard let value = decimalNumber(text) else {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let isComma = parts.count == 2 && parts.allSatisfy { decimalNumber(String($0)) != nil }
        if isComma { return (.decimalComma, "\(text) has a decimal comma") }
        let several = text.split(whereSeparator: { $0 == "/" || $0 == ";" })
        if several.count > 1, several.allSatisfy({ decimalNumber(String($0).trimmed) != nil }) {
            return (.severalQuantities, "\(text) holds \(several.count) numbers")
        }
        return (.malformedNumber, "\(text) is not a number")
    }
    switch kind {
    case .positive: return value > 0 ? nil : (.notPositive, "\(text) is not above zero")
    case .nonNegative: return value >= 0 ? nil : (.notPositive, "\(text) is below zero")
    case .whole: return Int(text).map { $0 >= 0 } == true ? nil : (.malformedNumber, "\(text) is not a whole number")
    case .latitude: return abs(value) <= 90 ? nil : (.coordinateRange, "\(text) is no latitude")
    case .longitude: return abs(value) <= 180 ? nil : (.coordinateRange, "\(text) is no longitude")
    default: return nil
    }
}

private func timeMisfit(_ text: String, _ kind: FieldKind) -> (rule: PackRule, message: String)? {
    switch kind {
    case .date:
        if (try? CivilDate(iso8601: text)) == nil { return (.malformedDate, "\(text) is not a day") }
    case .dayOfYear:
        if (try? CivilDate(iso8601: "2000-" + text)) == nil {
            return (.malformedDate, "\(text) is not a day of the year")
        }
    default:
        do throws(TimeTextProblem) { _ = try Instant(iso8601: text) } catch {
            if error.code == .zoneMissing { return (.timeWithoutZone, "\(text) does not say its zone") }
            return (.malformedTime, "\(text) is not a time")
        }
    }
    return nil
}

private func unicodeMisfit(_ text: String) -> (rule: PackRule, message: String)? {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return nil }
    let composed = text.precomposedStringWithCanonicalMapping
    return composed.unicodeScalars.elementsEqual(text.unicodeScalars) ? nil : (.nameNotNFC, "\(text) is not in NFC")
}

private func traditionalMisfit(_ text: String) -> (rule: PackRule, message: String)? {
    let found = text.filter { traditionalCharacters.contains($0) }
    return found.isEmpty ? nil : (.traditionalCharacters, "\(text) has the traditional characters \(found)")
}

/// Traditional forms that names of rivers, dams and offices use; a check of spelling, not a dictionary.
private let traditionalCharacters: Set<Character> = Set(
    "雲紅邊萊瀘龍壩庫電廳縣鄉鎮區島東書處會議災難門開關無壽興義應長馬麗蘭陽陰濱灣漢溫點線總務國際發蠻樂觀測與寧廣貴齋錦綠橫霑蔭陸運輸衛護")
