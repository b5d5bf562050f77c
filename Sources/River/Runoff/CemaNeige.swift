/// Snow in layers of height above any model of the GR family: CemaNeige with its two parameters.
///
/// Source: Valery, Andreassian and Perrin (2014), J. Hydrol. 517, 1166-1175 and 1176-1187: a pack in each layer, a thermal state
/// that must be at zero before it melts, melt by degree-days, and a share of bare ground that grows as the pack shrinks.
public struct CemaNeige: RunoffModel {
    /// The model below the snow.
    public let base: GRModel
    private let leastSpeed: Double
    private let thresholdShare: Double

    init(above base: GRModel, constants: RunoffOptions.Constants) {
        self.base = base
        leastSpeed = constants.value(0.1)
        thresholdShare = constants.value(0.9)
    }

    /// `CemaNeige` and the name of the model below.
    public var name: String { "CemaNeige" + base.name }
    /// One sentence with author and year.
    public var summary: String {
        "snow in layers of height (Valery, Andreassian and Perrin 2014, J. Hydrol. 517, 1166-1187) above \(base.name)"
    }
    /// That of the model below.
    public var step: Int64? { base.step }
    /// Those of the model below, then the two of the snow.
    public var parameters: [RunoffParameter] {
        base.parameters + [
            RunoffParameter(
                "CTG", unit: "-", meaning: "weight of yesterday in the thermal state of the pack", range: 0...1,
                transform: .share(bound: 9.99), startGrid: [-9.96, -9.14, 4.10]),
            RunoffParameter(
                "Kf", unit: "mm/(degC step)", meaning: "degree-day factor of melt", range: 0...200,
                transform: .exponentialOver(200), startGrid: [6.63, 6.90, 7.21]),
        ]
    }
    /// Those of the model below.
    public var storeNames: [String] { base.storeNames }
    /// Those of the model below.
    public var bottomlessStores: Set<String> { base.bottomlessStores }
    /// Always.
    public var needsSnow: Bool { true }

    /// No snow, the model below at its start.
    public func start(_ parameters: [Double], _ forcing: RunoffForcing) -> RunoffState {
        bare(base.start(parameters, forcing), forcing)
    }

    /// No snow and no water.
    public func dryStart(_ parameters: [Double], _ forcing: RunoffForcing) -> RunoffState {
        bare(base.dryStart(parameters, forcing), forcing)
    }

    /// Behind the stores of the model below stand the pack (mm) and the thermal state (degrees) of each layer.
    private func bare(_ state: RunoffState, _ forcing: RunoffForcing) -> RunoffState {
        let layers = forcing.snow?.layers.count ?? 0
        return RunoffState(
            stores: state.stores + [Double](repeating: 0, count: 2 * layers), pending: state.pending)
    }

    /// Runs over the whole forcing, which must hold layers.
    public func run(_ forcing: RunoffForcing, _ parameters: [Double], from state: RunoffState) -> RunoffRun {
        let own = base.storeNames.count
        let below = RunoffState(stores: Array(state.stores[..<own]), pending: state.pending)
        let melt = melt(forcing, parameters, from: Array(state.stores[own...]))
        let run = base.run(forcing.withPrecipitation(melt.liquid), parameters, from: below)
        let packs = melt.packs.enumerated().map { ("Pack\($0 + 1)", $1) }
        let melts = melt.melts.enumerated().map { ("Melt\($0 + 1)", $1) }
        return RunoffRun(
            discharge: run.discharge, stores: run.stores, evaporation: run.evaporation, taken: melt.taken,
            evaporated: run.evaporated, exchanged: run.exchanged,
            end: RunoffState(stores: run.end.stores + melt.end, pending: run.end.pending), further: packs + melts)
    }

    /// Water below and in the packs.
    public func water(in state: RunoffState, _ parameters: [Double], _ forcing: RunoffForcing) -> Double {
        let own = base.storeNames.count
        let below = RunoffState(stores: Array(state.stores[..<own]), pending: state.pending)
        let layers = (state.stores.count - own) / 2
        let snow = layers == 0 ? 0 : state.stores[own..<(own + layers)].reduce(0, +) / Double(layers)
        return base.water(in: below, parameters, forcing) + snow
    }

    /// What the layers make of the precipitation.
    private struct Melt {
        /// mm per step that reach the model below.
        var liquid: [Double]
        var packs: [[Double]] = []
        var melts: [[Double]] = []
        var taken = 0.0
        var end: [Double] = []
    }

    private func melt(_ forcing: RunoffForcing, _ parameters: [Double], from snow: [Double]) -> Melt {
        guard let weather = forcing.snow else { preconditionFailure("the model \(name) asks for snow layers") }
        let (weight, factor) = (parameters[parameters.count - 2], parameters[parameters.count - 1])
        let layers = weather.layers.count
        let threshold = thresholdShare * weather.meanAnnualSolid
        var result = Melt(liquid: [Double](repeating: 0, count: forcing.count))
        var thermals: [Double] = []
        var ends: [Double] = []
        for (number, layer) in weather.layers.enumerated() {
            var pack = snow[number]
            var thermal = snow[layers + number]
            var packs = [Double](repeating: 0, count: forcing.count)
            var melts = packs
            for step in 0..<forcing.count {
                let precipitation = layer.precipitation[step]
                let solid = layer.solidShare[step] * precipitation
                pack += solid
                thermal = min(0, weight * thermal + (1 - weight) * layer.temperature[step])
                let isRipe = thermal == 0 && layer.temperature[step] > 0
                let potential = isRipe ? min(pack, factor * layer.temperature[step]) : 0
                let cover = pack < threshold ? pack / threshold : 1
                let melt = ((1 - leastSpeed) * cover + leastSpeed) * potential
                pack -= melt
                packs[step] = pack
                melts[step] = melt
                result.taken += precipitation / Double(layers)
                result.liquid[step] += ((precipitation - solid) + melt) / Double(layers)
            }
            result.packs.append(packs)
            result.melts.append(melts)
            ends.append(pack)
            thermals.append(thermal)
        }
        result.end = ends + thermals
        return result
    }
}
