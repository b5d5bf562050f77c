extension GRModel {
    /// GR4H, four parameters, hours.
    static func gr4H(_ constants: RunoffOptions.Constants) -> GRModel {
        GRModel(
            name: "GR4H", summary: "hourly, four parameters: Mathevet (2005), thesis, ENGREF, Paris; Le Moine (2008)",
            step: 3600,
            parameters: [
                .production(startGrid: [5.12, 5.58, 6.01]),
                .exchange("mm/h", divisor: 3, startGrid: [-1.18, -0.85, -0.50]),
                .routing(startGrid: [4.34, 4.74, 5.14]),
                RunoffParameter(
                    "X4", unit: "h", meaning: "base of the unit hydrograph", range: 0.5...480,
                    transform: .base(middle: 480, low: 0.5, bound: 9.99), startGrid: [-9.69, -9.47, -8.87]),
            ],
            structure: .hourly(), constants: constants)
    }
}
