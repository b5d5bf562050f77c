extension GRModel {
    /// GR5J, five parameters, days: one hydrograph before the split, and an exchange that turns at a threshold.
    static func gr5J(_ constants: RunoffOptions.Constants) -> GRModel {
        GRModel(
            name: "GR5J",
            summary: "daily, five parameters: Le Moine (2008), thesis, Univ. Pierre et Marie Curie, Paris",
            step: 86_400,
            parameters: [
                .production(startGrid: [5.17, 5.55, 6.10]),
                .exchange("mm/d", startGrid: [-1.13, -0.46, -0.11]),
                .routing(startGrid: [3.08, 3.75, 4.43]),
                .dailyBase(startGrid: [-9.37, -9.09, -8.60]),
                RunoffParameter(
                    "X5", unit: "-", meaning: "filling of the routing store at which the exchange turns",
                    range: -10...10,
                    transform: .share(bound: 9.99), startGrid: [-7.45, -4.69, -0.66]),
            ],
            structure: .daily(hasTwoHydrographs: false, hasThreshold: true), constants: constants)
    }
}
