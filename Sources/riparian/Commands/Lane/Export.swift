import Accord
import ArgumentParser
import Foundation
import NodeCore
import Storage

extension LaneCommand {
    /// `riparian lane export LANEDIR FILE.tar|FOLDER`.
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Copy a checked lane onto a stick: a folder, or one tar file.",
            discussion: """
                Examples:
                  riparian lane export nodes/cn-yunnan/lanes/AGREEMENT/cn-yunnan/vn-lao-cai /media/stick/yunnan
                  riparian lane export nodes/cn-yunnan/lanes/AGREEMENT/cn-yunnan/vn-lao-cai lane.tar --from 70000

                Only a lane without faults is copied, its checkpoint last, receipts included. A folder that holds an earlier
                export of the lane is continued; nothing else is overwritten.
                """)

        @Argument(help: "The folder of the lane.") var lane: String
        @Argument(help: "A folder, or a new file whose name ends in .tar.") var target: String
        @Option(help: "Entries that the reader has: only files with later ones are written.") var from = 0
        @Option(help: "The lane's verifier key, or a file that holds it; lane.vkey of the lane if not given.")
        var key: String?
        @Flag(help: "Print what was written as JSON.") var json = false

        func validate() throws {
            guard from >= 0 else { throw ValidationError("--from takes 0 or more") }
        }

        func run() throws {
            guard let note = contents(lane + "/checkpoint") else {
                throw CommandRefusal(.usage, "\(lane) is no lane - name a folder with a file checkpoint")
            }
            guard !isSamePlace(lane, target) else {
                throw CommandRefusal(.usage, "\(target) is the lane itself - name a folder or file on the stick")
            }
            let verifier = try laneKey(key, in: lane)
            let isFile = target.hasSuffix(".tar")
            let earlier = isFile ? nil : contents(target + "/checkpoint")
            let found = verifyLane(key: verifier, old: earlier) {
                $0 == "checkpoint" ? note : contents(lane + "/" + $0)
            }
            try refuse(found)
            let size = found.size ?? 0
            guard from <= size else {
                throw CommandRefusal(
                    .usage, "the lane has \(size) entries (--from \(from)) - the reader has more already")
            }
            var copy = Copy(lane: lane, note: note, key: verifier)
            if isFile {
                try copy.write(tar: target, size: size, from: from)
            } else {
                try copy.write(folder: target, size: size, from: from)
            }
            report(found, copy)
        }

        private func isSamePlace(_ left: String, _ right: String) -> Bool {
            let places = [left, right].map { URL(filePath: $0).resolvingSymlinksInPath().standardizedFileURL.path() }
            let plain = places.map { $0.hasSuffix("/") ? $0 : $0 + "/" }
            return plain[1].hasPrefix(plain[0])
        }

        /// A lane with faults does not travel, and a stick with another lane or another history is left as it is.
        private func refuse(_ found: LaneVerification) throws {
            guard let fault = found.faults.first else { return }
            let isOnStick = fault.path == LaneVerification.oldPath
            if isOnStick || [.shrunk, .forked, .unproven].contains(fault.kind) {
                throw CommandRefusal(
                    .no,
                    "the checkpoint in \(target) is not an earlier one of this lane (\(fault.kind.rawValue)) - nothing is "
                        + "overwritten: name another folder, and keep both checkpoints")
            }
            throw CommandRefusal(
                .no,
                "the lane has \(found.faults.count) faults, the first in \(lane)/\(fault.path) (\(fault.kind.rawValue)) - "
                    + "nothing was written; run riparian lane verify")
        }

        private func report(_ found: LaneVerification, _ copy: Copy) {
            if json {
                printDocument([
                    "origin": .string(found.origin), "size": .integer(found.size ?? 0),
                    "root": .optional(found.root.map { hexadecimal($0) }), "from": .integer(from),
                    "written": .integer(copy.written), "standing": .integer(copy.standing),
                    "receipts": .integer(copy.receipts), "bytes": .integer(copy.bytes), "place": .string(target),
                ])
            } else {
                let standing = copy.standing > 0 ? ", \(copy.standing) stood there already" : ""
                print(
                    "\(found.origin): \(found.size ?? 0) entries\(from > 0 ? " from \(from) on" : ""), "
                        + "\(copy.written) files, \(copy.receipts) receipts, \(copy.bytes) bytes in \(target)\(standing)"
                )
            }
        }
    }
}

/// A copy on its way.
private struct Copy {
    let lane: String
    let note: [UInt8]
    let key: VerifierKey
    private(set) var written = 0
    private(set) var standing = 0
    private(set) var receipts = 0
    private(set) var bytes = 0

    init(lane: String, note: [UInt8], key: VerifierKey) {
        (self.lane, self.note, self.key) = (lane, note, key)
    }

    /// One new file; a half-written one goes away.
    mutating func write(tar path: String, size: Int, from: Int) throws {
        let tar = try TarWriter(path)
        do {
            try each(size: size, from: from) { name, bytes in
                try tar.add(name, bytes)
                return true
            }
            try count("checkpoint", note) { name, bytes in
                try tar.add(name, bytes)
                return true
            }
            try tar.finish()
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
    }

    /// A new folder, or one that is continued; the checkpoint last, so that it never runs ahead of its files.
    mutating func write(folder path: String, size: Int, from: Int) throws {
        let folder = PlainFolder(path)
        try each(size: size, from: from) { try folder.add($0, $1) }
        sync()
        try count("checkpoint", note) { name, bytes in
            if contents(path + "/" + name) == bytes { return false }
            try FileFolder(path: path).write(name, bytes)
            return true
        }
    }

    private mutating func each(size: Int, from: Int, write: (String, [UInt8]) throws -> Bool) throws {
        for path in LanePaths(size: size, from: from) {
            let (name, bytes) = try file(path)
            try count(name, bytes, write)
        }
        try count("lane.vkey", Array((key.text + "\n").utf8), write)
        for (name, path) in receiptFiles() {
            guard let bytes = contents(path) else { continue }
            try count(name, bytes, write)
            receipts += 1
        }
    }

    private mutating func count(
        _ name: String, _ content: [UInt8], _ write: (String, [UInt8]) throws -> Bool
    ) throws {
        if try write(name, content) {
            written += 1
            bytes += content.count
        } else {
            standing += 1
        }
    }

    /// A file of the lane, or the full one that has taken its place meanwhile.
    private func file(_ path: String) throws -> (name: String, bytes: [UInt8]) {
        let full = path.split(separator: ".p/", maxSplits: 1).first.map { String($0) } ?? path
        for name in [path, full] {
            if let bytes = contents(lane + "/" + name) { return (name, bytes) }
        }
        throw CommandRefusal(.no, "\(lane)/\(path) has gone while it was copied - export again")
    }

    /// The receipts beside the lane: in its own folder when it is a copy, in the node's when it is a node's.
    private func receiptFiles() -> [(name: String, path: String)] {
        var place = lane
        if let name = LaneName(note: note) {
            let folder = URL(filePath: lane).standardizedFileURL.path(percentEncoded: false)
            let trimmed = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
            if trimmed.hasSuffix("/" + name.folder) {
                return LaneStick.receiptNames(in: lane).map { ($0, lane + "/" + $0) }
                    + node(String(trimmed.dropLast(name.folder.count)) + name.receipts)
            }
        }
        if place.hasSuffix("/") { place.removeLast() }
        return LaneStick.receiptNames(in: place).map { ($0, place + "/" + $0) }
    }

    private func node(_ folder: String) -> [(name: String, path: String)] {
        LaneStick.receiptNames(byReader: folder).map { ("receipts/\($0)", "\(folder)/\($0)") }
    }
}
