import Forecasting
public import Formats
import River
public import Series

/// A made dam above a gauge, with a flood that moves its gates and a release that a neighbour has announced: what a plan is made of in a moment.
///
/// - Parameters:
///   - start: when the first hour begins.
///   - dam: the dam's id.
public func samplePlan(start: Instant, party: PartyID, dam id: String = "thac-ba-dam") -> CascadeDocument {
    let table = StorageTable(area: 8e7, from: 80, to: 125)!  // the numbers are in order, here and below
    let rating = RatingTable(inputs: [100], outputs: [600])!
    let gates = GateGroup(id: "gates", count: 8, rating: .table(rating), leastSpacing: 7200)!
    let dam = Dam(table: table, gates: gates, turbines: RatingTable(inputs: [90], outputs: [600]))!
    let rules = OperatingRules(levels: [
        .init(kind: .normal, level: 120, article: "Art. 6", quality: .estimated, source: "made")
    ])
    let steps = 30
    let plant = PlannedCascade.Plant(
        id: id, party: party, dam: dam, rules: rules, level: 119.6, gatesOpen: 0, releaseBefore: 600, lowest: 90,
        season: 119, highest: 120.5, target: 119, rampMax: 1500, notice: 4 * 3600)
    let cascade = PlannedCascade(
        start: start, zone: 7 * 3600, steps: steps, sharedSteps: 12, plants: [plant],
        towns: [.init(id: "lao-cai", party: party, alarms: [1_000, 2_500])],
        reaches: [.init(from: 0, to: .town(0), kernel: [.init(lag: 3, weight: 1)])],
        members: [1.0, 1.2].map { share in
            PlannedCascade.Member(
                toPlants: [(0..<steps).map { share * (1_200 + 40 * Double(min($0, 20))) }],
                toTowns: [(0..<steps).map { _ in 100 }])
        })
    let announced = ReleaseIntention(
        plant: "malutang", party: PartyID("cn-yunnan")!,
        arrivals: [.init(at: .town(0), kernel: [.init(lag: 2, weight: 1)])],
        flow: (0..<steps).map { (6..<20).contains($0) ? 300 : 0 }, band: 0.8...1.2)
    return CascadeDocument(
        cascade: cascade, intentions: [announced],
        names: [
            id: LocalizedText(vi: "Hồ mẫu", zh: "示例水库", en: "Sample reservoir"),
            "lao-cai": LocalizedText(vi: "Lào Cai", zh: "老街", en: "Lao Cai"),
            "malutang": LocalizedText(vi: "Mã Lộc Đường", zh: "马鹿塘", en: "Malutang"),
        ], quality: [id: .estimated])
}
