import Foundation

/// Whether this machine can run the program, before anything is computed.
enum ProcessorCheck {
    #if WIDE
        private static let needed: Set<Substring> = ["avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"]
    #else
        private static let needed: Set<Substring> = []
    #endif

    /// Why not; nil where it can, or where the system does not say what the processor has.
    static var refusal: String? {
        guard !needed.isEmpty,
            let processors = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
            let flags = processors.split(separator: "\n").first(where: { $0.hasPrefix("flags") })
        else { return nil }
        let missing = needed.subtracting(flags.split(whereSeparator: { " \t:".contains($0) }))
        return missing.isEmpty
            ? nil
            : "this program was built for processors of x86-64-v3, and this one lacks \(missing.sorted().joined(separator: ", ")) "
                + "- build it on this machine, or anywhere with RIPARIAN_BASELINE=1"
    }
}
