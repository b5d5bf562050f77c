import Foundation
import Series

/// One rule of a profile as its document states it: a kind of check and what it needs.
struct ProfileRule: Decodable, Sendable {
    /// What can be asked.
    enum Kind: String, Decodable, CaseIterable, Sendable {
        /// There is at least one info block.
        case blocks
        /// Each block has the `elements`.
        case required
        /// Each block's area has one of the `elements`.
        case requiredShape
        /// The `elements` are not empty where they stand.
        case nonEmpty
        /// The `elements` have at most `characters`, and at most `hanzi` Chinese characters.
        case longest
        /// The same text of the `elements` does not stand under two languages.
        case untranslated
        /// Exactly one block for each language: those `required` are there, none but those `allowed`.
        case languages
        /// The `elements` are equal in all blocks.
        case equalBlocks
        /// All texts are in the composed normal form of Unicode, NFC.
        case composed
        /// `expires` is at most `hours` after `sent`.
        case longestValidity
        /// The time `first` is not after the time `last`; `effective` is `sent` where it is absent.
        case timeOrder
        /// Polygons have at most `corners` pairs.
        case mostCorners
        /// Polygons do not cross themselves.
        case simplePolygons
        /// An event code of the `name` is one of the `values`, or has so many `letters`; exactly one where `isRequired`.
        case eventCode
        /// Each block has a parameter of each of the `values`.
        case parameters
        /// `code` holds each of the `values`.
        case code
        /// An identifier below the arc of the World Meteorological Organization for alerts has its fourth arc 1.
        case worldMeteorologicalIdentifier
        /// Times are written with the offset of the place, not with zero.
        case localOffset
    }

    let rule: String
    let kind: Kind
    let level: AlertFindingLevel?
    let elements: [String]?
    let required: [String]?
    let allowed: [String]?
    let values: [String]?
    let name: String?
    let first: String?
    let last: String?
    let characters: Int?
    let hanzi: Int?
    let hours: Int?
    let corners: Int?
    let letters: Int?
    let isRequired: Bool?

    /// The rule that checks it.
    var check: AlertRule {
        AlertRule(id: rule, level: level ?? .profile, key: "cap.profile.\(kind.rawValue)") { hits($0.message) }
    }

    private func hits(_ message: AlertMessage) -> [AlertRule.Hit] {
        switch kind {
        case .blocks: message.infos.isEmpty ? [AlertRule.Hit(message.line)] : []
        case .required, .requiredShape, .nonEmpty, .longest: elementHits(message)
        case .untranslated: untranslated(message)
        case .languages: languages(message)
        case .equalBlocks: unequal(message)
        case .composed: ProfileRule.decomposed(message.node).map { AlertRule.Hit($0.line, ["element": $0.name]) }
        case .longestValidity, .timeOrder, .localOffset: timeHits(message)
        case .mostCorners, .simplePolygons: polygonHits(message)
        case .eventCode: eventCodes(message)
        case .parameters: parameters(message)
        case .code: codes(message)
        case .worldMeteorologicalIdentifier: identifiers(message)
        }
    }

    // MARK: Elements

    private func elementHits(_ message: AlertMessage) -> [AlertRule.Hit] {
        message.infos.flatMap { info -> [AlertRule.Hit] in
            let elements = elements ?? []
            switch kind {
            case .required:
                return elements.filter { !info.has($0) }.map { AlertRule.Hit(info.line, ["element": $0]) }
            case .requiredShape:
                let hasShape = info.areas.contains { area in elements.contains { area.has($0) } }
                return hasShape ? [] : [AlertRule.Hit(info.line, ["elements": elements.joined(separator: ", ")])]
            case .nonEmpty:
                return elements.flatMap { name in
                    info.fields(name).filter(\.text.isEmpty).map { AlertRule.Hit($0.line, ["element": name]) }
                }
            default:
                return elements.flatMap { name in
                    info.fields(name).filter { isTooLong($0.text) }.map {
                        AlertRule.Hit($0.line, ["element": name, "count": "\($0.text.count)", "limit": limit($0.text)])
                    }
                }
            }
        }
    }

    private func isTooLong(_ text: String) -> Bool {
        text.count > characters ?? .max || ProfileRule.hanzi(text) > hanzi ?? .max
    }

    private func limit(_ text: String) -> String {
        "\(text.count > characters ?? .max ? characters ?? 0 : hanzi ?? 0)"
    }

    /// How many Chinese characters a text has.
    static func hanzi(_ text: String) -> Int {
        text.unicodeScalars.count { scalar in
            (0x3400...0x4DBF).contains(scalar.value) || (0x4E00...0x9FFF).contains(scalar.value)
                || (0x2_0000...0x3_FFFF).contains(scalar.value) || (0xF900...0xFAFF).contains(scalar.value)
        }
    }

    private func untranslated(_ message: AlertMessage) -> [AlertRule.Hit] {
        var hits: [AlertRule.Hit] = []
        for name in elements ?? [] {
            var languages: [String: String] = [:]
            for info in message.infos {
                guard let field = info.field(name), field.text.contains(where: \.isLetter) else { continue }
                let language = info.language.lowercased().split(separator: "-").first.map { String($0) } ?? ""
                if let other = languages[field.text], other != language {
                    hits.append(AlertRule.Hit(field.line, ["element": name, "language": info.language]))
                }
                languages[field.text] = languages[field.text] ?? language
            }
        }
        return hits
    }

    private func languages(_ message: AlertMessage) -> [AlertRule.Hit] {
        // Answers between machines and desks say nothing to the public.
        if message.infos.isEmpty, ["Ack", "Error"].contains(message.text("msgType")) { return [] }
        var hits: [AlertRule.Hit] = []
        // Language tags do not differ by case (RFC 5646, section 2.1.1).
        let found = message.infos.map { $0.language.lowercased() }
        for language in required ?? [] where !found.contains(language.lowercased()) {
            hits.append(AlertRule.Hit(message.infos.first?.line ?? message.line, ["language": language]))
        }
        for (index, info) in message.infos.enumerated() {
            let isForeign = allowed.map { !$0.contains { $0.lowercased() == found[index] } } ?? false
            let isSecond = found[..<index].contains(found[index])
            if isForeign || isSecond { hits.append(AlertRule.Hit(info.line, ["language": info.language])) }
        }
        return hits
    }

    private func unequal(_ message: AlertMessage) -> [AlertRule.Hit] {
        guard let first = message.infos.first else { return [] }
        return message.infos.dropFirst().flatMap { info in
            (elements ?? []).filter { ProfileRule.differ(info, first, $0) }.map {
                AlertRule.Hit(info.line, ["element": $0, "language": info.language])
            }
        }
    }

    /// Whether two blocks say different things. What is missing in one or has no form is found by the rule about it.
    private static func differ(_ info: AlertInfo, _ first: AlertInfo, _ name: String) -> Bool {
        var (left, right) = (info.signature(name), first.signature(name))
        // Categories are a set: their order says nothing.
        if name == "category" { (left, right) = (left.sorted(), right.sorted()) }
        guard left != right else { return false }
        switch name {
        case "category", "expires": return !left.isEmpty && !right.isEmpty
        case "polygon":
            let polygons = [info, first].flatMap(\.areas).flatMap { $0.fields("polygon") }
            return polygons.allSatisfy { AlertPolygon($0.text)?.isClosed == true }
        case "circle":
            let circles = [info, first].flatMap(\.areas).flatMap { $0.fields("circle") }
            return circles.allSatisfy { AlertRule.circle($0.text) != nil }
        case "ceiling":
            return [info, first].flatMap(\.areas).allSatisfy {
                $0.fields("ceiling").isEmpty || !$0.fields("altitude").isEmpty
            }
        default: return true
        }
    }

    /// The elements whose text is not composed, at most ten.
    private static func decomposed(_ node: MarkupNode) -> [MarkupNode] {
        guard node.namespace == AlertMessage.namespace else { return [] }
        let composed = node.text.precomposedStringWithCanonicalMapping
        let own = composed.utf8.elementsEqual(node.text.utf8) ? [] : [node]
        return Array((own + node.children.flatMap { decomposed($0) }).prefix(10))
    }

    // MARK: Times

    private func timeHits(_ message: AlertMessage) -> [AlertRule.Hit] {
        if kind == .localOffset {
            let own = message.fields("sent")
            let all =
                own + message.infos.flatMap { info in ["effective", "onset", "expires"].flatMap { info.fields($0) } }
            return all.filter { AlertTime($0.text)?.offsetMinutes == 0 }.map {
                AlertRule.Hit($0.line, ["value": $0.text])
            }
        }
        let sent = message.time("sent")?.instant
        return message.infos.compactMap { info in
            if kind == .longestValidity {
                guard let field = info.field("expires"), let end = AlertTime(field.text)?.instant, let sent,
                    let hours, end - sent > Int64(hours) * 3600
                else { return nil }
                return AlertRule.Hit(field.line, ["hours": "\(hours)"])
            }
            guard let first, let last, let field = info.field(last), let end = AlertTime(field.text)?.instant,
                let begin = info.time(first)?.instant ?? (first == "effective" ? sent : nil), begin > end
            else { return nil }
            return AlertRule.Hit(field.line, ["first": first, "last": last])
        }
    }

    // MARK: Shapes

    private func polygonHits(_ message: AlertMessage) -> [AlertRule.Hit] {
        message.infos.flatMap(\.areas).flatMap { $0.fields("polygon") }.compactMap { field in
            guard let polygon = AlertPolygon(field.text) else { return nil }
            if kind == .mostCorners {
                // A closed ring repeats its first corner.
                let count = polygon.points.count - (polygon.isClosed ? 1 : 0)
                guard let corners, count > corners else { return nil }
                return AlertRule.Hit(field.line, ["count": "\(count)", "limit": "\(corners)"])
            }
            return polygon.isClosed && polygon.isSelfIntersecting == true ? AlertRule.Hit(field.line) : nil
        }
    }

    // MARK: Codes

    private func eventCodes(_ message: AlertMessage) -> [AlertRule.Hit] {
        message.infos.flatMap { info -> [AlertRule.Hit] in
            let name = name ?? ""
            let found = info.values("eventCode").filter { $0.name == name }
            var hits = found.filter { code in
                let isListed = values.map { $0.contains(code.value) } ?? true
                let isOfLength = letters.map { code.value.count == $0 && code.value.allSatisfy(\.isLetter) } ?? true
                return !isListed || !isOfLength
            }.map { AlertRule.Hit($0.line, ["name": name, "value": $0.value]) }
            if found.count > 1 || (isRequired == true && found.isEmpty) {
                hits.append(
                    AlertRule.Hit(info.line, ["name": name, "value": found.map(\.value).joined(separator: " ")]))
            }
            return hits
        }
    }

    private func parameters(_ message: AlertMessage) -> [AlertRule.Hit] {
        message.infos.flatMap { info in
            (values ?? []).filter { name in
                !info.values("parameter").contains { $0.name == name && !$0.value.isEmpty }
            }.map { AlertRule.Hit(info.line, ["name": $0]) }
        }
    }

    private func codes(_ message: AlertMessage) -> [AlertRule.Hit] {
        let found = message.fields("code").map(\.text)
        return (values ?? []).filter { !found.contains($0) }.map { AlertRule.Hit(message.line, ["value": $0]) }
    }

    private func identifiers(_ message: AlertMessage) -> [AlertRule.Hit] {
        let arc = "urn:oid:2.49.0."
        return message.fields("identifier").filter { field in
            guard field.text.lowercased().hasPrefix(arc) else { return false }
            return field.text.dropFirst(arc.count).prefix { $0 != "." } != "1"
        }.map { AlertRule.Hit($0.line, ["value": $0.text]) }
    }
}

extension AlertPart {
    /// Whether there is an element of that name with a text or with elements in it.
    func has(_ name: String) -> Bool {
        node.all(name).contains { !$0.children.isEmpty || !$0.text.trimmingXMLBlanks.isEmpty }
    }
}

extension AlertInfo {
    /// All that stands under a name in this block or in its areas, for comparing blocks: blanks do not count, and a time counts
    /// as the moment it means.
    fileprivate func signature(_ name: String) -> [String] {
        let nodes = node.all(name) + areas.flatMap { $0.node.all(name) }
        return nodes.map { node in
            let text = node.text.split(whereSeparator: { $0.isWhitespace }).joined(separator: " ")
            let moment = AlertTime(text).map { "\($0.instant)" } ?? text
            return ([moment] + node.children.map { "\($0.name)=\($0.text.trimmingXMLBlanks)" }).joined(separator: "|")
        }
    }
}
