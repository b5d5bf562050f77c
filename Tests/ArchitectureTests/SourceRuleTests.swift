import Testing

/// The code of this repository is written as the rules say.
struct SourceRuleTests {
    private let tree = SourceTree.current

    @Test func `every declaration seen from another room says what it is`() {
        expectNone(tree.undocumentedDeclarations())
    }

    @Test func `a way around the compiler says why it is safe`() { expectNone(tree.unexplainedHatches()) }

    @Test func `a file has one subject and a function fits in the head`() { expectNone(tree.longPieces()) }

    @Test func `no file is empty`() { expectNone(tree.emptyFiles()) }

    @Test func `no file is dead`() { expectNone(tree.deadFiles()) }

    @Test func `every other file of a room is one of its resources`() { expectNone(tree.strayFiles()) }

    @Test func `nothing is left half done`() { expectNone(tree.unfinishedWords()) }

    @Test func `tests speak one testing language`() { expectNone(tree.foreignTests()) }

    @Test func `no multiplication and addition are fused`() { expectNone(tree.fusedOperations()) }

    @Test func `physics uses the project's own elementary functions`() { expectNone(tree.platformFunctions()) }

    @Test func `no file names a place of one machine`() { expectNone(tree.machinePaths()) }

    @Test func `the catalogues of all languages hold the same texts`() { expectNone(tree.unequalCatalogues()) }
}
