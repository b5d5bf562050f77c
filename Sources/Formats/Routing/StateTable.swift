import Foundation
import River
public import Series

/// What a run kept, as a table from which a later run goes on: `time`, `scheme`, `step_s`, `id`, with several members `member`
/// (from 1), then the numbers of the scheme or of a point, shortest numbers that read back to the same value, so that a restart equals the run without a break.
public struct StateTable: Sendable {
    /// When.
    public let time: Instant
    /// Of which scheme.
    public let scheme: String
    /// s
    public let step: Int64
    /// Runs side by side.
    public let members: Int
    /// The numbers of each row of the network, of the scheme or of a point, shape [row][member].
    public let numbers: [[Double]]
    /// Rows that are points.
    public let points: Set<Int>

    /// Makes a table.
    public init(
        time: Instant, scheme: String, step: Int64, members: Int = 1, numbers: [[Double]], points: Set<Int>
    ) {
        self.members = members
        self.points = points
        self.time = time
        self.scheme = scheme
        self.step = step
        self.numbers = numbers
    }

    /// The bytes of the table.
    ///
    /// - Parameters:
    ///   - ids: of the rows.
    ///   - names: of the numbers of the scheme.
    public func bytes(ids: (Int) -> String, names: [String]) -> [UInt8] {
        let ofPoints = points.isEmpty ? [] : RoutingState.pointNames.map { "point_" + $0 }
        let head = "time,scheme,step_s,id," + (members > 1 ? "member," : "")
        var bytes = Array((head + (names + ofPoints).joined(separator: ",") + "\n").utf8)
        let start = "\(time),\(scheme),\(step),"
        for (index, own) in numbers.enumerated() {
            let row = index / members
            bytes.append(contentsOf: start.utf8)
            bytes.append(contentsOf: quoted(ids(row)).utf8)
            if members > 1 { bytes.append(contentsOf: ",\(index % members + 1)".utf8) }
            let isPoint = points.contains(row)
            if isPoint { bytes.append(contentsOf: repeatElement(0x2C, count: names.count)) }
            for value in own {
                bytes.append(0x2C)
                bytes.append(contentsOf: plainNumber("\(value)").utf8)
            }
            if !isPoint { bytes.append(contentsOf: repeatElement(0x2C, count: ofPoints.count)) }
            bytes.append(0x0A)
        }
        return bytes
    }
}
