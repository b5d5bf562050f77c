import Accord
import Crypto

extension Node {
    /// Keeps a file that shows something, under its SHA-256; the same bytes are kept once.
    ///
    /// - Returns: the digest, 64 hexadecimal digits.
    public func keep(file bytes: [UInt8]) throws -> String {
        let digest = hexadecimal(SHA256.hash(data: bytes))
        let path = "files/\(digest)"
        if try effects.disk.read(path) == nil { try effects.disk.write(path, bytes) }
        return digest
    }

    /// A kept file whose bytes still have that digest; nil where there is none.
    public func keptFile(_ digest: String) throws -> [UInt8]? {
        guard EvidenceStatement.isDigest(digest), let bytes = try effects.disk.read("files/\(digest)"),
            hexadecimal(SHA256.hash(data: bytes)) == digest
        else { return nil }
        return bytes
    }
}
