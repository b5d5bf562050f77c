extension GRModel {
    /// GR5H, five parameters, hours, without an interception store.
    static func gr5H(_ constants: RunoffOptions.Constants) -> GRModel {
        GRModel(
            name: "GR5H",
            summary: "hourly, five parameters, no interception: Ficchi, Perrin and Andreassian (2019), "
                + "J. Hydrol. 575, 1308-1327",
            step: 3600,
            parameters: [
                // 3.62, -0.39 and -0.04, with the last bit that the reference program's own functions give them
                .production(factor: 1.5, startGrid: [3.28, 3.6199999999999997, 4.01]),
                .exchange("mm/h", startGrid: [-0.38999999999999996, -0.19, -0.04000000000000001]),
                .routing(startGrid: [4.14, 4.80, 5.43]),
                RunoffParameter(
                    "X4", unit: "h", meaning: "base of the unit hydrograph", range: 0.5...480,
                    transform: .base(middle: 480, low: 0.01, bound: 10), startGrid: [-9.54, -9.00, -7.53]),
                RunoffParameter(
                    "X5", unit: "-", meaning: "filling of the routing store at which the exchange turns",
                    range: -10...10,
                    transform: .share(bound: 10), startGrid: [-7.49, -6.31, -5.33]),
            ],
            structure: .hourly(hasTwoHydrographs: false, hasThreshold: true), constants: constants)
    }
}
