import Foundation
public import River
public import Series

/// A basin in the layout of the National Water Model's t-route: `reaches.csv`, `lakes.csv` and a file of lateral inflow.
///
/// Links whose `NHDWaterbodyComID` is the id of a lake lie inside it: the lake takes their place, what flows into them flows
/// into it, and it flows where the one of them that leaves it does. Lateral inflow is a file `NAME_ROWSxCOLUMNS.f32` of numbers
/// of four bytes, least significant first, a row an hour and a column a row of `reaches.csv`.
public struct TRouteFolder: Sendable {
    /// Links outside lakes, then lakes.
    public let network: NetworkTable
    /// Lakes by row.
    public let lakes: [Int: RoutedLake]
    /// Of each row of `reaches.csv` its row in the network.
    public let rowOfLink: [Int32]

    /// Reads a folder.
    public static func read(
        _ folder: String, scheme: RoutingSchemeName
    ) throws(RoutingFileProblem) -> TRouteFolder {
        let file = try RoutingFile(folder + "/reaches.csv")
        let links = try NetworkTable.read(file, scheme: scheme, layout: .tRoute)
        let lakePath = folder + "/lakes.csv"
        guard FileManager.default.fileExists(atPath: lakePath) else {
            return TRouteFolder(network: links, lakes: [:], rowOfLink: (0..<Int32(links.ids.count)).map { $0 })
        }
        let waters = try waterbodies(file, count: links.ids.count)
        return try merge(links, waters, LakeTable.read(RoutingFile(lakePath)), lakePath)
    }

    /// The lateral inflow of the folder.
    ///
    /// - Parameter first: the time of the first row.
    public func lateral(_ folder: String, first: Instant) throws(RoutingFileProblem) -> HydrographTable {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let files = names.filter { $0.hasSuffix(".f32") }
        guard files.count == 1 else {
            throw RoutingFileProblem(
                folder, rule: "t-route-lateral", "\(files.count) files end with .f32, one is needed",
                advice: "keep one file NAME_ROWSxCOLUMNS.f32 in the folder, or give --lateral")
        }
        let file = try RoutingFile(folder + "/" + files[0])
        let shape = files[0].dropLast(4).split(separator: "_").last?.split(separator: "x").map { Int($0) ?? 0 } ?? []
        let columns = rowOfLink.count
        guard shape.count == 2, shape[0] > 0, shape[1] == columns, shape[0] <= 1 << 40 / columns,
            file.data.count == shape[0] * columns * 4
        else {
            throw RoutingFileProblem(
                file.name, rule: "t-route-lateral",
                "name, size and the \(columns) rows of reaches.csv do not fit together",
                advice: "the file NAME_ROWSxCOLUMNS.f32 holds ROWS times COLUMNS numbers of four bytes")
        }
        return HydrographTable(
            source: .numbers(HydrographNumbers(source: file)), file: file.name, networkRows: rowOfLink, members: 1,
            rowCount: shape[0], first: first, interval: 3600)
    }

    private static func waterbodies(_ file: RoutingFile, count: Int) throws(RoutingFileProblem) -> [String] {
        try file.scan { (scanner) throws(RoutingFileProblem) in
            var (wanted, index): (Int?, Int) = (nil, 0)
            repeat {
                if scanner.text(try scanner.field()) == "NHDWaterbodyComID" { wanted = index }
                index += 1
            } while scanner.comma()
            guard let wanted else { return [String](repeating: "", count: count) }
            var values: [String] = []
            scanner.endLine()
            scanner.skipEmptyLines()
            while !scanner.isAtEnd {
                index = 0
                repeat {
                    let range = try scanner.field()
                    if index == wanted { values.append(scanner.text(range)) }
                    index += 1
                } while scanner.comma()
                scanner.endLine()
                scanner.skipEmptyLines()
            }
            return values
        }
    }

    private static func merge(
        _ links: NetworkTable, _ waters: [String], _ table: LakeTable, _ lakePath: String
    ) throws(RoutingFileProblem) -> TRouteFolder {
        var lakeOfID: [String: Int] = [:]
        for (index, lake) in table.lakes.enumerated() { lakeOfID[lake.id] = index }
        let lakeOfLink = waters.map { lakeOfID[$0] }
        let outside = waters.indices.filter { lakeOfLink[$0] == nil }
        var rowOfLink = [Int32](repeating: -1, count: waters.count)
        for (row, link) in outside.enumerated() { rowOfLink[link] = Int32(row) }
        for (link, lake) in lakeOfLink.enumerated() {
            if let lake { rowOfLink[link] = Int32(outside.count + lake) }
        }
        var downstream = outside.map { link in
            links.downstreamRow[link] < 0 ? -1 : rowOfLink[Int(links.downstreamRow[link])]
        }
        downstream += [Int32](repeating: -1, count: table.lakes.count)
        var ways = [Int: Int](minimumCapacity: table.lakes.count)
        for (link, lake) in lakeOfLink.enumerated() {
            guard let lake else { continue }
            let below = links.downstreamRow[link]
            let next = below < 0 ? -1 : rowOfLink[Int(below)]
            guard next != Int32(outside.count + lake) else { continue }
            if let other = ways[lake], downstream[outside.count + lake] != next {
                throw RoutingFileProblem(
                    links.file, line: links.line(of: link), rule: "t-route-lake",
                    "the lake \(table.lakes[lake].id) is left here and on line \(links.line(of: other))",
                    advice: "a lake has one outlet")
            }
            ways[lake] = link
            downstream[outside.count + lake] = next
        }
        var lakes: [Int: RoutedLake] = [:]
        for (index, lake) in table.lakes.enumerated() {
            guard ways[index] != nil else {
                throw RoutingFileProblem(
                    lakePath, line: lake.line, rule: "t-route-lake",
                    "no link of reaches.csv leaves the lake \(lake.id)",
                    advice: "links inside a lake carry its id in NHDWaterbodyComID")
            }
            lakes[outside.count + index] = lake.routed
        }
        let kept = outside + table.lakes.indices.compactMap { ways[$0] }
        let texts = outside.map { links.ids.text($0) } + table.lakes.map(\.id)
        let network = NetworkTable(
            file: links.file, ids: try ReachIDs.make(texts, of: lakePath), downstreamRow: downstream,
            parameters: links.parameters.picking(kept), lines: kept.map { Int32(links.line(of: $0)) },
            bedLevels: [])
        return TRouteFolder(network: network, lakes: lakes, rowOfLink: rowOfLink)
    }
}

extension ReachIDs {
    /// Ids from texts; whole numbers where all are.
    static func make(_ texts: [String], of file: String) throws(RoutingFileProblem) -> ReachIDs {
        let numbers = texts.map { text in Int64(text).flatMap { String($0) == text ? $0 : nil } }
        if numbers.allSatisfy({ $0 != nil }) { return try make(numbers: numbers.compactMap { $0 }, of: file) }
        do throws(DuplicateID) { return try ReachIDs(texts: texts) } catch {
            throw twice(texts[error.second], file)
        }
    }

    /// Ids that are whole numbers.
    static func make(numbers: [Int64], of file: String) throws(RoutingFileProblem) -> ReachIDs {
        do throws(DuplicateID) { return try ReachIDs(numbers: numbers) } catch {
            throw twice("\(numbers[error.second])", file)
        }
    }

    private static func twice(_ id: String, _ file: String) -> RoutingFileProblem {
        RoutingFileProblem(
            file, rule: "network-duplicate-id", "the id \(id) stands twice",
            advice: "give every reach and lake an id of its own")
    }
}

extension ReachParameters {
    /// The parameters of some rows, in their order.
    func picking(_ rows: [Int]) -> ReachParameters {
        switch self {
        case .muskingum(let k, let x): .muskingum(k: rows.map { k[$0] }, x: rows.map { x[$0] })
        case .sections(let reaches): .sections(rows.map { reaches[$0] })
        case .lags(let reaches): .lags(rows.map { reaches[$0] })
        }
    }

    /// The parameters with rows for points added, which are not used.
    func addingRows(_ count: Int) -> ReachParameters {
        switch self {
        case .muskingum(let k, let x):
            .muskingum(
                k: k + [Double](repeating: 1, count: count), x: x + [Double](repeating: 0, count: count))
        case .sections(let reaches):
            .sections(reaches + [RoutedReach](repeating: reaches[0], count: count))
        case .lags(let reaches):
            .lags(reaches + [LagReach](repeating: reaches[0], count: count))
        }
    }
}
