/// Reads files of gridded forecasts, message by message. Only the libraries read what others wrote: see `GribMessage`.
public enum GriddedRain {
    /// Reads the messages of a GRIB file from a byte on, and hands each on as soon as it is read.
    ///
    /// - Parameters:
    ///   - start: 0, or `next` of a line.
    ///   - read: messages before that byte.
    public static func readGrib(
        _ bytes: [UInt8], file: String, areas: [AreaFile.Area], from start: Int = 0, read: Int = 0,
        each: (RainLine) -> Void
    ) throws(TableProblem) {
        var means = AreaMeans(areas: areas)
        for (place, frame) in try GribFrames.find(in: bytes, file: file, from: start).enumerated() {
            var line = RainLine(message: read + place + 1, next: frame.upperBound)
            do throws(RainField.Flaw) {
                guard let message = GribMessage(bytes[frame]) else {
                    throw RainField.Flaw(
                        rule: "grib-message", message: "the library does not know the message",
                        advice: "the message is damaged, or newer than the library: fetch it again")
                }
                if let field = try RainField(message) {
                    try means.fill(&line, with: field)
                } else {
                    line.other = RainParameter.name(message)
                }
            } catch { line.refuse(error) }
            each(line)
        }
    }

    /// Whether a file is NetCDF, classic or within HDF5, by its first bytes.
    public static func isNetCDF(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: "CDF".utf8) || bytes.starts(with: [0x89, 0x48, 0x44, 0x46])
    }

    /// Looks for the tables of GRIB in a folder that goes with the program.
    public static func useTables(in folder: String) { GribMessage.useTables(in: folder) }
}
