/// A lake with upright shores that an orifice and a weir let out.
///
/// `Q = C_o A_o sqrt(2 g h)` for the head over the orifice and `Q = C_w L h^(3/2)` for that over the weir. Source: the level pool
/// of the National Water Model (Gochis et al. 2020, WRF-Hydro technical description, section 3.6), after Chow, Maidment and Mays
/// 1988, section 8.2.
public struct LakeOutlet: Hashable, Sendable {
    /// m2, the same at every level.
    public var area: Double
    /// m: the level of a full lake.
    public var maximumLevel: Double
    /// m2.
    public var orificeArea: Double
    /// Without a unit.
    public var orificeCoefficient: Double
    /// m: outflow begins here.
    public var orificeLevel: Double
    /// m^(1/2)/s.
    public var weirCoefficient: Double
    /// m.
    public var weirLevel: Double
    /// m.
    public var weirLength: Double

    /// Makes an outlet.
    public init(
        area: Double, maximumLevel: Double, orificeArea: Double, orificeCoefficient: Double, orificeLevel: Double,
        weirCoefficient: Double, weirLevel: Double, weirLength: Double
    ) {
        self.area = area
        self.maximumLevel = maximumLevel
        self.orificeArea = orificeArea
        self.orificeCoefficient = orificeCoefficient
        self.orificeLevel = orificeLevel
        self.weirCoefficient = weirCoefficient
        self.weirLevel = weirLevel
        self.weirLength = weirLength
    }

    /// m: the level at which a share of the height between orifice and highest level is filled.
    public func level(filled share: Double) -> Double { orificeLevel + share * (maximumLevel - orificeLevel) }

    /// m3/s at a level in m.
    public func outflow(atLevel level: Double) -> Double {
        let overOrifice = max(0, level - orificeLevel)
        let overWeir = max(0, level - weirLevel)
        return orificeCoefficient * orificeArea * (2 * 9.81 * overOrifice).squareRoot()
            + weirCoefficient * weirLength * overWeir * overWeir.squareRoot()
    }

    /// The lake as a table, from a millimetre over the orifice, where the law has an upright tangent, in steps that grow by a
    /// tenth up to 0.25 m, likewise from the weir on, and to 50 m above the highest level; nil where the numbers make no lake.
    public var pool: LevelPool? {
        let numbers = [
            area, maximumLevel, orificeArea, orificeCoefficient, orificeLevel, weirCoefficient, weirLevel, weirLength,
        ]
        guard numbers.allSatisfy({ $0.isFinite && $0.magnitude < 1e12 }), area > 0, maximumLevel > orificeLevel,
            weirLevel > orificeLevel, maximumLevel - orificeLevel < 1e4, weirLevel - orificeLevel < 1e4,
            orificeArea >= 0, orificeCoefficient >= 0, weirCoefficient >= 0, weirLength >= 0,
            orificeArea * orificeCoefficient + weirCoefficient * weirLength > 0
        else { return nil }
        var levels = [orificeLevel]
        func climb(to top: Double) {
            var rise = 1e-3
            while levels[levels.count - 1] + rise < top {
                levels.append(levels[levels.count - 1] + rise)
                rise = min(rise * 1.1, 0.25)
            }
            levels.append(top)
        }
        climb(to: weirLevel)
        climb(to: max(maximumLevel, weirLevel) + 50)
        return LevelPool(
            rows: levels.map {
                LevelPool.Row(level: $0, storage: area * ($0 - orificeLevel), outflow: outflow(atLevel: $0))
            })
    }
}
