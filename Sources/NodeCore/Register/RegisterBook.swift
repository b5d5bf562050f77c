import Accord
import Series
import Storage

/// The register as the store has it: acts count in the order of their times, and one that speaks of something unknown waits until
/// that has come in.
struct RegisterBook {
    private(set) var register: Register
    /// Acts that speak of something that is not here.
    private(set) var waiting: [RegisterRecord] = []
    /// The latest acts, latest last.
    private(set) var history: [RegisterRecord] = []

    /// Acts that are kept for the history at most.
    private static let historyLimit = 5_000

    /// Which state of the store it holds.
    var version: Int64

    /// Makes the register of kept acts, in order.
    ///
    /// - Parameter succession: who follows a party that exists no more.
    init(_ rows: [RegisterActRow], version: Int64, succession: [PartyID: PartyID]) {
        self.version = version
        register = Register(succession: succession)
        for row in rows {
            guard let act = RegisterDocument.act(row.document) else { continue }
            add(RegisterRecord(party: row.party, number: row.number, at: row.at, person: row.person, act: act))
        }
    }

    /// Adds an act that is later than every other.
    mutating func add(_ record: RegisterRecord) {
        guard take(record) else {
            waiting.append(record)
            return
        }
        // What waited for it can follow, in its own order.
        var isMoving = !waiting.isEmpty
        while isMoving {
            isMoving = false
            for (place, late) in waiting.enumerated() where take(late) {
                waiting.remove(at: place)
                isMoving = true
                break
            }
        }
    }

    private mutating func take(_ record: RegisterRecord) -> Bool {
        guard (try? register.add(record)) != nil else { return false }
        history.append(record)
        if history.count > RegisterBook.historyLimit {
            history.removeFirst(history.count - RegisterBook.historyLimit / 2)
        }
        return true
    }
}
