import Foundation

/// Work that makes its thread wait: other programs, libraries that block. The threads that serve everybody are not for it.
public enum OwnThread {
    /// Does work on a thread of its own, and waits for it without holding one.
    ///
    /// - Throws: what the work throws.
    public static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
        }
    }

    /// Does work that cannot fail.
    public static func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: work()) }
        }
    }
}
