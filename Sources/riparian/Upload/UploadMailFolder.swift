import Accord
import Formats
import Foundation
import NodeCore
import Series
import Storage

/// A folder that a mail program fills: one folder an uploader, with the attachments that came from it. What was read is
/// moved to `taken/` or `refused/` beside a receipt; nothing is ever deleted, and no link is followed.
struct UploadMailFolder: Sendable {
    /// What became of one file.
    struct Outcome: Equatable {
        /// What became of it.
        enum State: String {
            /// At least one row was kept, or was known before.
            case taken
            /// No row was.
            case refused
            /// It is looked at again next time.
            case waiting
        }

        let uploader: String
        let file: String
        let state: State
        /// Where it lies now, below the folder; nil while it waits.
        let place: String?
        let receipt: UploadReceipt?
        /// Why it waits or was refused as a whole, in English.
        let reason: String?
    }

    /// s without a change after which a file is taken to be whole.
    static let quiet: Double = 10
    /// Files of one uploader that are read at once; the others wait for the next time.
    static let limit = 500

    let path: String
    let desk: UploadDesk
    let catalogues: Catalogues
    let zone: UTCOffset

    /// Reads every file that is whole.
    ///
    /// - Parameter now: this machine's clock, s since 1970, as the file system's times are.
    func collect(at now: Double) async throws -> [Outcome] {
        guard let lock = FileLock(path + "/.collect.lock") else {
            throw CommandRefusal(
                .usage,
                "\(path) is absent, or another process collects from it (\(path):1:1) - name the folder, or wait")
        }
        defer { withExtendedLifetime(lock) {} }
        var outcomes: [Outcome] = []
        for name in names(in: path) {
            guard let id = UploaderID(name), PlaceOnDisk(path + "/" + name).kind == .folder else { continue }
            outcomes += await collect(from: id, at: now)
        }
        return outcomes
    }

    private func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
    }

    private func collect(from id: UploaderID, at now: Double) async -> [Outcome] {
        let folder = path + "/" + id.text
        let files = names(in: folder).filter { PlaceOnDisk(folder + "/" + $0).kind != .folder }.prefix(
            UploadMailFolder.limit)
        let uploader: Uploader
        do throws(UploadDenial) { uploader = try await desk.uploader(id) } catch {
            let text = catalogues[.english].uploadText("upload.mail." + error.code)
            return files.map {
                Outcome(uploader: id.text, file: $0, state: .waiting, place: nil, receipt: nil, reason: text)
            }
        }
        var outcomes: [Outcome] = []
        for file in files {
            let place = PlaceOnDisk(folder + "/" + file)
            if place.kind == .file, (-60..<UploadMailFolder.quiet).contains(now - place.changed) { continue }
            outcomes.append(await take(file, of: uploader))
        }
        return outcomes
    }

    private func take(_ file: String, of uploader: Uploader) async -> Outcome {
        let source = "\(path)/\(uploader.id)/\(file)"
        let place = PlaceOnDisk(source)
        guard place.kind == .file else { return refuse(file, of: uploader, "upload.mail.link") }
        guard file.lowercased().hasSuffix(".csv") else { return refuse(file, of: uploader, "upload.mail.foreign") }
        guard place.size <= desk.limits.bytes else {
            return refuse(file, of: uploader, "upload.denial.too-large", ["bytes": "\(desk.limits.bytes)"])
        }
        do {
            guard let bytes = PlaceOnDisk.contents(source, upTo: desk.limits.bytes) else {
                return waiting(file, of: uploader, "the file cannot be read now")
            }
            let receipt = try await desk.post(bytes, by: uploader, way: .mail, isCounted: false)
            let state: Outcome.State = receipt.count(.refused) == receipt.rows.count ? .refused : .taken
            let text = receipt.text(catalogues, zone: zone)
            let moved = try move(file, of: uploader, to: state, receipt: receipt.id, text: text)
            return Outcome(
                uploader: uploader.id.text, file: file, state: state, place: moved, receipt: receipt, reason: nil)
        } catch let fault as UploadFault {
            return refuse(file, of: uploader, "upload.denial.unreadable", ["detail": fault.sentence])
        } catch {
            return waiting(file, of: uploader, "\(error)")
        }
    }

    private func waiting(_ file: String, of uploader: Uploader, _ reason: String) -> Outcome {
        Outcome(uploader: uploader.id.text, file: file, state: .waiting, place: nil, receipt: nil, reason: reason)
    }

    /// Moves a file that was refused as a whole, with the reason beside it.
    private func refuse(
        _ file: String, of uploader: Uploader, _ key: String, _ arguments: [String: String] = [:]
    ) -> Outcome {
        let reason = catalogues.uploadText(key, arguments)
        let time = desk.now.iso8601().filter { $0 != "-" && $0 != ":" }
        let text = [reason.zh, reason.vi, reason.en].joined(separator: "\n\n") + "\n"
        do {
            let moved = try move(
                file, of: uploader, to: .refused, receipt: "\(time)-\(desk.secret().prefix(8))", text: text)
            return Outcome(
                uploader: uploader.id.text, file: file, state: .refused, place: moved, receipt: nil, reason: reason.en)
        } catch { return waiting(file, of: uploader, "\(error)") }
    }

    /// Writes the receipt, then moves the file: a kill between the two lets the file be read again, and its rows are known.
    private func move(
        _ file: String, of uploader: Uploader, to state: Outcome.State, receipt: String, text: String
    ) throws -> String {
        let folder = "\(uploader.id)/\(state.rawValue)"
        // A name that fills the file system's room leaves none for the receipt's.
        let name = file.utf8.count > 180 ? String(file.suffix(40)) : file
        let target = "\(folder)/\(receipt)-\(name)"
        guard [.folder, .nothing].contains(PlaceOnDisk("\(path)/\(folder)").kind) else {
            throw StorageError(
                code: .unavailable, what: "\(path)/\(folder) is no folder", advice: "take it away: no link is followed")
        }
        try FileFolder(path: path).write(target + ".txt", Array(text.utf8))
        guard !FileManager.default.fileExists(atPath: "\(path)/\(target)"),
            rename("\(path)/\(uploader.id)/\(file)", "\(path)/\(target)") == 0
        else {
            throw StorageError(
                code: .unavailable, what: "cannot move \(path)/\(uploader.id)/\(file)",
                advice: "check that this user may write there")
        }
        return target
    }
}

/// What lies at a path, without following a link.
private struct PlaceOnDisk {
    enum Kind { case file, folder, other, nothing }

    let kind: Kind
    /// Bytes.
    let size: Int
    /// When its content last changed, s since 1970.
    let changed: Double

    init(_ path: String) {
        let found = try? FileManager.default.attributesOfItem(atPath: path)
        switch found?[.type] as? FileAttributeType {
        case .typeRegular?: kind = .file
        case .typeDirectory?: kind = .folder
        case nil: kind = .nothing
        default: kind = .other
        }
        size = (found?[.size] as? NSNumber)?.intValue ?? 0
        changed = (found?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
    }

    /// The bytes of a file; nil for a link, also one that was put there since it was looked at, and for more than `limit` bytes.
    static func contents(_ path: String, upTo limit: Int) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        guard let data = try? file.read(upToCount: limit + 1) ?? Data(), data.count <= limit else { return nil }
        return [UInt8](data)
    }
}
