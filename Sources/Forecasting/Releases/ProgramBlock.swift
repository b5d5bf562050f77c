/// The numbers of some scenarios side by side, or of the rows that all scenarios share, and what one iteration does to them.
///
/// Bound j of a row y is `sign y + s = limit` with slack s > 0 and multiplier z > 0. A hinge is `y - level = e - q` with
/// excess e > 0, deficit q > 0 and multiplier u of the excess side between 0 and its slope; the multiplier of e is
/// `slope - u`. All are eliminated row by row, so that the linear system has the variables alone.
// Sendable although it holds pointers: the body of a parallel loop works on the block of its own index alone, the memory of
// blocks does not overlap, and the tables are only read.
struct ProgramBlock<V: Lanes>: @unchecked Sendable {
    let program: ProgramTables
    /// 1 in lanes that are scenarios, 0 in those that only fill up.
    let mask: V
    let x, dx, rhs: UnsafeMutablePointer<V>
    let constants, y, dy, weights: UnsafeMutablePointer<V>
    /// Multiplier of each row's square; a variable of its own, so that the bound does not wait for the longer primal steps.
    let curl: UnsafeMutablePointer<V>
    let s, z, ds, dz, inverse, product: UnsafeMutablePointer<V>
    let e, q, u, de, dq, du: UnsafeMutablePointer<V>
    let hingeWeight, inverseUpper, inverseLower, productUpper, productLower: UnsafeMutablePointer<V>
    /// The matrix, then its factor; the dense part last.
    let values: UnsafeMutablePointer<V>
    /// What this block adds to the matrix and the right side of the shared variables.
    let sharedMatrix, sharedSide: UnsafeMutablePointer<Double>
    let figures: UnsafeMutablePointer<BlockFigures>

    init(_ tables: ProgramTables, mask: V, in arena: inout Arena) {
        program = tables
        self.mask = mask
        let zero = V(repeating: 0)
        let variables = tables.privateCount + tables.sharedCount
        x = arena.make(variables, filledWith: zero)
        dx = arena.make(variables, filledWith: zero)
        rhs = arena.make(variables, filledWith: zero)
        constants = arena.make(tables.rows, filledWith: zero)
        y = arena.make(tables.rows, filledWith: zero)
        dy = arena.make(tables.rows, filledWith: zero)
        weights = arena.make(tables.rows, filledWith: zero)
        curl = arena.make(tables.rows, filledWith: zero)
        s = arena.make(tables.bounds, filledWith: zero)
        z = arena.make(tables.bounds, filledWith: zero)
        ds = arena.make(tables.bounds, filledWith: zero)
        dz = arena.make(tables.bounds, filledWith: zero)
        inverse = arena.make(tables.bounds, filledWith: zero)
        product = arena.make(tables.bounds, filledWith: zero)
        e = arena.make(tables.hinges, filledWith: zero)
        q = arena.make(tables.hinges, filledWith: zero)
        u = arena.make(tables.hinges, filledWith: zero)
        de = arena.make(tables.hinges, filledWith: zero)
        dq = arena.make(tables.hinges, filledWith: zero)
        du = arena.make(tables.hinges, filledWith: zero)
        hingeWeight = arena.make(tables.hinges, filledWith: zero)
        inverseUpper = arena.make(tables.hinges, filledWith: zero)
        inverseLower = arena.make(tables.hinges, filledWith: zero)
        productUpper = arena.make(tables.hinges, filledWith: zero)
        productLower = arena.make(tables.hinges, filledWith: zero)
        values = arena.make(tables.size, filledWith: zero)
        sharedMatrix = arena.make(tables.size - tables.denseStart, filledWith: 0)
        sharedSide = arena.make(tables.sharedCount, filledWith: 0)
        figures = arena.make(1, filledWith: BlockFigures())
    }

    /// Number of complementary pairs of the scenarios of this block.
    var pairs: Double { mask.sum(V(repeating: 1)) * Double(program.bounds + 2 * program.hinges) }

    /// Values of the rows for a vector of variables.
    @inline(__always)
    private func value(_ row: Int, of vector: UnsafeMutablePointer<V>) -> V {
        var sum = V(repeating: 0)
        for place in Int(program.starts[row])..<Int(program.starts[row + 1]) {
            sum += V(repeating: program.coefficients[place]) * vector[Int(program.variables[place])]
        }
        return sum
    }

    /// Adds `coefficients times factor` to a vector of variables.
    @inline(__always)
    private func add(_ row: Int, times factor: V, to vector: UnsafeMutablePointer<V>) {
        for place in Int(program.starts[row])..<Int(program.starts[row + 1]) {
            vector[Int(program.variables[place])] += V(repeating: program.coefficients[place]) * factor
        }
    }

    // MARK: - Start

    /// Sets a variable that rows take off to a little more than the largest of them.
    func raise(_ variable: Int, above rows: [Int], by margin: Double) {
        x[variable] = V(repeating: 0)
        var most = V(repeating: -.greatestFiniteMagnitude)
        for row in rows { most = V.larger(most, constants[row] + value(row, of: x)) }
        x[variable] = most + V(repeating: margin)
    }

    /// How far the last shared variable must move all bounds until they hold.
    func largestMove() -> Double {
        let relaxation = Int32(program.privateCount + program.sharedCount - 1)
        x[Int(relaxation)] = V(repeating: 0)
        var most = V(repeating: 0)
        for row in 0..<program.rows {
            let last = Int(program.starts[row + 1]) - 1
            guard program.variables[last] == relaxation else { continue }
            let value = constants[row] + value(row, of: x)
            let move = V(repeating: program.coefficients[last].magnitude)
            for bound in Int(program.boundStarts[row])..<Int(program.boundStarts[row + 1]) {
                let beyond = V(repeating: program.boundSigns[bound]) * value - V(repeating: program.boundLimits[bound])
                most = V.larger(most, beyond / move)
            }
        }
        return most.largest
    }

    /// Slacks and multipliers whose products are all `centre`, from the variables.
    ///
    /// - Parameters:
    ///   - leastSlack: of each bound.
    ///   - share: how much of it is asked for.
    func start(centre: Double, leastSlack: [Double], atLeast share: Double) {
        let mu = V(repeating: centre)
        for row in 0..<program.rows {
            let value = constants[row] + value(row, of: x)
            y[row] = value
            curl[row] = V(repeating: program.quadratic[row]) * value
            for bound in Int(program.boundStarts[row])..<Int(program.boundStarts[row + 1]) {
                let slack =
                    V(repeating: program.boundLimits[bound]) - V(repeating: program.boundSigns[bound]) * value
                s[bound] = V.larger(slack, V(repeating: share * leastSlack[bound]))
                z[bound] = mu / s[bound]
            }
            for hinge in Int(program.hingeStarts[row])..<Int(program.hingeStarts[row + 1]) {
                // u of: mu / (slope - u) - mu / u = y - level
                let slope = V(repeating: program.hingeSlopes[hinge])
                let beyond = value - V(repeating: program.hingeLevels[hinge])
                let linear = mu + mu - beyond * slope
                let root = (linear * linear + V(repeating: 4) * beyond * mu * slope).squareRoot
                let above = (mu + mu) * slope / (linear + root)
                let below = (root - linear) / (beyond + beyond)
                u[hinge] = linear.choose(above, below)
                e[hinge] = mu / (slope - u[hinge])
                q[hinge] = mu / u[hinge]
            }
        }
    }

    // MARK: - Where the iteration stands

    /// Cost, bound, residuals and complementarity at the present point.
    func evaluate() {
        var sums = (cost: V(repeating: 0), bound: V(repeating: 0), products: V(repeating: 0), worst: V(repeating: 0))
        let half = V(repeating: 0.5)
        for variable in 0..<program.privateCount + program.sharedCount { rhs[variable] = V(repeating: 0) }
        for row in 0..<program.rows {
            let value = constants[row] + value(row, of: x)
            y[row] = value
            let linear = V(repeating: program.linear[row])
            let curved = half * V(repeating: program.quadratic[row]) * value * value
            let gap = V(repeating: program.quadratic[row]) * value - curl[row]
            var slope = linear + curl[row]
            sums.cost += linear * value + curved
            // a square is nowhere below its tangent of slope `curl`
            sums.bound += linear * value + curved - half * gap * gap * V(repeating: program.inverseQuadratic[row])
            for bound in Int(program.boundStarts[row])..<Int(program.boundStarts[row + 1]) {
                let sign = V(repeating: program.boundSigns[bound])
                let beyond = sign * value - V(repeating: program.boundLimits[bound])
                sums.worst = V.larger(sums.worst, (beyond + s[bound]).magnitude)
                sums.products += s[bound] * z[bound]
                sums.bound += z[bound] * beyond
                slope += sign * z[bound]
            }
            for hinge in Int(program.hingeStarts[row])..<Int(program.hingeStarts[row + 1]) {
                let full = V(repeating: program.hingeSlopes[hinge])
                let beyond = value - V(repeating: program.hingeLevels[hinge])
                sums.cost += full * beyond.positivePart
                sums.bound += u[hinge] * beyond
                sums.products += e[hinge] * (full - u[hinge]) + q[hinge] * u[hinge]
                slope += u[hinge]
            }
            add(row, times: slope, to: rhs)
        }
        var free = V(repeating: 0)
        for variable in 0..<program.privateCount {
            free += rhs[variable].magnitude * V(repeating: program.ranges[variable])
        }
        // nothing keeps the peak of a point near that of a plan
        for peak in program.peaks { free += rhs[peak].magnitude * x[peak].magnitude }
        for variable in 0..<program.sharedCount {
            sharedSide[variable] = rhs[program.privateCount + variable].sum(mask)
        }
        figures.pointee.cost = sums.cost.sum(mask)
        figures.pointee.bound = (sums.bound - free).sum(mask)
        figures.pointee.products = sums.products.sum(mask)
        figures.pointee.worst = (sums.worst * mask).largest
        figures.pointee.dualResidual = free.sum(mask)
    }

    // MARK: - Matrix

    /// Makes the matrix of the present point, eliminates the private variables and gives the shared rest.
    func factorise(regularisation: Double) {
        for place in 0..<program.size { values[place] = V(repeating: 0) }
        let one = V(repeating: 1)
        for row in 0..<program.rows {
            var weight = V(repeating: program.quadratic[row])
            for bound in Int(program.boundStarts[row])..<Int(program.boundStarts[row + 1]) {
                inverse[bound] = one / s[bound]
                weight += z[bound] * inverse[bound]
            }
            for hinge in Int(program.hingeStarts[row])..<Int(program.hingeStarts[row + 1]) {
                let upper = one / (V(repeating: program.hingeSlopes[hinge]) - u[hinge])
                let lower = one / u[hinge]
                inverseUpper[hinge] = upper
                inverseLower[hinge] = lower
                hingeWeight[hinge] = one / (e[hinge] * upper + q[hinge] * lower)
                weight += hingeWeight[hinge]
            }
            weights[row] = weight
            for pair in Int(program.pairStarts[row])..<Int(program.pairStarts[row + 1]) {
                values[Int(program.pairPlaces[pair])] += V(repeating: program.pairProducts[pair]) * weight
            }
        }
        eliminate(V(repeating: regularisation))
        for place in 0..<program.size - program.denseStart {
            sharedMatrix[place] = values[program.denseStart + place].sum(mask)
        }
    }

    /// Right-looking elimination without square roots; the diagonal keeps the inverse pivot.
    private func eliminate(_ regularisation: V) {
        let one = V(repeating: 1)
        var next = program.updatePlaces
        for column in 0..<program.privateCount {
            let begin = values + Int(program.columnStarts[column])
            let count = Int(program.columnStarts[column + 1] - program.columnStarts[column])
            let pivot = one / (begin[0] + regularisation)
            begin[0] = pivot
            for first in 1..<max(count, 1) {
                let factor = begin[first] * pivot
                for second in first..<count {
                    let place = Int(next[second - first])
                    values[place] = values[place] - begin[second] * factor
                }
                next += count - first
                dx[first] = factor
            }
            for first in 1..<max(count, 1) { begin[first] = dx[first] }
        }
    }

    // MARK: - Directions

    /// The right side for the target product `centre`, second-order products subtracted, with the private part eliminated.
    func makeSide(centre: Double, isCorrected: Bool) {
        let target = V(repeating: centre)
        let keep = V(repeating: isCorrected ? 1 : 0)
        for variable in 0..<program.privateCount + program.sharedCount { rhs[variable] = V(repeating: 0) }
        for row in 0..<program.rows {
            let value = y[row]
            var slope = V(repeating: program.linear[row]) + V(repeating: program.quadratic[row]) * value
            for bound in Int(program.boundStarts[row])..<Int(program.boundStarts[row + 1]) {
                let sign = V(repeating: program.boundSigns[bound])
                let residual = s[bound] + sign * value - V(repeating: program.boundLimits[bound])
                slope += sign * inverse[bound] * (target - keep * product[bound] + z[bound] * residual)
            }
            for hinge in Int(program.hingeStarts[row])..<Int(program.hingeStarts[row + 1]) {
                let beyond = value - V(repeating: program.hingeLevels[hinge])
                let lower = (target - keep * productLower[hinge]) * inverseLower[hinge]
                let upper = (target - keep * productUpper[hinge]) * inverseUpper[hinge]
                slope += u[hinge] + hingeWeight[hinge] * (beyond + lower - upper)
            }
            add(row, times: V(repeating: 0) - slope, to: rhs)
        }
        for column in 0..<program.privateCount {
            let begin = Int(program.columnStarts[column])
            let value = rhs[column]
            for place in begin + 1..<max(Int(program.columnStarts[column + 1]), begin + 1) {
                let row = Int(program.columnRows[place])
                rhs[row] = rhs[row] - values[place] * value
            }
        }
        for variable in 0..<program.sharedCount {
            sharedSide[variable] = rhs[program.privateCount + variable].sum(mask)
        }
    }

    /// The direction of everything from the direction of the shared variables, with the longest steps.
    func complete(shared: [Double], centre: Double, isCorrected: Bool) {
        let count = program.privateCount
        for variable in 0..<program.sharedCount { dx[count + variable] = V(repeating: shared[variable]) }
        for column in (0..<count).reversed() {
            let begin = Int(program.columnStarts[column])
            var value = rhs[column] * values[begin]
            for place in begin + 1..<max(Int(program.columnStarts[column + 1]), begin + 1) {
                value -= values[place] * dx[Int(program.columnRows[place])]
            }
            dx[column] = value
        }
        let target = V(repeating: centre)
        let keep = V(repeating: isCorrected ? 1 : 0)
        let zero = V(repeating: 0)
        var primal = zero
        var dual = zero
        var sums = (zero, zero, zero)
        for row in 0..<program.rows {
            let change = value(row, of: dx)
            dy[row] = change
            for bound in Int(program.boundStarts[row])..<Int(program.boundStarts[row + 1]) {
                let sign = V(repeating: program.boundSigns[bound])
                let (slack, multiplier, inverse) = (s[bound], z[bound], inverse[bound])
                let residual = slack + sign * y[row] - V(repeating: program.boundLimits[bound])
                let slackChange = zero - residual - sign * change
                let multiplierChange =
                    (target - keep * product[bound] - multiplier * slackChange) * inverse - multiplier
                ds[bound] = slackChange
                dz[bound] = multiplierChange
                primal = V.larger(primal, zero - slackChange * inverse)
                dual = V.larger(dual, zero - multiplierChange / multiplier)
                sums.0 += slack * multiplierChange
                sums.1 += multiplier * slackChange
                sums.2 += slackChange * multiplierChange
            }
            for hinge in Int(program.hingeStarts[row])..<Int(program.hingeStarts[row + 1]) {
                let (excess, deficit, multiplier) = (e[hinge], q[hinge], u[hinge])
                let other = V(repeating: program.hingeSlopes[hinge]) - multiplier
                let beyond = y[row] - V(repeating: program.hingeLevels[hinge])
                let lower = (target - keep * productLower[hinge]) * inverseLower[hinge]
                let upper = (target - keep * productUpper[hinge]) * inverseUpper[hinge]
                let turn = hingeWeight[hinge] * (change + beyond + lower - upper)
                let excessChange = upper - excess + excess * turn * inverseUpper[hinge]
                let deficitChange = lower - deficit - deficit * turn * inverseLower[hinge]
                de[hinge] = excessChange
                dq[hinge] = deficitChange
                du[hinge] = turn
                primal = V.larger(primal, V.larger(zero - excessChange / excess, zero - deficitChange / deficit))
                dual = V.larger(dual, V.larger(turn * inverseUpper[hinge], zero - turn * inverseLower[hinge]))
                sums.0 += deficit * turn - excess * turn
                sums.1 += multiplier * deficitChange + other * excessChange
                sums.2 += (deficitChange - excessChange) * turn
            }
        }
        figures.pointee.primalRatio = primal.largest
        figures.pointee.dualRatio = dual.largest
        figures.pointee.dualGain = sums.0.sum(mask)
        figures.pointee.primalGain = sums.1.sum(mask)
        figures.pointee.jointGain = sums.2.sum(mask)
    }

    /// Keeps the products of the predicted changes for the corrector.
    func keepProducts() {
        for bound in 0..<program.bounds { product[bound] = ds[bound] * dz[bound] }
        for hinge in 0..<program.hinges {
            productLower[hinge] = dq[hinge] * du[hinge]
            productUpper[hinge] = V(repeating: 0) - de[hinge] * du[hinge]
        }
    }

    /// Moves on.
    func advance(primal: Double, dual: Double) {
        let (primal, dual) = (V(repeating: primal), V(repeating: dual))
        for variable in 0..<program.privateCount + program.sharedCount { x[variable] += primal * dx[variable] }
        for row in 0..<program.rows {
            curl[row] += dual * (V(repeating: program.quadratic[row]) * (y[row] + dy[row]) - curl[row])
        }
        for bound in 0..<program.bounds {
            s[bound] += primal * ds[bound]
            z[bound] += dual * dz[bound]
        }
        for hinge in 0..<program.hinges {
            e[hinge] += primal * de[hinge]
            q[hinge] += primal * dq[hinge]
            u[hinge] += dual * du[hinge]
        }
    }
}

/// What a block adds to the figures of the whole.
struct BlockFigures {
    var cost = 0.0
    var bound = 0.0
    var products = 0.0
    var worst = 0.0
    var dualResidual = 0.0
    var primalRatio = 0.0
    var dualRatio = 0.0
    var primalGain = 0.0
    var dualGain = 0.0
    var jointGain = 0.0
}
