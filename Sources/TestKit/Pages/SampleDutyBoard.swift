public import Forecasting
public import NodeCore
public import River
public import Series

/// A made duty board of three gauges and one dam that shows every case of a page: rising, falling and missing readings,
/// derived, doubtful and failed ones, a forecast with notes, a point without forecast, drafts, and partners of each kind.
///
/// - Parameter hostileName: a text that takes the place of the first station's names, to test escaping.
public func sampleDutyBoard(hostileName: String? = nil) -> DutyBoard {
    SampleBoard(hostileName: hostileName).board
}

/// The names of the stations that the sample's notes mention.
public let sampleStationNames: [StationID: LocalizedText] = [
    StationID("manhao")!: LocalizedText(vi: "Mạn Hảo", zh: "蛮耗", en: "Manhao")  // a literal id
]

/// A warning draft with everything that its alert needs, taken from the sample board.
public struct SampleWarning: Sendable {
    /// The draft: from alarm level II to III, forecast, not reached.
    public let draft: WarningDraft
    /// The station it is about.
    public let station: Station
    /// Its river.
    public let riverName: LocalizedText
    /// The party's name.
    public let partyName: LocalizedText
    /// The title of the replay.
    public let exercise: LocalizedText

    /// Makes the sample.
    public init() {
        let sample = SampleBoard(hostileName: nil)
        draft = sample.draft
        station = sample.points[0].station
        riverName = sample.river
        partyName = sample.provider
        exercise = sample.event
    }
}

/// Builds the parts of the sample board.
private struct SampleBoard {
    let hostileName: String?
    let now = Instant(secondsSinceEpoch: 1_725_868_800)  // 2024-09-09T08:00:00Z, 15:00 in Indochina
    let river = LocalizedText(vi: "Sông Thao", zh: "元江", en: "Thao (Yuan Jiang)")
    let provider = LocalizedText(vi: "Lào Cai", zh: "老街省", en: "Lao Cai")

    let event = LocalizedText(vi: "Bão Yagi, tháng 9/2024", zh: "台风摩羯，2024年9月", en: "Typhoon Yagi, September 2024")

    var board: DutyBoard {
        DutyBoard(
            party: party("vn-lao-cai"), partyName: provider, zone: .indochina, now: now, lastCycle: now - 900,
            replay: ReplayBanner(
                event: "yagi-2024",
                title: event,
                remarks: [
                    LocalizedText(
                        vi: "Thỏa thuận được phát lại như thể đã có hiệu lực.", zh: "按协议如已生效回放。",
                        en: "The agreement is replayed as if it were in force.")
                ]),
            agreement: AgreementBanner(
                id: "illustrative-2025",
                title: LocalizedText(vi: "Biên bản chia sẻ số liệu", zh: "资料共享议定书", en: "Protocol on sharing data"),
                isIllustrative: true),
            points: points, drafts: [draft], partners: partners)
    }

    var points: [DutyPoint] {
        [
            point(
                "lao-cai", name("Lào Cai", "老街", "Lao Cai"), alarms: [80, 82, 83.5], start: 78.2, rise: 4.6,
                levelNow: 2,
                warning: 3, forecastRise: 3.4, notes: [.upstreamMissing(id("manhao")), .uncalibrated(errors: 4)]),
            point(
                "bao-ha", name("Bảo Hà", "保河", "Bao Ha"), alarms: [55, 56, 57], start: 52.6, rise: 2.7, levelNow: 1,
                warning: 2, forecastRise: 2.9, notes: [.extrapolated]),
            point(
                "yen-bai", name("Yên Bái", "安沛", "Yen Bai"), alarms: [30, 31, 32], start: 31.5, rise: -2.1, levelNow: 0,
                warning: 0, forecastRise: -0.8, notes: []),
            emptyPoint,
        ]
    }

    private var partners: [PartnerState] {
        [
            PartnerState(
                party: party("cn-yunnan"), name: name("Vân Nam", "云南省", "Yunnan"), participation: .joined,
                lastObservation: now - 11_100, seriesReceived: 2, seriesGranted: 5),
            PartnerState(
                party: party("vn-tuyen-quang"), name: name("Tuyên Quang", "宣光省", "Tuyen Quang"),
                participation: .notJoined, lastObservation: nil, seriesReceived: 0, seriesGranted: 3),
            PartnerState(
                party: party("vn-national"),
                name: name("Cơ quan khí tượng thủy văn", "水文气象局", "Hydrometeorological office"),
                participation: .observer, lastObservation: now - 1_500, seriesReceived: 4, seriesGranted: 0),
        ]
    }

    var draft: WarningDraft {
        WarningDraft(
            station: id("lao-cai"), issued: now - 900, level: 3, previousLevel: 2, action: .upgrade, threshold: 83.5,
            probability: 1, isObserved: false, crossing: now + 6 * 3600, crestTime: now + 16 * 3600,
            crestMedian: 86.2, crestLow: 83.1, crestHigh: 88.4, latest: .init(time: now - 3600, value: 82.8),
            expires: now + 4 * 3600, notes: [.upstreamMissing(id("manhao")), .uncalibrated(errors: 4)])
    }

    private var emptyPoint: DutyPoint {
        DutyPoint(
            station: Station(
                id: id("thac-ba-dam"), kind: .dam, name: name("Hồ Thác Bà", "托婆水库", "Thac Ba reservoir"), river: "chay",
                provider: party("vn-national")),
            riverName: name("Sông Chảy", "斋江", "Chay"), providerName: name("Trung ương", "中央", "National"),
            access: .granted(clause: "W-1"), property: .poolLevel, readings: [], trend: nil, alarms: [], levelNow: 0,
            forecast: nil, warningLevel: 0)
    }

    private func point(
        _ text: String, _ name: LocalizedText, alarms: [Double], start: Double, rise: Double, levelNow: Int,
        warning: Int, forecastRise: Double, notes: [ForecastNote]
    ) -> DutyPoint {
        let shown = text == "lao-cai" ? hostileName.map { LocalizedText(vi: $0, zh: $0, en: $0) } ?? name : name
        let levels = alarms.enumerated().map {
            AlarmLevel(level: $0 + 1, value: $1, scheme: "vn-bao-dong", quality: .solid, source: "made")
        }
        let station = Station(
            id: id(text), name: shown, river: "thao", provider: party("vn-lao-cai"), latitude: 22.5, longitude: 103.97,
            datum: "vn-hon-dau", alarms: levels)
        let readings = self.readings(text, start: start, rise: rise)
        return DutyPoint(
            station: station, riverName: river, providerName: provider, access: .own, property: .stage,
            readings: readings, trend: rise / 36, alarms: levels, levelNow: levelNow,
            forecast: forecast(text, from: start + rise, rise: forecastRise, notes: notes), warningLevel: warning)
    }

    /// Three-hourly readings of 48 h with a hole, one derived, one doubtful and one failed.
    private func readings(_ text: String, start: Double, rise: Double) -> [Observation] {
        let series = SeriesID(provider: party("vn-lao-cai"), station: id(text), property: .stage)
        return (0...16).compactMap { index in
            if (5...8).contains(index) { return nil }
            let time = now - Int64(16 - index) * 3 * 3600 - 3600
            let share = Double(index) / 16
            let value = start + rise * share * share + (index == 11 ? 3 : 0)
            let quality: Quality = index == 11 ? .fail : index == 13 ? .suspect : .good
            return Observation(
                series: series, observed: time, received: time + 1200, value: (value * 100).rounded() / 100,
                quality: quality, known: index == 3 ? .derived : .observed, source: "made")
        }
    }

    /// 48 h at steps of one hour: a rise to a crest after 16 h and a slow fall, nine members beside the median.
    private func forecast(_ text: String, from start: Double, rise: Double, notes: [ForecastNote]) -> StationForecast {
        let axis = TimeAxis(start: now, step: 3600, count: 49)
        func trace(_ factor: Double) -> [Double] {
            (0..<49).map { hour in
                let x = Double(hour) / 16
                let shape = x < 1 ? x * (2 - x) : 1 - 0.25 * (x - 1)
                return start + rise * shape + factor * 0.35 * (Double(hour) / 6).squareRoot() * (1 + Double(hour) / 48)
            }
        }
        let factors = [-2.2, -1.6, -1, -0.5, 0, 0.5, 1, 1.6, 2.2]
        return StationForecast(
            station: id(text), property: .stage, issued: now - 900, axis: axis, members: factors.map(trace),
            median: trace(0), p05: trace(-2), p25: trace(-0.7), p75: trace(0.7), p95: trace(2), method: .tendency,
            known: .forecast, lastReading: .init(time: now - 3600, value: start), notes: notes)
    }

    private func name(_ vi: String, _ zh: String, _ en: String) -> LocalizedText {
        LocalizedText(vi: vi, zh: zh, en: en)
    }
    private func id(_ text: String) -> StationID { StationID(text)! }  // literal ids
    private func party(_ text: String) -> PartyID { PartyID(text)! }  // literal ids
}
