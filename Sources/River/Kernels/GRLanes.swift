/// The stores of the GR models for eight parameter sets at once. Roots are taken by series and iterations that run
/// side by side, so that flows agree with ``GRProduction`` and ``GRRouting`` to a few units of the last digit. The bits depend neither on the machine nor on what the other lanes hold.
enum GRLanes {
    /// Numbers side by side.
    typealias Lanes = SIMD8<Double>

    /// Effective rain of eight production stores.
    ///
    /// - Parameters:
    ///   - net: rain minus potential evaporation, mm per step.
    ///   - capacities: X1, mm.
    ///   - stores: mm at the beginning.
    ///   - percolation: c of the percolation law.
    ///   - used: lanes to write, 1...8.
    ///   - output: [lane, step], `net.count` long each.
    static func produce(
        _ net: UnsafeBufferPointer<Double>, capacities: Lanes, stores: Lanes, percolation: Double, used: Int,
        into output: UnsafeMutablePointer<Double>
    ) {
        let inverse = 1 / capacities
        let inversePercolation = 1 / percolation
        var store = stores
        let isLimited = net.contains { $0.magnitude * inverse.max() > 13 }
        for step in 0..<net.count {
            let net1 = net[step]
            let s = store * inverse
            var w = net1.magnitude * inverse
            if isLimited { w.replace(with: 13, where: w .> 13) }
            let grown = Elementary.quickExp(2 * w)
            let below = grown - 1
            let over = grown + 1
            var rest: Lanes
            if net1 > 0 {
                let moved = capacities * (1 - s * s) * below / (over + s * below)
                store += moved
                rest = net1 - moved
            } else {
                let moved = store * (2 - s) * below / (over + (1 - s) * below)
                store -= moved
                rest = .zero
            }
            store.replace(with: 0, where: store .< 0)
            let filled = store * inverse
            let square = filled * filled
            let percolation = store * Elementary.quickFourthRootLoss(square * square * inversePercolation)
            store -= percolation
            rest += percolation
            for lane in 0..<used { output[lane * net.count + step] = rest[lane] }
        }
    }

    /// A series delayed by a hydrograph, eight steps at a time; nothing is pending at the beginning.
    static func delay(_ input: [Double], by ordinates: [Double]) -> [Double] {
        let count = input.count
        return [Double](unsafeUninitializedCapacity: count) { output, filled in
            input.withUnsafeBytes { bytes in
                let stride = MemoryLayout<Double>.stride
                var step = 0
                func single(_ step: Int) {
                    var sum = 0.0
                    for lag in 0..<min(ordinates.count, step + 1) { sum += ordinates[lag] * input[step - lag] }
                    output.initializeElement(at: step, to: sum)
                }
                while step < min(count, ordinates.count - 1) {
                    single(step)
                    step += 1
                }
                while step + 8 <= count {
                    var sum = Lanes.zero
                    for lag in 0..<ordinates.count {
                        sum +=
                            ordinates[lag] * bytes.loadUnaligned(fromByteOffset: (step - lag) * stride, as: Lanes.self)
                    }
                    for lane in 0..<8 { output.initializeElement(at: step + lane, to: sum[lane]) }
                    step += 8
                }
                while step < count {
                    single(step)
                    step += 1
                }
            }
            filled = count
        }
    }

    /// Discharge of eight routing stores.
    ///
    /// - Parameters:
    ///   - delayed: by lane, mm from the first hydrograph; `direct`: mm from the second, each `count` long.
    ///   - capacities: X3, mm; `exchange`: X2; `threshold`: X5, nil where the exchange is a power.
    ///   - output: [lane, step].
    static func route(
        delayed: [UnsafePointer<Double>], direct: [UnsafePointer<Double>], count: Int, capacities: Lanes,
        exchange: Lanes, threshold: Lanes?, used: Int, into output: UnsafeMutablePointer<Double>
    ) {
        let inverse = 1 / capacities
        var store = 0.5 * capacities
        delayed.withUnsafeBufferPointer { delayed in
            direct.withUnsafeBufferPointer { direct in
                for step in 0..<count {
                    let r = store * inverse
                    let flow: Lanes
                    if let threshold {
                        flow = exchange * (r - threshold)
                    } else {
                        flow = exchange * (r * r * r * Elementary.quickSquareRoot(r))
                    }
                    var level = store + gather(delayed, step) + flow
                    level.replace(with: 0, where: level .< 0)
                    let filled = level * inverse
                    let square = filled * filled
                    let routed = level * (1 - Elementary.quickInverseFourthRoot(1 + square * square))
                    store = level - routed
                    var quick = gather(direct, step) + flow
                    quick.replace(with: 0, where: quick .< 0)
                    let discharge = routed + quick
                    for lane in 0..<used { output[lane * count + step] = discharge[lane] }
                }
            }
        }
    }

    @inline(__always)
    private static func gather(_ series: UnsafeBufferPointer<UnsafePointer<Double>>, _ step: Int) -> Lanes {
        Lanes(
            series[0][step], series[1][step], series[2][step], series[3][step], series[4][step], series[5][step],
            series[6][step], series[7][step])
    }
}
