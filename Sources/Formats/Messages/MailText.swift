import Foundation
public import Series

/// A mail that carries a warning: plain text in one language, and the signed document beside it.
///
/// Source: RFC 5322 (2008), RFC 2045 to 2047 (1996).
public struct MailText: Sendable {
    /// What the mail says.
    public struct Contents: Sendable {
        /// From whom.
        public let from: String
        /// To whom.
        public let to: String
        /// One line.
        public let subject: String
        /// The body, lines of any length.
        public let body: String
        /// When.
        public let date: Instant
        /// By which the receiver knows the mail again: the same however often it is sent.
        public let identifier: String
        /// A file beside it: its name and bytes.
        public let attachment: (name: String, bytes: [UInt8])

        /// Makes contents.
        public init(
            from: String, to: String, subject: String, body: String, date: Instant, identifier: String,
            attachment: (name: String, bytes: [UInt8])
        ) {
            self.from = from
            self.to = to
            self.subject = subject
            self.body = body
            self.date = date
            self.identifier = identifier
            self.attachment = attachment
        }
    }

    /// The mail as it goes over the wire; equal contents make equal bytes.
    public static func bytes(of mail: Contents) -> [UInt8] {
        let boundary = "riparian-" + digest(mail.identifier)
        let host = mail.from.split(separator: "@").last.map(String.init) ?? "riparian.invalid"
        let lines = [
            "From: \(mail.from)", "To: \(mail.to)", "Subject: \(word(mail.subject))", "Date: \(date(mail.date))",
            "Message-ID: <\(digest(mail.identifier))@\(host)>", "MIME-Version: 1.0", "Auto-Submitted: auto-generated",
            "Importance: high", "Content-Type: multipart/mixed; boundary=\"\(boundary)\"", "", "--\(boundary)",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "",
            folded(Array(mail.body.replacing("\n", with: "\r\n").utf8)), "--\(boundary)",
            "Content-Type: application/cap+xml", "Content-Transfer-Encoding: base64",
            "Content-Disposition: attachment; filename=\"\(mail.attachment.name)\"", "", folded(mail.attachment.bytes),
            "--\(boundary)--", "",
        ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    /// Encoded words of at most 75 characters, as RFC 2047 asks.
    private static func word(_ text: String) -> String {
        let plain = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        var words: [String] = []
        var part: [UInt8] = []
        func close() {
            if !part.isEmpty { words.append("=?utf-8?B?\(Data(part).base64EncodedString())?=") }
            part = []
        }
        for character in plain {
            let bytes = Array(String(character).utf8)
            if part.count + bytes.count > 45 { close() }
            part += bytes
        }
        close()
        return words.joined(separator: "\r\n ")
    }

    private static func folded(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString(options: [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ])
    }

    /// `Mon, 09 Sep 2024 08:00:00 +0000`.
    private static func date(_ time: Instant) -> String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let (date, _) = time.civil(in: .zero)
        let (year, month, day) = date.parts
        let weekday = days[Int(((date.daysSinceEpoch % 7) + 7) % 7)]
        let clock = time.iso8601().dropFirst(11).prefix(8)
        return "\(weekday), \(day < 10 ? "0" : "")\(day) \(months[month - 1]) \(year) \(clock) +0000"
    }

    /// FNV-1a, 64 bits, twice: a short word for an identifier; it protects nothing.
    private static func digest(_ text: String) -> String {
        var (first, second): (UInt64, UInt64) = (0xcbf2_9ce4_8422_2325, 0x8422_2325_cbf2_9ce4)
        for byte in text.utf8 {
            first = (first ^ UInt64(byte)) &* 0x100_0000_01b3
            second = (second ^ UInt64(byte)) &* 0x100_0000_01b3 &+ 1
        }
        return String(first, radix: 16) + String(second, radix: 16)
    }
}
