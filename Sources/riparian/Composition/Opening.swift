import Formats
import Foundation
import NIOCore
import NIOPosix

/// The doors of a program that serves: found free before anything starts, and told of once all are open.
actor Opening {
    private let doors: [(option: String, place: HostAndPort)]
    private let sentence: String
    private var open = 0

    /// - Parameters:
    ///   - doors: the option that names each, and where it is.
    ///   - sentence: what is printed once all are open.
    init(of doors: [(String, HostAndPort)], then sentence: String) {
        self.doors = doors.map { (option: $0.0, place: $0.1) }
        self.sentence = sentence
    }

    /// Where its doors are, in words.
    nonisolated var places: String { doors.map { "\($0.place)" }.joined(separator: ", ") }

    /// Takes note of a door that is open.
    func noteOpen() {
        open += 1
        guard open == doors.count else { return }
        print(sentence)
        fflush(nil)
    }

    /// Refuses by name a place where this program cannot listen.
    func expectFree() async throws {
        for (option, place) in doors {
            do {
                let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                    .bind(host: place.host, port: place.port).get()
                try await channel.close()
            } catch { throw CommandRefusal(.usage, "\(place) \(reason(error)) - give another place with \(option)") }
        }
    }

    private func reason(_ error: any Error) -> String {
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE: "is in use by another program"
        case EACCES: "may not be listened at by this user: ports below 1024 are the superuser's"
        case EADDRNOTAVAIL: "is no address of this machine"
        default: "cannot be listened at: is it an address of this machine?"
        }
    }
}
