import CHDF5
import CNetCDF
import River
import Series
import Synchronization

/// An open NetCDF file, classic or within HDF5, through the library of Unidata.
///
/// The library keeps state of its own and is not made for threads: every call goes through one lock.
final class NetCDFFile: Sendable {
    private static let lock = Mutex<Void>(())

    /// Does something with the library, which tells each thread's troubles to nobody but its caller.
    private static func alone<Value>(_ body: () -> Value) -> Value {
        lock.withLock { _ in
            chdf5_quiet()
            return body()
        }
    }

    let name: String
    private let id: Int32
    /// Variables that can be read without the library.
    private let plain: PlainNumbers?

    /// Numbers of eight bytes.
    static let doubleType = NC_DOUBLE
    /// Numbers of four bytes.
    static let floatType = NC_FLOAT
    /// Whole numbers of eight bytes.
    static let wholeType = NC_INT64

    /// A variable and its dimensions.
    struct Variable: Sendable {
        let name: String
        let id: Int32
        let type: Int32
        /// Names and lengths, outermost first.
        let dimensions: [(name: String, length: Int)]

        /// Whether texts stand as rows of characters.
        var isRowsOfCharacters: Bool { type == NC_CHAR }
        var isText: Bool { type == NC_CHAR || type == NC_STRING }
    }

    init(reading path: String) throws(RoutingFileProblem) {
        name = path
        var id: Int32 = -1
        plain = NetCDFFile.alone { PlainNumbers(path) }
        let code = NetCDFFile.alone { nc_open(path, NC_NOWRITE, &id) }
        self.id = id
        guard code == NC_NOERR else {
            throw NetCDFFile.problem(path, code, "the file cannot be opened as NetCDF", "check the file with ncdump -h")
        }
    }

    init(creating path: String) throws(RoutingFileProblem) {
        name = path
        plain = nil
        var (id, before): (Int32, Int32) = (-1, 0)
        let code = NetCDFFile.alone {
            let code = nc_create(path, NC_CLOBBER | NC_NETCDF4, &id)
            // asked for by each variable when it is defined: every value is written, and filled first it would be written twice
            return code == NC_NOERR ? nc_set_fill(id, NC_NOFILL, &before) : code
        }
        self.id = id
        guard code == NC_NOERR else {
            throw NetCDFFile.problem(path, code, "the file cannot be written", "check the folder and the permission")
        }
    }

    deinit {
        guard id >= 0 else { return }
        _ = NetCDFFile.alone { nc_close(id) }
    }

    private static func problem(
        _ file: String, _ code: Int32, _ message: String, _ advice: String
    ) -> RoutingFileProblem {
        let reason = nc_strerror(code).map { String(cString: $0) } ?? "code \(code)"
        return RoutingFileProblem(file, rule: "netcdf", "\(message): \(reason)", advice: advice)
    }

    private func call(_ what: String, _ body: (Int32) -> Int32) throws(RoutingFileProblem) {
        let code = NetCDFFile.alone { body(id) }
        guard code == NC_NOERR else {
            throw NetCDFFile.problem(name, code, what, "check the file with ncdump -h; is the disk full?")
        }
    }

    // MARK: Reading

    /// A variable; nil where the file has none of that name.
    func variable(_ name: String) throws(RoutingFileProblem) -> Variable? {
        var number: Int32 = -1
        let found = NetCDFFile.alone { nc_inq_varid(id, name, &number) }
        guard found == NC_NOERR else { return nil }
        let (type, rank) = (
            UnsafeMutablePointer<Int32>.allocate(capacity: 1), UnsafeMutablePointer<Int32>.allocate(capacity: 1)
        )
        let ids = UnsafeMutablePointer<Int32>.allocate(capacity: Int(NC_MAX_VAR_DIMS))
        defer {
            type.deallocate()
            rank.deallocate()
            ids.deallocate()
        }
        try call("\(name) cannot be read") { nc_inq_var($0, number, nil, type, rank, ids, nil) }
        var dimensions: [(name: String, length: Int)] = []
        for index in 0..<Int(rank.pointee) {
            var length = 0
            let text = UnsafeMutablePointer<CChar>.allocate(capacity: Int(NC_MAX_NAME) + 1)
            defer { text.deallocate() }
            try call("a dimension cannot be read") { nc_inq_dim($0, ids[index], text, &length) }
            dimensions.append((String(cString: text), length))
        }
        return Variable(name: name, id: number, type: type.pointee, dimensions: dimensions)
    }

    /// A text attribute; nil where there is none.
    func attribute(_ name: String, of variable: Variable) -> String? {
        NetCDFFile.alone {
            var (length, type): (Int, Int32) = (0, 0)
            guard nc_inq_att(id, variable.id, name, &type, &length) == NC_NOERR, type == NC_CHAR, length < 10_000 else {
                return nil
            }
            var bytes = [CChar](repeating: 0, count: length)
            guard nc_get_att_text(id, variable.id, name, &bytes) == NC_NOERR else { return nil }
            return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// A numeric attribute of one number; nil where there is none.
    func number(_ name: String, of variable: Variable) -> Double? {
        NetCDFFile.alone {
            var (length, type): (Int, Int32) = (0, 0)
            guard nc_inq_att(id, variable.id, name, &type, &length) == NC_NOERR, type != NC_CHAR, type != NC_STRING,
                length == 1
            else { return nil }
            var value = 0.0
            return nc_get_att_double(id, variable.id, name, &value) == NC_NOERR ? value : nil
        }
    }

    /// The numbers of a variable where the file has them, whole and of one kind; nil where the library has to read them.
    ///
    /// The memory lives as long as the file is open.
    func bytes<Number>(_ variable: Variable, of kind: Number.Type) -> UnsafeRawBufferPointer? {
        let bytes = plain?.bytes(variable.name, of: kind)
        let count = variable.dimensions.reduce(1) { $0 * $1.length }
        return bytes?.count == count * MemoryLayout<Number>.size ? bytes : nil
    }

    /// All numbers of a variable.
    func doubles(_ variable: Variable) throws(RoutingFileProblem) -> [Double] {
        if let bytes = bytes(variable, of: Double.self) { return bytes.numbers(Double.self) }
        if let bytes = bytes(variable, of: Float.self) { return bytes.numbers(Float.self) { Double($0) } }
        var values = [Double](repeating: 0, count: variable.dimensions.reduce(1) { $0 * $1.length })
        try call("\(variable.name) cannot be read") { nc_get_var_double($0, variable.id, &values) }
        return values
    }

    /// All whole numbers of a variable.
    func integers(_ variable: Variable) throws(RoutingFileProblem) -> [Int64] {
        if let bytes = bytes(variable, of: Int64.self) { return bytes.numbers(Int64.self) }
        if let bytes = bytes(variable, of: Int32.self) { return bytes.numbers(Int32.self) { Int64($0) } }
        var values = [Int64](repeating: 0, count: variable.dimensions.reduce(1) { $0 * $1.length })
        try values.withUnsafeMutableBufferPointer { (room) throws(RoutingFileProblem) in
            try room.withMemoryRebound(to: CLongLong.self) { (room) throws(RoutingFileProblem) in
                try call("\(variable.name) cannot be read") { nc_get_var_longlong($0, variable.id, room.baseAddress) }
            }
        }
        return values
    }

    /// All texts of a variable: strings, or rows of characters.
    func texts(_ variable: Variable) throws(RoutingFileProblem) -> [String] {
        guard variable.type == NC_CHAR else {
            let count = variable.dimensions.reduce(1) { $0 * $1.length }
            var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
            try call("\(variable.name) cannot be read") { nc_get_var_string($0, variable.id, &pointers) }
            defer { _ = NetCDFFile.alone { nc_free_string(count, &pointers) } }
            return pointers.map { $0.map { String(cString: $0) } ?? "" }
        }
        let width = max(1, variable.dimensions.last?.length ?? 1)
        var bytes = [CChar](repeating: 0, count: variable.dimensions.reduce(1) { $0 * $1.length })
        try call("\(variable.name) cannot be read") { nc_get_var_text($0, variable.id, &bytes) }
        return stride(from: 0, to: bytes.count, by: width).map { begin in
            let row = bytes[begin..<(begin + width)].prefix { $0 != 0 }
            return String(decoding: row.map { UInt8(bitPattern: $0) }, as: UTF8.self).trimmed
        }
    }

    /// Rows of a variable whose outermost dimension is time.
    func read<Scalar: RoutingScalar>(
        _ variable: Variable, rows: Range<Int>, into room: UnsafeMutablePointer<Scalar>
    ) throws(RoutingFileProblem) {
        let (start, count) = box(variable, rows)
        let raw = UnsafeMutableRawPointer(room)
        try call("\(variable.name) cannot be read") {
            if Scalar.self == Float.self {
                return nc_get_vara_float($0, variable.id, start, count, raw.assumingMemoryBound(to: Float.self))
            }
            return nc_get_vara_double($0, variable.id, start, count, raw.assumingMemoryBound(to: Double.self))
        }
    }

    private func box(_ variable: Variable, _ rows: Range<Int>) -> (start: [Int], count: [Int]) {
        (
            [rows.lowerBound] + variable.dimensions.dropFirst().map { _ in 0 },
            [rows.count] + variable.dimensions.dropFirst().map(\.length)
        )
    }

    // MARK: Writing

    /// Defines a dimension and returns its number.
    func define(dimension name: String, length: Int) throws(RoutingFileProblem) -> Int32 {
        var number: Int32 = -1
        try call("the dimension \(name) cannot be defined") { nc_def_dim($0, name, length, &number) }
        return number
    }

    /// Defines a variable with text attributes.
    func define(
        _ name: String, type: Int32, dimensions: [(number: Int32, name: String, length: Int)],
        attributes: [(String, String)]
    ) throws(RoutingFileProblem) -> Variable {
        var number: Int32 = -1
        let numbers = dimensions.map(\.number)
        try call("the variable \(name) cannot be defined") {
            nc_def_var($0, name, type, Int32(numbers.count), numbers, &number)
        }
        let variable = Variable(
            name: name, id: number, type: type, dimensions: dimensions.map { ($0.name, $0.length) })
        for (key, text) in attributes { try put(key, text, to: number) }
        return variable
    }

    /// Writes a text attribute of the file.
    func put(_ key: String, _ text: String) throws(RoutingFileProblem) { try put(key, text, to: NC_GLOBAL) }

    private func put(_ key: String, _ text: String, to variable: Int32) throws(RoutingFileProblem) {
        try call("the attribute \(key) cannot be written") { nc_put_att_text($0, variable, key, text.utf8.count, text) }
    }

    /// Ends the definitions.
    func endDefinitions() throws(RoutingFileProblem) { try call("the file cannot be written") { nc_enddef($0) } }

    /// Writes all whole numbers of a variable.
    func write(_ values: [Int64], to variable: Variable) throws(RoutingFileProblem) {
        try values.withUnsafeBufferPointer { (numbers) throws(RoutingFileProblem) in
            try numbers.withMemoryRebound(to: CLongLong.self) { (numbers) throws(RoutingFileProblem) in
                try call("\(variable.name) cannot be written") {
                    nc_put_var_longlong($0, variable.id, numbers.baseAddress)
                }
            }
        }
    }

    /// Writes all texts of a variable of strings.
    func write(_ texts: [String], to variable: Variable) throws(RoutingFileProblem) {
        for (index, text) in texts.enumerated() {
            try call("\(variable.name) cannot be written") { file in
                text.withCString { characters in
                    var pointer: UnsafePointer<CChar>? = characters
                    return nc_put_var1_string(file, variable.id, [index], &pointer)
                }
            }
        }
    }

    /// Writes rows of a variable whose outermost dimension is time.
    func write<Scalar: RoutingScalar>(
        _ variable: Variable, rows: Range<Int>, from room: UnsafePointer<Scalar>
    ) throws(RoutingFileProblem) {
        let (start, count) = box(variable, rows)
        let raw = UnsafeRawPointer(room)
        try call("\(variable.name) cannot be written") {
            if Scalar.self == Float.self {
                return nc_put_vara_float($0, variable.id, start, count, raw.assumingMemoryBound(to: Float.self))
            }
            return nc_put_vara_double($0, variable.id, start, count, raw.assumingMemoryBound(to: Double.self))
        }
    }

    /// Hands everything to the disk's keeper.
    func synchronise() throws(RoutingFileProblem) {
        try call("the file cannot be written to its end") { nc_sync($0) }
    }
}
