import Crypto
import Foundation
import Mustache

/// A file that pages refer to, under a name that changes with its content.
struct Asset: Sendable {
    /// The file's own name.
    let file: String
    /// The name in addresses, with a digest of the content: `riparian-1f2e3d4c5b6a7988.css`.
    let address: String
    /// For example `text/css; charset=utf-8`.
    let contentType: String
    /// The content.
    let bytes: [UInt8]

    /// Makes an asset of a file.
    init(file: String, bytes: [UInt8]) {
        let name = file as NSString
        let kind = ["css": "text/css; charset=utf-8", "svg": "image/svg+xml", "js": "text/javascript; charset=utf-8"]
        self.file = file
        address = "\(name.deletingPathExtension)-\(contentDigest(bytes)).\(name.pathExtension)"
        contentType = kind[name.pathExtension] ?? "application/octet-stream"
        self.bytes = bytes
    }
}

/// The style of pages, which stands in the page itself: a page is painted without asking a second time over a slow line.
/// Browsers take it for its digest, which the policy of every answer names.
struct InlineStyle: Sendable {
    /// Without comments and blanks that say nothing.
    let text: String
    /// `sha256-...`, as a content security policy names it.
    let source: String

    /// Takes a style sheet.
    init(_ sheet: String) {
        let plain = sheet.replacing(/\/\*.*?\*\//.dotMatchesNewlines(), with: "").replacing(/\s+/, with: " ")
        text = plain.replacing(/\s?([{};,])\s?/) { String($0.output.1) }
        source = "sha256-" + Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString()
    }
}

/// The styles of a site. What every page needs stands in each; the duty page, which has to be there first, has no more than that.
struct SiteStyles: Sendable {
    /// The files that are no assets of their own, because they stand in pages.
    static let inline: Set<String> = ["riparian.css", "pages.css"]
    /// The style of pages on paper, which browsers fetch without waiting for it.
    static let print = "print.css"

    /// Of the duty page.
    let duty: InlineStyle
    /// Of every other page.
    let whole: InlineStyle

    /// Takes the bundled files.
    init(_ files: [Asset]) {
        func sheet(_ name: String) -> String {
            files.first { $0.file == name }.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
        }
        duty = InlineStyle(sheet("riparian.css"))
        whole = InlineStyle(sheet("riparian.css") + sheet("pages.css"))
    }
}

/// The files of the folder `Assets`, sorted by name.
func bundledAssets() throws -> [Asset] {
    try bundledFiles(in: "Assets").map { Asset(file: $0, bytes: $1) }
}

/// The templates of the folder `Templates`, each under its file's name without the extension.
func bundledTemplates() throws -> MustacheLibrary {
    var library = MustacheLibrary()
    for (file, bytes) in try bundledFiles(in: "Templates") where file.hasSuffix(".mustache") {
        try library.register(String(decoding: bytes, as: UTF8.self), named: String(file.dropLast(9)))
    }
    return library
}

/// The description of the interface for programs.
func bundledInterface() throws -> [UInt8] {
    [UInt8](try Data(contentsOf: Bundle.module.bundleURL.appendingPathComponent("Interface/openapi.json")))
}

private func bundledFiles(in folder: String) throws -> [(String, [UInt8])] {
    let url = Bundle.module.bundleURL.appendingPathComponent(folder, isDirectory: true)
    return try FileManager.default.contentsOfDirectory(atPath: url.path).sorted().map {
        ($0, [UInt8](try Data(contentsOf: url.appendingPathComponent($0))))
    }
}

/// FNV-1a, 64 bits, in hexadecimal: tells versions of a file apart, protects nothing.
func contentDigest(_ bytes: [UInt8]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let text = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
}
