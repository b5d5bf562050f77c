import Forecasting
public import Formats
import Mustache
public import NodeCore
import River
public import Series

/// Everything that the web pages of one or several parties are made from.
public struct DutySite: Sendable {
    /// A party that the front page names.
    public struct Entry: Sendable, Hashable {
        /// The party; its page is `/{party}/`.
        public let party: PartyID
        /// Its name.
        public let name: LocalizedText
        /// Whether it has a page here; a party without a node is named without a link.
        public let hasPage: Bool
        /// Its own zone.
        public let zone: UTCOffset

        /// Makes an entry.
        public init(party: PartyID, name: LocalizedText, hasPage: Bool = true, zone: UTCOffset) {
            self.party = party
            self.name = name
            self.hasPage = hasPage
            self.zone = zone
        }
    }

    /// The parties in the order of the front page.
    public let parties: [Entry]
    /// The zone of pages that belong to no party: that of the first one.
    var zone: UTCOffset { parties.first?.zone ?? .zero }
    /// Names of the stations that notes of forecasts mention, those included that a party does not see itself.
    public let stationNames: [StationID: LocalizedText]
    /// The texts.
    public let catalogues: Catalogues
    /// What pages of a replay say while a node does not run; nil outside replays.
    public let replay: ReplayBanner?
    /// What the pages of nodes ask and do; nil shows boards alone.
    public let desk: NodeDesk?
    /// The basin beside its values; nil where a site has no pages of the water.
    public let atlas: BasinAtlas?
    /// Who may see and do what; nil where nobody is asked who is there.
    let people: SitePeople?
    /// The current board of a party; nil when it has none.
    let board: @Sendable (PartyID) async -> DutyBoard?
    /// The alert draft of a party for a station; nil when none waits.
    let alert: (@Sendable (PartyID, StationID) async -> String?)?
    let templates: MustacheLibrary
    let assets: [Asset]
    let styles: SiteStyles
    /// The description of the interface for programs, OpenAPI 3.1.
    let interface: [UInt8]

    /// Makes a site and reads its templates and assets.
    ///
    /// - Parameters:
    ///   - parties: in the order of the front page.
    ///   - stationNames: names of the stations that notes of forecasts mention.
    ///   - catalogues: the texts.
    ///   - replay: what pages say while a node does not run; nil outside replays.
    ///   - desk: what the pages of nodes ask and do; nil shows boards alone.
    ///   - atlas: the basin beside its values; nil leaves out the pages of the water.
    ///   - people: the people of the node whose pages these are; without them, and while there is none, everybody who can open
    ///     the pages may use them.
    ///   - door: how people sign in; by name and password if not given.
    ///   - alert: the alert draft (XML) of a party for a station; without it the draft is written from the board.
    ///   - board: the current board of a party; nil when it has none.
    /// - Throws: when a bundled template or asset is missing or damaged.
    public init(
        parties: [Entry], stationNames: [StationID: LocalizedText], catalogues: Catalogues,
        replay: ReplayBanner? = nil, desk: NodeDesk? = nil, atlas: BasinAtlas? = nil, people: PeopleDesk? = nil,
        door: (any SignInDoor)? = nil,
        alert: (@Sendable (PartyID, StationID) async -> String?)? = nil,
        board: @escaping @Sendable (PartyID) async -> DutyBoard?
    ) throws {
        self.parties = parties
        self.stationNames = stationNames
        self.catalogues = catalogues
        self.replay = replay
        self.desk = desk
        self.atlas = atlas
        self.people = people.map { SitePeople(desk: $0, door: door ?? PasswordDoor(desk: $0)) }
        self.board = board
        self.alert = alert
        templates = try bundledTemplates()
        let files = try bundledAssets()
        styles = SiteStyles(files)
        assets = files.filter { !SiteStyles.inline.contains($0.file) } + MapLibrary.assets()
        interface = try bundledInterface()
    }

    /// The alert draft that waits for a station on a party's board.
    func alertDraft(of party: PartyID, for station: StationID) async -> String? {
        if let alert { return await alert(party, station) }
        guard let board = await board(party), let draft = board.drafts.first(where: { $0.station == station }),
            let point = board.points.first(where: { $0.station.id == station })
        else { return nil }
        let names = stationNames.merging(board.points.map { ($0.station.id, $0.station.name) }) { given, _ in given }
        return capDraft(
            draft, station: point.station, riverName: point.riverName, property: point.property,
            sender: "\(party).riparian", senderName: board.partyName, zone: board.zone,
            exercise: (board.replay?.title).map { .replay($0) },
            stationNames: names, catalogues: catalogues)
    }
}
