import Formats
import Foundation

/// Files as commands read and write them.
enum InputFile {
    /// The bytes of a file; `-` is standard input.
    static func bytes(_ path: String) throws -> [UInt8] {
        if path == "-" { return [UInt8](FileHandle.standardInput.readDataToEndOfFile()) }
        guard let data = FileManager.default.contents(atPath: path) else { throw absent(path) }
        return [UInt8](data)
    }

    /// The first bytes of a file, fewer where it has no more.
    static func bytes(_ path: String, first count: Int) throws -> [UInt8] {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw absent(path) }
        defer { try? handle.close() }
        guard let data = try? handle.read(upToCount: count) else { throw absent(path) }
        return [UInt8](data)
    }

    private static func absent(_ path: String) -> CommandRefusal {
        CommandRefusal(.usage, "\(path) cannot be read (\(path):1:1) - check the path")
    }

    /// Runs a reader and turns its problem into the refusal of the contract.
    static func read<Value>(_ body: () throws(TableProblem) -> Value) throws -> Value {
        do throws(TableProblem) { return try body() } catch { throw CommandRefusal(unreadable: error.fault) }
    }

    /// Writes a text to a file, or to standard output without one.
    static func write(_ text: String, to path: String?) throws {
        guard let path else {
            FileHandle.standardOutput.write(Data(text.utf8))
            return
        }
        do { try Data(text.utf8).write(to: URL(filePath: path), options: .atomic) } catch {
            throw CommandRefusal(.usage, "\(path) cannot be written - check that its folder exists")
        }
    }
}
