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
    ///   - output: one row of lanes a step.
    static func route(
        delayed: [UnsafePointer<Double>], direct: [UnsafePointer<Double>], count: Int, capacities: Lanes,
        exchange: Lanes, threshold: Lanes?, into output: UnsafeMutablePointer<Lanes>
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
                        flow = exchange * (r * r * r * r.squareRoot())
                    }
                    var level = store + gather(delayed, step) + flow
                    level.replace(with: 0, where: level .< 0)
                    let filled = level * inverse
                    let square = filled * filled
                    let routed = level * (1 - Elementary.quickInverseFourthRoot(1 + square * square))
                    store = level - routed
                    var quick = gather(direct, step) + flow
                    quick.replace(with: 0, where: quick .< 0)
                    output[step] = routed + quick
                }
            }
        }
    }

    /// Nash-Sutcliffe efficiency of each lane, to the bits of ``PairMoments``.
    ///
    /// - Parameters:
    ///   - rows: simulated values, of the steps from the first observed value on.
    ///   - observed: without gaps.
    ///   - squares: of the deviations of the observed values from their mean, above zero.
    static func nashSutcliffe(
        _ rows: UnsafePointer<Lanes>, observed: UnsafeBufferPointer<Double>, squares: Double
    ) -> Lanes {
        var (a, b, c, d) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
        let whole = observed.count / 4 * 4
        for step in stride(from: 0, to: whole, by: 4) {
            let first = rows[step] - observed[step]
            let second = rows[step + 1] - observed[step + 1]
            let third = rows[step + 2] - observed[step + 2]
            let fourth = rows[step + 3] - observed[step + 3]
            a += first * first
            b += second * second
            c += third * third
            d += fourth * fourth
        }
        for step in whole..<observed.count {
            let error = rows[step] - observed[step]
            switch step - whole {
            case 0: a += error * error
            case 1: b += error * error
            default: c += error * error
            }
        }
        return 1 - ((a + b) + (c + d)) / squares
    }

    @inline(__always)
    private static func gather(_ series: UnsafeBufferPointer<UnsafePointer<Double>>, _ step: Int) -> Lanes {
        Lanes(
            series[0][step], series[1][step], series[2][step], series[3][step], series[4][step], series[5][step],
            series[6][step], series[7][step])
    }
}
