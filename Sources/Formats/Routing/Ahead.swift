/// A value that is made beside the thread that will want it.
///
/// Unchecked: the result is written before the wait ends.
public final class Ahead<Value: Sendable, Failure: Error>: @unchecked Sendable {
    private var result: Result<Value, Failure>?
    private var wait: @Sendable () -> Void = {}

    /// Begins to make the value.
    ///
    /// - Parameter aside: what runs the body.
    public init(_ aside: Aside, _ body: @escaping @Sendable () throws(Failure) -> Value) {
        wait = aside { [self] in result = Result(catching: body) }
    }

    /// Waits for the value.
    public func value() throws(Failure) -> Value {
        wait()
        guard let result else { preconditionFailure("what runs a body has run it when it is waited for") }
        return try result.get()
    }
}
