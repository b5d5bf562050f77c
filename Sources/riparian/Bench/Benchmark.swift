import Foundation

/// One piece of work that a user waits for.
protocol Benchmark {
    /// What ``BenchSample/value`` counts: a rate, or ms.
    var unit: String { get }
    /// How much work one run is.
    var size: String { get }
    /// Does the work once.
    func run() async throws -> BenchSample
}

/// One measured run.
struct BenchSample {
    /// In the unit of the benchmark.
    let value: Double
    /// Says that the same work was done.
    let checksum: Double
    /// Further figures by name.
    var details: [String: Double] = [:]
}

/// What this process has used.
enum ProcessUse {
    /// Seconds of processor time.
    static var processorSeconds: Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

    /// The largest memory so far, bytes; 0 where the system does not tell.
    static var peakBytes: Int {
        let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.filter(\.isNumber)) }.map { $0 * 1024 } ?? 0
    }

    /// What the processor calls itself; empty where the system does not tell.
    static var processor: String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
    }

    /// Durable writes of 4 KiB a second in a folder: what a commit costs at least.
    static func durableWritesPerSecond(in folder: String) -> Double {
        let path = folder + "/fsync.tmp"
        let file = open(path, O_CREAT | O_WRONLY, 0o600)
        guard file >= 0 else { return 0 }
        defer {
            close(file)
            unlink(path)
        }
        let block = [UInt8](repeating: 7, count: 4096)
        let begin = ContinuousClock.now
        var count = 0
        while (ContinuousClock.now - begin).inSeconds < 0.5 {
            guard write(file, block, block.count) == block.count, fdatasync(file) == 0 else { return 0 }
            count += 1
        }
        return Double(count) / (ContinuousClock.now - begin).inSeconds
    }
}

extension Duration {
    /// s
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
