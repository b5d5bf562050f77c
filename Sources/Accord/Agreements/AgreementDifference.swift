/// What one document says otherwise than another, term by term.
public struct AgreementDifference: Hashable, Sendable {
    /// One term that differs.
    public struct Change: Hashable, Sendable {
        /// Where it stands, for example `rhythm.every_minutes` or `parties[cn-yunnan].role`.
        public let path: String
        /// What the first document says; nil where it says nothing.
        public let before: JSONValue?
        /// What the second document says; nil where it says nothing.
        public let after: JSONValue?
    }

    /// A provision that both documents have, with what differs.
    public struct ChangedProvision: Hashable, Sendable {
        /// Its clause in the first document.
        public let before: String
        /// Its clause in the second document.
        public let after: String
        /// Whether the second document says that it continues the first one's provision; else the clause ids are equal.
        public let isContinued: Bool
        /// What differs, by path.
        public let changes: [Change]
    }

    /// The identities of the two documents.
    public let identities: [AgreementIdentity]
    /// The identity that the second document amends; nil when it amends none.
    public let amended: AgreementIdentity?
    /// What differs outside the provisions, by path.
    public let general: [Change]
    /// The provisions that both have and that differ, or continue each other, in the order of the second document.
    public let provisions: [ChangedProvision]
    /// The clauses that only the second document has, in its order.
    public let added: [String]
    /// The clauses that only the first document has, in its order.
    public let removed: [String]

    /// Whether the two are the same document.
    public var isEmpty: Bool { identities[0] == identities[1] }

    /// Whether the second document says that it amends the first one.
    public var amendsTheFirst: Bool { amended == identities[0] }
}

/// An agreement with the parsed document that it was read from.
public struct AgreementText: Hashable, Sendable {
    /// What it says.
    public let agreement: Agreement
    /// The document whose canonical text is its identity.
    public let document: JSONValue

    /// Makes a pair; that the agreement was read from the document is the caller's word.
    public init(agreement: Agreement, document: JSONValue) {
        self.agreement = agreement
        self.document = document
    }

    /// The provisions of the document, by clause.
    fileprivate var provisions: [String: JSONValue] {
        guard case .object(let members) = document, case .array(let items)? = members["provisions"] else { return [:] }
        var provisions: [String: JSONValue] = [:]
        for item in items {
            if case .object(let fields) = item, case .string(let clause)? = fields["clause"] {
                provisions[clause] = item
            }
        }
        return provisions
    }

    /// The document without its provisions.
    fileprivate var rest: JSONValue {
        guard case .object(var members) = document else { return document }
        members["provisions"] = nil
        return .object(members)
    }

    /// The clauses of both documents where those that stand in both have changed places.
    private func reordering(in later: AgreementText) -> [AgreementDifference.Change] {
        let (old, new) = (agreement.provisions.map(\.clause), later.agreement.provisions.map(\.clause))
        if isSameOrder(old, new) { return [] }
        func list(_ clauses: [String]) -> JSONValue { .array(clauses.map { .string($0) }) }
        return [AgreementDifference.Change(path: "provisions", before: list(old), after: list(new))]
    }

    /// What a later document says otherwise.
    ///
    /// A provision is compared with the one that it says it continues, else with the one of its clause id.
    public func difference(to later: AgreementText) -> AgreementDifference {
        let (old, new) = (provisions, later.provisions)
        var partner: [String: String] = [:]
        for provision in later.agreement.provisions {
            guard let lineage = provision.continues, lineage.agreement == agreement.id, old[lineage.clause] != nil,
                lineage.identity.map({ $0 == agreement.identity }) ?? true
            else { continue }
            partner[provision.clause] = lineage.clause
        }
        let continued = Set(partner.values)
        var changed: [AgreementDifference.ChangedProvision] = []
        var added: [String] = []
        var met = continued
        for provision in later.agreement.provisions {
            let clause = provision.clause
            let isContinued = partner[clause] != nil
            guard let before = partner[clause] ?? (continued.contains(clause) ? nil : clause), let first = old[before],
                let second = new[clause]
            else {
                added.append(clause)
                continue
            }
            met.insert(before)
            let changes = first.changes(to: second)
            guard !changes.isEmpty else { continue }
            changed.append(
                AgreementDifference.ChangedProvision(
                    before: before, after: clause, isContinued: isContinued, changes: changes))
        }
        return AgreementDifference(
            identities: [agreement.identity, later.agreement.identity], amended: later.agreement.general.amends,
            general: rest.changes(to: later.rest) + reordering(in: later), provisions: changed, added: added,
            removed: agreement.provisions.map(\.clause).filter { !met.contains($0) })
    }
}

extension JSONValue {
    /// The terms in which two values differ, by path: objects by key, lists of items with an `id` by that, else whole.
    fileprivate func changes(to other: JSONValue, at path: String = "") -> [AgreementDifference.Change] {
        if self == other { return [] }
        if case .object(let old) = self, case .object(let new) = other {
            return JSONValue.changes(from: old, to: new) { path.isEmpty ? $0 : path + "." + $0 }
        }
        if let old = itemsByID, let new = other.itemsByID, isSameOrder(old.ids, new.ids) {
            return JSONValue.changes(from: old.items, to: new.items) { path + "[\($0)]" }
        }
        return [AgreementDifference.Change(path: path, before: self, after: other)]
    }

    private static func changes(
        from old: [String: JSONValue], to new: [String: JSONValue], path: (String) -> String
    ) -> [AgreementDifference.Change] {
        Set(old.keys).union(new.keys).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.flatMap { key in
            guard let before = old[key], let after = new[key] else {
                return old[key] == new[key]
                    ? [] : [AgreementDifference.Change(path: path(key), before: old[key], after: new[key])]
            }
            return before.changes(to: after, at: path(key))
        }
    }

    /// The items of a list by their `id`, and the ids in their order; nil for any other value.
    private var itemsByID: (ids: [String], items: [String: JSONValue])? {
        guard case .array(let items) = self else { return nil }
        var ids: [String] = []
        var byID: [String: JSONValue] = [:]
        for item in items {
            guard case .object(let fields) = item, case .string(let id)? = fields["id"],
                byID.updateValue(item, forKey: id) == nil
            else { return nil }
            ids.append(id)
        }
        return (ids, byID)
    }
}

/// Whether two lists have what stands in both in the same order.
private func isSameOrder(_ left: [String], _ right: [String]) -> Bool {
    left.filter(Set(right).contains) == right.filter(Set(left).contains)
}
