extension GRModel {
    /// GR6J, six parameters, days: GR5J's exchange, two hydrographs and an exponential store for low flows.
    static func gr6J(_ constants: RunoffOptions.Constants) -> GRModel {
        GRModel(
            name: "GR6J", summary: "daily, six parameters: Pushpalatha et al. (2011), J. Hydrol. 411, 66-76",
            step: 86_400,
            parameters: [
                .production(startGrid: [3.60, 3.90, 4.50]),
                .exchange("mm/d", startGrid: [-1.00, -0.50, 0.50]),
                .routing(startGrid: [3.30, 4.10, 5.00]),
                .dailyBase(startGrid: [-9.10, -8.70, -8.10]),
                RunoffParameter(
                    "X5", unit: "-", meaning: "filling of the routing store at which the exchange turns",
                    range: -10...10,
                    transform: .scaled(divisor: 5), startGrid: [-0.90, 0.10, 1.10]),
                RunoffParameter(
                    "X6", unit: "mm", meaning: "coefficient of the exponential store", range: 0.01...100_000,
                    transform: .exponential(factor: 1), startGrid: [3.00, 4.00, 5.00]),
            ],
            structure: .daily(hasThreshold: true, hasExponentialStore: true), constants: constants)
    }
}
