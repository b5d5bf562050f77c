import Series
import Testing

@testable import River

@Suite struct RiverNetworkTests {
    @Test(arguments: [1, 2, 5, 40, 400]) func `a subtree is a range that ends at its root`(within: Int) throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            let network = try MadeNetwork(reaches: 200, seed: seed, within: within).network
            for reach in 0..<network.count {
                let below = Int(network.downstream[reach])
                guard below >= 0 else { continue }
                #expect(below > reach)
                let range = (below - Int(network.subtreeSize[below]) + 1)...below
                #expect(range.contains(reach) && range.contains(reach - Int(network.subtreeSize[reach]) + 1))
            }
            let sizes = network.outlets.reduce(0) { $0 + Int(network.subtreeSize[$1]) }
            #expect(sizes == 200 && network.slotCount <= 9)
        }
    }

    @Test func `numbers follow from ids, not from the order of rows`() throws {
        // ids 0...: 0 and 1 into 4, 2 and 3 into 5, 4 and 5 into 6
        let down: [Int32] = [4, 4, 5, 5, 6, 6, -1]
        let plain = try RiverNetwork(downstreamRow: down)
        let order: [Int32] = [6, 2, 0, 5, 1, 4, 3]  // id of each row
        let rowOfID = order.indices.reduce(into: [Int32](repeating: 0, count: 7)) { $0[Int(order[$1])] = Int32($1) }
        let mixed = try RiverNetwork(
            downstreamRow: order.map { down[Int($0)] < 0 ? -1 : rowOfID[Int(down[Int($0)])] }, rank: order)
        #expect(mixed.downstream == plain.downstream)
        #expect(mixed.rowOfReach.map { order[Int($0)] } == plain.rowOfReach)
    }

    @Test func `a circle is refused with the rows on it`() {
        #expect(throws: NetworkProblem(code: .cycle, rows: [1, 2, 3])) {
            try RiverNetwork(downstreamRow: [1, 2, 3, 1, -1])
        }
        #expect(throws: NetworkProblem(code: .cycle, rows: [0])) { try RiverNetwork(downstreamRow: [0]) }
    }

    @Test func `a chain of a million reaches and a million outlets are networks like any other`() throws {
        let count = 1_000_000
        let chain = try RiverNetwork(downstreamRow: (0..<Int32(count)).map { $0 == count - 1 ? -1 : $0 + 1 })
        #expect(chain.slotCount == 1 && chain.subtreeSize[count - 1] == count)
        #expect(NetworkCut(chain, pieces: 16).stemCount == count - count / 16)
        let single = try RiverNetwork(downstreamRow: [Int32](repeating: -1, count: count))
        #expect(single.outlets.count == count)
        let cut = NetworkCut(single, pieces: 16)
        #expect(cut.stemCount == 0 && cut.pieces.count == 16)
    }

    @Test(arguments: [1, 2, 7, 16, 1000]) func `a cut covers every reach once`(pieces: Int) throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            let network = try MadeNetwork(reaches: 300, seed: seed, within: 30).network
            let cut = NetworkCut(network, pieces: pieces)
            var seen = [Int](repeating: 0, count: network.count)
            for piece in cut.pieces {
                for range in piece.ranges { for reach in range { seen[reach] += 1 } }
            }
            for (reach, row) in zip(cut.stem, cut.exchangeRow) where row < 0 { seen[Int(reach)] += 1 }
            #expect(seen.allSatisfy { $0 == 1 })
            #expect(cut.roots == cut.roots.sorted())
        }
    }
}
