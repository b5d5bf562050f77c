#if GDAL
    import Foundation
    import River
    import Testing

    @testable import Formats

    /// GeoTIFF through GDAL: `swift test --traits GDAL --filter GeoTIFF`.
    @Suite struct NetworkGeoTIFFTests {
        private let path = FileManager.default.temporaryDirectory.appending(
            path: "riparian-network-\(UUID().uuidString).tif"
        ).path(percentEncoded: false)

        private func read(_ bytes: [UInt8], _ scheme: RoutingSchemeName = .mct) throws -> NetworkTable {
            defer { try? FileManager.default.removeItem(atPath: path) }
            try Data(bytes).write(to: URL(filePath: path))
            return try NetworkTable.read(RoutingFile(path), scheme: scheme)
        }

        private let items = "<Item name=\"manning_n\">0.04</Item><Item name=\"bottom_width_m\">20</Item>"

        @Test func `bands are columns, items hold for all, lengths follow from the georeference`() throws {
            // east, south-east, south / outside, outside, outlet
            let bands: [(String, [Float])] = [
                ("flow_direction", [1, 2, 4, 247, 247, 0]), ("slope", [0.001, 0.002, 0.003, -1, -1, 0.004]),
                ("side_slope", [1, 1, 1, -1, -1, 1]),
            ]
            let table = try read(MadeTIFF(width: 3, bands: bands, items: items, isGeographic: false).bytes)
            #expect((0..<4).map { table.ids.text($0) } == ["1", "2", "3", "6"])
            #expect(table.downstreamRow == [1, 3, 3, -1])
            guard case .sections(let reaches) = table.parameters else { return #expect(Bool(false)) }
            let lengths: [Double] = [50, 12_500.0.squareRoot(), 100, 100]
            #expect(reaches.map(\.length) == lengths)
            #expect((reaches[3].channel.slope - 0.004).magnitude < 1e-8 && reaches[0].channel.manningN == 0.04)
            let degrees = try read(MadeTIFF(width: 3, bands: bands, items: items, isGeographic: true).bytes)
            guard case .sections(let far) = degrees.parameters else { return #expect(Bool(false)) }
            // 100 degrees of latitude would be too far for metres: one pixel is 100 units high
            #expect(far[2].length > 1e6)
        }

        @Test func `what is no such raster is named`() throws {
            func words(_ bands: [(String, [Float])], cut: Int = 0) -> String {
                do {
                    _ = try read(
                        Array(MadeTIFF(width: 2, bands: bands, items: items, isGeographic: false).bytes.dropLast(cut)))
                    return ""
                } catch { return "\(error)" }
            }
            #expect(words([("flow_direction", [3, 0, 1, 0])]).contains("flow direction 3 of row 1, column 1"))
            #expect(words([("flow_direction", [1.5, 0, 1, 0])]).contains("is no code"))
            #expect(words([("a", [1, 0, 1, 0]), ("b", [1, 0, 1, 0])]).contains("no band is named flow_direction"))
            #expect(words([("flow_direction", [1, 0, 1, 0])]).contains("slope is missing"))
            let cut = words([("flow_direction", [1, 0, 1, 0])], cut: 60)
            #expect(!cut.isEmpty, "a cut file is refused, or lacks its columns")
        }
    }

    /// A GeoTIFF of bands of floating numbers, written by hand (TIFF 6.0; OGC GeoTIFF 1.1).
    private struct MadeTIFF {
        let bytes: [UInt8]

        init(width: Int, bands: [(String, [Float])], items: String, isGeographic: Bool) {
            let height = (bands.first?.1.count ?? 0) / width
            let names = bands.enumerated().map {
                "<Item name=\"DESCRIPTION\" sample=\"\($0.offset)\" role=\"description\">\($0.element.0)</Item>"
            }.joined()
            let metadata = Array("<GDALMetadata>\(names)\(items)</GDALMetadata>\0".utf8)
            let keys: [UInt16] =
                isGeographic
                ? [1, 1, 0, 2, 1024, 0, 1, 2, 2048, 0, 1, 4326] : [1, 1, 0, 2, 1024, 0, 1, 1, 3072, 0, 1, 32648]
            let data = bands.flatMap { $0.1.flatMap { MadeTIFF.little($0.bitPattern) } }
            let start = 8
            let each = width * height * 4
            let shorts = { (values: [UInt16]) in values.flatMap { MadeTIFF.little($0) } }
            let longs = { (values: [UInt32]) in values.flatMap { MadeTIFF.little($0) } }
            let doubles = { (values: [Double]) in values.flatMap { MadeTIFF.little($0.bitPattern) } }
            let count = bands.count
            let entries: [(tag: UInt16, type: UInt16, count: Int, data: [UInt8])] = [
                (256, 3, 1, shorts([UInt16(width)])), (257, 3, 1, shorts([UInt16(height)])),
                (258, 3, count, shorts(.init(repeating: 32, count: count))), (259, 3, 1, shorts([1])),
                (262, 3, 1, shorts([1])),
                (273, 4, count, longs((0..<count).map { UInt32(start + $0 * each) })),
                (277, 3, 1, shorts([UInt16(count)])),
                (278, 3, 1, shorts([UInt16(height)])),
                (279, 4, count, longs(.init(repeating: UInt32(each), count: count))),
                (284, 3, 1, shorts([2])), (339, 3, count, shorts(.init(repeating: 3, count: count))),
                (33550, 12, 3, doubles([50, 100, 0])), (33922, 12, 6, doubles([0, 0, 0, 500_000, 200, 0])),
                (34735, 3, keys.count, shorts(keys)), (42112, 2, metadata.count, metadata),
            ]
            let directory = start + data.count
            var extra = directory + 2 + entries.count * 12 + 4
            var (table, behind) = (MadeTIFF.little(UInt16(entries.count)), [UInt8]())
            for entry in entries {
                table += MadeTIFF.little(entry.tag) + MadeTIFF.little(entry.type) + MadeTIFF.little(UInt32(entry.count))
                if entry.data.count <= 4 {
                    table += entry.data + [UInt8](repeating: 0, count: 4 - entry.data.count)
                } else {
                    table += MadeTIFF.little(UInt32(extra))
                    behind += entry.data
                    extra += entry.data.count
                }
            }
            bytes =
                Array("II".utf8) + MadeTIFF.little(UInt16(42)) + MadeTIFF.little(UInt32(directory)) + data + table
                + [0, 0, 0, 0] + behind
        }

        private static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
            (0..<(Number.bitWidth / 8)).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
        }
    }
#endif
