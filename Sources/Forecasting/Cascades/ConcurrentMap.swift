/// What a body makes of every index, in the order of the indices, on as many threads as the loop likes.
func concurrentMap<Value: Sendable>(
    _ count: Int, loop: ParallelLoop, _ body: @escaping @Sendable (Int) -> Value
) -> [Value] {
    guard count > 0 else { return [] }
    let places = UnsafeMutablePointer<Value>.allocate(capacity: count)
    let results = SeparatePlaces(places)
    loop(count) { index in results.set(index, body(index)) }
    let values = Array(UnsafeMutableBufferPointer(start: places, count: count))
    places.deinitialize(count: count)
    places.deallocate()
    return values
}

// Sendable although it holds a pointer: a parallel loop calls its body once for every index, so that no two write one place,
// and nobody reads before all are done.
private struct SeparatePlaces<Value>: @unchecked Sendable {
    private let places: UnsafeMutablePointer<Value>

    init(_ places: UnsafeMutablePointer<Value>) { self.places = places }

    func set(_ index: Int, _ value: Value) { (places + index).initialize(to: value) }
}
