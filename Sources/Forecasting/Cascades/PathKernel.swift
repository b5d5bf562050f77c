import River

/// How water that leaves a point arrives at a lower one: a linear kernel of equal steps.
///
/// The path is cut into equal parts of about a step, each a linear Muskingum reach of the wave's travel time; the weight of what
/// enters is that of Cunge (1969), `x = 1/2 - Q / (2 B S c L)` with the length of a part, held where no share is negative.
enum PathKernel {
    /// Shares below this are left out; the others are made to sum to 1.
    private static let least = 1e-3

    /// - Parameters:
    ///   - path: downstream one after the other, empty for the point itself.
    ///   - flow: m3/s at which the wave is spread.
    ///   - step: s.
    static func terms(_ path: [Reach], flow: Double, step: Int64) -> [ReleaseProblem.KernelTerm] {
        let time = path.reduce(0.0) { $0 + $1.travelTime }
        let parts = Int((time / Double(step)).rounded())
        guard parts >= 1 else { return [.init(lag: 0, weight: 1)] }
        let length = path.reduce(0.0) { $0 + $1.length }
        let spread = path.reduce(0.0) { $0 + $1.length * flow / ($1.bottomWidth * $1.slope * $1.celerity) } / length
        let constant = time / Double(parts)
        let ratio = Double(step) / (2 * constant)
        let weight = max(0, min(ratio, 1 - ratio, 0.5 - spread / (2 * length / Double(parts))))
        let one = MuskingumCoefficients<Double>(k: constant, x: weight, step: Double(step))
        var kernel = [1.0]
        for _ in 0..<parts { kernel = passed(kernel, one) }
        let whole = kernel.filter { $0 >= least }.reduce(0, +)
        return kernel.enumerated().filter { $0.element >= least }.map {
            .init(lag: $0.offset, weight: $0.element / whole)
        }
    }

    /// What a unit hydrograph becomes in one part, until nothing is left.
    private static func passed(_ inflow: [Double], _ c: MuskingumCoefficients<Double>) -> [Double] {
        var (outflow, before, last): ([Double], Double, Double) = ([], 0, 0)
        var step = 0
        repeat {
            let now = step < inflow.count ? inflow[step] : 0
            last = c.c1 * now + c.c2 * before + c.c3 * last
            before = now
            outflow.append(last)
            step += 1
        } while step < inflow.count + 1 || last > least / 100
        return outflow
    }
}
