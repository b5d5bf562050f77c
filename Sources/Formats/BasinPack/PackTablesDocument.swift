/// `Documentation/PackTables.md`: every table, column and rule, from the lists that the reader itself follows.
package func packTablesDocument() -> String {
    var text = """
        # The tables of a basin pack

        This page is generated from the schemas that the reader follows; a test fails when it is stale.

        A pack is a folder with `pack.yaml` and CSV tables: UTF-8 in Unicode form NFC, comma, decimal point, text with commas in
        double quotes, an empty field where nothing is known. `riparian pack check DIR` names every fault with file, line,
        column, rule and advice; files are named relative to the folder. `valid_from` is the first day on which a row holds,
        `valid_to` the first day on which it no longer does. "may be empty" means that the column must be there; "optional" that
        it may be left out.

        ## pack.yaml

        | key | |
        |---|---|

        """
    for key in manifestKeys { text += "| `\(key.name)` | \(key.meaning) |\n" }
    text +=
        "\nEvents lie in `events/ID/`. The agreement is checked as by `riparian accord check`, and its parties, offices and\n"
    text += "stations are looked up in the tables.\n"
    for schema in TableSchema.pack { text += section(schema, "## ") }
    text += "\n## Event folders\n\n"
    text +=
        "A note in `levels.csv` that begins with a difference to an alarm level (`+0.65 I`, `-0.16 III`, `=I`) is checked\n"
    text += "against the alarm level in force that day; the word `sic` in the note keeps a misprint on purpose.\n"
    for schema in TableSchema.event { text += section(schema, "### ") }
    text += "\n## Rules\n\nBesides these, the form of each file: `csv-empty`, `csv-not-utf8`, `csv-open-quote`, "
    text += "`csv-field-count`, `csv-duplicate-column`.\nA pack with a fault marked * can still be used.\n\n"
    text += "| rule | broken when | advice |\n|---|---|---|\n"
    for rule in PackRule.allCases {
        text += "| `\(rule.rawValue)`\(rule.leavesPackUsable ? " *" : "") | \(rule.meaning) | \(rule.advice) |\n"
    }
    return text
}

private func section(_ schema: TableSchema, _ prefix: String) -> String {
    var text = "\n\(prefix)\(schema.file)\n\n\(schema.meaning)"
    if !schema.isRequired { text += " The file may be missing." }
    if !schema.key.isEmpty { text += " One row for each \(schema.key.map { "`\($0)`" }.joined(separator: ", "))." }
    text += "\n\n| column | holds | | |\n|---|---|---|---|\n"
    for column in schema.columns {
        text += "| `\(column.name)` | \(column.kind.title) | \(column.need.rawValue) | \(column.meaning) |\n"
    }
    return text
}
