public import Accord
public import Series

extension Node {
    /// What was due from one moment to another and what became of it, by everything that this node holds.
    ///
    /// Linear in the entries of all lanes.
    ///
    /// - Parameter now: the node's clock; nil in a replay, whose lanes are complete until their last signature.
    /// - Throws: when the store cannot be read, or lacks what it names itself.
    public nonisolated func complianceReport(
        from: Instant, until: Instant, now: Instant?
    ) throws -> ComplianceReport {
        let stored = StoredEvidence(database: database, agreement: configuration.agreement)
        let evidence = try stored.lanes()
        let manifest = try stored.manifest(of: evidence, from: from, until: until, now: now)
        return try compliance(of: configuration.agreement, under: manifest, evidence: evidence)
    }
}
