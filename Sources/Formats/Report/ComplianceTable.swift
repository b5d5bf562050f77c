public import Accord
import Series

extension ComplianceReport {
    /// The rows as CSV (RFC 4180, UTF-8, comma, line feed): one a provision, series, reader and period.
    ///
    /// Empty means there is none. The last column names the evidence manifest of every row.
    public var csv: String {
        let counts = ComplianceStanding.allCases.map(\.column)
        let header =
            ["clause", "provider", "series", "reader", "period", "zone", "due"] + counts + [
                "delivered", "corrected", "withdrawn", "estimated", "skewed", "readings", "late_median_s",
                "late_worst_s",
                "lane", "first_entry", "last_entry", "clocks", "first_receipt_reader", "first_receipt_time",
                "first_receipt_size", "last_receipt_reader", "last_receipt_time", "last_receipt_size", "simulated",
                "illustrative", "manifest_sha256",
            ]
        let zones = Dictionary(uniqueKeysWithValues: provisions.map { ($0.provision.clause, $0.zone) })
        let ending = ["\(manifest.isSimulated)", "\(agreement.isIllustrative)", manifest.fingerprint]
        let lines = rows.map { row in
            (row.beginning(zone: zones[row.clause]) + row.counts.fields + row.evidence.fields + ending)
                .map(quoted).joined(separator: ",")
        }
        return ([header.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
    }
}

extension ComplianceRow {
    fileprivate func beginning(zone: NamedZone?) -> [String] {
        [
            clause, provider?.text ?? "", series, reader.text, period.description, zone?.offset.description ?? "",
            "\(counts.due)",
        ]
    }
}

extension ComplianceCounts {
    fileprivate var fields: [String] {
        ComplianceStanding.allCases.map { "\(count($0))" } + [
            "\(delivered)", "\(corrected)", "\(withdrawn)", "\(estimated)", "\(skewed)", "\(readings)",
            medianLate.map { "\($0)" } ?? "", worstLate.map { "\($0)" } ?? "",
        ]
    }
}

extension RowEvidence {
    fileprivate var fields: [String] {
        [
            lane ?? "", entries.map { "\($0.lowerBound)" } ?? "", entries.map { "\($0.upperBound)" } ?? "",
            clocks.map(\.text).joined(separator: " "),
        ] + receiptFields(receipts.first) + receiptFields(receipts.last)
    }

    private func receiptFields(_ receipt: ReceiptEvidence?) -> [String] {
        guard let receipt else { return ["", "", ""] }
        return [receipt.reader.text, receipt.time.iso8601(), "\(receipt.size)"]
    }
}
