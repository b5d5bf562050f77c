import Accord
import Foundation
import Series

/// What a node's `node.yaml` says about its peers.
enum NodeDescription {
    /// The pinned keys below `peers:`, as the composition wrote them; none where there is no such file.
    static func peers(in folder: String) throws -> [PartyID: VerifierKey] {
        let path = folder + "/node.yaml"
        guard let bytes = contents(path) else { return [:] }
        var peers: [PartyID: VerifierKey] = [:]
        var isInside = false
        for (number, line) in String(decoding: bytes, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false
        ).enumerated() {
            if !line.hasPrefix(" ") { isInside = line.hasPrefix("peers:") }
            guard isInside, line.hasPrefix("  "), let colon = line.firstIndex(of: ":") else { continue }
            let text = line[line.index(after: colon)...].trimmingCharacters(in: CharacterSet(charactersIn: " \""))
            guard let party = PartyID(line[..<colon].trimmingCharacters(in: .whitespaces)), let key = VerifierKey(text)
            else {
                throw CommandRefusal(
                    .usage, "no party and key (\(path):\(number + 1):3) - write  PARTY: \"NAME+HEX+BASE64\"")
            }
            peers[party] = key
        }
        return peers
    }
}
