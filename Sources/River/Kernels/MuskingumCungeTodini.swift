/// Mass-exact Muskingum-Cunge routing of one sub-reach.
///
/// Source: E. Todini (2007), "A mass conservative and water storage consistent variable parameter Muskingum-Cunge approach",
/// Hydrol. Earth Syst. Sci. 11, 1645-1659. Worked example in `MuskingumCungeTodiniTests`.
struct MuskingumCungeTodini {
    let section: TrapezoidSection
    /// Length of the sub-reach, m.
    let length: Double
    /// s.
    let step: Double
    /// m3/s at the upper end, newest.
    private(set) var inflow: Double
    /// m3/s at the lower end, newest.
    private(set) var outflow: Double
    private var courant: Double
    private var reynolds: Double
    /// m, of the newest reference flow: where the next search begins.
    private var depth: Double

    /// Starts in steady flow.
    ///
    /// - Parameter flow: m3/s, >= 0.
    init(section: TrapezoidSection, length: Double, step: Double, steadyFlow flow: Double) {
        precondition(length > 0 && step > 0 && flow >= 0, "routing needs a positive length and step")
        self.section = section
        self.length = length
        self.step = step
        inflow = flow
        outflow = flow
        (courant, reynolds, depth) = MuskingumCungeTodini.numbers(section, length, step, reference: flow, near: nil)
    }

    /// Water in the sub-reach, m3, from which the balance is made.
    var storage: Double {
        step / (2 * courant) * ((1 - reynolds) * inflow + (1 + reynolds) * outflow)
    }

    /// Advances by one step and returns the outflow at its end, m3/s.
    mutating func advance(inflow next: Double) -> Double {
        let (i0, i1, o0) = (inflow, next, outflow)
        var o1 = o0 + (i1 - i0)
        var newCourant = courant
        var newReynolds = reynolds
        for _ in 0..<2 {
            let reference = (i1 + o1) / 2
            (newCourant, newReynolds, depth) = MuskingumCungeTodini.numbers(
                section, length, step, reference: reference, near: depth)
            let denominator = 1 + newCourant + newReynolds
            let c1 = (-1 + newCourant + newReynolds) / denominator
            let c2 = (1 + courant - reynolds) / denominator * (newCourant / courant)
            let c3 = (1 - courant + reynolds) / denominator * (newCourant / courant)
            o1 = c1 * i1 + c2 * i0 + c3 * o0
        }
        inflow = i1
        outflow = o1
        courant = newCourant
        reynolds = newReynolds
        return o1
    }

    /// Corrected Courant and cell Reynolds numbers at a reference flow, floored at 1e-6 m3/s, and the depth of that flow.
    private static func numbers(
        _ section: TrapezoidSection, _ length: Double, _ step: Double, reference: Double, near guess: Double?
    ) -> (courant: Double, reynolds: Double, depth: Double) {
        let q = max(reference, 1e-6)
        let y = section.normalDepth(q, near: guess)
        let (a, p, b) = (section.area(y), section.perimeter(y), section.topWidth(y))
        let wall = (1 + section.sideSlope * section.sideSlope).squareRoot()
        let celerity = 5.0 / 3 * (q / a) * (1 - 0.8 * (a / (b * p)) * wall)
        let beta = celerity * a / q
        let courant = celerity * step / length / beta
        let reynolds = q / (beta * b * section.slope * celerity * length)
        return (courant, reynolds, y)
    }
}
