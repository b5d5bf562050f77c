import Accord
import Formats
import NodeCore
import Series

extension World {
    /// Two nodes make the same report, byte for byte, from the manifest that one of them has written.
    func examineReports() throws {
        guard !federation.parties.contains(where: { isEvil($0, .forking, .oversharing) }) else { return }
        let (writer, other) = (federation.parties[0], federation.parties[1])
        guard let written = seats[writer]?.node?.storedEvidence, let held = seats[other]?.node?.storedEvidence else {
            return
        }
        let shared = try written.lanes(sharedWith: [other])
        let manifest = try written.manifest(
            of: shared, from: World.start - 7200, until: clock.now + 7200, now: clock.now)
        do {
            let first = try compliance(of: agreement, under: manifest, evidence: shared)
            let second = try compliance(of: agreement, under: manifest, evidence: try held.lanes())
            guard first.json.canonicalText == second.json.canonicalText else {
                throw BrokenInvariant(
                    invariant: .reportsAreEqual, party: other, detail: "another report than \(writer)'s")
            }
            count("equal reports")
        } catch let refusal as EvidenceRefusal {
            throw BrokenInvariant(invariant: .reportsAreEqual, party: other, detail: "lacks evidence: \(refusal)")
        }
    }
}
