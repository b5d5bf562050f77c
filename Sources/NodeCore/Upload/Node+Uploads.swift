import Accord
public import Formats
import River
import Series
import Storage

extension Node {
    /// Takes in what an uploader has posted, row by row: what is right is kept, what is not is refused with a reason, and
    /// neither hinders the other. What this answers is durable; the same post twice changes nothing.
    ///
    /// The readings are this party's own from here on: the gate and the agreement decide whither they leave, as for all
    /// others. The origin of each names the uploader, the receipt and the line.
    ///
    /// - Parameters:
    ///   - reading: the rows as they were read; a file that cannot be read at all is not to be brought here.
    ///   - uploader: who has posted, and what that one may.
    ///   - wish: how the post is meant.
    ///   - way: how it came in, for the log.
    /// - Throws: what the store throws; nothing is acknowledged then, and the post may be sent again.
    public func post(
        _ reading: MappedReading, by uploader: Uploader, wish: UploadWish = UploadWish(), way: UploadWay
    ) async throws -> UploadReceipt {
        let now = effects.now()
        let rules = UploadRules(party: party, uploader: uploader, now: now, wish: wish)
        let id = receiptID(at: now)
        var post = UploadPost(receipt: "upload/\(uploader.id)/\(id)")
        for row in reading.rows { try judge(row, by: rules, into: &post) }
        if !wish.onlyChecks, !post.batch.isEmpty { post.settle(try await receive(post.batch, stated: post.stated)) }
        post.settleRepetitions()
        if !wish.onlyChecks { note(&post, of: uploader.id, receipt: id, at: now) }
        let receipt = UploadReceipt(
            id: id, uploader: uploader.id, at: now, isCheck: wish.onlyChecks, rows: post.rows)
        effects.log(
            "upload: \(uploader.id) \(wish.onlyChecks ? "checked" : "posted") \(post.rows.count) rows by \(way.rawValue), "
                + "\(receipt.count(.taken)) taken, \(receipt.count(.corrected)) corrected, \(receipt.count(.known)) known, "
                + "\(receipt.count(.refused)) refused, receipt \(id)")
        return receipt
    }

    private func receiptID(at now: Instant) -> String {
        let time = now.iso8601().filter { $0 != "-" && $0 != ":" }
        return time + "-" + hexadecimal(effects.randomBytes(4))
    }

    private func judge(_ row: EventRow, by rules: UploadRules, into post: inout UploadPost) throws {
        guard row.verdict != .refused, let observation = row.observation else {
            return post.add(row, .refused, reason: .unreadable(row.fault ?? .other, row.reason))
        }
        if let reason = rules.reason(against: observation) { return post.add(row, .refused, reason: reason) }
        let source = observation.source == row.origin ? nil : observation.source
        if let source, source.utf8.count > UploadPost.longestSource {
            let text = "the source has \(source.utf8.count) bytes: write at most \(UploadPost.longestSource)"
            return post.add(row, .refused, reason: .unreadable(.source, text))
        }
        let moment = observation.observed
        let standing = try database.observations(of: observation.series, during: moment...moment)
        let (verdict, revision) = UploadPost.verdict(of: observation, beside: standing, corrects: rules.wish.corrects)
        switch verdict {
        case .known: post.add(row, .known)
        case .refused: post.add(row, .refused, reason: .conflicting(observation.series, moment))
        case .taken, .corrected:
            let kept = rules.kept(observation, source: source, revision: revision)
            if case .refused(let no) = configuration.agreement.verify(
                ReceivedObservation(kept, origin: post.receipt), reader: party)
            {
                return post.add(row, .refused, reason: .notLetIn(.agreement(no)))
            }
            post.add(row, verdict, keeping: kept)
        }
    }

    /// Notes what stands beside the readings, which are durable by now: what the checks say, what was refused, how often this
    /// uploader has posted. Where the store takes none of it, the post is acknowledged all the same.
    private func note(_ post: inout UploadPost, of uploader: UploaderID, receipt: String, at now: Instant) {
        do {
            for (place, kept) in post.kept {
                let standing = try database.observations(of: kept.series, during: kept.observed...kept.observed)
                post.mark(place, standing.first { $0.revision == kept.revision }?.quality)
            }
            let refusals = post.refusals(at: now)
            if !refusals.isEmpty { _ = try database.record(IntakeBatch(refusals: refusals)) }
            var tally = UploadTally(try database.fact(UploadTally.fact(of: uploader)) ?? "")
            tally.add(post.rows, receipt: receipt, at: now)
            try database.note(UploadTally.fact(of: uploader), tally.text)
        } catch {
            effects.log(
                "upload: the readings of receipt \(receipt) are kept, but what was refused is not noted: \(error)")
        }
    }
}

/// A post on its way into the node.
private struct UploadPost {
    /// Bytes of a source that a row may state; what the uploader's name leaves of the room in a lane entry.
    static let longestSource = 900
    /// Refusals of one post that are noted in the store; the receipt has them all.
    static let notedRefusals = 50

    /// The beginning of every origin.
    let receipt: String
    private(set) var rows: [UploadRow] = []
    private(set) var batch: [ReceivedObservation] = []
    private(set) var stated: [String: StatedDifference] = [:]
    /// The row of each reading of ``batch``.
    private var places: [Int] = []
    /// The first row of each moment and revision.
    private var firsts: [Moment: Int] = [:]
    /// Rows that repeat an earlier one, each with that one.
    private var repetitions: [(place: Int, first: Int)] = []

    private struct Moment: Hashable {
        let series: SeriesID
        let observed: Instant
        let revision: Int
    }

    init(receipt: String) { self.receipt = receipt }

    /// What a reading is beside those that are kept for its moment, and the revision that it gets.
    static func verdict(
        of observation: Observation, beside standing: [Observation], corrects: Bool
    ) -> (UploadRow.Verdict, revision: Int) {
        guard let latest = standing.max(by: { $0.revision < $1.revision }) else {
            return (.taken, observation.revision)
        }
        if let same = standing.first(where: { $0.revision == observation.revision }) {
            if same.value == observation.value, !corrects || same.revision == latest.revision {
                return (.known, observation.revision)
            }
            guard corrects else { return (.refused, observation.revision) }
            return latest.value == observation.value ? (.known, latest.revision) : (.corrected, latest.revision + 1)
        }
        return (.corrected, observation.revision)
    }

    mutating func add(
        _ row: EventRow, _ verdict: UploadRow.Verdict, reason: UploadReason? = nil, keeping kept: Observation? = nil
    ) {
        let isPlain = row.reason.isEmpty || row.reason == "read as given" || verdict == .refused
        rows.append(
            UploadRow(
                line: row.line, verdict: verdict, reason: reason, series: row.observation?.series,
                observed: row.observation?.observed, value: row.observation?.value, remark: isPlain ? nil : row.reason))
        if let observation = row.observation {
            let moment = Moment(
                series: observation.series, observed: observation.observed, revision: observation.revision)
            if row.fault == .duplicate, let first = firsts[moment] {
                repetitions.append((rows.count - 1, first))
            } else if firsts[moment] == nil {
                firsts[moment] = rows.count - 1
            }
        }
        guard let kept else { return }
        let origin = "\(receipt):\(row.line):\(rows.count)"
        batch.append(ReceivedObservation(kept, origin: origin))
        places.append(rows.count - 1)
        if let difference = row.statedDifference { stated[origin] = difference }
    }

    /// The readings that were kept now, each with its row.
    var kept: [(place: Int, observation: Observation)] {
        zip(places, batch).filter { rows[$0.0].verdict == .taken || rows[$0.0].verdict == .corrected }
            .map { ($0, $1.observation) }
    }

    mutating func mark(_ place: Int, _ quality: Quality?) { rows[place].quality = quality }

    /// Rows that repeat another row of the post become what that one became: kept with it, or refused with it.
    mutating func settleRepetitions() {
        for (place, first) in repetitions {
            let became = rows[first]
            rows[place].verdict = became.verdict == .refused ? .refused : .known
            rows[place].reason = became.reason
        }
    }

    /// Takes over what the node has said of the readings.
    mutating func settle(_ outcomes: [IntakeOutcome]) {
        for (place, outcome) in zip(places, outcomes) {
            switch outcome.result {
            case .recorded: continue
            case .alreadyKnown: rows[place].verdict = .known
            case .refused(let reason):
                rows[place].verdict = .refused
                rows[place].reason = UploadPost.reason(reason, of: rows[place])
            }
        }
    }

    private static func reason(_ reason: IntakeRefusalReason, of row: UploadRow) -> UploadReason {
        guard case .conflicting(let series) = reason, let time = row.observed else { return .notLetIn(reason) }
        return .conflicting(series, time)
    }

    /// What is noted of the refused rows; those that the node itself has refused are noted already.
    func refusals(at now: Instant) -> [IntakeRefusal] {
        let sent = Set(places)
        let refused = rows.enumerated().filter { $1.verdict == .refused && !sent.contains($0) }
        return refused.prefix(UploadPost.notedRefusals).map { place, row in
            IntakeRefusal(
                origin: "\(receipt):\(row.line):\(place + 1)", at: now, code: row.reason?.code ?? "other",
                reason: row.reason?.sentence ?? "refused")
        }
    }
}
