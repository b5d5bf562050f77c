import Accord
import ArgumentParser
import Formats
import Foundation
import NodeCore
import River
import Series
import Storage
import Web

extension UploadCommand {
    /// `riparian upload grant ID`.
    struct Grant: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "grant",
            abstract: "Let somebody post series of the own party; prints the token, once.",
            discussion: """
                Examples:
                  riparian upload grant nansha-company --series nansha-dam/pool-level,nansha-dam/release --intentions \\
                      --name "Nansha dam company" --name-zh 南沙水电公司 --dir nodes --party cn-yunnan
                  riparian upload grant rain-post --series "nansha/*" --mapping sl323-rain --dir nodes --party cn-yunnan

                A series is station/property, or station/* for every property; the station is always named and belongs to the
                own party. --intentions lets intended releases of these stations be posted too. --mapping names a mapping of
                the pack's folder intake/, or of the node's, for tables with other columns.
                The token is printed once and kept nowhere: hand it over by a way that only the two of you read.
                """)
        @Argument(help: "An id for the uploader: lower-case words joined by hyphens.") var id: String
        @Option(help: "What may be posted: station/property, several by commas.") var series: String
        @Option(help: "The name for people; the id if not given.") var name: String?
        @Option(name: .customLong("name-vi"), help: "The Vietnamese name, if it differs.") var nameVi: String?
        @Option(name: .customLong("name-zh"), help: "The Chinese name, if it differs.") var nameZh: String?
        @Flag(help: "Let intended releases be posted too.") var intentions = false
        @Option(help: "The mapping that explains the columns of its tables.") var mapping: String?
        @Option(help: "How long the token counts, days, 1 to 3660.") var days = 365
        @Option(help: "Where uploaders reach the door, HOST or HOST:PORT; for the certificate and the advice.")
        var uploadName: String?
        @OptionGroup var place: Place
        @Flag(help: "Print the grant as JSON; the token is in it.") var json = false

        func run() throws {
            let (folder, description) = try place.open()
            let id = try UploadCommand.id(id)
            let pack = try loadPack(try packFolder(nil, of: folder))
            let patterns = try Self.patterns(series, party: description.party, pack: pack)
            if let mapping { _ = try UploadFiles.mapping(mapping, folder: folder, pack: pack.folder) }
            let (token, now) = (UploadCommand.newToken(), TimeInput.now)
            let end = try UploadCommand.end(ofDays: days, from: now)
            let called = name ?? id.text
            let uploader = Uploader(
                id: id, name: LocalizedText(vi: nameVi ?? called, zh: nameZh ?? called, en: called), series: patterns,
                mayIntend: intentions, mapping: mapping, tokenDigest: UploadToken.digest(of: token.text), granted: now,
                validUntil: end)
            let files = UploadFiles(folder: folder)
            try files.change { book in
                if let standing = book[id] {
                    let word = standing.revoked == nil ? "has a grant" : "had a grant, which was taken back"
                    throw CommandRefusal(
                        .no, "\(id) \(word) - take another id, or give a new token with riparian upload renew")
                }
                book.put(uploader)
            }
            let advice = UploadAdvice(
                uploader: uploader, token: token, folder: folder,
                place: uploadName ?? UploadFiles.host(of: description))
            try advice.show(json: json, at: now)
        }

        /// The patterns of a list, each of a station of the own party.
        static func patterns(_ text: String, party: PartyID, pack: BasinPack) throws -> [UploadPattern] {
            let words = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            guard !words.isEmpty else { throw CommandRefusal(.usage, "--series is empty - write station/property") }
            return try words.map { word in
                guard let pattern = UploadPattern(word) else {
                    throw CommandRefusal(
                        .usage,
                        "\(word) is no series to post (--series) - write station/property, or station/*; the station is "
                            + "always named")
                }
                guard let station = pack.basin.stations[pattern.station] else {
                    throw CommandRefusal(
                        .usage, "the pack has no station \(pattern.station) (--series) - see stations.csv")
                }
                guard station.provider == party else {
                    throw CommandRefusal(
                        .no,
                        "\(pattern.station) is a station of \(station.provider), not of \(party) - it cannot be granted"
                    )
                }
                guard pattern.property != .releaseIntention else {
                    throw CommandRefusal(
                        .usage, "intended releases are granted with --intentions, for every station of --series")
                }
                return pattern
            }
        }
    }

    /// `riparian upload renew ID`.
    struct Renew: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "renew",
            abstract: "Give an uploader a new token; the old one ends at once.",
            discussion: "Example: riparian upload renew nansha-company --days 365 --dir nodes --party cn-yunnan")
        @Argument(help: "The uploader.") var id: String
        @Option(help: "How long the new token counts, days, 1 to 3660.") var days = 365
        @Option(help: "Where uploaders reach the door, HOST or HOST:PORT; for the advice.") var uploadName: String?
        @OptionGroup var place: Place
        @Flag(help: "Print the grant as JSON; the token is in it.") var json = false

        func run() throws {
            let (folder, description) = try place.open()
            let (token, now) = (UploadCommand.newToken(), TimeInput.now)
            let end = try UploadCommand.end(ofDays: days, from: now)
            let uploader = try UploadFiles(folder: folder).change { book in
                var uploader = try UploadCommand.known(id, in: book)
                uploader.tokenDigest = UploadToken.digest(of: token.text)
                uploader.validUntil = end
                uploader.revoked = nil
                book.put(uploader)
                return uploader
            }
            let advice = UploadAdvice(
                uploader: uploader, token: token, folder: folder, place: uploadName ?? UploadFiles.host(of: description)
            )
            try advice.show(json: json, at: now)
        }
    }
}

/// What a person is told who has just given somebody a token.
struct UploadAdvice {
    let uploader: Uploader
    let token: UploadToken
    let folder: String
    /// HOST or HOST:PORT of the door.
    let place: String

    func show(json: Bool, at now: Instant) throws {
        // Before anything that may fail: the token is shown nowhere else.
        if !json {
            print(token.text)
            fflush(nil)
        }
        let host = HostAndPort(place)?.host ?? place
        let identity = try UploadFiles(folder: folder).ownIdentity(for: host, at: now)
        let address = "https://\(place.contains(":") ? place : place + ":8444")"
        let certificate = "\(folder)/\(UploadFiles.certificate)"
        if json {
            printDocument([
                "uploader": .string(uploader.id.text), "token": .string(token.text),
                "series": .array(uploader.series.map { .string($0.description) }),
                "intentions": .bool(uploader.mayIntend), "valid_until": .string(uploader.validUntil.iso8601()),
                "certificate": .string(certificate), "fingerprint": .string(identity.fingerprint),
                "address": .string(address),
            ])
            return
        }
        let stations = uploader.series.map(\.description).joined(separator: ", ")
        standardError(
            """
            The line above is the token of \(uploader.id). It is shown once and kept nowhere: hand it over by a way that
            only the two of you read, and never by the mail that also carries readings. It counts until \(uploader.validUntil).
            It may post: \(stations)\(uploader.mayIntend ? ", and intended releases" : "")
            The door opens with: riparian serve ... --upload 0.0.0.0:8444
            Its own certificate lies in \(certificate) (no secret): hand it over too. Its fingerprint (SHA-256):
              \(identity.fingerprint)
            A first post, where token.txt holds "Authorization: Bearer TOKEN":
              curl --cacert upload.pem -H @token.txt -H "Content-Type: text/csv" --data-binary @levels.csv \\
                  "\(address)/api/v1/readings?check=yes"
            """)
    }
}
