import Foundation
import Formats
import Series
import TestKit
import Testing

/// The pages of a real demonstration, fetched as a browser would.
@Suite struct DemoPagesTests {
    @Test func `the Vietnamese and Chinese pages of both parties hold no English word`() async throws {
        let place = try TemporaryPlace()
        let port = 20_000 + Int(getpid()) % 20_000
        let process = try Program.start(
            [
                "demo", "--parties", "2", "--speed", "1e12", "--port", "\(port)", "--dir",
                place.url.appending(path: "nodes").path(),
            ],
            output: place.url.appending(path: "out"), errors: place.url.appending(path: "err"))
        defer {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let catalogues = try Catalogues.sample()
        let paths = try await pages(port)
        #expect(paths.count >= 6)
        for path in paths {
            for language in [Language.vietnamese, .chinese] {
                let page = try #require(get("\(path)?lang=\(language.rawValue)", port: port), "\(path)")
                #expect(page.contains("200"))
                let text = visibleText(ofMarkup: page.components(separatedBy: "\r\n\r\n").dropFirst().joined())
                let found = englishWords(
                    in: text, language: language, allowing: neutralWords.union(["Việt Nam"]), catalogues: catalogues)
                #expect(found == [], "\(path) \(language.rawValue)")
                #expect(text.contains("2024"))
            }
        }
    }

    /// The duty pages and every station page they link to, once the replay has reached its end.
    private func pages(_ port: Int) async throws -> [String] {
        var links: Set<String> = []
        for _ in 0..<600 {
            try await Task.sleep(for: .milliseconds(200))
            guard let page = get("/vn-lao-cai/?lang=en", port: port), page.contains("13 Sep 2024") else { continue }
            links = Set(page.matches(of: /href="(\/vn-lao-cai\/station\/[a-z-]+)/).map { String($0.output.1) })
            break
        }
        #expect(!links.isEmpty)
        return ["/vn-lao-cai/", "/cn-yunnan/", "/vn-lao-cai/exchange", "/cn-yunnan/gate", "/cn-yunnan/node"]
            + links.sorted()
    }

    /// The whole answer to a GET on this machine; nil when nobody answers.
    private func get(_ path: String, port: Int) -> String? {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard handle >= 0 else { return nil }
        defer { close(handle) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(handle, $0, size) }
        }
        guard connected == 0 else { return nil }
        let request = Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
        guard send(handle, request, request.count, 0) == request.count else { return nil }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(handle, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        return String(decoding: answer, as: UTF8.self)
    }
}
