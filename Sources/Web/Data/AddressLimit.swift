import HTTPTypes
import Hummingbird
import Synchronization

/// How many requests an address may send: a bucket of them for each, which fills again by and by.
final class AddressLimit: Sendable {
    /// What an address may do now.
    struct Verdict: Equatable {
        /// Whether the request is answered.
        let isGranted: Bool
        /// Requests that are left.
        let left: Int
        /// s until one more is granted; 0 where some are left.
        let wait: Int
    }

    private struct Bucket {
        var left: Double
        var at: Int64
    }

    let limits: SiteLimits
    private let buckets = Mutex<[String: Bucket]>([:])

    init(_ limits: SiteLimits) { self.limits = limits }

    /// Takes one request from the bucket of an address.
    ///
    /// - Parameter now: ns of a steady clock.
    func take(_ address: String, at now: Int64) -> Verdict {
        buckets.withLock { buckets in
            if buckets[address] == nil, buckets.count >= limits.addresses { forgetSome(&buckets, at: now) }
            let held = buckets[address] ?? Bucket(left: Double(limits.burst), at: now)
            var left = filled(held, at: now)
            let isGranted = left >= 1
            if isGranted { left -= 1 }
            buckets[address] = Bucket(left: left, at: max(now, held.at))
            let wait = left >= 1 ? 0 : Int(((1 - left) / limits.perSecond).rounded(.up))
            return Verdict(isGranted: isGranted, left: Int(left), wait: wait)
        }
    }

    private func filled(_ bucket: Bucket, at now: Int64) -> Double {
        min(Double(limits.burst), bucket.left + Double(max(0, now - bucket.at)) / 1e9 * limits.perSecond)
    }

    /// Forgets the addresses that have been still long enough; where all are busy, the half that has been still longest.
    private func forgetSome(_ buckets: inout [String: Bucket], at now: Int64) {
        buckets = buckets.filter { filled($0.value, at: now) < Double(limits.burst) }
        guard buckets.count >= limits.addresses else { return }
        let middle = buckets.values.map(\.at).sorted()[buckets.count / 2]
        let busy = buckets.filter { $0.value.at > middle }
        buckets = busy
    }
}

/// Answers 429 to addresses that ask too often, before anything is looked up for them.
struct AddressLimiting: RouterMiddleware {
    let routes: SiteRoutes
    let limit: AddressLimit
    /// ns of a steady clock.
    let nanoseconds: @Sendable () -> Int64
    /// Whether requests from this very machine that no server in front has brought are not counted.
    let trustsOwnMachine: Bool

    @concurrent func handle(
        _ request: Request, context: PageRequestContext,
        next: @concurrent (Request, PageRequestContext) async throws -> Response
    ) async throws -> Response {
        guard !isFree(request, context) else { return try await next(request, context) }
        let verdict = limit.take(context.address, at: nanoseconds())
        var response =
            verdict.isGranted
            ? try await next(request, context) : routes.problem(.tooMany, request, viewer: .stranger)
        if !verdict.isGranted {
            response.headers[.retryAfter] = "\(max(1, verdict.wait))"
            response.headers[.cacheControl] = "no-store"
        }
        if !verdict.isGranted || SiteRoutes.wantsData(request) {
            let window = Int((Double(limit.limits.burst) / limit.limits.perSecond).rounded(.up))
            response.headers[.rateLimitPolicy] = "\"address\";q=\(limit.limits.burst);w=\(window)"
            response.headers[.rateLimit] = "\"address\";r=\(verdict.left);t=\(verdict.wait)"
        }
        return response
    }

    /// What costs nothing is not counted: the sign of life and the immutable files.
    private func isFree(_ request: Request, _ context: PageRequestContext) -> Bool {
        if request.uri.path == "/health" || request.uri.path.hasPrefix("/assets/") { return true }
        return trustsOwnMachine && context.isOwnMachine && request.headers[.forwardedFor] == nil
            && request.headers[.forwardedProto] == nil && request.headers[.forwarded] == nil
    }
}

extension HTTPField.Name {
    /// The draft of the HTTP API working group, draft-ietf-httpapi-ratelimit-headers-09.
    static let rateLimit = literal("RateLimit")
    static let rateLimitPolicy = literal("RateLimit-Policy")
    static let forwarded = literal("Forwarded")
    static let link = literal("Link")
}
