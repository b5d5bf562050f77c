import GRDB
/// Stub.
func stub() -> String { "\(DatabaseQueue.self)" }
