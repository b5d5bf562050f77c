/// The water of the Xin'anjiang model.
struct XinanjiangWater {
    /// Tension water of the upper, lower and deep layer, mm.
    var wu, wl, wd: Double
    /// Free water, mm, on the share `fr` of the pervious ground.
    var s, fr: Double
    /// Interflow and groundwater flow of the step, mm.
    var qi, qg: Double

    init(_ stores: [Double]) {
        (wu, wl, wd, s, fr, qi, qg) = (stores[0], stores[1], stores[2], stores[3], stores[4], stores[5], stores[6])
    }

    /// In the order of the model's store names.
    func stores(flow: Double) -> [Double] { [wu, wl, wd, s, fr, qi, qg, flow] }

    /// Writes the contents of a step, in the order of the model's store names, into columns so far apart.
    @inline(__always)
    func write(into table: UnsafeMutableBufferPointer<Double>, from place: Int, apart: Int, flow: Double) {
        table[place] = wu
        table[place + apart] = wl
        table[place + 2 * apart] = wd
        table[place + 3 * apart] = s
        table[place + 4 * apart] = fr
        table[place + 5 * apart] = qi
        table[place + 6 * apart] = qg
        table[place + 7 * apart] = flow
    }
}

/// One step of the Xin'anjiang model, with what depends on the parameters alone made beforehand.
///
/// Symbols are those of Zhao (1992) and of the textbook of hydrological forecasting (HF).
struct XinanjiangKernel {
    let k, b, im, um, lm, dm, c, sm, ex, ki, kg, cs, ci, cg: Double
    /// Steps by which the network delays.
    let lag: Int
    private let wm, wmm, ms, b1, ex1, inverseB1, inverseEX1, inverseWM, inverseWMM, inverseMS: Double
    private let inPieces: Bool

    /// - Parameters:
    ///   - parameters: the fifteen of the model, for a day.
    ///   - step: s, > 0.
    ///   - inPieces: whether runoff above 5 mm is parted piece by piece.
    init(_ parameters: [Double], step: Int64, inPieces: Bool) {
        (k, b, im, um) = (parameters[0], parameters[1], parameters[2], parameters[3])
        (lm, dm, c, sm) = (parameters[4], parameters[5], parameters[6], parameters[7])
        ex = parameters[8]
        let days = Double(step) / 86_400
        func converted(_ recession: Double) -> Double {
            step == 86_400 ? recession : Elementary.power(recession, days)
        }
        cs = converted(parameters[11])
        ci = converted(parameters[13])
        cg = converted(parameters[14])
        // a lag of whole steps must not lose one to rounding
        lag = Int(parameters[12] / days + 1e-9)
        // free water must not run dry within a step: the sum stays just below one
        let sum = parameters[9] + parameters[10]
        let scale = sum < 1 ? 1 : (1 - 1e-5) / sum
        (ki, kg) = XinanjiangKernel.outflows(parameters[9] * scale, parameters[10] * scale, parts: days)
        wm = um + lm + dm
        wmm = wm * (1 + b)
        ms = sm * (1 + ex)
        b1 = 1 + b
        ex1 = 1 + ex
        inverseB1 = 1 / b1
        inverseEX1 = 1 / ex1
        inverseWM = 1 / wm
        inverseWMM = 1 / wmm
        inverseMS = 1 / ms
        self.inPieces = inPieces
    }

    /// KI and KG of a part of their period, the ratio kept.
    private static func outflows(_ ki: Double, _ kg: Double, parts: Double) -> (Double, Double) {
        guard parts != 1 else { return (ki, kg) }
        let interflow = (1 - Elementary.power(1 - (ki + kg), parts)) / (1 + kg / ki)
        return (interflow, interflow * kg / ki)
    }

    /// Advances by one step.
    ///
    /// - Parameters:
    ///   - rain: mm; `potential`: mm that could evaporate.
    /// - Returns: flow before the channel network, and evaporation of the pervious ground, mm.
    @inline(__always)
    func advance(_ water: inout XinanjiangWater, rain: Double, potential: Double) -> (Double, Double) {
        let (evaporated, fromLower, fromDeep) = evaporation(water, rain, potential)
        let net = rain - evaporated
        let r = net > 0 ? runoff(min(water.wu + water.wl + water.wd, wm - 1e-5), net) : 0
        refill(&water, net, r, fromLower, fromDeep)
        let parts = part(&water, net, r)
        let pervious = 1 - im
        water.qi = ci * water.qi + (1 - ci) * (parts.interflow * pervious)
        water.qg = cg * water.qg + (1 - cg) * (parts.groundwater * pervious)
        let impervious = net > 0 ? net * im : 0
        return (impervious + parts.surface * pervious + water.qi + water.qg, evaporated)
    }

    /// Evaporation of three layers (Zhao 1992, equations 1-3).
    @inline(__always)
    private func evaporation(
        _ water: XinanjiangWater, _ rain: Double, _ potential: Double
    ) -> (whole: Double, lower: Double, deep: Double) {
        if water.wu + rain >= potential { return (potential, 0, 0) }
        let upper = water.wu + rain
        let rest = potential - upper
        var lower: Double
        var deep = 0.0
        if water.wl >= c * lm {
            lower = rest * water.wl / lm
        } else if water.wl >= c * rest {
            lower = c * rest
        } else {
            lower = water.wl
            deep = c * rest - water.wl
        }
        lower = min(lower, water.wl)
        deep = min(deep, water.wd)
        return (upper + lower + deep, lower, deep)
    }

    /// Runoff where the ground is full (Zhao 1992, equations 4-7).
    @inline(__always)
    private func runoff(_ w0: Double, _ net: Double) -> Double {
        let a = wmm * (1 - Elementary.quickPower(1 - w0 * inverseWM, inverseB1))
        var r = net - (wm - w0)
        if net + a < wmm { r += wm * Elementary.quickPower(1 - (a + net) * inverseWMM, b1) }
        return max(r, 0)
    }

    /// Fills the layers from above, or empties them (HF, equation 2.60).
    @inline(__always)
    private func refill(
        _ water: inout XinanjiangWater, _ net: Double, _ r: Double, _ fromLower: Double, _ fromDeep: Double
    ) {
        let (wu, wl, wd) = (water.wu, water.wl, water.wd)
        if net > 0 {
            let upper = min(wu + net - r, um)
            let deep = wu + wl + net - r > um + lm ? wu + wl + wd + net - r - um - lm : wd
            water.wl = min(max(wu + wl + wd + net - r - upper - deep, 0), lm)
            water.wu = max(upper, 0)
            water.wd = min(max(deep, 0), dm)
        } else {
            water.wu = min(max(wu + net, 0), um)
            water.wl = min(max(wl - fromLower, 0), lm)
            water.wd = min(max(wd - fromDeep, 0), dm)
        }
    }

    /// Parts runoff into surface flow, interflow and groundwater, mm on the pervious ground (HF, equations 2-85 to 2-89).
    @inline(__always)
    private func part(
        _ water: inout XinanjiangWater, _ net: Double, _ r: Double
    ) -> (surface: Double, interflow: Double, groundwater: Double) {
        guard r > 0 else {
            let s = min(water.s, sm)
            water.s = s * (1 - ki - kg)
            return (0, ki * s * water.fr, kg * s * water.fr)
        }
        var pieces = 1
        if inPieces, r >= 5 {
            let whole = Int(r / 5)
            pieces = r - Double(whole) * 5 == 0 ? whole : whole + 1
        }
        let (ki, kg) = XinanjiangKernel.outflows(ki, kg, parts: 1 / Double(pieces))
        let fr = r / net
        let (rain, piece) = (net / Double(pieces), r / Double(pieces))
        var sum = (surface: 0.0, interflow: 0.0, groundwater: 0.0)
        for _ in 0..<pieces {
            // the free water of the last area spread over the new one
            let level = min(water.fr * water.s / fr, sm)
            // divided, not multiplied: full stores must give one
            let au = ms * (1 - Elementary.quickPower(1 - level / sm, inverseEX1))
            var surface = rain + level - sm
            if rain + au < ms { surface += sm * Elementary.quickPower(1 - (rain + au) * inverseMS, ex1) }
            surface = min(fr * surface, piece)
            let s = min(level + (piece - surface) / fr, sm)
            sum.surface += surface
            sum.interflow += ki * s * fr
            sum.groundwater += kg * s * fr
            water.s = s * (1 - ki - kg)
            water.fr = fr
        }
        return sum
    }
}
