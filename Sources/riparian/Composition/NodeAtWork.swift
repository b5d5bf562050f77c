import Accord
import Formats
import Foundation
import NodeCore
import Series
import Storage
import Web

/// A node that works on its own clock: it publishes, hears its peers, pulls from them, and forecasts.
actor NodeAtWork {
    let node: Node
    private let folder: String
    private let keys: OwnKeys
    private let book: TrustBook
    private let hub: AnnouncementHub
    private let delivery: DeliveryService?
    private let log: @Sendable (String) -> Void
    private var lines: [PartyID: RunningLine] = [:]
    private var standings: [PartyID: LineStanding] = [:]
    private var lastCycle: Instant?
    /// The size of each own lane that was announced last.
    private var announced: [String: Int] = [:]
    /// What peers have announced and nobody has looked at yet, by lane.
    private var pending: [PartyID: [String: LaneAnnouncement]] = [:]
    private var hasNews = true
    /// What was said last of the own keys.
    private var toldOfKeys: Set<String> = []
    /// Lines that have been opened, or made anew, and have not been answered over since.
    private var unproven: Set<PartyID> = []
    /// Peers of whose silence the log has told.
    private var toldSilent: Set<PartyID> = []

    /// The line to a peer and what works on it.
    private struct RunningLine {
        let address: String
        let certificates: [[UInt8]]
        let line: PeerLine
        let work: Task<Void, Never>
    }

    /// s between two looks at readings that other processes have stored, and at delays that have passed.
    static let publishPeriod = 0.25
    /// s for which nobody has to answer before the log tells of it.
    static let patience: Int64 = 3
    /// s between two looks at keys and addresses.
    static let trustPeriod = 2.0
    /// s between two looks whether a witness has something to cosign.
    static let witnessPeriod = 10.0
    /// s between two forecast cycles while readings come in.
    static let cyclePeriod: Int64 = 300

    init(
        node: Node, folder: String, keys: OwnKeys, book: TrustBook, hub: AnnouncementHub,
        delivery: DeliveryService? = nil, log: @escaping @Sendable (String) -> Void
    ) {
        self.node = node
        self.folder = folder
        self.keys = keys
        self.book = book
        self.hub = hub
        self.delivery = delivery
        self.log = log
    }

    /// This machine's clock, ms since 1970-01-01 UTC.
    static let milliseconds: @Sendable () -> Int64 = { Int64((Date().timeIntervalSince1970 * 1000).rounded()) }

    /// How the lines to the peers are, by peer.
    var lineStandings: [LineStanding] { standings.values.sorted { $0.peer < $1.peer } }

    /// Works until the task is cancelled.
    func run() async throws {
        let work = Task {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.publishForEver() }
                group.addTask { try await self.keepLines() }
                group.addTask { try await self.forecastForEver() }
                group.addTask { try await self.askWitnessesForEver() }
                if let delivery = self.delivery { group.addTask { try await delivery.run() } }
                // The first that fails ends the others.
                while try await group.next() != nil {}
            }
        }
        let result = await withTaskCancellationHandler {
            await work.result
        } onCancel: {
            work.cancel()
        }
        await endLines()
        if case .failure(let error) = result, !(error is CancellationError) { throw error }
    }

    /// Ends all lines; a client that is not shut down is a fault of its library.
    private func endLines() async {
        let ending = lines.values
        lines = [:]
        for running in ending { running.work.cancel() }
        for running in ending {
            await running.line.close()
            await running.work.value
        }
    }

    // MARK: Publishing

    private func publishForEver() async throws {
        var fault: String?
        while !Task.isCancelled {
            do {
                try await publish()
                if fault != nil { log("publishing works again") }
                fault = nil
            } catch let error where !(error is CancellationError) {
                if fault != "\(error)" { log("nothing can be published now: \(error)") }
                fault = "\(error)"
            }
            try await Task.sleep(for: .seconds(NodeAtWork.publishPeriod))
        }
    }

    /// Publishes what lanes have gained and announces it.
    func publish() async throws {
        let published = try await node.publishCheckpoints()
        for lane in published where lane.isNew {
            let before = announced[lane.origin] ?? lane.size
            announced[lane.origin] = lane.size
            guard let (news, readers) = try await node.announcement(of: lane.origin, from: before) else { continue }
            await hub.announce(news, to: readers)
        }
    }

    // MARK: Lines

    private func keepLines() async throws {
        var fault: String?
        while !Task.isCancelled {
            guard FileManager.default.fileExists(atPath: folder + "/node.sqlite") else {
                throw CommandRefusal(
                    .usage,
                    "the node's folder is gone while it was served (\(folder):1:1) - put it back, or restore the node from its "
                        + "backup, and start again; nothing is signed meanwhile")
            }
            do {
                try readTrust()
                fault = nil
            } catch {
                if fault != "\(error)" {
                    log("keys and addresses cannot be read; those known before stay: \(words(of: error))")
                }
                fault = "\(error)"
            }
            try await Task.sleep(for: .seconds(NodeAtWork.trustPeriod))
        }
    }

    /// Takes over what the folder says of keys and addresses now, and opens, renews or ends the lines.
    private func readTrust() throws {
        let rings = try TrustFolder(path: folder + "/keys/trusted").rings()
        let description = try NodeDescription.kept(in: folder)
        let now = TimeInput.now
        if book.replace(rings: rings, pinned: description?.peers ?? [:]) { log("keys have changed") }
        // What is wrong with the own keys must not keep the lines at what the others showed before.
        var own: (any Error)?
        do { try renewOwnKeys(ring: rings[node.party], at: now) } catch { own = error }
        var wanted: [PartyID: (address: String, certificates: [[UInt8]])] = [:]
        for (peer, address) in description?.addresses ?? [:] where peer != node.party {
            let certificates = rings[peer]?.certificates(at: now) ?? []
            if !certificates.isEmpty { wanted[peer] = (address, certificates) }
        }
        for (peer, running) in lines {
            if let want = wanted[peer], want.address == running.address, want.certificates == running.certificates {
                continue
            }
            running.work.cancel()
            lines[peer] = nil
            Task { await running.line.close() }
        }
        for (peer, want) in wanted where lines[peer] == nil {
            lines[peer] = try open(peer, at: want.address, believing: want.certificates)
        }
        if let own { throw own }
    }

    /// Takes over what has become of the own keys and certificates; lines that show another certificate are made anew.
    private func renewOwnKeys(ring: KeyRing?, at now: Instant) throws {
        let change = try keys.renew(ring: ring, at: now)
        for sentence in change.sentences where !toldOfKeys.contains(sentence) { log(sentence) }
        toldOfKeys = Set(change.sentences)
        guard change.certificate else { return }
        for running in lines.values {
            running.work.cancel()
            Task { await running.line.close() }
        }
        lines = [:]
    }

    private func open(_ peer: PartyID, at address: String, believing certificates: [[UInt8]]) throws -> RunningLine {
        let line = try PeerLine(
            to: peer, at: address, identity: keys.shown.current, believing: certificates,
            milliseconds: NodeAtWork.milliseconds,
            observe: { [weak self] reading in Task { await self?.note(reading, of: peer) } })
        log("calling \(peer) at \(address)")
        unproven.insert(peer)
        let (signals, news) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let work = Task {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.pullForEver(peer, over: line) }
                group.addTask { await self.listenForEver(to: peer, over: line, telling: news) }
                group.addTask { await self.takeAnnounced(by: peer, over: line, signals) }
            }
        }
        return RunningLine(address: address, certificates: certificates, line: line, work: work)
    }

    private func pullForEver(_ peer: PartyID, over line: PeerLine) async {
        var schedule = PeerSchedule()
        while !Task.isCancelled {
            do {
                let outcome = try await node.pull(from: peer, over: line.link)
                await took(outcome, from: peer)
                schedule.succeeded()
            } catch {
                if Task.isCancelled { return }
                failed(peer, error)
                schedule.failed()
            }
            try? await Task.sleep(for: .seconds(schedule.wait(chance: Double.random(in: 0..<1))))
        }
    }

    /// Keeps the newest announcement of each lane: whoever is slow looks at the last one only.
    private func note(_ announcement: LaneAnnouncement, of peer: PartyID) {
        let before = pending[peer]?[announcement.origin]
        pending[peer, default: [:]][announcement.origin] = before?.followed(by: announcement) ?? announcement
    }

    /// Looks at what was announced, as long as there is something.
    private func takeAnnounced(by peer: PartyID, over line: PeerLine, _ signals: AsyncStream<Void>) async {
        for await _ in signals {
            while let announced = pending.removeValue(forKey: peer), !announced.isEmpty, !Task.isCancelled {
                do {
                    await took(try await node.pullLanes(from: peer, over: line.link, announced: announced), from: peer)
                } catch { failed(peer, error) }
            }
        }
    }

    private func listenForEver(
        to peer: PartyID, over line: PeerLine, telling news: AsyncStream<Void>.Continuation
    ) async {
        var schedule = PeerSchedule()
        while !Task.isCancelled {
            do {
                try await line.events { announcement in
                    schedule.succeeded()
                    note(announcement, of: peer)
                    news.yield()
                }
            } catch { if !Task.isCancelled { failed(peer, error) } }
            if Task.isCancelled { return }
            schedule.failed()
            try? await Task.sleep(for: .seconds(schedule.wait(chance: Double.random(in: 0..<1))))
        }
    }

    private func note(_ reading: LineReading, of peer: PartyID) async {
        let was = standings[peer]?.isSkewed ?? false
        standings[peer, default: LineStanding(peer: peer)].note(roundTrip: reading.roundTrip, skew: reading.skew)
        let isSkewed = standings[peer]?.isSkewed ?? false
        if isSkewed != was {
            log(
                isSkewed
                    ? "the clock of \(peer) differs by \(reading.skew / 1000) s" : "the clock of \(peer) agrees again")
        }
        guard let standing = standings[peer], let ahead = standing.skew, let roundTrip = standing.roundTrip else {
            return
        }
        do { try await node.state(clockOf: peer, ahead: ahead, within: roundTrip / 2) } catch {
            log("the difference to the clock of \(peer) cannot be stated now: \(words(of: error))")
        }
    }

    private func took(_ outcome: PullOutcome, from peer: PartyID) async {
        if outcome.recorded > 0 { hasNews = true }
        var standing = standings[peer] ?? LineStanding(peer: peer)
        let isFirst = unproven.remove(peer) != nil
        if isFirst {
            log("the line to \(peer) stands")
        } else if let since = standing.silentSince, toldSilent.contains(peer) {
            log("\(peer) answers again, after silence since \(since)")
        }
        toldSilent.remove(peer)
        if standing.failure == .notKept { log("what \(peer) answers is kept again") }
        standing.lastAnswer = TimeInput.now
        standing.silentSince = nil
        standing.fault = nil
        standing.failure = nil
        standings[peer] = standing
        for (origin, reason) in outcome.refused.sorted(by: { $0.key < $1.key }).prefix(5) {
            log("refused from \(peer): \(origin): \(reason.sentence)")
        }
        for question in outcome.drills { await answer(question) }
    }

    /// Answers a test entry and says so.
    private func answer(_ question: DrillQuestion) async {
        let what = "the drill \"\(question.drill.name)\" of \(question.asker)"
        do {
            switch try await node.answer(question) {
            case nil: log("answered \(what)")
            case .notAllowed: log("\(what) is not answered: nobody has let this node do so (riparian drill allow)")
            case .old: log("\(what) is not answered: it was written more than an hour ago")
            case .tooMany: log("\(what) is not answered: one was answered a moment ago")
            case .noLane: log("\(what) is not answered: no lane is kept for that party alone or for few")
            }
        } catch { log("\(what) is not answered: \(words(of: error))") }
    }

    private func failed(_ peer: PartyID, _ error: any Error) {
        let fault = words(of: error)
        var standing = standings[peer] ?? LineStanding(peer: peer)
        if error is StorageError { return couldNotKeep(fault, of: standing) }
        let failure = NodeAtWork.failure(of: (error as? LinkDown)?.cause ?? error)
        let since = standing.silentSince ?? TimeInput.now
        // A door that opens again at the next knock is not worth a line.
        let isWorthTelling = failure != .noAnswer || TimeInput.now - since >= NodeAtWork.patience
        if isWorthTelling, standing.fault != fault || !toldSilent.contains(peer) {
            log("\(peer) does not answer: \(fault)")
            toldSilent.insert(peer)
        }
        standing.silentSince = since
        standing.fault = fault
        standing.failure = failure
        standings[peer] = standing
    }

    /// The peer has answered; the trouble is here.
    private func couldNotKeep(_ fault: String, of standing: LineStanding) {
        var standing = standing
        if standing.fault != fault { log("what \(standing.peer) answers cannot be kept here: \(fault)") }
        standing.silentSince = nil
        standing.fault = fault
        standing.failure = .notKept
        standings[standing.peer] = standing
    }

    private static func failure(of error: any Error) -> LineStanding.Failure {
        switch error as? LineFault {
        case .otherCertificate?: .certificate
        case .notLetIn?: .notLetIn
        case .noAnswer?, .address?: .noAnswer
        case .tooLong?, .packed?, .elsewhere?, .status?: .unusable
        case nil: .noAnswer
        }
    }

    private nonisolated func words(of error: any Error) -> String {
        if let down = error as? LinkDown { return down.reason }
        if let refusal = error as? CommandRefusal { return refusal.message ?? "refused" }
        return "\(error)"
    }

    // MARK: Witnesses

    private func askWitnessesForEver() async throws {
        let places = try NodeDescription.kept(in: folder)?.witnesses ?? [:]
        let lines = try places.mapValues { try WitnessLine(at: $0.address) }
        var faults: [PartyID: String] = [:]
        while !Task.isCancelled {
            for (witness, line) in lines.sorted(by: { $0.key < $1.key }) {
                let fault = await ask(witness, over: line)
                if let fault, fault != faults[witness] { log("witness \(witness): \(fault)") }
                faults[witness] = fault
            }
            try? await Task.sleep(for: .seconds(NodeAtWork.witnessPeriod))
        }
        for line in lines.values { await line.close() }
    }

    /// Has a witness cosign what is new.
    ///
    /// - Returns: why it has not; nil when there is nothing to say.
    private func ask(_ witness: PartyID, over line: WitnessLine) async -> String? {
        do {
            let outcome = try await node.askWitness(witness, over: line.link)
            return outcome.refused.sorted { $0.key < $1.key }.first.map { "\($0.key): \($0.value)" }
        } catch { return words(of: error) }
    }

    // MARK: Forecasts

    /// Has the next forecast made as soon as its period allows: something new was stored.
    func noteNews() { hasNews = true }

    private func forecastForEver() async throws {
        while !Task.isCancelled {
            let now = TimeInput.now
            if hasNews, lastCycle.map({ now - $0 >= NodeAtWork.cyclePeriod }) ?? true {
                hasNews = false
                lastCycle = now
                do {
                    _ = try await node.runCycle(at: now)
                    try node.scoreForecasts(at: now)
                } catch { log("the forecast was not made: \(error)") }
            }
            try await Task.sleep(for: .seconds(5))
        }
    }
}
