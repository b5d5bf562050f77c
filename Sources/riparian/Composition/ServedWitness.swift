import Accord
import Crypto
import Formats
import Foundation
import Logging
import NodeCore
import Series
import ServiceLifecycle
import Storage
import Web

/// Everything that a served witness consists of.
struct ServedWitness {
    let witness: NeutralWitness
    private let log: @Sendable (String) -> Void
    /// Held for as long as the witness works.
    private let lock: FileLock

    /// Opens a witness's folder, making its key when there is none.
    ///
    /// - Parameter conference: under whose name it signs.
    init(dir: String, conference: PartyID, pack: String?, log: @escaping @Sendable (String) -> Void) throws {
        let folder = "\(dir)/\(conference)"
        let secrets = SecretKeys(folder: folder + "/keys")
        let composition = try NodeComposition(pack: try loadPack(packFolder(pack, of: folder)))
        let rings = try TrustFolder(path: folder + "/keys/trusted").rings()
        guard !rings.isEmpty else {
            throw CommandRefusal(
                .usage,
                "the witness knows no party (\(folder)/keys/trusted:1:1) - take their manifests in: riparian key trust "
                    + "PARTY.manifest --root PARTY.vkey --dir \(dir) --party \(conference)")
        }
        let key: Curve25519.Signing.PrivateKey
        if let kept = try secrets.key("witness") {
            key = kept
        } else {
            key = Curve25519.Signing.PrivateKey()
            try secrets.keep(key, as: "witness")
        }
        guard let lock = FileLock(folder + "/node.lock") else {
            throw CommandRefusal(
                .usage,
                "another process serves \(folder) (\(folder)/node.lock:1:1) - stop it first, or wait until it has ended"
            )
        }
        witness = NeutralWitness(
            signer: .signing(with: key, as: conference), agreement: composition.agreement,
            trust: TrustBook(rings: rings).trust, effects: Effects(in: folder, clock: { TimeInput.now }, log: log))
        self.lock = lock
        self.log = log
    }

    /// The server that nodes ask.
    func server(
        at place: HostAndPort, logger: Logger, whenOpen: @escaping @Sendable (Int) async -> Void
    ) -> any Service {
        let witness = witness
        return buildWitnessServer(
            host: place.host, port: place.port, logger: logger, log: log, onServerRunning: whenOpen,
            answer: { try await witness.addCheckpoint($0) })
    }
}
