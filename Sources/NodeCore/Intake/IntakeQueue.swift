public import Series

/// Lets many hands bring single readings at once: those that come while a transaction is under way share the next one.
///
/// Each is answered when the transaction that holds it, its lane entry and the signed checkpoint is durable. The first of an
/// idle queue waits for nobody.
public actor IntakeQueue {
    /// At most that many readings wait; a further one is answered when there is room.
    static let capacity = 20_000
    /// At most that many share a transaction.
    static let largestBatch = 5_000

    private struct Waiting {
        let reading: ReceivedObservation
        let answer: CheckedContinuation<IntakeOutcome, any Error>
    }

    private let node: Node
    private var waiting: [Waiting] = []
    private var isCommitting = false

    /// Makes the queue of a node.
    public init(of node: Node) {
        self.node = node
    }

    /// Takes one reading in and answers when it is durable.
    ///
    /// - Throws: what the store throws for the whole transaction; nothing of it is kept then.
    public func receive(_ reading: ReceivedObservation) async throws -> IntakeOutcome {
        while waiting.count >= IntakeQueue.capacity { await Task.yield() }
        return try await withCheckedThrowingContinuation { answer in
            waiting.append(Waiting(reading: reading, answer: answer))
            guard !isCommitting else { return }
            isCommitting = true
            Task { await commitAll() }
        }
    }

    private func commitAll() async {
        while !waiting.isEmpty {
            let batch = Array(waiting.prefix(IntakeQueue.largestBatch))
            waiting.removeFirst(batch.count)
            do {
                let outcomes = try await node.receive(batch.map(\.reading))
                for (item, outcome) in zip(batch, outcomes) { item.answer.resume(returning: outcome) }
            } catch {
                for item in batch { item.answer.resume(throwing: error) }
            }
        }
        isCommitting = false
    }
}
