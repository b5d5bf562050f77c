import ArgumentParser

/// `riparian lane`: looks at the lanes through which parties exchange readings.
struct LaneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lane", abstract: "Check a lane without a node, and carry one on a stick.",
        subcommands: [Verify.self, Fork.self, Settle.self, Export.self, Import.self, Make.self])
}
