import Accord
import Formats
import Foundation
import NodeCore
import Series

/// The office that issues warnings, read from `alerts.yaml` and the files that it names whenever they change.
actor AlertOfficeFiles {
    /// What was read.
    struct Opened: Sendable {
        let book: AlertOfficeBook
        let office: AlertOffice
        /// What is wrong and does not keep the rest from working, for people.
        let faults: [String]
        /// Whether the party's manifest does not list the certificate, so that nobody can verify what it signs.
        let isUnlisted: Bool
    }

    private let folder: String
    private let register: PartyRegister
    private let party: PartyID
    private let catalogues: Catalogues
    /// The keys for alerts that the party's own manifest lists; nil where it has none.
    private let listed: @Sendable () -> [NodeKey]?
    private var opened: (stamp: [Date?], listed: [NodeKey]?, day: CivilDate, result: Result<Opened, CommandRefusal>)?

    init(
        folder: String, party: PartyID, register: PartyRegister, catalogues: Catalogues,
        listed: @escaping @Sendable () -> [NodeKey]? = { nil }
    ) {
        self.listed = listed
        self.folder = folder
        self.party = party
        self.register = register
        self.catalogues = catalogues
    }

    /// The office as the files have it today; nil where there is no `alerts.yaml`.
    func office(on day: CivilDate) -> Result<Opened, CommandRefusal>? {
        let path = folder + "/" + AlertOfficeBook.file
        guard FileManager.default.fileExists(atPath: path) else {
            opened = nil
            return nil
        }
        let names =
            [AlertOfficeBook.file] + ((try? opened?.result.get()).map { [$0.book.key, $0.book.certificate] } ?? [])
        let stamp = names.map { changed(folder + "/" + $0) }
        let listed = listed()
        if let opened, opened.stamp == stamp, opened.listed == listed, opened.day == day { return opened.result }
        let result = Result { try read(path, on: day) }.mapError { error in
            error as? CommandRefusal ?? CommandRefusal(.usage, "\(error)")
        }
        let now = [AlertOfficeBook.file] + ((try? result.get()).map { [$0.book.key, $0.book.certificate] } ?? [])
        opened = (now.map { changed(folder + "/" + $0) }, listed, day, result)
        return result
    }

    private func changed(_ path: String) -> Date? {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
    }

    private func read(_ path: String, on day: CivilDate) throws -> Opened {
        let book: AlertOfficeBook
        let bytes = try InputFile.bytes(path)
        do throws(EventFileProblem) { book = try AlertOfficeBook(bytes, file: path) } catch {
            throw CommandRefusal(unreadable: error.fault)
        }
        var faults: [String] = []
        var isUnlisted = false
        var sign: (@Sendable ([UInt8]) throws -> [UInt8])?
        do {
            let key = try CapCommand.signingKey(folder + "/" + book.key, folder + "/" + book.certificate)
            sign = { try key.sign($0) }
            isUnlisted = listed().map { !$0.contains { $0.certificate == key.certificate.der } } ?? false
        } catch { faults.append((error as? CommandRefusal)?.message ?? "\(error)") }
        let addressees = addressees(book, on: day, path: path, faults: &faults)
        let office = AlertOffice(
            sender: book.sender, office: book.office,
            name: name(of: book.office, book.name, on: day) ?? register.name(of: party),
            sign: sign, addressees: addressees, address: book.address, catalogues: catalogues)
        return Opened(book: book, office: office, faults: faults, isUnlisted: isUnlisted)
    }

    /// The offices that exist on a day: whoever follows one that has ended is told in its place.
    private func addressees(
        _ book: AlertOfficeBook, on day: CivilDate, path: String, faults: inout [String]
    ) -> [Addressee] {
        var found: [Addressee] = []
        for entry in book.entries {
            let known = register.authorities[entry.office]
            let now = register.authority(entry.office, on: day)
            if let known, now == nil {
                faults.append(
                    "\(entry.office) ended on \(known.validity.until?.description ?? "?") and nobody follows it "
                        + "(\(path):\(entry.line):1) - name the office that is there today")
                continue
            }
            guard let name = now?.name ?? entry.name else {
                faults.append(
                    "\(entry.office) is no office of the pack and has no name (\(path):\(entry.line):1) - write name "
                        + "with vi, zh and en")
                continue
            }
            let id = now?.id ?? entry.office
            // Two that have become one are told once, by every route.
            if let place = found.firstIndex(where: { $0.office == id }) {
                let before = found[place]
                found[place] = Addressee(
                    office: id, name: name, party: before.party,
                    stations: before.stations.isEmpty || entry.stations.isEmpty ? [] : before.stations + entry.stations,
                    fromLevel: min(before.fromLevel, entry.fromLevel),
                    routes: before.routes + entry.routes.filter { !before.routes.contains($0) },
                    calls: before.calls + entry.calls.filter { !before.calls.contains($0) })
                continue
            }
            found.append(
                Addressee(
                    office: id, name: name, party: now?.party ?? party, stations: entry.stations,
                    fromLevel: entry.fromLevel, routes: entry.routes, calls: entry.calls))
        }
        return found
    }

    private func name(of office: String, _ own: LocalizedText?, on day: CivilDate) -> LocalizedText? {
        register.authority(office, on: day)?.name ?? own
    }
}
