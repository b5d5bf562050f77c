extension GRModel {
    /// GR4J, four parameters, days.
    static func gr4J(_ constants: RunoffOptions.Constants) -> GRModel {
        GRModel(
            name: "GR4J",
            summary: "daily, four parameters: Perrin, Michel and Andreassian (2003), J. Hydrol. 279, 275-289",
            step: 86_400,
            parameters: [
                .production(startGrid: [5.13, 5.51, 6.07]),
                // -1.60 and -0.61, with the last bit that the reference program's own functions give them
                .exchange("mm/d", startGrid: [-1.6000000000000003, -0.6099999999999999, -0.02]),
                .routing(startGrid: [3.03, 3.74, 4.42]),
                .dailyBase(startGrid: [-9.05, -8.51, -8.06]),
            ],
            structure: .daily(), constants: constants)
    }
}

extension RunoffParameter {
    /// X1.
    static func production(factor: Double = 1, startGrid: [Double]) -> RunoffParameter {
        RunoffParameter(
            "X1", unit: "mm", meaning: "capacity of the production store", range: 0.01...100_000,
            transform: .exponential(factor: factor), startGrid: startGrid)
    }

    /// X2.
    static func exchange(_ unit: String, divisor: Double = 1, startGrid: [Double]) -> RunoffParameter {
        RunoffParameter(
            "X2", unit: unit, meaning: "exchange of groundwater, negative where it leaves", range: -11_000...11_000,
            transform: .hyperbolic(divisor: divisor), startGrid: startGrid)
    }

    /// X3.
    static func routing(startGrid: [Double]) -> RunoffParameter {
        RunoffParameter(
            "X3", unit: "mm", meaning: "capacity of the routing store", range: 0.01...100_000,
            transform: .exponential(factor: 1), startGrid: startGrid)
    }

    /// X4 of the daily models.
    static func dailyBase(startGrid: [Double]) -> RunoffParameter {
        RunoffParameter(
            "X4", unit: "d", meaning: "base of the unit hydrograph", range: 0.5...20,
            transform: .base(middle: 20, low: 0.5, bound: 9.99), startGrid: startGrid)
    }
}

extension GRModel.Structure {
    /// The shapes of the daily models.
    static func daily(
        hasTwoHydrographs: Bool = true, hasThreshold: Bool = false, hasExponentialStore: Bool = false
    ) -> GRModel.Structure {
        GRModel.Structure(
            percolation: 25.62890625, exponent: 2.5, longestBase: 20, hasTwoHydrographs: hasTwoHydrographs,
            hasThreshold: hasThreshold, hasExponentialStore: hasExponentialStore)
    }

    /// The shapes of the hourly models: (21/4)^4 and D = 5/4.
    static func hourly(hasTwoHydrographs: Bool = true, hasThreshold: Bool = false) -> GRModel.Structure {
        GRModel.Structure(
            percolation: 759.69140625, exponent: 1.25, longestBase: 480, hasTwoHydrographs: hasTwoHydrographs,
            hasThreshold: hasThreshold, hasExponentialStore: false)
    }
}
