/// What regressions look at when a forecast is issued: columns with a value a step, missing ones not a number.
struct FlowFeatures {
    let series: GaugeSeries
    private let now: [Double]
    private let newest: Int

    init(_ series: GaugeSeries) {
        self.series = series
        now = GaugeSeries.roots(series.target)
        newest = series.isRainKnown ? 0 : 1
    }

    /// Roots of the flows and how they have changed.
    func flows() -> [[Double]] {
        var columns: [[Double]] = []
        for flow in [series.target] + series.upstream + series.line {
            let roots = GaugeSeries.roots(flow)
            columns.append(roots)
            for change in series.changes {
                columns.append(Columns.map(roots, Columns.before(change, roots)) { $0 - $1 })
            }
        }
        return columns
    }

    private func rains() -> [[Double]] { series.rain.map { rain in rain.map { $0 ?? .nan } } }

    /// The newest rain step by step, and the roots of its sums.
    func rain() -> [[Double]] {
        var columns: [[Double]] = []
        for rain in rains() {
            for lag in newest..<newest + 4 { columns.append(Columns.before(lag, rain)) }
            for span in [2, 13 - newest] {
                columns.append(Columns.before(newest, Columns.sums(rain, over: span)).map { $0.squareRoot() })
            }
        }
        return columns
    }

    /// How rain works on a basin that is wet already, and how floods rise the faster the higher they are: products of rain with the
    /// root of flow and with that of earlier rain, and of changes with roots.
    func wetness() -> [[Double]] {
        var columns: [[Double]] = []
        let rains = rains()
        let whole = (0..<series.count).map { step in rains.reduce(0) { $0 + $1[step] } }
        let wet = [24, 120].map { span in
            Columns.before(newest, Columns.sums(whole, over: span)).map { $0.squareRoot() }
        }
        columns += wet
        for rain in rains {
            let new = Columns.before(newest, rain)
            columns.append(Columns.map(new, now, *))
            columns.append(Columns.map(Columns.before(1, new), now, *))
            for wet in wet { columns.append(Columns.map(new, wet, *)) }
        }
        for flow in [series.target] + series.upstream + series.line {
            let roots = GaugeSeries.roots(flow)
            columns.append(Columns.map(roots, roots, *))
            columns.append(Columns.map(roots, Columns.before(1, roots)) { ($0 - $1) * $0 })
        }
        return columns
    }
}
