import Accord
import River
import Series
import TestKit

/// Who hears of a made series.
enum Circle: Int, CaseIterable {
    /// All other parties.
    case common
    /// The next party of the world alone, half an hour later.
    case pair
    /// Nobody.
    case own
}

/// The parties of a world, their series and their agreement, all made.
struct MadeFederation {
    static let everybody = ["cn-yunnan", "vn-lao-cai", "vn-lai-chau", "vn-dien-bien", "vn-tuyen-quang"].map {
        PartyID($0)!  // literal ids
    }
    static let commonClause = "1"
    static let noticeClause = "3"

    let parties: [PartyID]

    init(count: Int) { parties = Array(MadeFederation.everybody.prefix(count)) }

    func next(after party: PartyID) -> PartyID {
        let place = parties.firstIndex(of: party) ?? 0
        return parties[(place + 1) % parties.count]
    }

    static func series(_ party: PartyID, _ circle: Circle) -> SeriesID {
        SeriesID(provider: party, station: station(party, circle), property: .stage)
    }

    static func station(_ party: PartyID, _ circle: Circle) -> StationID {
        StationID("\(party)-zq-\(circle)")!  // both are words of an id
    }

    func readers(of party: PartyID, _ circle: Circle) -> [PartyID] {
        switch circle {
        case .common: parties.filter { $0 != party }
        case .pair: [next(after: party)]
        case .own: []
        }
    }

    /// The agreement that all have signed.
    var agreement: Agreement { agreement(common: [.common]) }

    /// A copy in which a party lets everybody read everything.
    var laxAgreement: Agreement { agreement(common: Circle.allCases) }

    private func agreement(common circles: [Circle]) -> Agreement {
        var common = provision(MadeFederation.commonClause, .share)
        common.series = parties.flatMap { party in circles.map { pattern(party, $0) } }
        common.readers = Readers(parties)
        common.rhythm = .every(minutes: 60)
        common.deadlineMinutes = 90
        var notice = provision(MadeFederation.noticeClause, .notice)
        notice.readers = Readers(parties)
        notice.notice = NoticeTerms(event: .plannedRelease)
        let pairs = parties.enumerated().map { number, party in
            var pair = provision("2.\(number + 1)", .share)
            pair.series = [pattern(party, .pair)]
            pair.readers = Readers([next(after: party)])
            pair.minimumDelayMinutes = 30
            return pair
        }
        return Agreement(
            id: AgreementID("made")!,  // a literal id
            identity: AgreementIdentity(of: .null), title: MadeFederation.text("made"), isIllustrative: true,
            parties: parties.map { AgreementParty(id: $0) }, provisions: [common] + pairs + [notice])
    }

    private func provision(_ clause: String, _ kind: ProvisionKind) -> Provision {
        Provision(clause: clause, kind: kind, field: .water, text: MadeFederation.text(clause))
    }

    private func pattern(_ party: PartyID, _ circle: Circle) -> SeriesPattern {
        SeriesPattern(provider: party, station: MadeFederation.station(party, circle), property: .stage)
    }

    static func text(_ text: String) -> LocalizedText { LocalizedText(vi: text, zh: text, en: text) }

    var basin: Basin {
        let stations = parties.flatMap { party in
            Circle.allCases.map { circle in
                let id = MadeFederation.station(party, circle)
                return Station(
                    id: id, name: MadeFederation.text(id.text), river: "made", provider: party, datum: "made")
            }
        }
        return Basin(id: "made", name: MadeFederation.text("made"), stations: stations, reaches: [])
    }

    var register: PartyRegister {
        PartyRegister(
            parties: parties.map {
                Party(
                    id: $0, name: MadeFederation.text($0.text), kind: .signatory,
                    country: $0.text.hasPrefix("cn") ? "CN" : "VN",
                    zone: $0.text.hasPrefix("cn") ? .china : .indochina)
            })
    }
}
