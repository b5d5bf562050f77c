import Foundation
import River
import Series

/// Where routed flows are written, in rows of time that follow each other.
enum FlowTable {
    case csv(FlowCSV)
    case netCDF(FlowNetCDF)

    /// Begins a file: NetCDF where the name that it will have ends with .nc or .nc4, CSV otherwise.
    static func begin(
        _ path: String, as name: String, ids: ReachIDs, columns: [Int], times: [Instant], members: Int,
        isDouble: Bool
    ) throws(RoutingFileProblem) -> FlowTable {
        if name.hasSuffix(".nc") || name.hasSuffix(".nc4") {
            return .netCDF(
                try FlowNetCDF(
                    path, ids: ids, columns: columns, times: times, members: members, isDouble: isDouble))
        }
        guard members == 1 else {
            throw RoutingFileProblem(
                name, rule: "route-output", "a CSV file has no place for \(members) members",
                advice: "give --output a name that ends with .nc")
        }
        return .csv(try FlowCSV(path, ids: columns.map { ids.text($0) }))
    }

    /// Writes rows.
    ///
    /// - Parameters:
    ///   - times: of the rows.
    ///   - flows: m3/s, shape [row][member][column].
    mutating func write<Scalar: RoutingScalar>(
        times: [Instant], _ flows: UnsafePointer<Scalar>
    ) throws(RoutingFileProblem) {
        switch self {
        case .csv(var csv):
            try csv.write(times: times, flows)
            self = .csv(csv)
        case .netCDF(var file):
            try file.write(times: times, flows)
            self = .netCDF(file)
        }
    }

    /// Finishes the file.
    mutating func close() throws(RoutingFileProblem) {
        switch self {
        case .csv(var csv):
            try csv.close()
            self = .csv(csv)
        case .netCDF(let file): try file.close()
        }
    }
}

/// A CSV file of flows: `time,ID,ID,...`, shortest numbers that read back to the same value.
struct FlowCSV {
    private let file: String
    private let handle: FileHandle
    private let columns: Int
    private var buffer: [UInt8] = []

    /// Begins a file; one that exists is replaced.
    ///
    /// - Parameter ids: of the columns.
    init(_ path: String, ids: [String]) throws(RoutingFileProblem) {
        file = path
        columns = ids.count
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else {
            throw RoutingFileProblem(
                path, rule: "route-output", "the file cannot be written", advice: "check the folder and the permission")
        }
        self.handle = handle
        buffer = Array(("time" + ids.map { "," + quoted($0) }.joined() + "\n").utf8)
    }

    mutating func write<Scalar: RoutingScalar>(
        times: [Instant], _ flows: UnsafePointer<Scalar>
    ) throws(RoutingFileProblem) {
        for (row, time) in times.enumerated() {
            buffer.append(contentsOf: time.description.utf8)
            let values = flows + row * columns
            for column in 0..<columns {
                buffer.append(0x2C)
                buffer.append(contentsOf: plainNumber("\(values[column])").utf8)
            }
            buffer.append(0x0A)
            if buffer.count > 1 << 20 { try flush() }
        }
    }

    mutating func close() throws(RoutingFileProblem) {
        try flush()
        try? handle.close()
    }

    private mutating func flush() throws(RoutingFileProblem) {
        do {
            try handle.write(contentsOf: buffer)
        } catch {
            throw RoutingFileProblem(
                file, rule: "route-output", "the file cannot be written to its end", advice: "is the disk full?")
        }
        buffer.removeAll(keepingCapacity: true)
    }
}

/// A field of a CSV file, in quotes where it needs them.
func quoted(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
}

/// A shortest number without a needless `.0`.
func plainNumber(_ text: String) -> Substring {
    text.hasSuffix(".0") ? text.dropLast(2) : Substring(text)
}
