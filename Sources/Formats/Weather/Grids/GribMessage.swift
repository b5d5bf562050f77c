import CEcCodes
import Forecasting
import Series

/// One message of a GRIB file, through the library of ECMWF.
///
/// The library trusts what it reads: on damaged messages it can end the whole program. Whoever reads what others wrote does it in a
/// program of its own (`riparian ingest fields`).
final class GribMessage {
    private let handle: OpaquePointer

    /// Opens a message; nil where the library knows it not.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard let context = codes_context_get_default() else { return nil }
        codes_context_set_logging_proc(context) { _, _, _ in }  // its words go nowhere; what fails is told by us
        let opened = bytes.withUnsafeBytes { codes_handle_new_from_message_copy(context, $0.baseAddress, $0.count) }
        guard let opened else { return nil }
        handle = opened
    }

    deinit { codes_handle_delete(handle) }

    /// Looks for the library's tables in a folder that goes with the program, not where the system has them.
    static func useTables(in folder: String) { codes_context_set_definitions_path(codes_context_get_default(), folder) }

    func integer(_ key: String) -> Int? {
        var (value, code) = (0, CODES_SUCCESS)
        guard codes_is_missing(handle, key, &code) == 0, code == CODES_SUCCESS,
            codes_get_long(handle, key, &value) == CODES_SUCCESS
        else { return nil }
        return value
    }

    func number(_ key: String) -> Double? {
        var value = 0.0
        guard codes_get_double(handle, key, &value) == CODES_SUCCESS, value.isFinite else { return nil }
        return value
    }

    func text(_ key: String) -> String? {
        var (bytes, length) = ([CChar](repeating: 0, count: 256), 256)
        guard codes_get_string(handle, key, &bytes, &length) == CODES_SUCCESS else { return nil }
        return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func isDefined(_ key: String) -> Bool { codes_is_defined(handle, key) == 1 }

    /// Seconds as the unit of steps, so that no step is rounded.
    func countStepsInSeconds() {
        var length = 1
        _ = codes_set_string(handle, "stepUnits", "s", &length)
    }

    /// The values in the order of the message; NaN where it says that there is none. Nil where they cannot be unpacked.
    func values(count: Int) -> [Double]? {
        var size = 0
        guard codes_get_size(handle, "values", &size) == CODES_SUCCESS, size == count else { return nil }
        _ = codes_set_double(handle, "missingValue", GribMessage.missing)
        var values = [Double](repeating: 0, count: size)
        guard codes_get_double_array(handle, "values", &values, &size) == CODES_SUCCESS, size == count else {
            return nil
        }
        for place in values.indices where values[place] == GribMessage.missing { values[place] = .nan }
        return values
    }

    /// No amount of rain.
    private static let missing = 1e30
}
