public import Accord
public import Forecasting
public import River
public import Series

/// Who a node is, and what it works with.
public struct NodeConfiguration: Sendable {
    /// The party that the node works for.
    public var party: PartyID
    /// The basin.
    public var basin: Basin
    /// The parties and offices.
    public var register: PartyRegister
    /// The agreement in force, or replayed as if in force.
    public var agreement: Agreement
    /// The names of the rivers by the id that stations use.
    public var rivers: [String: LocalizedText]
    /// The key that signs this party's lanes.
    public var signer: LaneSigner
    /// Whom the node believes: whoever has not joined is absent.
    public var trust: LaneTrust
    /// The choices of the forecast.
    public var settings: CycleSettings
    /// What a replay must say on every page; nil outside replays.
    public var replay: ReplayBanner?

    /// Makes a configuration.
    public init(
        party: PartyID, basin: Basin, register: PartyRegister, agreement: Agreement,
        rivers: [String: LocalizedText] = [:], signer: LaneSigner, trust: LaneTrust = .pinned([:]),
        settings: CycleSettings = CycleSettings(), replay: ReplayBanner? = nil
    ) {
        self.party = party
        self.basin = basin
        self.register = register
        self.agreement = agreement
        self.rivers = rivers
        self.signer = signer
        self.trust = trust
        self.settings = settings
        self.replay = replay
    }

    /// The name of a party; its id where the register does not know it.
    func name(of party: PartyID) -> LocalizedText {
        register.name(of: party)
    }
}
