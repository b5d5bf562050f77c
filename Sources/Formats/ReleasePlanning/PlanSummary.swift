public import Forecasting
import Foundation
public import Series

/// What a kept plan says (``PlanRecord``), read back for pages: nothing is planned again.
public struct PlanSummary: Decodable, Sendable {
    /// A value with its band.
    public struct Band: Decodable, Hashable, Sendable {
        /// One in ten lies below, half lie below, one in ten lies above.
        public let low, middle, high: Double

        /// A band as advice has it.
        public init(_ band: ReleaseAdvice.Band) { (low, middle, high) = (band.low, band.middle, band.high) }
    }

    /// A gate to be moved.
    public struct Gate: Decodable, Hashable, Sendable {
        /// When, and by when those below must know.
        public let time, noticeBy: Instant
        /// Its number, from 1.
        public let gate: Int
        /// Whether it is opened; otherwise it is closed.
        public let opens: Bool

        private enum CodingKeys: String, CodingKey {
            case time, gate, opens, noticeBy
        }

        /// Reads one.
        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            time = try values.instant(.time)
            noticeBy = try values.instant(.noticeBy)
            gate = try values.decode(Int.self, forKey: .gate)
            opens = try values.decode(Bool.self, forKey: .opens)
        }
    }

    /// The rule that holds now.
    public struct Rule: Decodable, Hashable, Sendable {
        /// Its mode, a word of the catalogue, and its article.
        public let mode, article: String
    }

    /// A dam.
    public struct Plant: Decodable, Hashable, Sendable {
        /// Its id, and how sure the least sure number of its tables is.
        public let id, quality: String
        /// The rule that holds now.
        public let rule: Rule
        /// m3 below the highest level now.
        public let free: Double
        /// h until the highest level as inflow and release stand; nil where the level falls.
        public let hoursToHighest: Double?
        /// Gates to be moved.
        public let gates: [Gate]
        /// m3/s ordered in each of the shared steps.
        public let ordered: [Double]
        /// m3/s in each step.
        public let release: [Band]
        /// m at the end of each step.
        public let level: [Band]

        private enum CodingKeys: String, CodingKey {
            case id, quality, rule, gates
            case free = "freeM3"
            case hoursToHighest
            case ordered = "orderedM3S"
            case release = "releaseM3S"
            case level = "levelM"
        }

        /// m3/s: the largest that leaves in the shared steps, in the middle of the members.
        public var largestOrdered: Double? { release.prefix(ordered.count).map(\.middle).max() }

        /// Places of the shared steps at which the middle of the releases changes, from the first on
        /// (`ReleaseAdvice.changes(in:)`).
        public var changes: [Int] { ReleaseAdvice.changes(in: release.prefix(ordered.count).map(\.middle)) }

        /// Place of the step with the highest middle level; nil where there is none.
        public var highestStep: Int? { ReleaseAdvice.highest(of: level.map(\.middle)) }
    }

    /// A town.
    public struct Town: Decodable, Hashable, Sendable {
        /// Its id and its party.
        public let id, party: String
        /// Highest flow by the rules alone, and with the plan, m3/s.
        public let byRules, peak: Band
        /// Shares of the members that reach each alarm, by the rules and with the plan.
        public let alarmsByRules, alarms: [Double]

        private enum CodingKeys: String, CodingKey {
            case id, party, alarms
            case byRules = "peakByRulesM3S"
            case peak = "peakM3S"
            case alarmsByRules
        }
    }

    /// A sentence in three languages.
    public struct Words: Decodable, Hashable, Sendable {
        /// The sentence.
        public let text: LocalizedText

        private enum CodingKeys: String, CodingKey { case vi, zh, en }

        /// Reads one.
        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            text = LocalizedText(
                vi: try values.decode(String.self, forKey: .vi), zh: try values.decode(String.self, forKey: .zh),
                en: try values.decode(String.self, forKey: .en))
        }
    }

    /// A smaller or later release that would help.
    public struct Proposal: Decodable, Hashable, Sendable {
        /// What it does to a town.
        public struct Town: Decodable, Hashable, Sendable {
            /// Its id and its party.
            public let id, party: String
            /// m3/s, negative where the highest flow becomes smaller.
            public let peak: Double

            private enum CodingKeys: String, CodingKey {
                case id, party
                case peak = "peakM3S"
            }
        }

        /// The dam and its party.
        public let plant, party: String
        /// m3/s less; nil where it is to be later.
        public let less: Double?
        /// s later; nil where it is to be less.
        public let later: Int64?
        /// What it does.
        public let towns: [Town]
        private let words: Words

        /// The sentence.
        public var text: LocalizedText { words.text }

        private enum CodingKeys: String, CodingKey {
            case plant, party, towns
            case less = "lessM3S"
            case later = "laterS"
            case words = "text"
        }
    }

    private struct Sentence: Decodable, Sendable { let text: Words }
    private struct Others: Decodable, Sendable { let texts: [Words] }

    private struct Answer: Decodable, Sendable {
        let basis: String
        let latestNotice: String?
        let plants: [Plant]
        let towns: [Town]
        let reasons: [Sentence]
        let rules: Others
        let waiting: Others?
        let proposals: [Proposal]
    }

    private struct Inputs: Decodable, Sendable {
        struct Place: Decodable, Sendable {
            let id: String
            let ofDamsAlone: Bool?
            let levelM: Double?
        }
        let start: String
        let stepS: Int64
        let names: [String: Words]
        let towns: [Place]
        let plants: [Place]
    }

    private enum CodingKeys: String, CodingKey { case inputs, answer }

    /// When the first step begins.
    public let start: Instant
    /// s of a step.
    public let step: Int64
    /// Whether the rules are shown because no plan keeps all limits.
    public let isByRules: Bool
    /// By when the first notice must leave.
    public let latestNotice: Instant?
    /// The dams.
    public let plants: [Plant]
    /// The towns.
    public let towns: [Town]
    /// Names by id.
    public let names: [String: LocalizedText]
    /// Towns where the water of dams alone is counted.
    public let ofDamsAlone: Set<String>
    /// m at the start, by dam.
    public let levels: [String: Double]
    /// Why; what the rules or waiting would do.
    public let reasons, otherwise: [LocalizedText]
    /// What to ask of neighbours.
    public let proposals: [Proposal]

    /// Reads a kept plan.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let inputs = try values.decode(Inputs.self, forKey: .inputs)
        let answer = try values.decode(Answer.self, forKey: .answer)
        start = try Instant(iso8601: inputs.start)
        step = inputs.stepS
        isByRules = answer.basis == "rules"
        latestNotice = try answer.latestNotice.map { try Instant(iso8601: $0) }
        (plants, towns) = (answer.plants, answer.towns)
        names = inputs.names.mapValues(\.text)
        ofDamsAlone = Set(inputs.towns.filter { $0.ofDamsAlone == true }.map(\.id))
        levels = Dictionary(
            inputs.plants.compactMap { plant in plant.levelM.map { (plant.id, $0) } },
            uniquingKeysWith: { first, _ in first })
        reasons = answer.reasons.map(\.text.text)
        otherwise = (answer.rules.texts + (answer.waiting?.texts ?? [])).map(\.text)
        proposals = answer.proposals
    }

    /// Reads a kept plan; nil when the bytes are none.
    public init?(_ bytes: [UInt8]) {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let plan = try? decoder.decode(PlanSummary.self, from: Data(bytes)) else { return nil }
        self = plan
    }
}

extension KeyedDecodingContainer {
    fileprivate func instant(_ key: Key) throws -> Instant {
        try Instant(iso8601: try decode(String.self, forKey: key))
    }
}
