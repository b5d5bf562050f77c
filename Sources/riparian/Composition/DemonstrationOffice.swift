import Accord
import Formats
import NodeCore
import Series

/// The issuing offices of a demonstration: made keys that nobody pins, and the offices of the pack that exist on the day of the
/// flood, to be called by hand. What they issue is an exercise.
struct DemonstrationOffice: Sendable {
    private let register: PartyRegister
    private let catalogues: Catalogues
    private let keys: [PartyID: AlertSigningKey]

    /// Makes a key for each party, valid around a time.
    init(parties: [PartyID], register: PartyRegister, at time: Instant, catalogues: Catalogues) throws {
        self.register = register
        self.catalogues = catalogues
        keys = try Dictionary(
            uniqueKeysWithValues: parties.map { party in
                let (begin, end) = (time - 86_400, time + 400 * 86_400)
                return (
                    party, try AlertSigningKey(makingFor: DemonstrationOffice.sender(party), from: begin, until: end)
                )
            })
    }

    private static func sender(_ party: PartyID) -> String { "\(party).demonstration.invalid" }

    /// The key of a party's office, as a manifest would list it; nothing for one without a key.
    func listed(_ party: PartyID) -> [NodeKey] {
        guard let certificate = keys[party]?.certificate else { return [] }
        return [
            NodeKey(
                id: "alert", certificate: certificate.der, role: .alert, from: certificate.from,
                until: certificate.until)
        ]
    }

    /// A party's office on a day; nil for one without a key.
    func office(of party: PartyID, on day: CivilDate) -> AlertOffice? {
        guard let key = keys[party] else { return nil }
        let offices = register.authorities.values.filter { $0.party == party && $0.validity.contains(day) }
            .sorted { $0.id < $1.id }
        return AlertOffice(
            sender: DemonstrationOffice.sender(party), office: offices.first?.id ?? party.text,
            name: register.name(of: party), sign: { try key.sign($0) },
            addressees: offices.map {
                Addressee(office: $0.id, name: $0.name, party: party, routes: [])
            }, catalogues: catalogues)
    }
}
