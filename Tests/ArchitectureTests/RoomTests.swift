import Testing

/// The walls between the rooms stand in this repository.
struct RoomTests {
    private let tree = SourceTree.current

    @Test func `the manifest is understood and knows every room`() {
        for room in Rooms.visible.keys.sorted() {
            #expect(tree.manifest.dependencies[room] != nil, "Package.swift declares no target \(room)")
        }
        let unknown = Set(tree.sources.map(\.room)).subtracting(Rooms.visible.keys)
        #expect(unknown.isEmpty, "rooms without a line in Rooms.visible: \(unknown.sorted())")
    }

    @Test func `dependencies between rooms go down only`() {
        for (room, visible) in Rooms.visible.sorted(by: { $0.key < $1.key }) {
            let declared = tree.manifest.dependencies[room, default: []].intersection(Rooms.visible.keys)
            let upward = declared.subtracting(visible).sorted()
            #expect(
                upward.isEmpty,
                "Package.swift: \(room) must not see \(upward) - move what it needs down, or pass it in as a value")
        }
    }

    @Test func `a file imports only what its target declares`() { expectNone(tree.undeclaredImports()) }

    @Test func `pure rooms import other rooms and nothing else`() { expectNone(tree.impureImports()) }

    @Test func `no room imports what is closed to it`() { expectNone(tree.closedImports()) }

    @Test func `pure rooms know no clock, no chance and no concurrency`() { expectNone(tree.impureWords()) }

    @Test func `only the executable reads the clock`() { expectNone(tree.clockReadings()) }

    @Test func `folders of River build on those below them`() { expectNone(tree.upwardMentions()) }

    @Test func `every folder of River has its place in the order`() {
        let folders = Set(tree.sources(of: ["River"]).map(\.folder)).subtracting(Rooms.riverFolders + [""])
        #expect(folders.isEmpty, "folders without a place in Rooms.riverFolders: \(folders.sorted())")
    }
}
