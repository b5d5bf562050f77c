import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import Web

@Suite struct LineFaultTests {
    /// A port at which nobody listens, kept from everybody else as long as the value lives.
    private final class HeldPort {
        private let descriptor: Int32
        let number: Int

        init() throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let descriptor = descriptor
            let (bound, named) = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { plain in
                    (bind(descriptor, plain, size), getsockname(descriptor, plain, &size))
                }
            }
            number = Int(UInt16(bigEndian: address.sin_port))
            try #require(bound == 0 && named == 0 && number > 0)
        }

        deinit { close(descriptor) }
    }

    @Test func `what the network library throws is said in words for a person`() async throws {
        let held = try HeldPort()
        let port = held.number
        await #expect {
            try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: port).get()
        } throws: {
            LineFault.plainly($0) == "nobody listens there (connection refused)"
        }
        withExtendedLifetime(held) {}
        #expect(LineFault.plainly(ChannelError.connectTimeout(.seconds(1))) == "no connection in time")
        #expect(LineFault.plainly(IOError(errnoCode: 104, reason: "read"))?.contains("has cut the connection") == true)
    }
}
