public import Accord
public import Series

/// Makes agreements that nobody has signed, the same for the same seed: few parties, many kinds of clauses, dates near each
/// other, so that edges meet.
public struct AgreementGenerator {
    /// The moments between which the generated seasons, dates and times lie: two years.
    public static let span =
        Instant(secondsSinceEpoch: 1_767_225_600)..<Instant(secondsSinceEpoch: 1_767_225_600 + 730 * 86_400)

    private var chance: SeededGenerator
    private let ids = ["cn-yunnan", "vn-dien-bien", "vn-lai-chau", "vn-lao-cai", "vn-tuyen-quang"].compactMap(
        PartyID.init)
    private let zones = [
        NamedZone(name: "beijing", offset: .china), NamedZone(name: "ha-noi", offset: .indochina),
        NamedZone(name: "utc", offset: .zero),
    ]
    private let words = LocalizedText(vi: "một", zh: "一", en: "one")

    /// Makes a generator.
    public init(seed: UInt64) { chance = SeededGenerator(seed: seed) }

    /// Parties that the agreements may name, and one that they never name.
    public var readers: [PartyID] { ids + ["elsewhere"].compactMap(PartyID.init) }

    /// Series of every reader, of two stations and two properties.
    public var series: [SeriesID] {
        readers.flatMap { provider in
            ["manhao", "bao-ha"].compactMap(StationID.init).flatMap { station in
                [Property.stage, .discharge].map { SeriesID(provider: provider, station: station, property: $0) }
            }
        }
    }

    /// A number from 0 up to a bound, that excluded.
    private mutating func number(below bound: Int) -> Int { Int(chance.next(below: UInt64(bound))) }

    /// True once in so many times.
    private mutating func once(in count: Int) -> Bool { number(below: count) == 0 }

    private mutating func element<Element>(of list: [Element]) -> Element { list[number(below: list.count)] }

    private mutating func some<Element>(of list: [Element], from least: Int = 0) -> [Element] {
        let chosen = list.filter { _ in once(in: 2) }
        return chosen.count >= least ? chosen : [element(of: list)]
    }

    /// A moment: often within a second of a midnight of one of the zones.
    public mutating func moment() -> Instant {
        let day = Int64(number(below: 730))
        let midnight = AgreementGenerator.span.lowerBound + day * 86_400
        switch number(below: 3) {
        case 0: return midnight + Int64(number(below: 86_400))
        case 1: return midnight - Int64(element(of: zones).offset.minutes) * 60 - 1
        default: return midnight - Int64(element(of: zones).offset.minutes) * 60
        }
    }

    private mutating func validity() -> Validity {
        guard once(in: 3) else { return .always }
        let first = AgreementGenerator.span.lowerBound.civil(in: .zero).date.daysSinceEpoch
        let from = first + Int64(number(below: 400))
        return Validity(
            from: once(in: 3) ? nil : CivilDate(daysSinceEpoch: from),
            until: once(in: 3) ? nil : CivilDate(daysSinceEpoch: from + 1 + Int64(number(below: 330))))
    }

    /// An agreement.
    public mutating func agreement() -> Agreement {
        let parties = some(of: ids, from: 1).map {
            AgreementParty(id: $0, role: once(in: 5) ? .observer : .signatory, validity: validity())
        }
        let provisions = (1...(1 + number(below: 6))).map { provision("\($0)") }
        let force = once(in: 2) ? DatedForce(validity: validity(), zone: element(of: zones)) : nil
        let id = AgreementID("generated")!  // a literal id
        return Agreement(
            id: id, identity: AgreementIdentity(of: .integer(number(below: 1 << 50))),
            title: words, isIllustrative: true, parties: parties, force: force,
            undisclosed: once(in: 8) ? [.force] : [], provisions: provisions)
    }

    private mutating func provision(_ clause: String) -> Provision {
        let kind = element(of: [ProvisionKind.share, .share, .share, .target, .notice, .action])
        var provision = Provision(
            clause: clause, kind: kind, field: element(of: FieldOfCooperation.allCases), text: words)
        provision.series = (0..<number(below: 4)).map { _ in pattern() }
        provision.readers = once(in: 6) ? (once(in: 2) ? .everybody : nil) : Readers(some(of: ids, from: 1))
        provision.season = once(in: 2) ? season() : nil
        provision.undisclosed = once(in: 4) ? some(of: Term.allCases.filter { $0 != .force }) : []
        provision.redistribution = once(in: 3) ? nil : element(of: Redistribution.allCases)
        provision.minimumDelayMinutes = once(in: 4) ? number(below: 3) * 60 : nil
        provision.deadlineMinutes = once(in: 2) ? number(below: 4) * 60 : nil
        provision.rhythm = once(in: 3) ? nil : rhythm()
        if kind == .share, once(in: 5) {
            let day = AgreementGenerator.span.lowerBound.civil(in: .zero).date.daysSinceEpoch
            provision.history = HistoryTerms(
                since: CivilDate(daysSinceEpoch: day + Int64(number(below: 300))), zone: element(of: zones))
        }
        return provision
    }

    private mutating func pattern() -> SeriesPattern {
        SeriesPattern(
            provider: once(in: 4) ? nil : element(of: ids), station: once(in: 3) ? nil : StationID("manhao"),
            property: once(in: 3) ? nil : .stage)
    }

    private mutating func season() -> SeasonWindow {
        // Every month has 28 days.
        let days = (0..<2).map { _ in MonthDay(month: 1 + number(below: 12), day: 1 + number(below: 28)) }
        return SeasonWindow(from: days[0]!, to: days[1]!, zone: element(of: zones))
    }

    private mutating func rhythm() -> Rhythm {
        switch number(below: 3) {
        case 0: return .every(minutes: element(of: [360, 720, 1440]))
        case 1: return .perDay(1 + number(below: 3), zone: once(in: 2) ? nil : element(of: zones))
        default:
            let zone = element(of: zones)
            return .clock(
                (0...number(below: 2)).map { _ in
                    ClockDelivery(
                        time: clock(), meaning: once(in: 3) ? .at : .deadline, zone: zone,
                        covers: once(in: 2) ? nil : window(), stepMinutes: once(in: 2) ? nil : 120)
                })
        }
    }

    private mutating func clock() -> ClockTime { ClockTime(minutes: number(below: 24) * 60)! }  // below a day

    private mutating func window() -> CoveredWindow {
        CoveredWindow(from: RelativeTime(day: -1, time: clock()), to: RelativeTime(day: 0, time: clock()))
    }
}
