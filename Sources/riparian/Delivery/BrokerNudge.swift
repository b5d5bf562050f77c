import CMosquitto
import Formats
import Foundation
import Storage

/// One message to a broker over MQTT, by libmosquitto: at least once (quality of service 1), not retained.
struct BrokerNudge: Sendable {
    let broker: AlertOfficeBook.MessageBroker
    /// `USER:PASSWORD`; nil where the broker asks for none.
    let secret: String?
    let topic: String
    let payload: [UInt8]
    /// s that it may take.
    let limit: Int

    /// The library is begun once in a process.
    private static let isReady = mosquitto_lib_init() == MOSQ_ERR_SUCCESS.code

    /// What the library has told so far.
    private final class Told {
        var connected: Int32?
        var hasAcknowledged = false
    }

    /// Publishes on a thread of its own; returns when the broker has said that it has the message.
    func publishAside() async throws {
        try await OwnThread.run { try publish() }
    }

    private func publish() throws {
        guard BrokerNudge.isReady else { throw DeliveryFailure("libmosquitto does not start") }
        let told = Told()
        let pointer = Unmanaged.passUnretained(told).toOpaque()
        guard let client = mosquitto_new(nil, true, pointer) else { throw DeliveryFailure("no memory for a client") }
        defer {
            mosquitto_disconnect(client)
            mosquitto_destroy(client)
        }
        mosquitto_connect_callback_set(client) { _, told, code in
            if let told { Unmanaged<Told>.fromOpaque(told).takeUnretainedValue().connected = code }
        }
        mosquitto_publish_callback_set(client) { _, told, _ in
            if let told { Unmanaged<Told>.fromOpaque(told).takeUnretainedValue().hasAcknowledged = true }
        }
        try withExtendedLifetime(told) { try publish(through: client, told) }
    }

    private func publish(through client: OpaquePointer, _ told: Told) throws {
        if let secret {
            let parts = secret.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            try check(mosquitto_username_pw_set(client, parts[0], parts.count > 1 ? parts[1] : nil))
        }
        if broker.isEncrypted { try check(mosquitto_tls_set(client, nil, "/etc/ssl/certs", nil, nil, nil)) }
        try check(mosquitto_connect_async(client, broker.host, Int32(broker.port), 60))
        try wait(client) { told.connected != nil }
        guard told.connected == 0 else {
            throw DeliveryFailure(
                "the broker refuses: " + String(cString: mosquitto_connack_string(told.connected ?? 0)))
        }
        try check(mosquitto_publish(client, nil, topic, Int32(payload.count), payload, 1, false))
        try wait(client) { told.hasAcknowledged }
    }

    /// Lets the library work until something has happened.
    private func wait(_ client: OpaquePointer, until condition: () -> Bool) throws {
        let end = TimeInput.steadyNanoseconds + Int64(limit) * 1_000_000_000
        while !condition() {
            guard TimeInput.steadyNanoseconds < end else {
                throw DeliveryFailure("the broker has not answered within \(limit) s")
            }
            try check(mosquitto_loop(client, 200, 1))
        }
    }

    private func check(_ code: Int32) throws {
        guard code != MOSQ_ERR_SUCCESS.code else { return }
        if code == MOSQ_ERR_ERRNO.code { throw DeliveryFailure("no connection: " + String(cString: strerror(errno))) }
        throw DeliveryFailure("no connection: " + String(cString: mosquitto_strerror(code)))
    }
}

extension mosq_err_t {
    fileprivate var code: Int32 { Int32(truncatingIfNeeded: rawValue) }
}
