import Foundation
public import Series

/// A question of the form "what if these readings had been shared?": how to make an estimated series that nobody has
/// published. The numbers are made by whoever asks, from a seed; they are always marked *estimated*.
public struct WhatIf: Hashable, Sendable {
    /// How the reference gauge becomes the missing one.
    public enum Correspondence: String, Sendable, Hashable, CaseIterable {
        /// The same rise at both, shifted by the travel time and the offset.
        case equalRise = "equal-rise"
    }

    /// The gauge whose series is made.
    public let station: StationID
    /// What is made.
    public let property: Property
    /// The seed of its noise.
    public let seed: UInt64
    /// The observed gauge that it is made from.
    public let reference: StationID
    /// h by which the gauge is ahead of the reference, >= 0.
    public let travelTime: Double
    /// Added to the reference's values, in the property's unit.
    public let offset: Double
    /// Standard deviation of the noise, in the property's unit, >= 0.
    public let noise: Double
    /// h between readings, > 0.
    public let step: Double
    /// min from observation to delivery, >= 0.
    public let latency: Double
    /// How the reference becomes the gauge.
    public let correspondence: Correspondence
    /// What a reader must know.
    public let remark: LocalizedText
}

/// Reads a question as `what-if-*.yaml` writes it: `station`, `property`, `seed`, `reference`, `travel_time_h`,
/// `offset_m`, `noise_sd_m`, `step_h`, `latency_min`, `correspondence`, `remark`.
///
/// - Throws: ``EventFileProblem`` with the line of what is wrong.
public func readWhatIf(at path: String) throws(EventFileProblem) -> WhatIf {
    guard let data = FileManager.default.contents(atPath: path) else {
        throw EventFileProblem(
            file: path, line: 1, "the file is absent or unreadable", "give the path of a what-if file")
    }
    let document = try YAMLDocument([UInt8](data), file: path)
    func required<Value>(_ key: String, _ value: Value?, _ advice: String) throws(EventFileProblem) -> Value {
        guard let value else { throw document.problem(at: key, "no valid \(key)", advice) }
        return value
    }
    let word = { (key: String) in document.text(key) }
    return WhatIf(
        station: try required("station", word("station").flatMap { StationID($0) }, "give the id of a station"),
        property: try required(
            "property", word("property").flatMap { Property(rawValue: $0) }, "give a standard name such as stage"),
        seed: try required("seed", word("seed").flatMap { UInt64($0) }, "give a whole number"),
        reference: try required("reference", word("reference").flatMap { StationID($0) }, "give the id of a station"),
        travelTime: try required(
            "travel_time_h", try document.number("travel_time_h", within: 0...1000), "give hours"),
        offset: try document.number("offset_m", within: -5000...5000) ?? 0,
        noise: try document.number("noise_sd_m", within: 0...100) ?? 0,
        step: try required("step_h", try document.number("step_h", within: 0.01...240), "give hours"),
        latency: try document.number("latency_min", within: 0...100_000) ?? 0,
        correspondence: try required(
            "correspondence", WhatIf.Correspondence(rawValue: word("correspondence") ?? "equal-rise"),
            "write equal-rise"),
        remark: try required("remark", try document.localizedText("remark"), "give vi, zh and en"))
}
