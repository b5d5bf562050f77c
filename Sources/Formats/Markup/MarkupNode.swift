/// An element of an XML document that was read.
public struct MarkupNode: Hashable, Sendable {
    /// The name without its prefix.
    public let name: String
    /// The namespace; empty for none.
    public let namespace: String
    /// The line on which the element begins, from 1.
    public let line: Int
    /// The attributes by name without prefix, in the order of the document; declarations of namespaces are left out.
    public let attributes: [Attribute]
    /// Its own text, without that of its children; comments within are left out, CDATA is text.
    public let text: String
    /// The elements in it.
    public let children: [MarkupNode]

    /// An attribute.
    public struct Attribute: Hashable, Sendable {
        /// The name without its prefix.
        public let name: String
        /// The namespace; empty for none.
        public let namespace: String
        /// The value.
        public let value: String
    }

    /// The value of an attribute without a namespace.
    func attribute(_ name: String) -> String? {
        attributes.first { $0.name == name && $0.namespace.isEmpty }?.value
    }

    /// The elements of that name in the same namespace.
    func all(_ name: String) -> [MarkupNode] {
        children.filter { $0.name == name && $0.namespace == namespace }
    }

    /// How many elements of that name and namespace stand in it, itself included, at any depth.
    func count(_ name: String, in namespace: String) -> Int {
        children.reduce(self.name == name && self.namespace == namespace ? 1 : 0) { $0 + $1.count(name, in: namespace) }
    }
}
