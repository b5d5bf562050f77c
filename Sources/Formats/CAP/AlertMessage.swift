public import Series

/// A text of a message with its place: blanks at both ends are left out, because senders break lines within polygons and codes.
public struct AlertField: Hashable, Sendable {
    /// The text; may be empty.
    public let text: String
    /// The line of the element, from 1.
    public let line: Int

    init(_ node: MarkupNode) {
        text = node.text.trimmingXMLBlanks
        line = node.line
    }

    init(text: String, line: Int) {
        self.text = text
        self.line = line
    }
}

/// A name with a value: an event code, a parameter, a geocode.
public struct AlertNamedValue: Hashable, Sendable {
    /// What kind of value it is.
    public let name: String
    /// The value.
    public let value: String
    /// The line, from 1.
    public let line: Int

    init(_ node: MarkupNode) {
        name = node.all("valueName").first?.text.trimmingXMLBlanks ?? ""
        value = node.all("value").first?.text.trimmingXMLBlanks ?? ""
        line = node.line
    }
}

/// A part of a message that has fields by name, as the standard calls them.
public protocol AlertPart {
    /// The element.
    var node: MarkupNode { get }
}

extension AlertPart {
    /// The first element of a name, empty ones included; nil when there is none.
    public func field(_ name: String) -> AlertField? { node.all(name).first.map { AlertField($0) } }

    /// All elements of a name.
    public func fields(_ name: String) -> [AlertField] { node.all(name).map { AlertField($0) } }

    /// All elements of a name that hold a name and a value.
    public func values(_ name: String) -> [AlertNamedValue] { node.all(name).map { AlertNamedValue($0) } }

    /// The text of the first element of a name that is not empty.
    public func text(_ name: String) -> String? { field(name).flatMap { $0.text.isEmpty ? nil : $0.text } }

    /// The time of the first element of a name; nil when it is absent or of no valid form.
    public func time(_ name: String) -> AlertTime? { field(name).flatMap { AlertTime($0.text) } }

    /// Where it begins, from 1.
    public var line: Int { node.line }
}

/// A message of the Common Alerting Protocol 1.2 (OASIS, 2010) as it was read, valid or not.
public struct AlertMessage: AlertPart, Hashable, Sendable {
    /// The namespace of version 1.2.
    public static let namespace = "urn:oasis:names:tc:emergency:cap:1.2"

    /// The element `alert`.
    public let node: MarkupNode

    /// The message of a document; nil when its root is no alert of version 1.2.
    public init?(_ root: MarkupNode) {
        guard root.name == "alert", root.namespace == AlertMessage.namespace else { return nil }
        node = root
    }

    /// Reads a message from its bytes; nil when the document is none of version 1.2.
    public init?(_ bytes: [UInt8], bounds: MarkupBounds = MarkupBounds()) throws(MarkupRefusal) {
        self.init(try MarkupDocument(bytes, bounds: bounds).root)
    }

    /// The blocks, as a rule one a language.
    public var infos: [AlertInfo] { node.all("info").map { AlertInfo(node: $0) } }

    /// What the message refers to, in its order; tokens that are no reference are left out.
    public var references: [AlertReference] { referenceTokens.compactMap { AlertReference($0) } }

    /// The words of `references`.
    var referenceTokens: [String] {
        fields("references").flatMap(\.text.xmlWords)
    }

    /// How others refer to it; nil when sender, identifier or time is unusable.
    public var reference: AlertReference? {
        guard let sender = text("sender"), let identifier = text("identifier"), let sent = text("sent") else {
            return nil
        }
        return AlertReference("\(sender),\(identifier),\(sent)")
    }
}

/// An info block.
public struct AlertInfo: AlertPart, Hashable, Sendable {
    /// The element.
    public let node: MarkupNode

    /// The language; where it is not stated, American English by the standard.
    public var language: String { text("language") ?? "en-US" }

    /// The areas.
    public var areas: [AlertArea] { node.all("area").map { AlertArea(node: $0) } }

    /// The resources.
    public var resources: [AlertResource] { node.all("resource").map { AlertResource(node: $0) } }
}

/// An area of an info block.
public struct AlertArea: AlertPart, Hashable, Sendable {
    /// The element.
    public let node: MarkupNode
}

/// A picture or file of an info block.
public struct AlertResource: AlertPart, Hashable, Sendable {
    /// The element.
    public let node: MarkupNode
}

/// A reference to a message: `sender,identifier,sent`.
public struct AlertReference: Hashable, Sendable, CustomStringConvertible {
    /// Who sent it.
    public let sender: String
    /// Its identifier.
    public let identifier: String
    /// When it was sent, as written.
    public let sent: String
    /// When it was sent.
    public let time: Instant

    /// Reads a reference; nil when it has not three parts, one of them is empty, or the time has no valid form.
    public init?(_ text: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, !parts[1].isEmpty, let time = AlertTime(String(parts[2])) else {
            return nil
        }
        sender = String(parts[0])
        identifier = String(parts[1])
        sent = String(parts[2])
        self.time = time.instant
    }

    /// As it stands in a message.
    public var description: String { "\(sender),\(identifier),\(sent)" }

    /// Whether both mean the same message, however the time is written.
    public func isSame(as other: AlertReference) -> Bool {
        sender == other.sender && identifier == other.identifier && time == other.time
    }
}

extension AlertMessage {
    /// The block that a reader should see: in the reader's language, else in any variety of it, else English, else the first.
    public func info(for language: Language) -> AlertInfo? {
        let all = infos
        func first(_ isRight: (String) -> Bool) -> AlertInfo? { all.first { isRight($0.language.lowercased()) } }
        let wanted = language.alertLanguage.lowercased()
        return first { $0 == wanted } ?? first { $0.hasPrefix(wanted.prefix(2)) } ?? first { $0.hasPrefix("en") }
            ?? all.first
    }
}
