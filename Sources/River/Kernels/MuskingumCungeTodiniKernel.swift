/// The loops of Muskingum-Cunge-Todini routing over lanes: pairs of reach and member that do not feed each other.
///
/// Per step and lane, with `I = lateral + upstream`: first guess `O = O0 + I1 - I0`; twice: reference flow `(I1 + O)/2`, its normal
/// depth, corrected Courant and Reynolds numbers, and the outflow that keeps the balance (Todini 2007). Lateral inflow is
/// constant over a step. A lane stops searching its depth when it has found it, whatever the others do: its bits do not depend
/// on its company.
enum MuskingumCungeTodiniKernel<Section: SectionLane> {
    typealias Scalar = Section.Scalar

    /// Columns that the lanes need: section, state, and work.
    static var fieldCount: Int { Section.fieldCount + TodiniState<Scalar>.fieldCount + 6 }

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
        case 4: run(Lanes4.self, memory, lateral, inflow, outflow, row, steps)
        case 8: run(Lanes8.self, memory, lateral, inflow, outflow, row, steps)
        default: run(Lanes16.self, memory, lateral, inflow, outflow, row, steps)
        }
    }

    private static func run<Shape: LaneShape>(
        _ shape: Shape.Type, _ memory: UnsafeMutablePointer<Scalar>, _ lateral: UnsafePointer<Scalar>,
        _ inflow: UnsafePointer<Scalar>, _ outflow: UnsafeMutablePointer<Scalar>, _ row: Int, _ steps: Int
    ) {
        var step = 0
        while step < steps {
            let offset = step &* row
            begin(shape, memory, lateral + offset, inflow + offset)
            search(shape, memory)
            correct(shape, memory)
            refer(shape, memory)
            search(shape, memory)
            correct(shape, memory)
            finish(shape, memory, outflow + offset)
            step &+= 1
        }
    }

    /// Where a column begins that stands after those of the section.
    @inline(__always) private static func at(_ column: Column, _ lane: Int, _ width: Int) -> Int {
        lane &+ (Section.fieldCount &+ column.rawValue) &* width
    }

    private enum Column: Int {
        case inflow, outflow, stored, depth, entering, kept, guess, reference, target, isOpen
    }

    private static func begin<Shape: LaneShape>(
        _ shape: Shape.Type, _ m: UnsafeMutablePointer<Scalar>, _ lateral: UnsafePointer<Scalar>,
        _ inflow: UnsafePointer<Scalar>
    ) {
        let width = Shape.width
        var lane = 0
        while lane < width {
            let next = inflow[lane]
            let i0 = lateral[lane] + m[at(.inflow, lane, width)]
            let i1 = lateral[lane] + next
            let o0 = m[at(.outflow, lane, width)]
            let o = o0 + (i1 - i0)
            m[at(.inflow, lane, width)] = next
            m[at(.entering, lane, width)] = i1
            m[at(.kept, lane, width)] = m[at(.stored, lane, width)] + (i0 - o0)
            let q = TodiniState<Scalar>.reference(i1, o)
            m[at(.reference, lane, width)] = q
            m[at(.target, lane, width)] = Section(m, lane, width: width).target(q)
            m[at(.isOpen, lane, width)] = 1
            lane &+= 1
        }
    }

    private static func search<Shape: LaneShape>(_ shape: Shape.Type, _ m: UnsafeMutablePointer<Scalar>) {
        let width = Shape.width
        var turns = 0
        var open: Int32 = 1
        while open != 0, turns < Section.mostTurns {
            open = 0
            var lane = 0
            while lane < width {
                let section = Section(m, lane, width: width)
                let y = m[at(.depth, lane, width)]
                let isOpen = m[at(.isOpen, lane, width)]
                let correction = isOpen * section.depthCorrection(y, target: m[at(.target, lane, width)])
                let next = y + correction
                let still: Scalar = correction.magnitude > Section.tolerance * next ? isOpen : 0
                m[at(.depth, lane, width)] = next
                m[at(.isOpen, lane, width)] = still
                open |= still != 0 ? 1 : 0
                lane &+= 1
            }
            turns &+= 1
        }
    }

    private static func correct<Shape: LaneShape>(_ shape: Shape.Type, _ m: UnsafeMutablePointer<Scalar>) {
        let width = Shape.width
        var lane = 0
        while lane < width {
            let section = Section(m, lane, width: width)
            let number = section.numbers(m[at(.reference, lane, width)], m[at(.depth, lane, width)])
            m[at(.guess, lane, width)] = TodiniState<Scalar>.outflow(
                number, kept: m[at(.kept, lane, width)], inflow: m[at(.entering, lane, width)])
            lane &+= 1
        }
    }

    private static func refer<Shape: LaneShape>(_ shape: Shape.Type, _ m: UnsafeMutablePointer<Scalar>) {
        let width = Shape.width
        var lane = 0
        while lane < width {
            let q = TodiniState<Scalar>.reference(m[at(.entering, lane, width)], m[at(.guess, lane, width)])
            m[at(.reference, lane, width)] = q
            m[at(.target, lane, width)] = Section(m, lane, width: width).target(q)
            m[at(.isOpen, lane, width)] = 1
            lane &+= 1
        }
    }

    private static func finish<Shape: LaneShape>(
        _ shape: Shape.Type, _ m: UnsafeMutablePointer<Scalar>, _ outflow: UnsafeMutablePointer<Scalar>
    ) {
        let width = Shape.width
        var lane = 0
        while lane < width {
            let o = m[at(.guess, lane, width)]
            m[at(.outflow, lane, width)] = o
            m[at(.stored, lane, width)] = m[at(.kept, lane, width)] + (m[at(.entering, lane, width)] - o)
            outflow[lane] = o
            lane &+= 1
        }
    }
}
