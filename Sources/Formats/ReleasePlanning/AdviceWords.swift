public import Forecasting
public import Series

/// Advice on releases in sentences of three languages: why, what waiting costs, what the rules would do, what to ask of
/// neighbours.
public struct AdviceWords: Sendable {
    private let names: [String: LocalizedText]
    private let zone: Int64

    /// Makes words.
    ///
    /// - Parameters:
    ///   - names: of plants and towns by id; an id without a name stands for itself.
    ///   - zone: s that the clock of the reader is ahead of UTC.
    public init(names: [String: LocalizedText], zone: Int64) {
        self.names = names
        self.zone = zone
    }

    /// Why the plan is as it is, or why the rules are shown.
    public func reasons(_ advice: ReleaseAdvice, _ catalogues: Catalogues) -> [LocalizedText] {
        advice.reasons.map { reason in
            text(catalogues) { catalogue, language in
                let sentence = catalogue.text(
                    "advice.reason.\(reason.code.rawValue)", slots(of: reason, language))
                guard let saving = reason.saving, let unit = unit(of: reason.code) else { return sentence }
                let more = catalogue.text(
                    "advice.saving", ["unit": catalogue.text(unit), "percent": number(100 * saving, digits: 3)])
                return sentence + " (" + more + ")"
            }
        }
    }

    /// What deciding later would cost, for the town where it matters most.
    public func waiting(_ advice: ReleaseAdvice, _ catalogues: Catalogues) -> LocalizedText? {
        guard advice.waitingTime > 0, advice.plan.reason == nil else { return nil }
        let hours = number(Double(advice.waitingTime) / 3600, digits: 3)
        guard let waiting = advice.waiting else {
            return text(catalogues) { catalogue, _ in
                catalogue.text("advice.waiting.impossible", ["hours": hours])
            }
        }
        guard let worst = waiting.towns.max(by: { $0.peak < $1.peak }) else { return nil }
        return text(catalogues) { catalogue, language in
            catalogue.text(
                "advice.waiting",
                [
                    "hours": hours, "percent": number(100 * max(0, waiting.extraCost), digits: 2),
                    "town": name(worst.town, language), "change": number(max(0, worst.peak), digits: 3),
                ])
        }
    }

    /// What the rules alone would do: at a dam that they fill above its highest level, and at every town where it makes a difference
    /// of 1 m3/s.
    public func rules(_ advice: ReleaseAdvice, _ catalogues: Catalogues) -> [LocalizedText] {
        guard advice.plan.reason == nil else { return [] }
        let dams = advice.plants.filter { $0.aboveByRules > 0 }.map { plant in
            text(catalogues) { catalogue, language in
                catalogue.text(
                    "advice.rules.level",
                    [
                        "place": name(plant.id, language), "level": number(plant.highestByRules, digits: 5),
                        "highest": number(plant.highest, digits: 5),
                        "percent": number(100 * plant.aboveByRules, digits: 2),
                    ])
            }
        }
        return dams + towns(advice, catalogues)
    }

    private func towns(_ advice: ReleaseAdvice, _ catalogues: Catalogues) -> [LocalizedText] {
        advice.rules.towns.filter { $0.peak.magnitude >= 1 }.map { change in
            text(catalogues) { catalogue, language in
                catalogue.text(
                    change.peak > 0 ? "advice.rules" : "advice.rules.better",
                    ["town": name(change.town, language), "change": number(change.peak.magnitude, digits: 3)])
            }
        }
    }

    /// What to ask of neighbours: for each proposal the town that gains most.
    public func proposals(_ advice: ReleaseAdvice, _ catalogues: Catalogues) -> [LocalizedText] {
        advice.proposals.map { proposal in
            text(catalogues) { catalogue, language in sentence(proposal, catalogue, language) }
        }
    }

    private func sentence(
        _ proposal: ReleaseAdvice.CounterProposal, _ catalogue: Catalogue, _ language: Language
    ) -> String {
        let plant = name(proposal.plant, language)
        guard let town = proposal.towns.min(by: { $0.peak < $1.peak }), town.peak <= -1 else {
            return catalogue.text(
                "advice.proposal.saves", ["plant": plant, "percent": number(100 * proposal.saving, digits: 2)])
        }
        var slots = [
            "plant": plant, "time": time(proposal.from), "town": name(town.town, language),
            "change": number(-town.peak, digits: 3),
        ]
        let key: String
        switch proposal.change {
        case .less(let amount):
            key = "advice.proposal.less"
            slots["amount"] = number(amount, digits: 4)
        case .later(let delay):
            key = "advice.proposal.later"
            slots["hours"] = number(Double(delay) / 3600, digits: 3)
        }
        let text = catalogue.text(key, slots)
        guard let level = town.level, level <= -0.005 else { return text }
        let centimetres = catalogue.text(
            "advice.proposal.level", ["centimetres": number(-100 * level, digits: 2)])
        return text + " (" + centimetres + ")"
    }

    private func unit(of code: ReleaseAdvice.Reason.Code) -> String? {
        switch code {
        case .lowestLevel, .highestLevel, .safeLevel: "advice.unit.metre"
        case .leastRelease, .largestRelease, .ramp: "advice.unit.flow"
        default: nil
        }
    }

    private func slots(of reason: ReleaseAdvice.Reason, _ language: Language) -> [String: String] {
        var slots: [String: String] = [:]
        if let place = reason.place { slots["place"] = name(place, language) }
        if let value = reason.value { slots["value"] = number(value, digits: 4) }
        if let time = reason.time { slots["time"] = self.time(time) }
        return slots
    }

    private func text(
        _ catalogues: Catalogues, _ make: (Catalogue, Language) -> String
    ) -> LocalizedText {
        LocalizedText(
            vi: make(catalogues[.vietnamese], .vietnamese), zh: make(catalogues[.chinese], .chinese),
            en: make(catalogues[.english], .english))
    }

    func name(_ id: String, _ language: Language) -> String {
        guard let name = names[id] else { return id }
        switch language {
        case .vietnamese: return name.vi
        case .chinese: return name.zh
        case .english: return name.en
        }
    }

    /// `YYYY-MM-DD HH:mm` in the reader's zone.
    func time(_ instant: Instant) -> String {
        let seconds = instant.secondsSinceEpoch + zone
        let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let minutes = (seconds - day * 86_400) / 60
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return CivilDate(daysSinceEpoch: day).description + " " + two(minutes / 60) + ":" + two(minutes % 60)
    }

    /// A number with so many digits that count, without an exponent.
    func number(_ value: Double, digits: Int) -> String {
        guard value.isFinite, value != 0 else { return value.isFinite ? "0" : "-" }
        var scale = 1.0
        var decimals = 0
        var size = value.magnitude
        while size >= 1 {
            size /= 10
            decimals -= 1
        }
        while size < 0.1, decimals < 9 {
            size *= 10
            decimals += 1
        }
        decimals = max(0, min(9, decimals + digits))
        for _ in 0..<decimals { scale *= 10 }
        let whole = (value.magnitude * scale).rounded()
        guard whole < 9e15 else { return "\(value)" }
        let digitsOfWhole = String(Int64(whole))
        let sign = value < 0 && whole > 0 ? "-" : ""
        guard decimals > 0 else { return sign + digitsOfWhole }
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digitsOfWhole.count)) + digitsOfWhole
        var fraction = String(padded.suffix(decimals))
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let front = String(padded.dropLast(decimals))
        return sign + (fraction.isEmpty ? front : front + "." + fraction)
    }
}
