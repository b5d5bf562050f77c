import Foundation
import Formats
import Series

/// Damaged alerts through the check: bytes, schema, rules.
struct AlertsBench: Benchmark {
    private let count: Int
    private let seed: UInt64
    private let documents: [[UInt8]]
    private let profile: AlertProfile

    /// - Parameters:
    ///   - count: documents in a repetition.
    ///   - files: what is damaged; a made alert where none are given.
    init(count: Int, files: [String], seed: UInt64) throws {
        self.count = count
        self.seed = seed
        documents = files.isEmpty ? [AlertsBench.made] : try files.map { try bytes(of: $0) }
        profile = try CapCommand.profile(AlertProfile.standard)
    }

    var unit: String { "alerts/s" }
    var size: String { "\(count) damaged copies of \(documents.count) alerts" }

    func run() async throws -> BenchSample {
        var damage = AlertDamage(seed: seed)
        var (findings, unparsed, slowest) = (0, 0, 0.0)
        let begin = ContinuousClock.now
        for index in 0..<count {
            let bytes = damage.next(of: documents[index % documents.count])
            let start = ContinuousClock.now
            let check = checkAlert(bytes, profile: profile)
            slowest = max(slowest, (ContinuousClock.now - start).inSeconds)
            findings += check.findings.count
            if check.schema == .unparsed { unparsed += 1 }
        }
        let seconds = (ContinuousClock.now - begin).inSeconds
        return BenchSample(
            value: Double(count) / seconds, checksum: Double(findings),
            details: ["slowest_s": slowest, "unparsed": Double(unparsed)])
    }

    private static let made: [UInt8] = {
        let info = """
            <info><language>vi-VN</language><category>Met</category><event>Lũ</event><urgency>Expected</urgency>\
            <severity>Severe</severity><certainty>Likely</certainty><expires>2026-08-21T09:00:00+07:00</expires>\
            <headline>Lũ trên sông Thao</headline><area><areaDesc>Lào Cai</areaDesc>\
            <polygon>22.45,103.95 22.52,103.95 22.52,104.02 22.45,103.95</polygon></area></info>
            """
        return Array(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <alert xmlns="\(AlertMessage.namespace)"><identifier>a.1</identifier><sender>a.example</sender>
            <sent>2026-08-20T09:00:00+07:00</sent><status>Exercise</status><msgType>Alert</msgType><scope>Public</scope>
            <note>drill</note>\(info)\(info.replacing("vi-VN", with: "zh-CN"))</alert>
            """.utf8)
    }()
}
