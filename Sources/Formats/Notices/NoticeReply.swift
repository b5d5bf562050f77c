public import Accord
public import Series

/// The answer to a notice that a person may send: what has come, whether it keeps the clause, and what is missing.
///
/// - Parameters:
///   - notice: the notice as it stands.
///   - subject: what it is about, by name.
///   - time: when the answer is drafted.
///   - zone: the zone of the times.
///   - catalogue: the texts of the language.
/// - Returns: sentences in one language; draft it in the languages of both sides.
public func noticeReply(
    to notice: AgreedNotice, subject: LocalizedText, at time: Instant, zone: UTCOffset, catalogue: Catalogue
) -> String {
    let language = catalogue.language
    let format = catalogue.format
    let standing = notice.standing(at: time)
    var sentences: [String] = []
    if notice.isExercise { sentences.append(catalogue.text("notice.reply.exercise")) }
    guard notice.withdrawal == nil else {
        sentences.append(
            catalogue.text("notice.reply.withdrawn", ["subject": subject[language], "clause": notice.clause]))
        return sentences.joined(separator: language == .chinese ? "" : " ")
    }
    sentences.append(
        catalogue.text(
            "notice.reply.received",
            [
                "subject": subject[language], "number": "\(notice.current.number)", "clause": notice.clause,
                "time": format.allTimes(notice.sentAt ?? notice.current.written, in: zone),
            ]))
    let hours = notice.terms.lead(isUrgent: notice.current.isUrgent).map { format.number(Double($0) / 3600, digits: 0) }
    if notice.current.isUrgent, notice.terms.urgentHoursBefore != nil {
        sentences.append(catalogue.text("notice.reply.urgent", ["hours": hours ?? ""]))
    }
    switch standing.isLate {
    case true?: sentences.append(catalogue.text("notice.reply.late", ["hours": hours ?? "", "clause": notice.clause]))
    case false? where standing.missing.isEmpty: sentences.append(catalogue.text("notice.reply.kept"))
    case nil where hours != nil:
        sentences.append(catalogue.text("notice.reply.noStart", ["hours": hours ?? "", "clause": notice.clause]))
    default: break
    }
    if !standing.missing.isEmpty {
        let fields = standing.missing.map { catalogue.text("notice.field.\($0.rawValue)") }
        sentences.append(
            catalogue.text("notice.reply.missing", ["fields": fields.joined(separator: catalogue.text("notice.comma"))])
        )
        if standing.missing.contains(.flowTo) { sentences.append(catalogue.text("notice.reply.assumption")) }
    }
    sentences.append(catalogue.text("notice.reply.end"))
    return sentences.joined(separator: language == .chinese ? "" : " ")
}
