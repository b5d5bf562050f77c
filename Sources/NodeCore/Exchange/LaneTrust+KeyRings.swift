public import Accord
public import Series

extension LaneTrust {
    /// Believes parties through their manifests, and others by one pinned key.
    ///
    /// - Parameters:
    ///   - rings: what is believed about a party's keys; it counts alone where there is one.
    ///   - pinned: parties without a ring.
    public static func keyRings(_ rings: [PartyID: KeyRing], pinned: [PartyID: VerifierKey] = [:]) -> LaneTrust {
        let plain = LaneTrust.pinned(pinned.filter { rings[$0.key] == nil })
        var trust = LaneTrust(
            joined: plain.joined.union(rings.filter { $0.value.manifest != nil }.keys),
            checkpoint: { note, origin, party, time in
                guard let ring = rings[party] else { return try plain.checkpoint(note, origin, party, time) }
                return try ring.checkpoint(note: note, origin: origin, at: time).get()
            },
            receiptTime: { note, reader in
                guard let ring = rings[reader] else { return plain.receiptTime(note, reader) }
                return try? ring.receipt(in: note).get()
            })
        trust.alertKeys = { rings[$0]?.manifest?.keys.filter { $0.has(.alert) } ?? [] }
        return trust
    }
}
