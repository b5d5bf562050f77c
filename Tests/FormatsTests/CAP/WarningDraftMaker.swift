import Forecasting
import Series

/// Drafts that differ from a sample in their level.
enum WarningDraftMaker {
    static func draft(_ base: WarningDraft, level: Int, isObserved: Bool) -> WarningDraft {
        WarningDraft(
            station: base.station, issued: base.issued, level: level, previousLevel: 2,
            action: level == 0 ? .cancel : level > 2 ? .upgrade : level < 2 ? .downgrade : .continue,
            threshold: level == 0 ? nil : base.threshold, probability: base.probability, isObserved: isObserved,
            crossing: isObserved || level == 0 ? nil : base.crossing, crestTime: base.crestTime,
            crestMedian: base.crestMedian, crestLow: base.crestLow, crestHigh: base.crestHigh, latest: base.latest,
            expires: base.expires, notes: base.notes)
    }
}
