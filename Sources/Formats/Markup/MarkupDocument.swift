import CLibXML

/// An XML document as libxml2 read it: without network, entities and document types, within bounds.
///
/// The tree of the library lives as long as this object and is not changed after reading, but by ``withoutBlankText()`` in its
/// copy.
final class MarkupDocument {
    /// The namespace of XML signatures.
    static let signatures = "http://www.w3.org/2000/09/xmldsig#"

    private let document: xmlDocPtr
    private let bounds: MarkupBounds

    /// Reads a document.
    init(_ bytes: [UInt8], bounds: MarkupBounds = MarkupBounds()) throws(MarkupRefusal) {
        let admitted = try MarkupGate.admit(bytes, bounds)
        MarkupLibrary.prepare()
        switch MarkupDocument.parse(admitted) {
        case .success(let parsed): document = parsed
        case .failure(let refusal): throw refusal
        }
        self.bounds = bounds
        guard let line = MarkupDocument.lineBeyond(bounds.depth, document) else { return }
        throw MarkupRefusal(code: .depth, line: line, column: 1, detail: "> \(bounds.depth)")
    }

    private init(owning document: xmlDocPtr, bounds: MarkupBounds) {
        self.document = document
        self.bounds = bounds
    }

    deinit { xmlFreeDoc(document) }

    private static func parse(_ bytes: ArraySlice<UInt8>) -> Result<xmlDocPtr, MarkupRefusal> {
        guard !bytes.isEmpty, let context = xmlNewParserCtxt() else {
            return .failure(MarkupRefusal(code: .form, line: 1, column: 1, detail: "empty"))
        }
        defer { xmlFreeParserCtxt(context) }
        let options =
            XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
            | XML_PARSE_BIG_LINES.rawValue
        let parsed = bytes.withUnsafeBytes { raw in
            // An empty buffer was refused above, hence there is an address.
            xmlCtxtReadMemory(
                context, raw.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(raw.count), nil, "UTF-8",
                Int32(options))
        }
        if let parsed {
            // A subset can stand only behind `<!DOCTYPE`, which the gate refuses; looked at again because all else rests on it.
            guard parsed.pointee.intSubset == nil, parsed.pointee.extSubset == nil else {
                xmlFreeDoc(parsed)
                return .failure(MarkupRefusal(code: .doctype, line: 1, column: 1, detail: "subset"))
            }
            return .success(parsed)
        }
        let error = xmlCtxtGetLastError(context)
        let message = error?.pointee.message.map { String(cString: $0) } ?? ""
        return .failure(
            MarkupRefusal(
                code: .form, line: max(1, Int(error?.pointee.line ?? 1)), column: max(1, Int(error?.pointee.int2 ?? 1)),
                detail: message.split(separator: "\n").first.map { String($0) } ?? ""))
    }

    /// The line of the first element that stands deeper; nil when none does.
    private static func lineBeyond(_ limit: Int, _ document: xmlDocPtr) -> Int? {
        var depth = 0
        var next = xmlDocGetRootElement(document)
        while let node = next {
            if depth >= limit { return Int(xmlGetLineNo(node)) }
            if node.pointee.type == XML_ELEMENT_NODE, let child = node.pointee.children {
                depth += 1
                next = child
                continue
            }
            var current: xmlNodePtr? = node
            next = nil
            while let here = current, depth >= 0 {
                if depth > 0, let sibling = here.pointee.next {
                    next = sibling
                    break
                }
                current = here.pointee.parent
                depth -= 1
            }
        }
        return nil
    }

    /// The root with all that stands in it.
    lazy var root: MarkupNode = {
        guard let element = xmlDocGetRootElement(document) else {
            return MarkupNode(name: "", namespace: "", line: 1, attributes: [], text: "", children: [])
        }
        return MarkupDocument.node(element)
    }()

    private static func node(_ element: xmlNodePtr) -> MarkupNode {
        var children: [MarkupNode] = []
        var text = ""
        for child in sequence(first: element.pointee.children, next: { $0?.pointee.next }).compactMap(\.self) {
            switch child.pointee.type {
            case XML_ELEMENT_NODE: children.append(node(child))
            case XML_TEXT_NODE, XML_CDATA_SECTION_NODE: text += string(child.pointee.content)
            default: break
            }
        }
        return MarkupNode(
            name: string(element.pointee.name), namespace: string(element.pointee.ns?.pointee.href),
            line: max(1, Int(xmlGetLineNo(element))), attributes: attributes(element), text: text, children: children)
    }

    private static func attributes(_ element: xmlNodePtr) -> [MarkupNode.Attribute] {
        sequence(first: element.pointee.properties, next: { $0?.pointee.next }).compactMap(\.self).map { attribute in
            MarkupNode.Attribute(
                name: string(attribute.pointee.name), namespace: string(attribute.pointee.ns?.pointee.href),
                value: string(attribute.pointee.children?.pointee.content))
        }
    }

    private static func string(_ text: UnsafePointer<xmlChar>?) -> String {
        text.map { String(cString: $0) } ?? ""
    }

    private static func string(_ text: UnsafeMutablePointer<xmlChar>?) -> String {
        text.map { String(cString: $0) } ?? ""
    }

    /// A copy without the text that holds nothing but blanks beside elements, and without comments: what is left when an
    /// indented document is written compactly. Processing instructions stay: they are content. Nil when memory is short.
    func withoutBlankText() -> MarkupDocument? {
        guard let copy = xmlCopyDoc(document, 1) else { return nil }
        var removed: [xmlNodePtr] = []
        MarkupDocument.collectBlank(UnsafeMutableRawPointer(copy).assumingMemoryBound(to: xmlNode.self), &removed)
        for node in removed {
            xmlUnlinkNode(node)
            xmlFreeNode(node)
        }
        return MarkupDocument(owning: copy, bounds: bounds)
    }

    private static func collectBlank(_ parent: xmlNodePtr, _ removed: inout [xmlNodePtr]) {
        let children = sequence(first: parent.pointee.children, next: { $0?.pointee.next }).compactMap(\.self)
        let hasElements = children.contains { $0.pointee.type == XML_ELEMENT_NODE }
        for child in children {
            switch child.pointee.type {
            case XML_ELEMENT_NODE: collectBlank(child, &removed)
            case XML_COMMENT_NODE: removed.append(child)
            case XML_TEXT_NODE: if hasElements, xmlIsBlankNode(child) == 1 { removed.append(child) }
            default: break
            }
        }
    }

    /// What the schema finds, in the order of the document; empty when it is valid.
    ///
    /// Hints of the document where schemas lie are taken out before: they are no business of its sender.
    func faults(against schema: MarkupSchema) -> [MarkupSchema.Finding] {
        guard let copy = xmlCopyDoc(document, 1) else { return [MarkupSchema.Finding.internalFault] }
        defer { xmlFreeDoc(copy) }
        guard let root = xmlDocGetRootElement(copy) else { return [MarkupSchema.Finding.internalFault] }
        var named: [MarkupSchema.Finding] = []
        MarkupDocument.removeHints(root, &named)
        return named + schema.validate(copy)
    }

    /// Takes out the hints where schemas lie, and reports types of the schema that the document calls by name: the types of
    /// CAP have none, those of the schema at hand are its own affair.
    private static func removeHints(_ element: xmlNodePtr, _ named: inout [MarkupSchema.Finding]) {
        let instance = "http://www.w3.org/2001/XMLSchema-instance"
        let attributes = sequence(first: element.pointee.properties, next: { $0?.pointee.next }).compactMap(\.self)
        for attribute in attributes where string(attribute.pointee.ns?.pointee.href) == instance {
            switch string(attribute.pointee.name) {
            case "schemaLocation", "noNamespaceSchemaLocation": xmlRemoveProp(attribute)
            case "type":
                let value = string(attribute.pointee.children?.pointee.content).trimmingXMLBlanks
                let parts = value.split(separator: ":", omittingEmptySubsequences: false)
                let prefix = parts.count == 2 ? String(parts[0]) : nil
                let space = xmlSearchNs(element.pointee.doc, element, prefix)
                if string(space?.pointee.href) == AlertMessage.namespace {
                    named.append(
                        MarkupSchema.Finding(
                            kind: .attribute, line: max(1, Int(xmlGetLineNo(element))),
                            element: string(element.pointee.name), detail: "xsi:type"))
                }
            default: break
            }
        }
        for child in sequence(first: element.pointee.children, next: { $0?.pointee.next }).compactMap(\.self)
        where child.pointee.type == XML_ELEMENT_NODE {
            removeHints(child, &named)
        }
    }
}

extension String {
    /// Without the blanks of XML (space, tabulator, line ends) at both ends.
    var trimmingXMLBlanks: String {
        let isBlank: (Unicode.Scalar) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" }
        let rest = unicodeScalars.drop(while: isBlank)
        guard let last = rest.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(rest[...last])
    }

    /// What stands between the blanks of XML (space, tabulator, line ends).
    var xmlWords: [String] {
        unicodeScalars.split { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" }.map { String($0) }
    }
}

// MARK: - Canonical bytes

extension MarkupDocument {
    /// The document in exclusive canonical form (W3C, 2002), without comments and without the first signature below the root:
    /// what an enveloped signature signs. Nil when the library cannot write it, for a relative namespace for instance.
    func canonicalWithoutSignature() -> [UInt8]? {
        canonical(Selection(node: signature, isKept: false))
    }

    /// The `SignedInfo` of the first signature below the root in exclusive canonical form; nil when there is none.
    func canonicalSignedInfo() -> [UInt8]? {
        guard let signature, let signed = MarkupDocument.child(of: signature, "SignedInfo") else { return nil }
        return canonical(Selection(node: signed, isKept: true))
    }

    private var signature: xmlNodePtr? {
        xmlDocGetRootElement(document).flatMap { MarkupDocument.child(of: $0, "Signature") }
    }

    private static func child(of element: xmlNodePtr, _ name: String) -> xmlNodePtr? {
        sequence(first: element.pointee.children, next: { $0?.pointee.next }).compactMap(\.self).first {
            $0.pointee.type == XML_ELEMENT_NODE && string($0.pointee.name) == name
                && string($0.pointee.ns?.pointee.href) == signatures
        }
    }

    /// A branch of the tree that is kept alone or left out.
    private struct Selection {
        let node: xmlNodePtr?
        let isKept: Bool
    }

    private func canonical(_ selection: Selection) -> [UInt8]? {
        guard let store = xmlBufferCreate() else { return nil }
        defer { xmlBufferFree(store) }
        guard let output = xmlOutputBufferCreateBuffer(store, nil) else { return nil }
        let written = withUnsafePointer(to: selection) { pointer in
            xmlC14NExecute(
                document,
                { context, node, parent in
                    guard let context, let node else { return 1 }
                    let selection = context.assumingMemoryBound(to: Selection.self).pointee
                    // A namespace is no node: its element is the parent. Attributes follow theirs.
                    let isOwn =
                        node.pointee.type == XML_NAMESPACE_DECL || node.pointee.type == XML_ATTRIBUTE_NODE
                    var current = isOwn ? parent : node
                    while let here = current {
                        if here == selection.node { return selection.isKept ? 1 : 0 }
                        if here.pointee.type == XML_DOCUMENT_NODE { break }
                        current = here.pointee.parent
                    }
                    return selection.isKept ? 0 : 1
                }, UnsafeMutableRawPointer(mutating: UnsafeRawPointer(pointer)), Int32(XML_C14N_EXCLUSIVE_1_0.rawValue),
                nil, 0, output)
        }
        guard xmlOutputBufferClose(output) >= 0, written >= 0, let content = xmlBufferContent(store) else { return nil }
        return Array(UnsafeBufferPointer(start: content, count: Int(xmlBufferLength(store))))
    }
}
