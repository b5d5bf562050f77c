import Foundation

/// A form with a file in it (RFC 7578), as browsers send it.
struct MultipartForm {
    /// One field.
    struct Part: Equatable {
        let name: String
        /// Whether it is a file that somebody chose; its name is not kept.
        let isFile: Bool
        let bytes: [UInt8]
    }

    /// Fields of a form at most.
    static let limit = 32

    let parts: [Part]

    /// Reads a form.
    ///
    /// - Parameter contentType: the header, which names the boundary.
    /// - Returns: nil for anything that is none.
    init?(_ body: [UInt8], contentType: String) {
        guard let boundary = MultipartForm.boundary(of: contentType) else { return nil }
        let (data, line) = (Data(body), Data("\r\n".utf8))
        let separator = Data("\r\n--\(boundary)".utf8)
        guard data.starts(with: Data("--\(boundary)\r\n".utf8)) else { return nil }
        var parts: [Part] = []
        // Behind the first separator, which lacks its line end, and that separator's own.
        var position = separator.count
        while true {
            guard parts.count < MultipartForm.limit,
                let headersEnd = data.range(of: line + line, in: position..<data.endIndex),
                let end = data.range(of: separator, in: (headersEnd.upperBound - line.count)..<data.endIndex)
            else { return nil }
            let headers = String(decoding: data[position..<headersEnd.lowerBound], as: UTF8.self)
            guard let name = MultipartForm.parameter("name", of: headers) else { return nil }
            let content =
                headersEnd.upperBound <= end.lowerBound ? data[headersEnd.upperBound..<end.lowerBound] : Data()
            parts.append(
                Part(name: name, isFile: MultipartForm.parameter("filename", of: headers) != nil, bytes: Array(content))
            )
            let rest = data[end.upperBound...]
            if rest.starts(with: Data("--".utf8)) { break }
            guard rest.starts(with: line) else { return nil }
            position = end.upperBound + line.count
        }
        self.parts = parts
    }

    /// The text of a field; nil when there is none, or it is no UTF-8.
    func text(_ name: String) -> String? {
        parts.first { $0.name == name && !$0.isFile }.flatMap { String(validating: $0.bytes, as: UTF8.self) }
    }

    /// The bytes of a chosen file; nil when none was chosen.
    func file(_ name: String) -> [UInt8]? {
        parts.first { $0.name == name && $0.isFile && !$0.bytes.isEmpty }?.bytes
    }

    private static func boundary(of contentType: String) -> String? {
        let pieces = contentType.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        guard pieces.first?.lowercased() == "multipart/form-data",
            let piece = pieces.first(where: { $0.lowercased().hasPrefix("boundary=") })
        else { return nil }
        let boundary = piece.dropFirst("boundary=".count).filter { $0 != "\"" }
        return (1...70).contains(boundary.utf8.count) ? String(boundary) : nil
    }

    /// A parameter of the line `Content-Disposition: form-data; name="..."`.
    private static func parameter(_ name: String, of headers: String) -> String? {
        let lines = headers.split(separator: "\r\n")
        guard let line = lines.first(where: { $0.lowercased().hasPrefix("content-disposition:") }),
            let start = line.range(of: " \(name)=\"")
        else { return nil }
        return String(line[start.upperBound...].prefix { $0 != "\"" })
    }
}
