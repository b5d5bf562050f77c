import Formats

/// A message of two languages that breaks no rule, and changes to it.
struct SampleAlert {
    /// The message, one element a line.
    static let text = """
        <?xml version="1.0" encoding="UTF-8"?>
        <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
        <identifier>urn:oid:2.49.0.1.704.9.2026.8.20.9.0.0</identifier>
        <sender>duty@laocai.example</sender>
        <sent>2026-08-20T09:00:00+07:00</sent>
        <status>Exercise</status>
        <msgType>Alert</msgType>
        <scope>Public</scope>
        <note>drill of the two banks</note>
        \(info("vi-VN", "Lũ trên sông Thao", "Có khả năng vượt báo động III", "Thành phố Lào Cai"))
        \(info("zh-CN", "红河洪水", "水位可能超过三级警戒", "老街市"))
        </alert>

        """

    /// A block.
    static func info(_ language: String, _ event: String, _ headline: String, _ area: String) -> String {
        """
        <info>
        <language>\(language)</language>
        <category>Met</category>
        <event>\(event)</event>
        <responseType>Prepare</responseType>
        <urgency>Expected</urgency>
        <severity>Severe</severity>
        <certainty>Likely</certainty>
        <eventCode><valueName>riparian:event</valueName><value>river-flood</value></eventCode>
        <onset>2026-08-20T20:00:00+07:00</onset>
        <expires>2026-08-21T09:00:00+07:00</expires>
        <headline>\(headline)</headline>
        <area><areaDesc>\(area)</areaDesc><polygon>22.45,103.95 22.52,103.95 22.52,104.02 22.45,104.02 22.45,103.95</polygon></area>
        </info>
        """
    }

    /// The bytes after the first place of each text was replaced by another; with `everywhere` each place.
    static func bytes(_ changes: [(String, String)] = [], everywhere: Bool = true) -> [UInt8] {
        var text = text
        for (old, new) in changes { text = text.replacing(old, with: new, maxReplacements: everywhere ? .max : 1) }
        return Array(text.utf8)
    }

    /// What the check says under a profile.
    static func check(
        _ changes: [(String, String)] = [], everywhere: Bool = true, profile: String = AlertProfile.standard
    ) throws -> AlertCheck {
        checkAlert(bytes(changes, everywhere: everywhere), profile: try AlertProfile(named: profile))
    }
}
