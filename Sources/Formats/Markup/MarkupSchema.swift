import CLibXML
import Foundation

/// What must happen once before libxml2 reads anything.
enum MarkupLibrary {
    /// Starts the library and forbids it every file and address: whatever a document refers to is not there.
    static func prepare() { _ = isPrepared }

    private static let isPrepared: Bool = {
        xmlInitParser()
        xmlSetExternalEntityLoader { _, _, _ in nil }
        return true
    }()
}

/// An XML schema that is ready to judge documents.
///
/// Unchecked: after compiling, the library only reads the schema, and each judgement has a context of its own; hints that
/// would add to the schema are removed from documents before.
final class MarkupSchema: @unchecked Sendable {
    /// One thing that the schema does not allow.
    struct Finding: Hashable, Sendable {
        /// What kind of thing.
        enum Kind: String, Sendable {
            /// An element stands where it may not, or one before it is missing.
            case content
            /// A value is none of the list.
            case enumeration
            /// A text is not of its type or pattern.
            case datatype
            /// The root is not the one of the schema.
            case root
            /// An attribute is not allowed.
            case attribute
            /// Anything else.
            case other
        }

        /// The kind.
        let kind: Kind
        /// The line, from 1.
        let line: Int
        /// The element.
        let element: String
        /// The words of the library, without the names of namespaces.
        let detail: String

        /// Memory was short.
        static let internalFault = Finding(kind: .other, line: 1, element: "", detail: "out of memory")
    }

    private let schema: xmlSchemaPtr

    /// The schema of CAP 1.2 that is shipped; nil when the file is damaged, which a test would find.
    static let alert: MarkupSchema? = {
        let file = Bundle.module.bundleURL.appendingPathComponent("Profiles/cap-1.2.xsd")
        return (try? Data(contentsOf: file)).flatMap { MarkupSchema([UInt8]($0)) }
    }()

    /// Compiles a schema; nil when it is none.
    init?(_ bytes: [UInt8]) {
        MarkupLibrary.prepare()
        let parsed = bytes.withUnsafeBytes { raw -> xmlSchemaPtr? in
            guard
                let context = xmlSchemaNewMemParserCtxt(
                    raw.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(raw.count))
            else { return nil }
            defer { xmlSchemaFreeParserCtxt(context) }
            xmlSchemaSetParserStructuredErrors(context, { _, _ in }, nil)
            return xmlSchemaParse(context)
        }
        guard let parsed else { return nil }
        schema = parsed
    }

    deinit { xmlSchemaFree(schema) }

    /// What the library reports, at most a hundred findings.
    private final class Findings {
        var all: [Finding] = []
    }

    /// Judges a tree of the library.
    func validate(_ document: xmlDocPtr) -> [Finding] {
        guard let context = xmlSchemaNewValidCtxt(schema) else { return [.internalFault] }
        defer { xmlSchemaFreeValidCtxt(context) }
        let findings = Findings()
        return withExtendedLifetime(findings) {
            xmlSchemaSetValidStructuredErrors(
                context,
                { context, error in
                    guard let context, let error = error?.pointee else { return }
                    let findings = Unmanaged<Findings>.fromOpaque(context).takeUnretainedValue()
                    if findings.all.count < 100 { findings.all.append(MarkupSchema.finding(error)) }
                }, Unmanaged.passUnretained(findings).toOpaque())
            let answer = xmlSchemaValidateDoc(context, document)
            if answer == 0 { return [] }
            return findings.all.isEmpty ? [.internalFault] : findings.all
        }
    }

    private static func finding(_ error: xmlError) -> Finding {
        let node = error.node?.assumingMemoryBound(to: xmlNode.self)
        let line = node.map { Int(xmlGetLineNo($0)) } ?? Int(error.line)
        let element = node.flatMap { $0.pointee.type == XML_ELEMENT_NODE ? $0.pointee.name : nil }
        let kind: Finding.Kind =
            switch error.code {
            case Int32(XML_SCHEMAV_ELEMENT_CONTENT.rawValue): .content
            case Int32(XML_SCHEMAV_CVC_ENUMERATION_VALID.rawValue): .enumeration
            case Int32(XML_SCHEMAV_CVC_PATTERN_VALID.rawValue),
                Int32(XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1.rawValue):
                .datatype
            case Int32(XML_SCHEMAV_CVC_ELT_1.rawValue): .root
            case Int32(XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_1.rawValue),
                Int32(XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_2.rawValue):
                .attribute
            default: .other
            }
        let words = error.message.map { String(cString: $0) } ?? ""
        return Finding(
            kind: kind, line: max(1, line), element: element.map { String(cString: $0) } ?? "", detail: plain(words))
    }

    /// The words on one line, without the namespaces in braces; a list of values stays, in parentheses.
    private static func plain(_ words: String) -> String {
        var output = ""
        var rest = words.filter { $0 != "\n" }[...]
        while let begin = rest.firstIndex(of: "{") {
            output += rest[..<begin]
            let end = rest[begin...].firstIndex(of: "}") ?? rest.index(before: rest.endIndex)
            let inside = rest[begin...end].dropFirst().filter { $0 != "}" }
            if inside.first == "'" { output += "(\(inside))" }
            rest = rest[rest.index(after: end)...]
        }
        return (output + rest).trimmingCharacters(in: .whitespaces)
    }
}
