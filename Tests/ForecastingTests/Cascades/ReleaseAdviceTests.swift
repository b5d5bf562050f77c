import Testing

@testable import Forecasting

@Suite struct ReleaseAdviceTests {
    @Test(
        arguments: [
            ([300, 310, 320, 321, 340, 342], [0, 3, 5]),  // by 20 m3/s from what was told last
            ([1_000, 1_040, 1_050, 1_051, 1_000], [0, 3]),  // more than a twentieth of it
            ([2_000, 1_901, 1_899, 1_805, 1_804], [0, 2, 4]),  // also downwards
            ([0, 20, 21], [0, 2]), ([700], [0]), ([], []),
        ] as [([Double], [Int])])
    func `releases are told where they begin and change by more than a twentieth and 20 cubic metres a second`(
        flows: [Double], told: [Int]
    ) {
        #expect(ReleaseAdvice.changes(in: flows) == told)
    }

    @Test func `the highest level is the first of equal ones, and none where no level is known`() {
        #expect(ReleaseAdvice.highest(of: [119.2, 119.8, 119.5, 119.8]) == 1)
        #expect(ReleaseAdvice.highest(of: []) == nil)
    }
}
