import Formats
import Foundation
import Testing
import TestKit

/// What `riparian pack check` finds.
struct PackCheckTests {
    @Test func `the tables of the bundled pack have no fault`() {
        let reading = readBasinPack(at: PackCopy.bundled)
        #expect(reading.faults.map(\.text) == [])
        #expect(reading.pack != nil)
    }

    @Test func `the bundled pack with its events and its agreement has no fault`() {
        #expect(checkBasinPack(at: PackCopy.bundled).map(\.text) == [])
    }

    @Test func `a copy with a small event has no fault`() throws {
        let copy = try PackCopy()
        defer { copy.remove() }
        #expect(checkBasinPack(at: copy.folder).map(\.text) == [])
    }

    @Test(arguments: Plant.fields + Plant.relations + Plant.events)
    func `each planted fault is named with file, line and column`(_ plant: Plant) throws {
        let copy = try PackCopy()
        defer { copy.remove() }
        var line: Int?
        if plant.isAdded {
            line = try copy.append(plant.file, copyOf: plant.key, plant.fields)
        } else {
            try copy.set(plant.file, where: plant.key, plant.fields)
        }
        let file = plant.foundIn?.file ?? plant.file
        let key = plant.foundIn?.key ?? plant.key.merging(plant.fields) { $1 }.filter { plant.key[$0.key] != nil }
        let (table, index) = try copy.row(file, where: key)
        let row = line.flatMap { line in table.rows.first { $0.line == line } } ?? table.rows[index]
        let column = row.columns[try #require(table.index(of: plant.column))]

        let faults = checkBasinPack(at: copy.folder)
        #expect(Set(faults.map(\.rule)) == Set([plant.rule] + plant.also).mapped(\.rawValue), "\(faults.map(\.text))")
        let found = faults.filter { $0.rule == plant.rule.rawValue }
        #expect(found.map(\.file) == [file] && found.first?.position == Position(line: row.line, column: column))
        #expect(found.allSatisfy { !$0.message.isEmpty && !$0.advice.isEmpty })
    }

    @Test func `lines and columns are those that a text editor shows`() throws {
        let copy = try PackCopy()
        defer { copy.remove() }
        try copy.replace("alarms.csv", "lao-cai,stage,2,82.00,m", with: "lao-cai,stage,2,8200,m")
        let fault = try #require(checkBasinPack(at: copy.folder).first)
        #expect(fault.file == "alarms.csv" && fault.position == Position(line: 3, column: 17))
        #expect(fault.rule == "cm-for-m" && fault.advice.contains("100"))
    }

    @Test func `columns that are unknown or missing are named in the header`() throws {
        let copy = try PackCopy()
        defer { copy.remove() }
        try copy.replace("rivers.csv", "flows_to,note,", with: "flows_to,remark,")
        let faults = checkBasinPack(at: copy.folder)
        #expect(Set(faults.map(\.rule)) == ["unknown-column", "missing-column"])
        #expect(faults.allSatisfy { $0.file == "rivers.csv" && $0.position.line == 1 })
        let column = "id,name_vi,name_zh,name_en,aliases,flows_to,".count + 1
        #expect(faults.first { $0.rule == "unknown-column" }?.position.column == column)
    }

    @Test func `a comma that is not quoted is named with its line`() throws {
        let copy = try PackCopy()
        defer { copy.remove() }
        try copy.replace("alarms.csv", "lao-cai,stage,1,80.00", with: "lao-cai,stage,1,80,00")
        let faults = checkBasinPack(at: copy.folder)
        #expect(faults.map(\.rule) == ["csv-field-count"] && faults.first?.position.line == 2)
    }

    @Test func `a missing table, event or agreement is named, and so is a wrong manifest`() throws {
        func rules(_ change: (PackCopy) throws -> Void) throws -> [String] {
            let copy = try PackCopy()
            defer { copy.remove() }
            try change(copy)
            return checkBasinPack(at: copy.folder).map(\.rule)
        }
        func removal(_ file: String) -> (PackCopy) throws -> Void {
            { try FileManager.default.removeItem(atPath: $0.folder + "/" + file) }
        }
        #expect(try rules(removal("reaches.csv")) == ["missing-file"])
        #expect(try rules(removal("pack.yaml")) == ["missing-file"])
        #expect(try rules(removal("agreement.yaml")) == ["agreement-missing"])
        #expect(try rules(removal("events/small")) == ["event-folder-missing"])
        #expect(try rules { try $0.replace("pack.yaml", "version:", with: "edition:") } == ["manifest", "manifest"])
        #expect(try rules { try $0.write("pack.yaml", "id: [") } == ["manifest"])
        #expect(try rules { try $0.replace("pack.yaml", "  zh: 红河流域\n", with: "") } == ["manifest"])
        #expect(try rules { try $0.replace("pack.yaml", "- small", with: "- ../small") } == ["manifest"])
        #expect(try rules { try $0.replace("pack.yaml", "agreement.yaml", with: "../a.yaml") } == ["manifest"])
        #expect(try rules { try $0.replace("pack.yaml", "+07:00", with: "Hanoi") } == ["manifest"])
    }

    @Test func `an office or party that the agreement names after its end is found with its place`() throws {
        let copy = try PackCopy()
        defer { copy.remove() }
        let whole = try copy.text("agreement.yaml")
        let line = try #require(
            whole.split(separator: "\n", omittingEmptySubsequences: false).firstIndex {
                $0.contains("{party: vn-lao-cai, authority: lao-cai-hydromet}")
            })
        let old = "{party: vn-lao-cai, authority: lao-cai-hydromet}"
        let range = try #require(whole.range(of: old))
        let new = "{party: vn-lao-cai, authority: yen-bai-hydromet}"
        try copy.write("agreement.yaml", whole.replacingCharacters(in: range, with: new))
        let faults = checkBasinPack(at: copy.folder)
        #expect(faults.map(\.rule) == ["authority-ended"] && faults.map(\.file) == ["agreement.yaml"])
        #expect(faults.first?.position.line == line + 1)
        #expect(faults.first?.advice.contains("lao-cai-hydromet") == true)
        try copy.write("agreement.yaml", whole.replacing("authority: yunnan-hydrology", with: "authority: nobody"))
        #expect(Set(checkBasinPack(at: copy.folder).map(\.rule)) == ["unknown-reference"])
    }

    @Test func `a misprint that is kept on purpose is acknowledged by sic`() throws {
        let copy = try PackCopy()
        defer { copy.remove() }
        try copy.set("events/small/levels.csv", where: ["station": "lao-cai"], ["note": "+0.85 I sic, as printed"])
        #expect(checkBasinPack(at: copy.folder).isEmpty)
    }

    @Test func `a pack whose tables have no single meaning is not read, one with faults of style is`() throws {
        let copy = try PackCopy()
        defer { copy.remove() }
        try copy.set("rivers.csv", where: ["id": "hong"], ["name_zh": "紅河"])
        #expect(readBasinPack(at: copy.folder).pack != nil)
        try copy.set("reaches.csv", where: ["id": "lao-cai-to-bao-ha"], ["length_km": "0"])
        #expect(readBasinPack(at: copy.folder).pack == nil)
    }

    @Test func `a folder without tables is answered, not trapped`() {
        let reading = readBasinPack(at: "/nowhere/at/all")
        #expect(reading.pack == nil && reading.faults.allSatisfy { $0.rule == "missing-file" })
        #expect(!isBasinPack("/nowhere/at/all"))
    }

    @Test func `a table that is cut short is answered with faults`() throws {
        let copy = try PackCopy()
        defer { copy.remove() }
        for file in ["stations.csv", "reaches.csv", "alarms.csv", "parties.csv"] {
            let whole = try copy.text(file)
            for share in [0.0, 0.3, 0.71] {
                let start = whole.prefix(Int(Double(whole.count) * share))
                try copy.write(file, String(start[..<(start.lastIndex(of: ",") ?? start.startIndex)]))
                #expect(!checkBasinPack(at: copy.folder).isEmpty, "\(file) cut at \(share)")
            }
            try copy.write(file, whole)
        }
    }

    @Test func `the documented tables and rules are those of the reader`() throws {
        let path = "Documentation/PackTables.md"
        if ProcessInfo.processInfo.environment["RIPARIAN_RECORD"] == "1" {
            try Data(packTablesDocument().utf8).write(to: Repository.root.appending(path: path))
        }
        #expect(try Repository.text(path) == packTablesDocument(), "record it anew with RIPARIAN_RECORD=1")
        #expect(PackRule.allCases.count >= 30)
    }
}

extension Set {
    fileprivate func mapped<Other: Hashable>(_ transform: (Element) -> Other) -> Set<Other> {
        Set<Other>(map(transform))
    }
}
