import Accord
import ArgumentParser
import Crypto
import Forecasting
import Foundation
import NodeCore
import Series

extension LaneCommand {
    /// `riparian lane make DIR --entries N`: an invented lane for tests and measurements.
    struct Make: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "make",
            abstract: "Write an invented lane of any size, signed with a key that everybody can compute.",
            discussion: """
                Example: riparian lane make /tmp/lane --entries 70000 --old-sizes 5,300
                One reading an entry. Writes checkpoint, lane.vkey, tile/ and checkpoint.SIZE for each older size.
                """,
            shouldDisplay: false)

        @Argument(help: "The folder to make; it must not exist.") var folder: String
        @Option(help: "Number of entries.") var entries: Int
        @Option(help: "Seed of the invented values.") var seed: UInt64 = 1
        @Option(help: "Sizes whose checkpoints are written as well, separated by commas.") var oldSizes = ""
        @Option(help: "Entries from this one on differ from those of the same seed without it: another history.")
        var forkAt: Int?

        @Option(help: "The lane's name; its party is cn-yunnan.") var origin = "riparian/cn-yunnan/invented/vn-lao-cai"

        func validate() throws {
            guard entries >= 0, forkAt ?? 0 >= 0 else {
                throw ValidationError("--entries and --fork-at take 0 or more")
            }
        }

        func run() throws {
            guard !FileManager.default.fileExists(atPath: folder) else {
                throw CommandRefusal(.usage, "\(folder) exists - name a new folder; nothing is overwritten")
            }
            let sizes = try older()
            let key = try NodeKeys.demonstration(of: InventedEntries.party)
            let files = PlainFolder(folder)
            var writer = LaneTileWriter()
            var invented = InventedEntries(seed: seed)
            for index in 0..<entries {
                if sizes.contains(index) { try sign(writer, key, as: "checkpoint.\(index)", files) }
                let isOther = index >= forkAt ?? .max
                try writer.append(try invented.next(index, isOther: isOther)) { try files.write($0.path, $0.bytes) }
            }
            try writer.writeEdge { try files.write($0.path, $0.bytes) }
            if sizes.contains(entries) { try sign(writer, key, as: "checkpoint.\(entries)", files) }
            try files.write("lane.vkey", Array((key.signer.key(origin).text + "\n").utf8))
            try sign(writer, key, as: "checkpoint", files)
        }

        private func older() throws -> Set<Int> {
            let sizes = try oldSizes.split(separator: ",").map { text in
                guard let size = Int(text), (0...entries).contains(size) else {
                    throw CommandRefusal(
                        .usage, "\(text) is no older size (--old-sizes) - write numbers up to \(entries)")
                }
                return size
            }
            return Set(sizes)
        }

        private func sign(_ writer: LaneTileWriter, _ key: NodeKeys, as name: String, _ files: PlainFolder) throws {
            try files.write(name, try key.signer.checkpoint(origin, writer.size, writer.root))
        }
    }
}

/// Readings that nobody took, one an entry.
private struct InventedEntries {
    static let party = PartyID("cn-yunnan")!  // an id in its form
    private static let series = ["manhao/stage", "manhao/discharge", "hekou/stage", "yuanjiang/discharge"]
        .map { SeriesID("cn-yunnan/" + $0)! }  // ids in their form
    private static let begin = Instant(secondsSinceEpoch: 1_719_792_000)
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func next(_ index: Int, isOther: Bool) throws -> [UInt8] {
        let observed = InventedEntries.begin + Int64(index / InventedEntries.series.count) * 600
        let value = (100 * generator.nextUnit()).rounded() / 4
        let observation = Observation(
            series: InventedEntries.series[index % InventedEntries.series.count], observed: observed,
            received: observed + 60, value: isOther ? value + 1 : value, source: "invented")
        return try LaneEntry.entries([observation])[0]
    }
}
