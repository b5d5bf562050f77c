import Foundation
import Storage
import Testing

@Suite struct FileFolderTests {
    @Test(.enabled(if: geteuid() == 0, "only the superuser writes as others"))
    func `what the superuser writes into another user's folder belongs to that user`() throws {
        let place = FileManager.default.temporaryDirectory.appending(path: "riparian-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        let path = place.path(percentEncoded: false)
        #expect(chown(path, 12_345, 12_346) == 0)
        try FileFolder(path: path).write("node.yaml", [1, 2, 3])
        let facts = try FileManager.default.attributesOfItem(atPath: path + "/node.yaml")
        #expect(facts[.ownerAccountID] as? Int == 12_345 && facts[.groupOwnerAccountID] as? Int == 12_346)
    }
}
