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
    if !text.unicodeScalars.contains(where: \.properties.isIdeographic) {
        return (.missingName, "\(text) has no Chinese character")
    }
    let found = text.filter { traditionalCharacters.contains($0) }
    return found.isEmpty ? nil : (.traditionalCharacters, "\(text) has the traditional characters \(found)")
}

/// Traditional forms that names of rivers, dams and offices use; a check of spelling, not a dictionary.
private let traditionalCharacters: Set<Character> = Set(
    """
    來個們備劃劉動務區協吳員問單國團報壓壩壽學實寧對導屬島庫廠廣廳張應據時書會東條楊業構樂樑橋機橫權氣汙
    決沖洩涼淚淨淵淺減測渾湧準溝溫滄滬滿漁漢漲潔潰澗澤澱濕濟濰濱濾瀉瀋瀏瀘瀟瀾灘灣災為無牆狹猶獨獵獸獻現
    產發盧礦種築簽約紅級組經綠線縣總織羅義職與興萊萬葉蔣蔭蕩蕭蘇蘭處號蠻衛裝見觀計許話認說請謝證識譚議護
    豐豬貢責貴買賈賣質賴贛趙車軍輛輸農這連週進遊運過達遠遲選遺遼邁還邊郵鄉鄒鄧鄭鄰釋針鈴鉛銀銅鋪鋼錄錢錦
    錫鍵鎮鏈鐘鐵鑽長門閃閉開閑間閘閥閱闊關闢陰陳陸陽隊階際隨險隱雙雜雞離難雲電霑靈靜韋韓頂項順須預頒頓頗
    領頭頸頻題額顏願類顧顯風颱颶飛飯飲飼飽養餘館馬馮駐駕駛騎驗驚骯體鬆鬥鬧魚魯鮮鯉鰻鳥鳳鴨鶴鷹鹽麗麥點黨
    齊齋齒龍龜
    """.filter { !$0.isWhitespace })
