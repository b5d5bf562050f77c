import Accord
import Formats
import Series

/// A small agreement that nobody has made, for tests that change it.
enum InventedAgreement {
    static let text = """
        schema: riparian-agreement-1
        id: invented
        title: {vi: "Thử", zh: "试", en: "Test"}
        in_force: {from: "2024-01-01", until: "2025-01-01", zone: beijing}
        zones:
          beijing: "+08:00"
        parties:
          - {id: cn-yunnan, role: signatory}
          - {id: vn-lao-cai}
        provisions:
          - clause: "1"
            kind: share
            field: water
            text: {vi: "một", zh: "一", en: "one"}
            series: [cn-yunnan/manhao/stage]
            readers: [vn-lao-cai]
            season: {from: "06-01", to: "10-31", zone: beijing}
            rhythm:
              clock:
                - {deadline: "09:00", zone: beijing, covers: {from: "previous-day 21:00", to: "same-day 08:00"}}
            deadline_minutes: 60
            rounding: 0.01
            redistribution: none
            responsible: [{party: cn-yunnan}]
          - clause: "2"
            kind: notice
            field: water
            text: {vi: "hai", zh: "二", en: "two"}
            notice: {event: planned-release, hours_before: 24}

        """

    /// The document with one passage replaced.
    static func text(_ passage: String, _ replacement: String) -> String {
        text.replacing(passage, with: replacement, maxReplacements: 1)
    }

    static func read(_ text: String) -> AgreementReading {
        readAgreement(
            Array(text.utf8), file: "invented.yaml", stations: Set(["manhao"].compactMap { StationID($0) }))
    }
}
