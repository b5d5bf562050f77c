/// What a file is, by its first bytes; what a browser would run is never named as such.
enum FileKind {
    case pdf
    case png
    case jpeg
    case zip
    case other

    init(_ bytes: [UInt8]) {
        self =
            if bytes.starts(with: Array("%PDF-".utf8)) {
                .pdf
            } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
                .png
            } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
                .jpeg
            } else if bytes.starts(with: [0x50, 0x4B, 3, 4]) {
                .zip
            } else {
                .other
            }
    }

    var mediaType: String {
        switch self {
        case .pdf: "application/pdf"
        case .png: "image/png"
        case .jpeg: "image/jpeg"
        case .zip: "application/zip"
        case .other: "application/octet-stream"
        }
    }

    /// How the name of a saved file ends; nothing where nobody knows.
    var ending: String {
        switch self {
        case .pdf: ".pdf"
        case .png: ".png"
        case .jpeg: ".jpg"
        case .zip: ".zip"
        case .other: ""
        }
    }
}
