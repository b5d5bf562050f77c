import ArgumentParser
import Foundation
import NodeCore

/// Where a new password comes from; never from an argument, which other users of the machine could read.
struct PasswordInput: ParsableArguments {
    @Option(help: "Take the password from the first line of this file; - for standard input.")
    var passwordFile: String?
    @Flag(help: "Make a password and print it, once.") var makePassword = false

    func validate() throws {
        guard passwordFile == nil || !makePassword else {
            throw ValidationError("--password-file and --make-password exclude each other")
        }
    }

    /// The password, and whether it was made here.
    func read(_ desk: PeopleDesk) throws -> (text: String, isMade: Bool) {
        if makePassword { return (desk.madePassword(), true) }
        guard let passwordFile else { return (try asked(), false) }
        let text: String
        if passwordFile == "-" {
            text = readLine() ?? ""
        } else {
            let lines = String(decoding: try bytes(of: passwordFile), as: UTF8.self)
            text = lines.split(whereSeparator: \.isNewline).first.map { String($0) } ?? ""
        }
        guard !text.isEmpty else {
            throw CommandRefusal(
                .usage, "there is no password (\(passwordFile):1:1) - it stands on the first line, alone")
        }
        return (text, false)
    }

    /// Asks for it twice on the terminal, without showing it.
    private func asked() throws -> String {
        guard isatty(STDIN_FILENO) == 1 else {
            throw CommandRefusal(
                .usage,
                "nobody can be asked for a password here (standard input is no terminal) - give --password-file FILE, or "
                    + "- for standard input, or --make-password")
        }
        let first = PasswordInput.line(asking: "Password: ")
        guard first == PasswordInput.line(asking: "Again: ") else {
            throw CommandRefusal(.usage, "the two passwords differ - nothing was changed; try again")
        }
        return first
    }

    private static func line(asking question: String) -> String {
        FileHandle.standardError.write(Data(question.utf8))
        var kept = termios()
        _ = tcgetattr(STDIN_FILENO, &kept)
        var silent = kept
        silent.c_lflag &= ~tcflag_t(ECHO)
        _ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer {
            _ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &kept)
            standardError("")
        }
        return readLine() ?? ""
    }
}
