public import Formats
public import NodeCore
import River
public import Series

/// What the door for uploaders is made from.
public struct UploadDoor: Sendable {
    /// Who is known and what is kept.
    public let desk: UploadDesk
    /// The name under which the door is reached, beside `localhost` and addresses in digits.
    public let host: String
    /// The name of the party whose node it is.
    public let partyName: LocalizedText
    /// The party's own zone.
    public let zone: UTCOffset
    /// The texts.
    public let catalogues: Catalogues
    /// Takes one line for whoever runs the node.
    public let log: @Sendable (String) -> Void
    /// Templates, assets and names of stations.
    let site: DutySite

    /// Makes a door.
    ///
    /// - Throws: when a bundled template or asset is missing or damaged.
    public init(
        desk: UploadDesk, host: String, partyName: LocalizedText, zone: UTCOffset, catalogues: Catalogues,
        log: @escaping @Sendable (String) -> Void
    ) throws {
        self.desk = desk
        self.host = host
        self.partyName = partyName
        self.zone = zone
        self.catalogues = catalogues
        self.log = log
        site = try DutySite(
            parties: [], stationNames: desk.node.configuration.basin.stations.mapValues(\.name), catalogues: catalogues,
            board: { _ in nil })
    }
}
