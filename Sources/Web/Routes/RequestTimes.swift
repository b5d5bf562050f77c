import HTTPTypes
import Hummingbird
import Synchronization

/// How long answers take, counted since the program started: a histogram with fixed bounds.
final class RequestTimes: Sendable {
    /// s; the last bucket is everything above.
    static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    /// What has been counted.
    struct Counted: Sendable {
        /// Answers by bound, each with those below; one longer than the bounds.
        var buckets = [Int](repeating: 0, count: RequestTimes.bounds.count + 1)
        /// s, all together.
        var sum = 0.0
        /// Answers by the first digit of their status.
        var byClass: [Int: Int] = [:]

        var count: Int { buckets.reduce(0, +) }

        /// The bound, s, below which a share of the answers lies; nil before the first, and above the last bound.
        func quantile(_ share: Double) -> Double? {
            guard count > 0 else { return nil }
            let wanted = Int((Double(count) * share).rounded(.up))
            var seen = 0
            for (index, bound) in RequestTimes.bounds.enumerated() {
                seen += buckets[index]
                if seen >= wanted { return bound }
            }
            return nil
        }
    }

    private let counted = Mutex(Counted())

    var now: Counted { counted.withLock { $0 } }

    /// Counts an answer.
    ///
    /// - Parameter seconds: s from the request to it.
    func note(_ seconds: Double, status: Int) {
        let place = RequestTimes.bounds.firstIndex { seconds <= $0 } ?? RequestTimes.bounds.count
        counted.withLock {
            $0.buckets[place] += 1
            $0.sum += seconds
            $0.byClass[status / 100, default: 0] += 1
        }
    }
}

/// Times every answer until its body begins; streams are not waited for.
struct RequestTiming: RouterMiddleware {
    let times: RequestTimes
    /// ns of a steady clock.
    let nanoseconds: @Sendable () -> Int64

    @concurrent func handle(
        _ request: Request, context: PageRequestContext,
        next: @concurrent (Request, PageRequestContext) async throws -> Response
    ) async throws -> Response {
        let begin = nanoseconds()
        do {
            let response = try await next(request, context)
            times.note(Double(nanoseconds() - begin) / 1e9, status: response.status.code)
            return response
        } catch {
            times.note(
                Double(nanoseconds() - begin) / 1e9, status: (error as? any HTTPResponseError)?.status.code ?? 500)
            throw error
        }
    }
}
