import NIOCore
import NIOPosix
import Testing

@testable import Web

@Suite struct LineFaultTests {
    @Test func `what the network library throws is said in words for a person`() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let taken = try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(taken.localAddress?.port)
        try await taken.close()
        await #expect { try await ClientBootstrap(group: group).connect(host: "127.0.0.1", port: port).get() } throws: {
            LineFault.plainly($0) == "nobody listens there (connection refused)"
        }
        #expect(LineFault.plainly(ChannelError.connectTimeout(.seconds(1))) == "no connection in time")
        #expect(LineFault.plainly(IOError(errnoCode: 104, reason: "read"))?.contains("has cut the connection") == true)
    }
}
