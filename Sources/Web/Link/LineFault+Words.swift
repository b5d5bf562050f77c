import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix

extension LineFault {
    /// What a library's error about a connection means, in a few words for a person; nil where it has none of its own.
    static func plainly(_ error: any Error) -> String? {
        switch error {
        case let error as NIOConnectionError:
            if error.connectionErrors.isEmpty, error.dnsAError != nil || error.dnsAAAAError != nil {
                return "the name \(error.host) is not known to this machine's name service"
            }
            let reasons = error.connectionErrors.map { plainly($0.error) ?? "\($0.error)" }
            return Set(reasons).sorted().joined(separator: "; ")
        case let error as IOError: return words(of: error)
        case let error as SocketAddressError.UnknownHost:
            return "the name \(error.host) is not known to this machine's name service"
        case is SocketAddressError: return "the address cannot be used on this machine"
        case let error as ChannelError: return words(of: error)
        case let error as HTTPClientError: return words(of: error)
        default: return nil
        }
    }

    private static func words(of error: IOError) -> String {
        switch error.errnoCode {
        case ECONNREFUSED: "nobody listens there (connection refused)"
        case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN: "there is no way to that machine (no route)"
        case ETIMEDOUT: "no answer in time"
        case ECONNRESET, EPIPE: "the other end, or something between, has cut the connection"
        default: String(cString: strerror(error.errnoCode))
        }
    }

    private static func words(of error: ChannelError) -> String? {
        switch error {
        case .connectTimeout: "no connection in time"
        case .eof, .inputClosed, .ioOnClosedChannel, .alreadyClosed: "the other end has ended the connection"
        default: nil
        }
    }

    private static func words(of error: HTTPClientError) -> String? {
        switch error {
        case .connectTimeout: "no connection in time"
        case .readTimeout, .deadlineExceeded, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout: "no answer in time"
        case .remoteConnectionClosed: "the other end has ended the connection"
        default: nil
        }
    }
}
