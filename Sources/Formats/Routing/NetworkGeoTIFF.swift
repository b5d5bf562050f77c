import River

#if GDAL
    import CGDAL
#endif

/// A raster of flow directions in GeoTIFF, read through GDAL where the program was built with the package trait of that name.
///
/// The band whose description is `flow_direction`, or the only band, has the directions of D8; bands named after columns of a network
/// table have these over the same cells, and items of the metadata named after them hold for all. Lengths follow from the
/// georeference where no `length_m` is given.
struct NetworkGeoTIFF {
    let name: String
    let scheme: RoutingSchemeName

    #if !GDAL
        func table() throws(RoutingFileProblem) -> NetworkTable {
            throw RoutingFileProblem(
                name, rule: "network-geotiff", "this program was built without GDAL and does not read GeoTIFF",
                advice:
                    "convert it with gdal_translate -of netCDF and name its variable flow_direction, or build with --traits GDAL"
            )
        }
    #else
        func table() throws(RoutingFileProblem) -> NetworkTable {
            let file = try GeoTIFFFile(name)
            try NetworkRaster.check(name, rows: file.rows, columns: file.columns)
            let bands = (1...max(1, file.bandCount)).map { (number: $0, name: file.description(of: $0)) }
            let named = bands.first { $0.name == "flow_direction" }
            guard let band = named ?? (bands.count == 1 ? bands.first : nil), file.bandCount > 0 else {
                throw problem(
                    "no band is named flow_direction",
                    "describe the band of directions (gdal_edit.py, or rioxarray's long_name)")
            }
            let values = try file.values(of: band.number)
            var directions: [Int64] = []
            directions.reserveCapacity(values.count)
            for (cell, value) in values.enumerated() {
                guard let code = Int64(exactly: value) else {
                    throw problem(
                        "the flow direction \(value) of row \(cell / file.columns + 1), column \(cell % file.columns + 1) is no code",
                        "give directions in whole numbers")
                }
                directions.append(code)
            }
            let raster = NetworkRaster(
                file: name, scheme: scheme, directions: directions,
                missing: file.noData(of: band.number).flatMap { Int64(exactly: $0) }, axes: try file.axes())
            return try raster.table { (column) throws(RoutingFileProblem) in
                if let own = bands.first(where: { $0.name == column && $0.number != band.number }) {
                    return NetworkColumn(
                        values: try file.values(of: own.number), fill: file.noData(of: own.number), isSame: false)
                }
                guard let text = file.item(column) else { return nil }
                guard let value = Double(text) else {
                    throw problem("\(column) in the metadata is no number: \(text)", "write a number with a point")
                }
                return NetworkColumn(values: [value], fill: nil, isSame: true)
            }
        }

        private func problem(_ message: String, _ advice: String) -> RoutingFileProblem {
            RoutingFileProblem(name, rule: "network-geotiff", message, advice: advice)
        }
    #endif
}

#if GDAL
    /// An open GeoTIFF.
    final class GeoTIFFFile {
        let name: String
        private let dataset: GDALDatasetH

        /// Opens a file; no other format of the library is tried.
        init(_ name: String) throws(RoutingFileProblem) {
            self.name = name
            GDALAllRegister()
            CPLPushErrorHandler(CPLQuietErrorHandler)
            defer { CPLPopErrorHandler() }
            let driver = "GTiff"
            let opened = driver.withCString { driver in
                let drivers: [UnsafePointer<CChar>?] = [driver, nil]
                return GDALOpenEx(name, UInt32(GDAL_OF_RASTER | GDAL_OF_READONLY), drivers, nil, nil)
            }
            guard let opened else {
                throw RoutingFileProblem(
                    name, rule: "network-geotiff", "the file cannot be read as GeoTIFF: \(GeoTIFFFile.lastWords)",
                    advice: "check the file with gdalinfo")
            }
            dataset = opened
        }

        deinit { GDALClose(dataset) }

        private static var lastWords: String { String(cString: CPLGetLastErrorMsg()) }

        var rows: Int { Int(GDALGetRasterYSize(dataset)) }
        var columns: Int { Int(GDALGetRasterXSize(dataset)) }
        var bandCount: Int { Int(GDALGetRasterCount(dataset)) }

        func description(of band: Int) -> String {
            GDALGetRasterBand(dataset, Int32(band)).flatMap { GDALGetDescription($0) }.map { String(cString: $0) } ?? ""
        }

        /// The code for cells without a value; nil where the band has none.
        func noData(of band: Int) -> Double? {
            var has: Int32 = 0
            let value = GDALGetRasterNoDataValue(GDALGetRasterBand(dataset, Int32(band)), &has)
            return has != 0 ? value : nil
        }

        /// An item of the metadata; nil where there is none.
        func item(_ name: String) -> String? {
            GDALGetMetadataItem(dataset, name, nil).map { String(cString: $0) }
        }

        /// All cells of a band, row by row.
        func values(of band: Int) throws(RoutingFileProblem) -> [Double] {
            var values = [Double](repeating: 0, count: rows * columns)
            CPLPushErrorHandler(CPLQuietErrorHandler)
            defer { CPLPopErrorHandler() }
            let code = GDALRasterIO(
                GDALGetRasterBand(dataset, Int32(band)), GF_Read, 0, 0, Int32(columns), Int32(rows), &values,
                Int32(columns), Int32(rows), GDT_Float64, 0, 0)
            guard code == CE_None else {
                throw RoutingFileProblem(
                    name, rule: "network-geotiff", "band \(band) cannot be read: \(GeoTIFFFile.lastWords)",
                    advice: "check the file with gdalinfo -checksum")
            }
            return values
        }

        /// Where the cells lie; not known without a georeference.
        func axes() throws(RoutingFileProblem) -> RasterAxes {
            var transform = [Double](repeating: 0, count: 6)
            guard GDALGetGeoTransform(dataset, &transform) == CE_None else {
                return RasterAxes(name, columns: columns, x: [], y: [], isDegrees: nil)
            }
            guard transform[2] == 0, transform[4] == 0 else {
                throw RoutingFileProblem(
                    name, rule: "network-geotiff", "the raster is turned against its coordinates",
                    advice: "make it upright with gdalwarp -r near")
            }
            let x = (0..<columns).map { transform[0] + (Double($0) + 0.5) * transform[1] }
            let y = (0..<rows).map { transform[3] + (Double($0) + 0.5) * transform[5] }
            return RasterAxes(name, columns: columns, x: x, y: y, isDegrees: isDegrees)
        }

        /// Whether coordinates are degrees, or metres; nil for neither.
        private var isDegrees: Bool? {
            guard let reference = GDALGetSpatialRef(dataset) else { return nil }
            if OSRIsGeographic(reference) != 0 { return true }
            return OSRGetLinearUnits(reference, nil) == 1 ? false : nil
        }
    }
#endif
