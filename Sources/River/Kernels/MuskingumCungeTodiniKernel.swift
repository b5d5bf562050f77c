/// The loops of Muskingum-Cunge-Todini routing over lanes: pairs of reach and member that do not feed each other.
///
/// Per step and lane, with `I = lateral + upstream`: first guess `O = O0 + I1 - I0`; twice: reference flow `(I1 + O)/2`, its normal
/// depth, corrected Courant and Reynolds numbers, and the outflow that keeps the balance (Todini 2007). Lateral inflow is
/// constant over a step. A lane stops searching its depth when it has found it, whatever the others do: its bits do not depend
/// on its company.
enum MuskingumCungeTodiniKernel<Scalar: RoutingScalar> {
    /// The most turns of one search; two or three are usual.
    @inline(__always) static var mostTurns: Int { 60 }
    /// Columns that the lanes need: section, state, and work.
    static var fieldCount: Int { SectionLane<Scalar>.fieldCount + TodiniState<Scalar>.fieldCount + 6 }

    /// Advances all lanes by some steps.
    ///
    /// - Parameters:
    ///   - memory: ``fieldCount`` columns of `width` numbers: section, state (inflow, outflow, stored, depth), work.
    ///   - lateral, inflow, outflow: shape [step][`row`], of which the first `width` of each row are the lanes; the outflow may
    ///     be the memory of the inflow.
    static func route(
        _ memory: UnsafeMutablePointer<Scalar>, width: Int, lateral: UnsafePointer<Scalar>,
        inflow: UnsafePointer<Scalar>, outflow: UnsafeMutablePointer<Scalar>, row: Int, steps: Int
    ) {
        switch width {
        case 4: run(memory, 4, lateral, inflow, outflow, row, steps)
        case 8: run(memory, 8, lateral, inflow, outflow, row, steps)
        default: run(memory, 16, lateral, inflow, outflow, row, steps)
        }
    }

    @inline(__always) private static func run(
        _ memory: UnsafeMutablePointer<Scalar>, _ width: Int, _ lateral: UnsafePointer<Scalar>,
        _ inflow: UnsafePointer<Scalar>, _ outflow: UnsafeMutablePointer<Scalar>, _ row: Int, _ steps: Int
    ) {
        var step = 0
        while step < steps {
            let offset = step &* row
            begin(memory, width, lateral + offset, inflow + offset)
            search(memory, width)
            correct(memory, width)
            refer(memory, width)
            search(memory, width)
            correct(memory, width)
            finish(memory, width, outflow + offset)
            step &+= 1
        }
    }

    // Columns after the section's six: 6 inflow, 7 outflow, 8 stored, 9 depth, 10 I1, 11 kept, 12 O, 13 Q, 14 cube, 15 open.

    @inline(__always) private static func begin(
        _ m: UnsafeMutablePointer<Scalar>, _ width: Int, _ lateral: UnsafePointer<Scalar>,
        _ inflow: UnsafePointer<Scalar>
    ) {
        var lane = 0
        while lane < width {
            let next = inflow[lane]
            let i0 = lateral[lane] + m[lane &+ 6 &* width]
            let i1 = lateral[lane] + next
            let o0 = m[lane &+ 7 &* width]
            let o = o0 + (i1 - i0)
            m[lane &+ 6 &* width] = next
            m[lane &+ 10 &* width] = i1
            m[lane &+ 11 &* width] = m[lane &+ 8 &* width] + (i0 - o0)
            let q = TodiniState.reference(i1, o)
            m[lane &+ 13 &* width] = q
            let resisted = q * m[lane &+ 3 &* width]
            m[lane &+ 14 &* width] = resisted * resisted * resisted
            m[lane &+ 15 &* width] = 1
            lane &+= 1
        }
    }

    @inline(__always) private static func search(_ m: UnsafeMutablePointer<Scalar>, _ width: Int) {
        var turns = 0
        var open: Int32 = 1
        while open != 0, turns < mostTurns {
            open = 0
            var lane = 0
            while lane < width {
                let section = SectionLane<Scalar>(m, lane, width: width)
                let y = m[lane &+ 9 &* width]
                let isOpen = m[lane &+ 15 &* width]
                let correction = isOpen * section.depthCorrection(y, cube: m[lane &+ 14 &* width])
                let next = y + correction
                let still: Scalar = correction.magnitude > SectionLane<Scalar>.tolerance * next ? isOpen : 0
                m[lane &+ 9 &* width] = next
                m[lane &+ 15 &* width] = still
                open |= still != 0 ? 1 : 0
                lane &+= 1
            }
            turns &+= 1
        }
    }

    @inline(__always) private static func correct(_ m: UnsafeMutablePointer<Scalar>, _ width: Int) {
        var lane = 0
        while lane < width {
            let section = SectionLane<Scalar>(m, lane, width: width)
            let number = section.numbers(m[lane &+ 13 &* width], m[lane &+ 9 &* width])
            m[lane &+ 12 &* width] = TodiniState.outflow(
                number, kept: m[lane &+ 11 &* width], inflow: m[lane &+ 10 &* width])
            lane &+= 1
        }
    }

    @inline(__always) private static func refer(_ m: UnsafeMutablePointer<Scalar>, _ width: Int) {
        var lane = 0
        while lane < width {
            let q = TodiniState.reference(m[lane &+ 10 &* width], m[lane &+ 12 &* width])
            m[lane &+ 13 &* width] = q
            let resisted = q * m[lane &+ 3 &* width]
            m[lane &+ 14 &* width] = resisted * resisted * resisted
            m[lane &+ 15 &* width] = 1
            lane &+= 1
        }
    }

    @inline(__always) private static func finish(
        _ m: UnsafeMutablePointer<Scalar>, _ width: Int, _ outflow: UnsafeMutablePointer<Scalar>
    ) {
        var lane = 0
        while lane < width {
            let o = m[lane &+ 12 &* width]
            m[lane &+ 7 &* width] = o
            m[lane &+ 8 &* width] = m[lane &+ 11 &* width] + (m[lane &+ 10 &* width] - o)
            outflow[lane] = o
            lane &+= 1
        }
    }
}
