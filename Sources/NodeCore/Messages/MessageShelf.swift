import Accord
import Series
import Storage

/// The latest messages of a node and every one that still holds, read once and then kept up: whoever delivers looks twice a
/// second, and nothing is read anew for that.
struct MessageShelf {
    /// Messages that are kept here at least, where there are as many.
    static let limit = 500

    /// Latest first.
    private(set) var messages: [KeptMessage] = []
    /// Up to where the store has been read; nil before the first time.
    private var marks: NodeDatabase.MessageMarks?

    /// Reads what has been added since it was read last, by another program too.
    mutating func keepUp(with database: NodeDatabase, at now: Instant) throws {
        let current = try database.messageMarks()
        guard current != marks else { return }
        if let marks, marks.step != current.step {
            let steps = try database.deliverySteps(after: marks.step, upTo: current.step)
            for (place, message) in messages.enumerated() {
                if let added = steps[message.number] { messages[place] = message.adding(added) }
            }
        }
        if marks?.message != current.message {
            let rows = try database.messages(
                after: marks?.message ?? 0, upTo: current.message, latest: MessageShelf.limit, orHoldingAt: now)
            messages.insert(
                contentsOf: try rows.compactMap { row in
                    KeptMessage(row, entries: try database.deliveries(of: row.number, upTo: current.step))
                }, at: 0)
        }
        marks = current
        trim(at: now)
    }

    private mutating func trim(at now: Instant) {
        guard messages.count > 2 * MessageShelf.limit else { return }
        messages = messages.enumerated().filter { $0.offset < MessageShelf.limit || $0.element.expires > now }.map(
            \.element)
    }
}
