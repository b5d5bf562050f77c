import Foundation

/// Memory of many megabytes in pages as large as the system has them: each page is asked for when it is first touched, and there are
/// five hundred times fewer.
enum LargeMemory {
    /// Bytes of a large page.
    private static let page = 1 << 21

    /// Memory for numbers, not written; of ``free(_:)``, and nothing else, to be handed back.
    static func allocate<Number>(capacity: Int) -> UnsafeMutablePointer<Number> {
        let size = max(1, capacity) * MemoryLayout<Number>.stride
        let isLarge = size >= 4 * page
        let whole = isLarge ? (size + page - 1) / page * page : size
        var found: UnsafeMutableRawPointer?
        let code = posix_memalign(&found, isLarge ? page : 64, whole)
        guard code == 0, let memory = found else { preconditionFailure("there is no memory for \(whole) bytes") }
        #if os(Linux)
            if isLarge { madvise(memory, whole, MADV_HUGEPAGE) }  // advice: where it is not taken, pages are small
        #endif
        return memory.bindMemory(to: Number.self, capacity: max(1, capacity))
    }

    /// Hands memory back.
    static func free<Number>(_ memory: UnsafeMutablePointer<Number>) { Foundation.free(memory) }
}
