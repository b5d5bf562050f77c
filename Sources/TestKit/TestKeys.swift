import Accord
public import Crypto
import Foundation
public import NodeCore
public import Series

/// Keys that everybody can compute, for tests.
public enum TestKeys {
    /// The key of a party.
    public static func key(of party: PartyID) throws -> Curve25519.Signing.PrivateKey {
        try Curve25519.Signing.PrivateKey(
            rawRepresentation: Data(SHA256.hash(data: Data("test key of \(party)".utf8))))
    }

    /// What signs a party's lanes and receipts.
    public static func signer(of party: PartyID) throws -> LaneSigner { .signing(with: try key(of: party), as: party) }

    /// A trust in parties by their keys.
    public static func trust(in parties: [PartyID]) throws -> LaneTrust {
        var keys: [PartyID: VerifierKey] = [:]
        for party in parties { keys[party] = VerifierKey(lane: "riparian/\(party)", of: try key(of: party)) }
        return .pinned(keys)
    }
}
