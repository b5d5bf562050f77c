import Accord
import Formats
import NodeCore
import Series

/// Exercises: what is arranged, what waits to be signed, and the form that arranges one.
extension RegisterSheets {
    /// The exercises of a year, latest first, and the form for another.
    func exerciseSections(_ all: [Exercise]) -> [SheetSection] {
        var list = SheetSection(text("exercise.heading"), id: "exercises", remark: text("exercise.note"))
        list.columns = ["name", "station", "level", "begin", "phase"].map { text("exercise." + $0) }
        list.rows = all.filter { environment.now - $0.begin < 366 * 86_400 }.map { exercise in
            SheetSection.Row(
                cells: [
                    SheetCell(
                        exercise.order.title[language], address: address(exercise), isHead: true,
                        lines: [
                            context.joined(exercise.person, context.format.time(exercise.arranged, in: context.zone))
                        ]
                    ),
                    SheetCell(stationName(exercise.order.station)),
                    SheetCell(text("level.\(exercise.order.level)")), SheetCell(begin(exercise)),
                    SheetCell(phase(exercise.phase)),
                ], rowKind: exercise.phase == .due ? "overdue" : "")
        }
        list.empty = text("exercise.none")
        for exercise in all where exercise.phase == .waiting || exercise.phase == .due {
            guard
                let drop = environment.form(
                    .exerciseDrop, about: ["exercise": "\(exercise.id)"], back: "warnings", state: state, fold: false,
                    fields: [], suffix: "-\(exercise.id)",
                    button: text("exercise.drop", ["name": exercise.order.title[language]]))
            else { continue }
            list.buttons.append(drop)
        }
        list.form = environment.form(.exercise, back: "warnings", state: state, fields: exerciseFields)
        return [list]
    }

    /// The warning of an exercise, with the form that signs it.
    func exercise(
        _ exercise: Exercise, _ proposal: Result<WarningProposal, IssueRefusal>, office: MessageDesk.Standing?
    ) -> Sheet {
        let path = "warnings/exercise/\(exercise.id)"
        let form = environment.form(
            .exerciseIssue, about: ["exercise": "\(exercise.id)"], back: path, state: state, fold: false,
            fields: environment.three("addition", "messages.addition", rows: 2))
        return toSign(
            proposal, path: path, heading: context.joined(text("alert.exercise"), exercise.order.title[language]),
            note: text("exercise.sign.note"), form: form, isAssumed: true, office: office)
    }

    private var exerciseFields: [FieldSpec] {
        [
            FieldSpec("station", text("exercise.station"), .choice(environment.alarmed)),
            FieldSpec(
                "level", text("exercise.level"), .choice((1...4).map { ("\($0)", text("level.\($0)")) }), value: "2"),
        ] + environment.three("title", "exercise.name", rows: 1) + [
            FieldSpec(
                "hours", text("exercise.hours"), .number, isRequired: true, hint: text("exercise.hours.hint"),
                value: "12"),
            FieldSpec("crest", text("exercise.crest"), .number, hint: text("exercise.crest.hint")),
            FieldSpec(
                "earliest", text("exercise.earliest"), .text(maximum: 30), isRequired: true,
                hint: text("exercise.earliest.hint"), value: environment.clock(environment.now)),
            FieldSpec(
                "latest", text("exercise.latest"), .text(maximum: 30), hint: text("exercise.latest.hint")),
        ]
    }

    private func address(_ exercise: Exercise) -> String? {
        switch exercise.phase {
        case .due: link("warnings/exercise/\(exercise.id)")
        case .issued(let number): link("warnings/\(number)")
        case .waiting, .missed, .dropped: nil
        }
    }

    /// When it begins; while an unannounced one waits, only the moments between which it will.
    private func begin(_ exercise: Exercise) -> String {
        func time(_ instant: Instant) -> String { context.format.time(instant, in: context.zone) }
        let window = exercise.order.window
        guard exercise.phase == .waiting, !exercise.order.isAnnounced else { return time(exercise.begin) }
        return text("exercise.between", ["from": time(window.lowerBound), "until": time(window.upperBound)])
    }

    private func phase(_ phase: Exercise.Phase) -> String {
        switch phase {
        case .waiting: text("exercise.phase.waiting")
        case .due: text("exercise.phase.due")
        case .issued: text("exercise.phase.issued")
        case .missed: text("exercise.phase.missed")
        case .dropped: text("exercise.phase.dropped")
        }
    }
}

/// Reads the form of an exercise.
struct ExerciseReader {
    let values: FormValues
    let environment: FormEnvironment

    /// What the form asks for.
    func deed(of form: ActForm) throws(FormFault) -> ExerciseDeed {
        if form == .exercise { return .arrange(try order()) }
        guard let id = Int(values["exercise"]) else { throw fault("", "exercise.wrong.noExercise") }
        guard form == .exerciseIssue else { return .drop(id) }
        return .issue(id, addition: values.three("addition"))
    }

    private func order() throws(FormFault) -> ExerciseOrder {
        guard let station = StationID(values["station"]) else { throw fault("station", "wrong.choose") }
        guard let level = Int(values["level"]), (1...4).contains(level) else { throw fault("level", "wrong.choose") }
        guard let hours = Int(values["hours"]) else { throw fault("hours", "exercise.wrong.noHours") }
        var crest: Double?
        if !values["crest"].isEmpty {
            crest = TypedNumber.read(values["crest"], language: environment.context.language)
            guard crest != nil else { throw fault("crest", "wrong.number") }
        }
        let first = try moment("earliest")
        let last = values["latest"].isEmpty ? first : try moment("latest")
        guard first <= last else { throw fault("latest", "exercise.wrong.order") }
        let title = values.three("title")
        let fault = FormFault(emptyIn: title, field: "title", told: environment.text("wrong.empty"))
        guard fault.errors.isEmpty else { throw fault }
        return ExerciseOrder(
            station: station, level: level, title: title, hours: hours, crest: crest, window: first...last)
    }

    private func moment(_ field: String) throws(FormFault) -> Instant {
        guard
            let time = LetterClock.moment(
                values[field], zone: environment.context.zone, language: environment.context.language)
        else {
            throw fault(field, "wrong.moment")
        }
        return time
    }

    private func fault(_ field: String, _ key: String) -> FormFault {
        FormFault(errors: [field: environment.text(key, ["detail": values[field]])])
    }
}

extension ExerciseProblem {
    /// The field of the form that is wrong, and the text that says so.
    var fault: (field: String, key: String) {
        switch self {
        case .noLevel: ("level", "exercise.wrong.noLevel")
        case .noTime: ("earliest", "exercise.wrong.noTime")
        case .noHours: ("hours", "exercise.wrong.noHours")
        case .noCrest: ("crest", "exercise.wrong.noCrest")
        case .noExercise: ("", "exercise.wrong.noExercise")
        }
    }
}
