import Foundation
import River
import TestKit
import Testing

@testable import Formats

@Suite struct PlainNumbersTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "riparian-plain-\(UUID().uuidString)")
    private var path: String { folder.appending(path: "flow.nc").path(percentEncoded: false) }

    /// Writes hours of lateral inflow of three reaches, in pieces or in a row.
    private func write(_ values: [Float], inPieces: Bool) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let (file, count) = (try NetCDFFile(creating: path), values.count / 3)
        // a dimension without an end is kept in pieces
        let time = (
            number: try file.define(dimension: "time", length: inPieces ? 0 : count), name: "time", length: count
        )
        let reach = (number: try file.define(dimension: "reach", length: 3), name: "reach", length: 3)
        let clock = try file.define(
            "time", type: NetCDFFile.wholeType, dimensions: [time],
            attributes: [("units", "seconds since 1970-01-01T00:00:00Z")])
        let ids = try file.define("reach", type: NetCDFFile.wholeType, dimensions: [reach], attributes: [])
        let lateral = try file.define(
            "lateral", type: NetCDFFile.floatType, dimensions: [time, reach], attributes: [])
        try file.endDefinitions()
        try file.write(clock, rows: 0..<count, from: (1...count).map { Double($0) * 3600 })
        try file.write([1, 2, 3], to: ids)
        try file.write(lateral, rows: 0..<count, from: values)
        try file.synchronise()
    }

    private func rows<Scalar: RoutingScalar>(_ kind: Scalar.Type) throws -> [Scalar] {
        var table = try HydrographTable.open(
            RoutingFile(path), refusesNegative: true, ids: ReachIDs(numbers: [1, 2, 3]))
        let room = UnsafeMutablePointer<Scalar>.allocate(capacity: 3 * table.rowCount)
        defer { room.deallocate() }
        let first = try table.next(rows: 1, room: room)
        var read = (0..<3).map { first[$0] }
        let rest = try table.next(rows: table.rowCount - 1, room: room)
        read += (0..<(3 * (table.rowCount - 1))).map { rest[$0] }
        return read
    }

    @Test func `numbers in a row are read in place, others through the library, and both are the same`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let values = (0..<12).map { Float($0) * 0.7 }
        for inPieces in [false, true] {
            try write(values, inPieces: inPieces)
            let file = try NetCDFFile(reading: path)
            let lateral = try #require(try file.variable("lateral"))
            #expect((file.bytes(lateral, of: Float.self) == nil) == inPieces)
            #expect(file.bytes(lateral, of: Double.self) == nil)
            #expect(try file.doubles(lateral) == values.map { Double($0) })
            let times = try #require(try file.variable("time"))
            #expect(try file.integers(times) == [3600, 7200, 10800, 14400])
            #expect(try rows(Float.self) == values && rows(Double.self) == values.map { Double($0) })
        }
    }

    @Test func `a gap is refused wherever the numbers are read`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        for inPieces in [false, true] {
            try write([0, 1, 2, 3, .nan, 5], inPieces: inPieces)
            let problem = #expect(throws: RoutingFileProblem.self) { try rows(Float.self) }
            #expect(problem?.fault.message == "a value of lateral is missing or no flow (row 1)")
        }
    }

    @Test func `what is no HDF5 file, or cut short, has nothing in place`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write([0, 1, 2, 3, 4, 5], inPieces: false)
        let bytes = try Data(contentsOf: URL(filePath: path))
        #expect(PlainNumbers(path)?.bytes("lateral", of: Float.self)?.count == 24)
        try bytes.prefix(bytes.count / 2).write(to: URL(filePath: path))
        #expect(PlainNumbers(path)?.bytes("lateral", of: Float.self) == nil)
        try Data("id,flow_m3s\n".utf8).write(to: URL(filePath: path))
        #expect(PlainNumbers(path) == nil)
        #expect(PlainNumbers(path + ".none") == nil)
    }

    @Test func `a finished file takes the place of another, and leaves it where it cannot`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
        for (name, content) in [("new", "whole"), ("old", "before")] {
            try Data(content.utf8).write(to: folder.appending(path: name))
        }
        let (new, old) = (folder.appending(path: "new").path(), folder.appending(path: "old").path())
        #expect(throws: RoutingFileProblem.self) { try FinishedFile(new + ".none").take(old) }
        #expect(text(old) == "before")
        try FinishedFile(new).take(old)
        #expect(text(old) == "whole")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path()) == ["old"])
        #expect(throws: RoutingFileProblem.self) { try FinishedFile(old).take(folder.path()) }
        #expect(text(old) == "whole")
    }
}
