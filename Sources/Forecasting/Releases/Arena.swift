/// Memory for the numbers of a solve, given back when the solve ends.
///
/// The inner loops of the planner run over places that ``BlockStructure`` has laid down; plain pointers keep the checks of
/// arrays out of them. Nothing outside the solve sees a pointer.
struct Arena: ~Copyable {
    private var pieces: [UnsafeMutableRawPointer] = []

    /// A copy of an array.
    mutating func copy<Value: BitwiseCopyable>(_ values: [Value]) -> UnsafePointer<Value> {
        let piece = allocate(values.count, of: Value.self)
        values.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { piece.initialize(from: base, count: source.count) }
        }
        return UnsafePointer(piece)
    }

    /// Space for some values, filled.
    mutating func make<Value>(_ count: Int, filledWith value: Value) -> UnsafeMutablePointer<Value> {
        let piece = allocate(count, of: Value.self)
        piece.initialize(repeating: value, count: count)
        return piece
    }

    private mutating func allocate<Value>(_ count: Int, of type: Value.Type) -> UnsafeMutablePointer<Value> {
        let size = max(count, 1) * MemoryLayout<Value>.stride
        let raw = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        pieces.append(raw)
        return raw.bindMemory(to: type, capacity: max(count, 1))
    }

    deinit { for piece in pieces { piece.deallocate() } }
}

/// The rows and the structure of a program, laid out for the inner loops.
struct ProgramTables {
    let privateCount, sharedCount, rows, bounds, hinges, size, denseStart: Int
    let starts, variables, boundStarts, hingeStarts: UnsafePointer<Int32>
    let coefficients, linear, quadratic, boundSigns, boundLimits, hingeLevels, hingeSlopes: UnsafePointer<Double>
    let columnStarts, columnRows, pairStarts, pairPlaces, updatePlaces: UnsafePointer<Int32>
    let pairProducts: UnsafePointer<Double>
    /// 1 / quadratic, 0 where there is no square.
    let inverseQuadratic: UnsafePointer<Double>
    /// Largest change that a plan can make to a private variable.
    let ranges: UnsafePointer<Double>
    /// The variables of the peaks.
    let peaks: [Int]

    init(_ source: CascadeRows, _ structure: BlockStructure, ranges: [Double], peaks: [Int], in arena: inout Arena) {
        privateCount = source.privateCount
        sharedCount = source.sharedCount
        rows = source.count
        bounds = source.bounds
        hinges = source.hinges
        size = structure.size
        denseStart = structure.denseStart
        starts = arena.copy(source.starts)
        variables = arena.copy(source.variables)
        boundStarts = arena.copy(source.boundStarts)
        hingeStarts = arena.copy(source.hingeStarts)
        coefficients = arena.copy(source.coefficients)
        linear = arena.copy(source.linear)
        quadratic = arena.copy(source.quadratic)
        inverseQuadratic = arena.copy(source.quadratic.map { $0 > 0 ? 1 / $0 : 0 })
        boundSigns = arena.copy(source.boundSigns)
        boundLimits = arena.copy(source.boundLimits)
        hingeLevels = arena.copy(source.hingeLevels)
        hingeSlopes = arena.copy(source.hingeSlopes)
        columnStarts = arena.copy(structure.columnStarts)
        columnRows = arena.copy(structure.rowsOfColumns)
        pairStarts = arena.copy(structure.rowPairStarts)
        pairPlaces = arena.copy(structure.rowPlaces)
        pairProducts = arena.copy(structure.rowProducts)
        updatePlaces = arena.copy(structure.updatePlaces)
        self.ranges = arena.copy(ranges)
        self.peaks = peaks
    }
}
