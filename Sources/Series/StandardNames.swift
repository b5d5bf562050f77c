extension StandardName {
    /// The table of standard names, one row a property. A new property is one case and one row.
    public static let table: [Property: StandardName] = {
        let rows = waterRows + reservoirRows + weatherRows + indicatorRows
        let table = Dictionary(uniqueKeysWithValues: rows.map { ($0.property, $0) })
        precondition(table.count == Property.allCases.count, "every property has one standard name")
        return table
    }()

    private static let waterRows: [StandardName] = [
        StandardName(
            property: .stage, unit: .metre, validRange: -20...3000, displayDigits: 2, isAccumulation: false,
            name: LocalizedText(vi: "mực nước", zh: "水位", en: "stage"),
            description: LocalizedText(
                vi: "Mực nước so với số không của trạm.", zh: "相对于水尺零点的水位。", en: "Water level above the gauge zero.")),
        StandardName(
            property: .discharge, unit: .cubicMetrePerSecond, validRange: 0...200_000, displayDigits: 0,
            isAccumulation: false, name: LocalizedText(vi: "lưu lượng", zh: "流量", en: "discharge"),
            description: LocalizedText(
                vi: "Lưu lượng qua mặt cắt sông.", zh: "通过河道断面的流量。", en: "Flow through a river section.")),
    ]

    private static let reservoirRows: [StandardName] = [
        StandardName(
            property: .poolLevel, unit: .metre, validRange: -20...5000, displayDigits: 2, isAccumulation: false,
            name: LocalizedText(vi: "mực nước hồ", zh: "库水位", en: "pool level"),
            description: LocalizedText(
                vi: "Mực nước thượng lưu hồ chứa.", zh: "水库坝上水位。", en: "Water level of a reservoir.")),
        StandardName(
            property: .inflow, unit: .cubicMetrePerSecond, validRange: 0...200_000, displayDigits: 0,
            isAccumulation: false, name: LocalizedText(vi: "lưu lượng đến hồ", zh: "入库流量", en: "inflow"),
            description: LocalizedText(vi: "Lưu lượng đến hồ chứa.", zh: "进入水库的流量。", en: "Flow into a reservoir.")),
        StandardName(
            property: .release, unit: .cubicMetrePerSecond, validRange: 0...200_000, displayDigits: 0,
            isAccumulation: false, name: LocalizedText(vi: "tổng lưu lượng xả", zh: "总下泄流量", en: "total release"),
            description: LocalizedText(
                vi: "Tổng lưu lượng xả qua tua-bin, cửa xả và tràn.", zh: "经机组、闸门和溢洪道的总下泄流量。",
                en: "Flow out of a reservoir through turbines, gates and spillway.")),
        StandardName(
            property: .spill, unit: .cubicMetrePerSecond, validRange: 0...200_000, displayDigits: 0,
            isAccumulation: false, name: LocalizedText(vi: "lưu lượng xả lũ", zh: "泄洪流量", en: "spill"),
            description: LocalizedText(
                vi: "Lưu lượng qua cửa xả và tràn.", zh: "经闸门和溢洪道的泄洪流量。", en: "Flow through gates and spillway.")),
        StandardName(
            property: .turbineFlow, unit: .cubicMetrePerSecond, validRange: 0...50_000, displayDigits: 0,
            isAccumulation: false,
            name: LocalizedText(vi: "lưu lượng qua tua-bin", zh: "发电流量", en: "turbine flow"),
            description: LocalizedText(
                vi: "Lưu lượng qua tổ máy phát điện.", zh: "通过发电机组的流量。", en: "Flow through the turbines.")),
        StandardName(
            property: .tailwater, unit: .metre, validRange: -20...5000, displayDigits: 2, isAccumulation: false,
            name: LocalizedText(vi: "mực nước hạ lưu đập", zh: "坝下水位", en: "tailwater level"),
            description: LocalizedText(
                vi: "Mực nước ngay dưới đập.", zh: "大坝下游水位。", en: "Water level just below a dam.")),
        StandardName(
            property: .storage, unit: .cubicMetre, validRange: 0...1e12, displayDigits: 0, isAccumulation: false,
            name: LocalizedText(vi: "dung tích", zh: "蓄水量", en: "storage"),
            description: LocalizedText(
                vi: "Thể tích nước trong hồ chứa.", zh: "水库蓄水体积。", en: "Volume of water in a reservoir.")),
        StandardName(
            property: .gatesOpen, unit: .count, validRange: 0...100, displayDigits: 0, isAccumulation: false,
            name: LocalizedText(vi: "số cửa xả đang mở", zh: "开启闸门数", en: "gates open"),
            description: LocalizedText(
                vi: "Số cửa xả đang mở.", zh: "正在开启的闸门数量。", en: "Number of gates that are open.")),
        StandardName(
            property: .releaseIntention, unit: .cubicMetrePerSecond, validRange: 0...200_000, displayDigits: 0,
            isAccumulation: false, name: LocalizedText(vi: "dự kiến xả", zh: "计划下泄", en: "intended release"),
            description: LocalizedText(
                vi: "Lưu lượng dự kiến xả trong 24 giờ tới.", zh: "未来24小时计划下泄流量。",
                en: "Flow that the operator intends to release in the next 24 hours.")),
    ]

    private static let weatherRows: [StandardName] = [
        StandardName(
            property: .precipitation, unit: .millimetre, validRange: 0...2000, displayDigits: 1, isAccumulation: true,
            name: LocalizedText(vi: "lượng mưa", zh: "降水量", en: "precipitation"),
            description: LocalizedText(
                vi: "Lượng mưa của thời đoạn kết thúc tại giờ ghi.", zh: "截至该时刻的时段降水量。",
                en: "Rain over the period that ends at the time.")),
        StandardName(
            property: .airTemperature, unit: .degreeCelsius, validRange: -60...60, displayDigits: 1,
            isAccumulation: false, name: LocalizedText(vi: "nhiệt độ không khí", zh: "气温", en: "air temperature"),
            description: LocalizedText(vi: "Nhiệt độ không khí.", zh: "空气温度。", en: "Air temperature.")),
    ]

    private static let indicatorRows: [StandardName] = [
        StandardName(
            property: .tradeTurnover, unit: .dollar, validRange: 0...1e15, displayDigits: 0, isAccumulation: true,
            name: LocalizedText(vi: "kim ngạch thương mại", zh: "贸易额", en: "trade turnover"),
            description: LocalizedText(
                vi: "Kim ngạch thương mại giữa các bên trong kỳ.", zh: "各方在该时期的贸易额。",
                en: "Trade between the parties over the period.")),
        StandardName(
            property: .delegations, unit: .count, validRange: 0...1_000_000, displayDigits: 0, isAccumulation: true,
            name: LocalizedText(vi: "số đoàn trao đổi", zh: "互访团组数", en: "delegations"),
            description: LocalizedText(
                vi: "Số đoàn trao đổi trong kỳ.", zh: "该时期互访团组数量。", en: "Delegations exchanged over the period.")),
        StandardName(
            property: .scholarships, unit: .count, validRange: 0...1_000_000, displayDigits: 0, isAccumulation: true,
            name: LocalizedText(vi: "số học bổng", zh: "奖学金名额", en: "scholarships"),
            description: LocalizedText(
                vi: "Số học bổng cấp trong kỳ.", zh: "该时期发放的奖学金名额。", en: "Scholarships granted over the period.")),
    ]
}
