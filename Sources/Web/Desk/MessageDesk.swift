public import Accord
public import Formats
public import NodeCore
public import Series

/// What the pages of warnings ask and do; a site without it shows drafts alone.
public struct MessageDesk: Sendable {
    /// How the issuing office stands.
    public struct Standing: Sendable {
        /// Its name.
        public let name: LocalizedText
        /// Whether it can sign.
        public let canSign: Bool
        /// What is wrong with its files, for people, in English.
        public let faults: [String]
        /// Whether nobody can verify what it signs: the party's manifest does not list its certificate.
        public let isUnlisted: Bool

        /// Makes a standing.
        public init(name: LocalizedText, canSign: Bool, faults: [String], isUnlisted: Bool = false) {
            self.isUnlisted = isUnlisted
            self.name = name
            self.canSign = canSign
            self.faults = faults
        }
    }

    /// The issuing office of a party; nil where nobody has described one.
    public var office: @Sendable (PartyID) async -> Standing?
    /// The warning that the newest draft of a station would make; nil where there is no office.
    public var proposal: @Sendable (PartyID, StationID) async -> Result<WarningProposal, IssueRefusal>?
    /// Issues a warning; its number.
    public var issue: @Sendable (PartyID, WarningOrder, _ person: String) async -> Result<Int64, IssueRefusal>?
    /// The latest messages, latest first.
    public var messages: @Sendable (PartyID) async -> [KeptMessage]
    /// A message by its number.
    public var message: @Sendable (PartyID, Int64) async -> KeptMessage?
    /// A message by its identifier.
    public var named: @Sendable (PartyID, String) async -> KeptMessage?
    /// The latest warnings that other parties have sent, latest first.
    public var received: @Sendable (PartyID) async -> [ReceivedWarning]
    /// Writes down that an office was called or has read a message.
    public var note: @Sendable (PartyID, Int64, _ office: String, DeliveryStep, _ person: String) async -> Bool
    /// The message and the office that a word of an answer belongs to.
    public var answer: @Sendable (PartyID, _ key: String) async -> (message: KeptMessage, office: Addressee)?

    /// Notices under the agreement, own ones and those that have come in; nil where the node does not run.
    public var notices: @Sendable (PartyID) async -> [KeptNotice]
    /// What is known about the signature of a notice that has come in; nil for an own one.
    public var noticeSignature: @Sendable (PartyID, KeptNotice) async -> AlertSignatureVerdict?
    /// The clauses under which a party can send notices now.
    public var clauses: @Sendable (PartyID) async -> [Provision]
    /// Does something with a notice: its name, or why not.
    public var act: @Sendable (PartyID, NoticeDeed, _ person: String) async -> Result<String, NoticeProblem>?

    /// The exercises of a party, latest first.
    public var exercises: @Sendable (PartyID) async -> [Exercise]
    /// The warning of an exercise that is due; nil where there is no office.
    public var exerciseProposal: @Sendable (PartyID, Int) async -> Result<WarningProposal, IssueRefusal>?
    /// Does something with an exercise: its number, or why not.
    public var exercise: @Sendable (PartyID, ExerciseDeed, _ person: String) async -> Result<Int, ExerciseFailure>?

    /// Everything that a party issued from one moment to another, oldest first; nil while its node does not run.
    public var issued: @Sendable (PartyID, _ from: Instant, _ until: Instant) async -> [KeptMessage]?
    /// What a party warned and told of from one moment to another, and what came of it; nil while its node does not run.
    public var review: @Sendable (PartyID, _ from: Instant, _ until: Instant) async -> MessageReview?

    /// Makes a desk.
    public init(
        office: @escaping @Sendable (PartyID) async -> Standing?,
        proposal: @escaping @Sendable (PartyID, StationID) async -> Result<WarningProposal, IssueRefusal>?,
        issue: @escaping @Sendable (PartyID, WarningOrder, String) async -> Result<Int64, IssueRefusal>?,
        messages: @escaping @Sendable (PartyID) async -> [KeptMessage],
        message: @escaping @Sendable (PartyID, Int64) async -> KeptMessage?,
        named: @escaping @Sendable (PartyID, String) async -> KeptMessage?,
        received: @escaping @Sendable (PartyID) async -> [ReceivedWarning],
        note: @escaping @Sendable (PartyID, Int64, String, DeliveryStep, String) async -> Bool,
        answer: @escaping @Sendable (PartyID, String) async -> (message: KeptMessage, office: Addressee)?,
        notices: @escaping @Sendable (PartyID) async -> [KeptNotice],
        noticeSignature: @escaping @Sendable (PartyID, KeptNotice) async -> AlertSignatureVerdict?,
        clauses: @escaping @Sendable (PartyID) async -> [Provision],
        act: @escaping @Sendable (PartyID, NoticeDeed, String) async -> Result<String, NoticeProblem>?,
        exercises: @escaping @Sendable (PartyID) async -> [Exercise],
        exerciseProposal: @escaping @Sendable (PartyID, Int) async -> Result<WarningProposal, IssueRefusal>?,
        exercise: @escaping @Sendable (PartyID, ExerciseDeed, String) async -> Result<Int, ExerciseFailure>?,
        issued: @escaping @Sendable (PartyID, Instant, Instant) async -> [KeptMessage]?,
        review: @escaping @Sendable (PartyID, Instant, Instant) async -> MessageReview?
    ) {
        self.office = office
        self.proposal = proposal
        self.issue = issue
        self.messages = messages
        self.message = message
        self.named = named
        self.received = received
        self.note = note
        self.answer = answer
        self.notices = notices
        self.noticeSignature = noticeSignature
        self.clauses = clauses
        self.act = act
        self.exercises = exercises
        self.exerciseProposal = exerciseProposal
        self.exercise = exercise
        self.issued = issued
        self.review = review
    }
}

/// What a person does with an exercise.
public enum ExerciseDeed: Sendable {
    /// Arranges one.
    case arrange(ExerciseOrder)
    /// Signs its warning.
    case issue(Int, addition: LocalizedText?)
    /// Calls it off.
    case drop(Int)
}

/// Why nothing was done with an exercise.
public enum ExerciseFailure: Error, Hashable, Sendable {
    /// It cannot be arranged or called off.
    case problem(ExerciseProblem)
    /// Its warning cannot be issued.
    case issue(IssueRefusal)
}

/// What a person does with a notice.
public enum NoticeDeed: Sendable {
    /// Writes a first draft.
    case draft(NoticeOrder)
    /// Writes a new wording.
    case revise(String, values: [NoticeField: NoticeValue], isUrgent: Bool)
    /// Signs and sends the newest wording.
    case send(String)
    /// Takes it back.
    case withdraw(String, reason: String)
    /// Writes down that something happened.
    case note(String, NoticeEvent)
    /// Says to its sender that it has been read here.
    case answer(String)
    /// Asks its sender for less water, or for it at another time, and says what a proposal of a plan is worth.
    case ask(String, NoticeRequest, worthOf: PlanProposal?)
    /// Says to an office that what it asked for will not be.
    case decline(String, to: PartyID, reason: String)
}
