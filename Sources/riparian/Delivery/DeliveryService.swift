import Accord
import Formats
import Foundation
import NodeCore
import Series
import Synchronization

/// Carries the messages of a node to their offices, again and again until each machine has taken them, and calls for a person
/// where nobody answers.
actor DeliveryService {
    /// s between two looks at what is to be delivered.
    static let period = 0.5
    /// Deliveries that are under way at once.
    static let window = 8

    private let node: Node
    private let files: AlertOfficeFiles
    private let folder: String
    private let zone: UTCOffset
    private let log: @Sendable (String) -> Void
    private var told: String?

    init(
        node: Node, files: AlertOfficeFiles, folder: String, zone: UTCOffset, log: @escaping @Sendable (String) -> Void
    ) {
        self.node = node
        self.files = files
        self.zone = zone
        self.log = log
        self.folder = folder
    }

    /// Works until the task is cancelled.
    func run() async throws {
        // Opened here and closed below: a node whose door is held never comes to run.
        let channels = DeliveryChannels(folder: folder)
        while !Task.isCancelled {
            do {
                try await round(channels)
            } catch let error where !(error is CancellationError) { say("messages cannot be delivered now: \(error)") }
            try? await Task.sleep(for: .seconds(DeliveryService.period))
        }
        await channels.close()
        throw CancellationError()
    }

    /// Tries what is due once.
    private func round(_ channels: DeliveryChannels) async throws {
        guard let opened = await files.office(on: TimeInput.now.civil(in: zone).date) else { return }
        switch opened {
        case .failure(let fault): say(fault.message ?? "alerts.yaml cannot be read")
        case .success(let opened):
            if let fault = opened.faults.first { say(fault) } else { told = nil }
            try await deliver(opened, channels)
            for (message, step) in try await node.escalate() {
                log(
                    "\(message.identifier): \(step.addressee) has not answered since \(step.since): \(step.step.rawValue)"
                )
            }
        }
    }

    private func deliver(_ opened: AlertOfficeFiles.Opened, _ channels: DeliveryChannels) async throws {
        let parcels = try await node.deliveries(through: opened.office)
        let (node, book) = (node, opened.book)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (place, parcel) in parcels.enumerated() {
                if place >= DeliveryService.window { try await group.next() }
                group.addTask {
                    try await node.begin(parcel)
                    var failure: String?
                    do { try await channels.send(parcel, by: book) } catch { failure = "\(error)" }
                    try await node.end(parcel, failure: failure)
                }
            }
            try await group.waitForAll()
        }
    }

    private func say(_ line: String) {
        if told != line { log(line) }
        told = line
    }
}
