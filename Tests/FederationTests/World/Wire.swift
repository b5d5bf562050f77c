import Accord
import NodeCore
import Series
import Synchronization
import TestKit

/// How a party behaves on its lines.
enum PeerBehaviour: String, CaseIterable, Sendable {
    /// Answers after a minute.
    case slow
    /// Signs two histories of one lane and shows one reader the other.
    case forking
    /// Shows an old checkpoint.
    case replaying
    /// Cuts bundles short.
    case truncating
    /// Flips bits.
    case flipping
    /// Somebody on the line shows a history of his own, which the party has not signed.
    case forging
    /// Puts into its lanes what the agreement does not grant.
    case oversharing
}

/// The node that answers for a party; nil while its machine is down.
final class NodeBox: Sendable {
    private let held = Mutex<Node?>(nil)
    var node: Node? {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }
}

/// What was carried.
struct Carried: Sendable {
    let path: String
    let bytes: [UInt8]
    let isAltered: Bool
}

/// The line from one provider to one reader.
final class Wire: Sendable {
    /// The line does not carry.
    struct Down: Error {}

    struct State {
        var isUp = true
        /// Loses one fetch in that many; 0 for none.
        var lossOneIn = 0
        /// s that an answer takes.
        var delay: Int64 = 0
        var chance: SimulatedChance
        var behaviour: PeerBehaviour?
        /// Files of a false history, below the folder of its lane.
        var forgedFolder: String?
        var forged: [String: [UInt8]] = [:]
        /// The first checkpoint ever carried, by path.
        var oldest: [String: [UInt8]] = [:]
        var carried: [Carried] = []
        /// The provider's disk, read without asking its node: a door without a guard.
        var unguarded: SimulatedDisk?
    }

    let provider: PartyID
    let reader: PartyID
    private let box: NodeBox
    private let clock: SimulatedClock
    let state: Mutex<State>

    init(from provider: PartyID, to reader: PartyID, _ box: NodeBox, clock: SimulatedClock, chance: SimulatedChance) {
        self.provider = provider
        self.reader = reader
        self.box = box
        self.clock = clock
        state = Mutex(State(chance: chance))
    }

    var link: LaneLink { LaneLink { [self] in try await fetch($0) } }

    func fetch(_ path: String) async throws -> [UInt8]? {
        let (isCarried, delay, unguarded) = state.withLock { state in
            let isLost = state.lossOneIn > 0 && state.chance.isOne(in: state.lossOneIn)
            return (state.isUp && !isLost, state.delay, state.unguarded)
        }
        if delay > 0 { clock.set(clock.now + delay) }
        guard isCarried, let node = box.node else { throw Down() }
        let honest: [UInt8]?
        do {
            honest = try await node.serve(path, to: reader) ?? unguarded?.read(path)
        } catch {
            throw Down()
        }
        return state.withLock { $0.answer(path, honest) }
    }

    /// What was carried since the last call.
    func takeCarried() -> [Carried] {
        state.withLock { state in
            defer { state.carried = [] }
            return state.carried
        }
    }
}

extension Wire.State {
    fileprivate mutating func answer(_ path: String, _ honest: [UInt8]?) -> [UInt8]? {
        let isCheckpoint = path.hasSuffix("/checkpoint")
        if isCheckpoint, oldest[path] == nil { oldest[path] = honest }
        var shown = honest
        switch behaviour {
        case .forking, .forging:
            if let forgedFolder, path.hasPrefix(forgedFolder) { shown = forged[path] }
        case .replaying:
            if isCheckpoint { shown = oldest[path] }
        case .truncating:
            if path.contains("/tile/"), let bytes = honest, !bytes.isEmpty {
                shown = Array(bytes.dropLast(1 + chance.below(min(40, bytes.count))))
            }
        case .flipping:
            if var bytes = honest, !bytes.isEmpty, chance.isOne(in: 2) {
                let bit = chance.below(bytes.count * 8)
                bytes[bit / 8] ^= UInt8(1) << UInt8(bit % 8)
                shown = bytes
            }
        case nil, .slow, .oversharing: break
        }
        if let shown { carried.append(Carried(path: path, bytes: shown, isAltered: shown != honest)) }
        return shown
    }
}
