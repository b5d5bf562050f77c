import Accord
public import Series

/// A public key as `lane.vkey` writes it.
public struct LaneKey: Hashable, Sendable {
    /// The verifier key's text.
    public let text: String

    /// Makes a key.
    public init(_ text: String) {
        self.text = text
    }
}

/// The key of a party that signs the checkpoints of its lanes.
public struct LaneSigner: Sendable {
    /// The public key of one of its lanes.
    public var key: @Sendable (_ origin: String) -> LaneKey
    /// The signed checkpoint of a lane with that many entries and that root.
    public var checkpoint: @Sendable (_ origin: String, _ size: Int, _ root: [UInt8]) throws -> [UInt8]
    /// The receipt of a checkpoint that this party has durably stored: the note with its dated cosignature.
    public var receipt: @Sendable (_ note: [UInt8], _ at: Instant) throws -> [UInt8]

    /// Makes a signer.
    public init(
        key: @escaping @Sendable (String) -> LaneKey,
        checkpoint: @escaping @Sendable (String, Int, [UInt8]) throws -> [UInt8],
        receipt: @escaping @Sendable ([UInt8], Instant) throws -> [UInt8]
    ) {
        self.key = key
        self.checkpoint = checkpoint
        self.receipt = receipt
    }
}

/// One file of a served lane.
public struct LaneFile: Hashable, Sendable {
    /// Below the lane's folder.
    public let path: String
    /// Its bytes.
    public let bytes: [UInt8]

    /// Makes a file.
    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}

/// How a lane is written and read; every closure is pure.
public struct LaneForm: Sendable {
    /// The entries that hold observations, in order, each within the limits of an entry.
    public var entries: @Sendable (_ observations: [Observation]) throws -> [[UInt8]]
    /// The observations of an entry, as received at a time.
    public var observations: @Sendable (_ entry: [UInt8], _ received: Instant) throws -> [Observation]
    /// The leaf hash of an entry, 32 bytes.
    public var leafHash: @Sendable (_ entry: [UInt8]) -> [UInt8]
    /// The root over leaf hashes in order, 32 bytes.
    public var root: @Sendable (_ leafHashes: [[UInt8]]) -> [UInt8]
    /// Tiles and entry bundles of a lane, without its checkpoint.
    public var files: @Sendable (_ entries: [SealedLaneEntry]) -> [LaneFile]
    /// The entries in a bundle.
    public var bundle: @Sendable (_ bytes: [UInt8]) throws -> [[UInt8]]
    /// Size and root of a checkpoint that the key has signed for the lane; throws for any other bytes.
    public var open: @Sendable (_ note: [UInt8], _ origin: String, _ key: LaneKey) throws -> (size: Int, root: [UInt8])

    /// Makes a form.
    public init(
        entries: @escaping @Sendable ([Observation]) throws -> [[UInt8]],
        observations: @escaping @Sendable ([UInt8], Instant) throws -> [Observation],
        leafHash: @escaping @Sendable ([UInt8]) -> [UInt8], root: @escaping @Sendable ([[UInt8]]) -> [UInt8],
        files: @escaping @Sendable ([SealedLaneEntry]) -> [LaneFile],
        bundle: @escaping @Sendable ([UInt8]) throws -> [[UInt8]],
        open: @escaping @Sendable ([UInt8], String, LaneKey) throws -> (size: Int, root: [UInt8])
    ) {
        self.entries = entries
        self.observations = observations
        self.leafHash = leafHash
        self.root = root
        self.files = files
        self.bundle = bundle
        self.open = open
    }
}

/// An entry with its hash.
public struct SealedLaneEntry: Hashable, Sendable {
    /// Its bytes.
    public let bytes: [UInt8]
    /// Its leaf hash, 32 bytes.
    public let leafHash: [UInt8]

    /// Makes an entry.
    public init(bytes: [UInt8], leafHash: [UInt8]) {
        self.bytes = bytes
        self.leafHash = leafHash
    }
}

/// Where the entries of a lane lie among its bundles.
enum BundlePath {
    /// The number of entries in a full bundle.
    static let width = LaneTiles.width

    /// The path of a bundle, and of the full one that may have replaced a partial one.
    static func paths(number: Int, size: Int) -> [String] {
        let full = LaneTiles.path("entries", number: number, count: width)
        let inLast = size - number * width
        return inLast >= width ? [full] : [LaneTiles.path("entries", number: number, count: inLast), full]
    }
}
