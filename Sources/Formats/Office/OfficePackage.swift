import Series

/// The parts of an office file and how they point at each other.
///
/// Source: ECMA-376 part 2 (2021), Open Packaging Conventions.
struct OfficePackage {
    /// A part.
    struct Part {
        let path: String
        /// Its media type; nil for pictures, whose type follows from the end of the name.
        let type: String?
        let bytes: [UInt8]
        /// The parts that it points at, in the order of their ids `rId1`, `rId2` and so on.
        let relationships: [Relationship]

        /// A part of markup.
        init(_ path: String, type: String, markup: String, relationships: [Relationship] = []) {
            self.path = path
            self.type = type
            bytes = Array((OfficeText.declaration + markup).utf8)
            self.relationships = relationships
        }

        /// A picture.
        init(_ path: String, picture: [UInt8]) {
            self.path = path
            type = nil
            bytes = picture
            relationships = []
        }
    }

    /// An arrow from a part to another.
    struct Relationship {
        /// The last word of its type.
        let type: String
        /// Relative to the folder of the part that it comes from.
        let target: String
    }

    /// The names of what is written of the file as a whole.
    let properties: OfficeProperties
    /// The part that a reader opens first.
    let main: Part
    /// The others in the order of writing.
    let others: [Part]

    /// The file.
    func bytes(packing: ZipArchive.Packing) throws(OfficeProblem) -> [UInt8] {
        let parts = [main] + properties.parts + others
        var archive = ZipArchive()
        try archive.add("[Content_Types].xml", Array(contentTypes(of: parts).utf8))
        try archive.add("_rels/.rels", Array(rootRelationships.utf8))
        for part in parts {
            try archive.add(part.path, part.bytes)
            guard !part.relationships.isEmpty else { continue }
            let text = OfficePackage.relationships(
                part.relationships.map { (OfficePackage.relationshipTypes + $0.type, $0.target) })
            try archive.add(OfficePackage.relationshipsPath(of: part.path), Array(text.utf8))
        }
        return try archive.bytes(packing: packing)
    }

    private static let packageNamespace = "http://schemas.openxmlformats.org/package/2006/"
    /// The beginning of the types of relationships.
    static let relationshipTypes = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

    private static func relationshipsPath(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "_rels/\(path).rels" }
        return path[..<slash] + "/_rels/" + path[path.index(after: slash)...] + ".rels"
    }

    private func contentTypes(of parts: [Part]) -> String {
        var text = OfficeText.declaration + "<Types xmlns=\"\(OfficePackage.packageNamespace)content-types\">"
        text += "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
        text += "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
        if parts.contains(where: { $0.type == nil }) {
            text += "<Default Extension=\"png\" ContentType=\"image/png\"/>"
        }
        for part in parts {
            if let type = part.type { text += "<Override PartName=\"/\(part.path)\" ContentType=\"\(type)\"/>" }
        }
        return text + "</Types>"
    }

    private var rootRelationships: String {
        OfficePackage.relationships([
            (OfficePackage.relationshipTypes + "officeDocument", main.path),
            (
                OfficePackage.packageNamespace + "relationships/metadata/core-properties",
                OfficeProperties.corePath
            ),
            (OfficePackage.relationshipTypes + "extended-properties", OfficeProperties.applicationPath),
        ])
    }

    private static func relationships(_ arrows: [(type: String, target: String)]) -> String {
        var text = OfficeText.declaration + "<Relationships xmlns=\"\(packageNamespace)relationships\">"
        for (index, arrow) in arrows.enumerated() {
            text += "<Relationship Id=\"rId\(index + 1)\" Type=\"\(arrow.type)\" Target=\"\(arrow.target)\"/>"
        }
        return text + "</Relationships>"
    }
}

/// What a file says about itself: the core properties of ECMA-376 part 2 (2021).
struct OfficeProperties {
    let title: String
    let language: Language
    let author: String?
    let date: Instant?

    static let corePath = "docProps/core.xml"
    static let applicationPath = "docProps/app.xml"

    /// The two parts.
    var parts: [OfficePackage.Part] {
        let namespace = "http://schemas.openxmlformats.org/"
        var core = "<cp:coreProperties xmlns:cp=\"\(namespace)package/2006/metadata/core-properties\""
        core += " xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\""
        core += " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
        core += "<dc:title>\(OfficeText.line(title))</dc:title>"
        if let author { core += "<dc:creator>\(OfficeText.line(author))</dc:creator>" }
        core += "<dc:language>\(language.alertLanguage)</dc:language>"
        if let date, let known = Instant(foreign: date.secondsSinceEpoch) {
            for name in ["created", "modified"] {
                core += "<dcterms:\(name) xsi:type=\"dcterms:W3CDTF\">\(known)</dcterms:\(name)>"
            }
        }
        core += "</cp:coreProperties>"
        let application =
            "<Properties xmlns=\"\(namespace)officeDocument/2006/extended-properties\">"
            + "<Application>Riparian</Application></Properties>"
        return [
            OfficePackage.Part(
                OfficeProperties.corePath, type: "application/vnd.openxmlformats-package.core-properties+xml",
                markup: core),
            OfficePackage.Part(
                OfficeProperties.applicationPath,
                type: "application/vnd.openxmlformats-officedocument.extended-properties+xml", markup: application),
        ]
    }
}
