import Accord
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// A lane on a web server, read file by file with some requests ahead.
final class LaneOnWeb {
    /// Requests under way at a time.
    static let window = 16
    /// The longest file: a bundle of 256 entries of the longest kind.
    static let largestFile = LaneTiles.width * (LaneTiles.maximumEntry + 2)
    /// s for one file, from the request to its last byte.
    static let patience: Int64 = 30

    private let base: String
    private let client: HTTPClient
    private var upcoming = LanePaths(size: 0)
    private var running: [String: EventLoopFuture<HTTPClient.Response>] = [:]
    /// What ended the reading, for a person; nil while every answer was a file or "there is none".
    private(set) var problem: String?

    /// Opens nothing yet.
    ///
    /// - Parameter url: the lane's folder, `http` or `https`.
    init(_ url: String) {
        base = url.hasSuffix("/") ? String(url.dropLast()) : url
        var configuration = HTTPClient.Configuration()
        configuration.timeout = .init(connect: .seconds(10), read: .seconds(20))
        configuration.redirectConfiguration = .follow(max: 3, allowCycles: false)
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Whether a text names a web server.
    static func isAddress(_ text: String) -> Bool { text.hasPrefix("http://") || text.hasPrefix("https://") }

    /// Ends all requests.
    func close() { try? client.syncShutdown() }

    /// The bytes of a file below the lane's folder; nil when the server has none, and after a ``problem``.
    func bytes(_ path: String) -> [UInt8]? {
        guard problem == nil else { return nil }
        let answer = running.removeValue(forKey: path) ?? request(path)
        foresee()
        do {
            let response = try answer.wait()
            switch response.status.code {
            case 200: break
            case 404, 410: return nil
            default:
                problem = "\(base)/\(path) answers \(response.status.code) \(response.status.reasonPhrase)"
                return nil
            }
            let bytes = response.body.map { [UInt8]($0.readableBytesView) } ?? []
            if path == "checkpoint" { foresee(note: bytes) }
            return bytes
        } catch {
            problem = "\(base)/\(path) cannot be read: \(LaneOnWeb.words(of: error))"
            return nil
        }
    }

    /// Asks for the files of the size that a checkpoint states; whether it may be believed is judged elsewhere.
    private func foresee(note: [UInt8]) {
        let lines = String(decoding: note.prefix(1_024), as: UTF8.self).split(separator: "\n")
        if lines.count > 1, let size = Int(lines[1]), size >= 0 { upcoming = LanePaths(size: size) }
    }

    private func foresee() {
        while running.count < LaneOnWeb.window, let path = upcoming.next() { running[path] = request(path) }
    }

    private func request(_ path: String) -> EventLoopFuture<HTTPClient.Response> {
        do {
            let request = try HTTPClient.Request(url: base + "/" + path)
            let limit = path == "checkpoint" ? 65_536 : LaneOnWeb.largestFile
            return client.execute(
                request: request, delegate: ResponseAccumulator(request: request, maxBodySize: limit),
                deadline: .now() + .seconds(LaneOnWeb.patience)
            ).futureResult
        } catch {
            return client.eventLoopGroup.any().makeFailedFuture(error)
        }
    }

    private static func words(of error: any Error) -> String {
        if error is ResponseAccumulator.ResponseTooBigError { return "it is longer than a file of a lane can be" }
        if let error = error as? HTTPClientError {
            if error == .deadlineExceeded || error == .readTimeout || error == .connectTimeout {
                return "no answer in time"
            }
            if error == .invalidURL || error == .emptyHost { return "not an address" }
            return "\(error.shortDescription)"
        }
        return "\(error)"
    }
}
