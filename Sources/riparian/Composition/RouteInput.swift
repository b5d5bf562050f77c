import Formats
import Foundation
import River
import Series

/// What `riparian route` reads before it begins.
struct RouteInput {
    let command: RouteCommand

    /// The job that the options and files describe.
    func job() throws -> RouteJob {
        let folder =
            command.layout == .tRoute
            ? try TRouteFolder.read(command.network, scheme: command.scheme) : nil
        let table =
            try folder?.network
            ?? NetworkTable.read(
                RoutingFile(command.network), scheme: command.scheme, aside: command.aside)
        let inflow = try command.inflow.map { path in
            try hydrographs(path, table, refusesNegative: true)
        }
        let wide = try table.adding(points: inflow?.networkRows ?? [])
        let initial = command.initial.map { path in
            Ahead(command.aside) { try InitialTable.read(RoutingFile(path), ids: wide.ids) }
        }
        var job = RouteJob(
            network: try wide.network(), ids: wide.ids, parameters: wide.parameters, scheme: command.scheme,
            step: command.step, columns: try columns(table), output: command.output)
        job.routingStep = command.routingStep ?? command.step
        job.isDouble = command.precision == .double
        job.lakes = try folder?.lakes ?? lakes(table)
        job.openings = try openings(table, lakes: job.lakes)
        job.lateral = try lateral(table, folder)
        if let inflow {
            job.given = try GivenHydrographs(
                inflow, rows: inflow.networkRows.indices.map { table.ids.count + $0 })
        }
        job.heldDepths = try command.downstreamLevel.map { path in
            try GivenHydrographs(levels: hydrographs(path, table, refusesNegative: false), network: table)
        }
        job.initial = try initial?.value()
        return job
    }

    private func hydrographs(_ path: String, _ table: NetworkTable, refusesNegative: Bool) throws -> HydrographTable {
        try HydrographTable.open(
            RoutingFile(path), refusesNegative: refusesNegative, ids: table.ids)
    }

    private func columns(_ table: NetworkTable) throws -> [Int] {
        guard let only = command.only else { return Array(0..<table.ids.count) }
        let names = only.split(separator: ",").map(String.init)
        guard !names.isEmpty, Set(names).count == names.count else {
            throw CommandRefusal(.usage, "--only takes ids joined by commas, each once")
        }
        return try names.map { name in
            guard let row = table.ids.row(of: name) else {
                throw CommandRefusal(.usage, "--only \(name) is no id of the network - take one of its column id")
            }
            return row
        }
    }

    private func lakes(_ table: NetworkTable) throws -> [Int: RoutedLake] {
        guard let path = command.lakes else { return [:] }
        var lakes: [Int: RoutedLake] = [:]
        for lake in try LakeTable.read(RoutingFile(path)).lakes {
            guard let row = table.ids.row(of: lake.id) else {
                throw CommandRefusal(
                    .usage,
                    "\(lake.id) is no id of the network (\(path):\(lake.line):1) - a lake takes the place of the reach of its id"
                )
            }
            lakes[row] = lake.routed
        }
        return lakes
    }

    private func openings(_ table: NetworkTable, lakes: [Int: RoutedLake]) throws -> GivenHydrographs? {
        guard let path = command.gates else {
            guard let row = lakes.filter({ $0.value.gate != nil }).keys.min() else { return nil }
            throw CommandRefusal(
                .usage, "\(table.ids.text(row)) has gates - say with --gates how far they are open")
        }
        return try GivenHydrographs(
            openings: hydrographs(path, table, refusesNegative: true), lakes: lakes, name: { table.ids.text($0) })
    }

    private func lateral(_ table: NetworkTable, _ folder: TRouteFolder?) throws -> HydrographTable? {
        if let path = command.lateral {
            return try hydrographs(path, table, refusesNegative: false)
        }
        guard let folder else { return nil }
        guard let first = try TimeInput.time(command.begin, option: "--begin") else {
            throw CommandRefusal(
                .usage, "the lateral inflow of a t-route folder has no times - say with --begin when its first row ends"
            )
        }
        return try folder.lateral(command.network, first: first)
    }
}
