public import Accord
import Series

extension ComplianceReport {
    /// The document: keys sorted, times ISO 8601 in UTC, lengths of time in seconds, the manifest as it stands.
    public var json: JSONValue {
        [
            "agreement": [
                "id": .string(agreement.id.text), "identity": .string(agreement.identity.description),
                "illustrative": .bool(agreement.isIllustrative), "title": agreement.title.json,
            ],
            "simulated": .bool(manifest.isSimulated),
            "manifest": manifest.json, "manifest_sha256": .string(manifest.fingerprint),
            "provisions": .array(provisions.map(\.json)), "parties": .array(parties.map(\.json)),
            "rows": .array(rows.map(\.json)), "findings": .array(findings.map(\.json)),
        ]
    }
}

extension LocalizedText {
    var json: JSONValue { ["vi": .string(vi), "zh": .string(zh), "en": .string(en)] }
}

extension ComplianceCounts {
    /// The counts by the names of the report's columns.
    var members: [String: JSONValue] {
        var members: [String: JSONValue] = [
            "due": .integer(due), "delivered": .integer(delivered), "corrected": .integer(corrected),
            "withdrawn": .integer(withdrawn), "estimated": .integer(estimated), "skewed": .integer(skewed),
            "readings": .integer(readings), "late_median_s": medianLate.json, "late_worst_s": worstLate.json,
        ]
        for standing in ComplianceStanding.allCases { members[standing.column] = .integer(count(standing)) }
        return members
    }
}

extension ComplianceStanding {
    /// The name of its column and key: `on_time` for `on-time`.
    var column: String { rawValue.split(separator: "-").joined(separator: "_") }
}

extension Int64? {
    fileprivate var json: JSONValue { map { .number(Double($0)) } ?? .null }
}

extension ComplianceRow {
    fileprivate var json: JSONValue {
        var members = counts.members
        members["clause"] = .string(clause)
        members["provider"] = .optional(provider?.text)
        members["series"] = .string(series)
        members["reader"] = .string(reader.text)
        members["period"] = .string(period.description)
        members["evidence"] = [
            "lane": .optional(evidence.lane), "first_entry": entry(evidence.entries?.lowerBound),
            "last_entry": entry(evidence.entries?.upperBound),
            "clocks": .array(evidence.clocks.map { .string($0.text) }),
            "first_receipt": evidence.receipts.first?.json ?? .null,
            "last_receipt": evidence.receipts.last?.json ?? .null,
        ]
        return .object(members)
    }
}

extension ComplianceFinding {
    fileprivate var json: JSONValue {
        [
            "clause": .string(clause), "provider": .optional(provider?.text), "series": .string(series),
            "reader": .string(reader.text), "standing": .string(standing.rawValue), "count": .integer(count),
            "first_observed": .string(observed.lowerBound.iso8601()),
            "last_observed": .string(observed.upperBound.iso8601()),
            "first_due": .optional(due?.lowerBound.iso8601()), "last_due": .optional(due?.upperBound.iso8601()),
            "lane": .optional(lane), "first_entry": entry(entries?.lowerBound),
            "last_entry": entry(entries?.upperBound),
            "late_worst_s": worstLate.json, "receipt": receipt?.json ?? .null, "other_receipt": other?.json ?? .null,
            "reason": reason.map { reason -> JSONValue in
                [
                    "clause": .string(reason.clause), "lane": .optional(reason.lane), "entry": entry(reason.index),
                ]
            } ?? .null,
        ]
    }
}

extension ProvisionState {
    fileprivate var json: JSONValue {
        var members = counts.members
        members["clause"] = .string(provision.clause)
        members["kind"] = .string(provision.kind.rawValue)
        members["field"] = .string(provision.field.rawValue)
        members["text"] = provision.text.json
        members["word"] = .string(word.rawValue)
        members["zone"] = ["name": .string(zone.name), "offset": .string(zone.offset.description)]
        members["unknown_terms"] = .array(provision.undisclosed.map { .string($0.rawValue) })
        members["target"] =
            provision.target.map { target -> JSONValue in
                ["value": .number(target.value), "by": .optional(target.by?.description)]
            } ?? .null
        members["indicators"] = .array(
            indicators.map { state in
                [
                    "series": .string(state.series.description), "value": .number(state.value),
                    "observed": .string(state.observed.iso8601()), "known": .string(state.known.rawValue),
                    "reached": .bool(state.isReached), "lane": .string(state.lane), "entry": .integer(state.index),
                ]
            })
        members["notices"] = .array(
            notices.map { state in
                [
                    "provider": .string(state.provider.text), "lane": .string(state.lane),
                    "entry": .integer(state.index), "event": .string(state.event.rawValue),
                    "issued": .string(state.issued.iso8601()), "from": .string(state.from.iso8601()),
                ]
            })
        return .object(members)
    }
}

extension PartyState {
    fileprivate var json: JSONValue {
        [
            "party": .string(party.text), "joined": .bool(isJoined), "provided": .object(provided.members),
            "received": .object(received.members),
        ]
    }
}

private func entry(_ index: Int?) -> JSONValue { index.map { .integer($0) } ?? .null }
