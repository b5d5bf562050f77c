import ArgumentParser

/// `riparian ingest`: takes in what comes from elsewhere.
struct IngestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "Take in a party's own table, rain of gridded forecasts, or rain of gauges.",
        discussion: """
            Examples:
              riparian ingest readings.csv --mapping riparian
              riparian ingest st_river_r.csv --mapping sl323-river --party cn-yunnan --dir nodes
              riparian ingest grids forecasts/ --areas sub-basins.geojson --output rain.csv
              riparian ingest gauges rain.csv --gauges gauges.csv --areas sub-basins.geojson --output areas.csv

            A file alone is a table of readings: riparian help ingest table says more. Rain: Documentation/Rain.md.
            """,
        subcommands: [IngestTable.self, IngestGrids.self, IngestGauges.self, IngestFields.self],
        defaultSubcommand: IngestTable.self)
}
