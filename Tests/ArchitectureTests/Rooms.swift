/// The rooms of the house and what each may see: the one table behind the tests of this folder.
enum Rooms {
    /// Rooms that one room may see; the package may declare fewer, never more.
    static let visible: [String: Set<String>] = [
        "Series": [],
        "River": ["Series"],
        "Forecasting": ["Series", "River"],
        "Accord": ["Series"],
        "Formats": ["Series", "River", "Forecasting", "Accord"],
        "Storage": ["Series", "River", "Forecasting", "Accord"],
        "NodeCore": ["Series", "River", "Forecasting", "Accord", "Formats", "Storage"],
        "Web": ["Series", "River", "Forecasting", "Accord", "Formats", "NodeCore"],
        "riparian": ["Series", "River", "Forecasting", "Accord", "Formats", "Storage", "NodeCore", "Web"],
        "TestKit": ["Series", "River", "Forecasting", "Accord", "Formats", "NodeCore"],
    ]

    /// Rooms without input, output, clock, chance and concurrency.
    static let pure: Set<String> = ["Series", "River", "Forecasting", "Accord"]

    /// The only modules that a pure room may import beside rooms.
    static let modulesOfPureRooms: [String: Set<String>] = ["Accord": ["Crypto"]]

    /// Beginnings of module names that a room must not import, with the reason.
    static let closed: [String: (prefixes: [String], reason: String)] = [
        "Formats": (network + store, "a format turns bytes into values and keeps no state"),
        "Storage": (network, "the store knows no network"),
        "NodeCore": (network + store, "network, clock and disk arrive as effects, so that nodes run inside a test"),
        "Web": (store, "a page asks the node, which asks the store"),
        "riparian": (store, "the composition root opens the store by its door"),
        "TestKit": (network, "a kit for tests runs without network"),
    ]

    private static let network = ["Hummingbird", "NIO", "HTTP", "AsyncHTTPClient", "WebSocket", "FoundationNetworking"]
    private static let store = ["GRDB", "SQLite"]

    /// Modules that come with the toolchain: no target declares them.
    static let toolchain: Set<String> = [
        "Foundation", "FoundationEssentials", "FoundationNetworking", "Glibc", "Musl", "Darwin", "Dispatch",
        "RegexBuilder",
        "Synchronization", "Observation", "Testing", "Swift",
    ]

    /// Modules that arrive with a declared product and whose members its users need.
    static let arriveWith: [String: Set<String>] = [
        "Hummingbird": ["HummingbirdCore", "HTTPTypes", "NIOCore"],
        "HummingbirdTesting": ["HTTPTypes", "NIOCore", "NIOPosix"],
        "GRDB": ["GRDBSQLite"],
    ]

    /// The folders of River from the ground up: a file mentions no type of a folder above its own.
    static let riverFolders = ["Kernels", "Network", "Quality", "Runoff", "Routing", "Reservoirs"]

    /// The file that gathers a whole basin, reservoirs and check limits included, and so looks up.
    static let looksUp: Set<String> = ["Sources/River/Network/Basin.swift"]
}
