import Crypto
/// Stub.
func stub() -> Int { SHA256.byteCount }
