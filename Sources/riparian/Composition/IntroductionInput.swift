import Accord
import Formats
import Foundation
import Storage

/// An introduction as it comes: a file, the text of its codes, or pictures of them.
struct IntroductionInput {
    let files: [String]

    private static let pictures = [".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".pgm"]

    func introduction() throws -> Introduction {
        let name = files.joined(separator: " ")
        guard !files.isEmpty else { throw CommandRefusal(.usage, "no introduction is named - name its file, or -") }
        let texts = try files.map { try text(of: $0) }
        guard let first = texts.first, CodeParts.isPart(first) || files.count > 1 else {
            return try Introduction(Array((texts.first ?? "").utf8), file: name)
        }
        let lines = texts.flatMap { $0.split(whereSeparator: \.isNewline).map(String.init) }
        return try Introduction(Array(try joined(lines, name: name).utf8), file: name)
    }

    /// The text of parts.
    private func joined(_ lines: [String], name: String) throws -> String {
        do throws(CodeParts.Problem) { return try CodeParts.joined(lines) } catch {
            switch error {
            case .foreign(let line):
                throw CommandRefusal(
                    .usage, "line \(line) is no part of an introduction (\(name):\(line):1) - read the code again")
            case .mixed(let line):
                throw CommandRefusal(
                    .usage,
                    "the parts are not of one introduction (\(name):\(line):1) - read all codes of one side again")
            case .missing(let parts):
                let words = parts.map { "\($0)" }.joined(separator: ", ")
                throw CommandRefusal(.usage, "parts are missing: \(words) (\(name):1:1) - read these codes too")
            }
        }
    }

    private func text(of file: String) throws -> String {
        if file == "-" {
            return String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
        }
        if IntroductionInput.pictures.contains(where: { file.lowercased().hasSuffix($0) }) { return try code(in: file) }
        return String(decoding: try bytes(of: file), as: UTF8.self)
    }

    /// What the codes in a picture say.
    private func code(in picture: String) throws -> String {
        _ = try bytes(of: picture)
        let reader = ChildProgram(
            "/usr/bin/zbarimg", ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", picture], limit: 60)
        guard let outcome = try? reader.run() else {
            throw CommandRefusal(
                .usage, "pictures cannot be read here - install zbar-tools, or give the text that a telephone reads")
        }
        let text = String(decoding: outcome.output, as: UTF8.self)
        guard !text.isEmpty else {
            throw CommandRefusal(
                .usage, "no code is seen in \(picture) (\(picture):1:1) - take the picture again, straight and near")
        }
        return text
    }
}
