import Foundation
import Series

/// Reads `event.yaml` of a folder: `id`, `title`, `remarks`, `parties_as_of`; without it the folder's name serves as
/// id.
func readEventDescription(in folder: String) -> (description: EventDescription, faults: [Fault]) {
    let name = folder.split(separator: "/").last.map(String.init) ?? folder
    let fallback = EventDescription(id: name, title: LocalizedText(vi: name, zh: name, en: name))
    let path = folder.hasSuffix("/") ? folder + "event.yaml" : folder + "/event.yaml"
    guard let data = FileManager.default.contents(atPath: path) else { return (fallback, []) }
    do {
        return (try description([UInt8](data), file: path, fallback: fallback), [])
    } catch {
        return (fallback, [error.fault])
    }
}

private func description(_ bytes: [UInt8], file: String, fallback: EventDescription) throws(EventFileProblem)
    -> EventDescription
{
    let document = try YAMLDocument(bytes, file: file)
    var remarks: [LocalizedText] = []
    for node in document.list("remarks") { remarks.append(try document.localizedText(node)) }
    var day: CivilDate?
    if let word = document.text("parties_as_of") {
        day = try? CivilDate(iso8601: word)
        if day == nil {
            throw document.problem(
                at: "parties_as_of", "parties_as_of \(word) is no date", "write YYYY-MM-DD")
        }
    }
    return EventDescription(
        id: document.text("id") ?? fallback.id, title: try document.localizedText("title") ?? fallback.title,
        remarks: remarks, partiesAsOf: day)
}
