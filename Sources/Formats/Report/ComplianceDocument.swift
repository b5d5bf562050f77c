public import Accord
public import Series

extension ComplianceReport {
    /// The report as one HTML file that needs nothing else: no script, no other file; it prints on A4.
    ///
    /// - Parameters:
    ///   - languages: which parts it has, in this order; links lead from one to the other where there are several.
    ///   - names: names beside ids; equal names are part of equal bytes.
    public func document(
        in languages: [Language], catalogues: Catalogues, names: ComplianceNames = ComplianceNames()
    ) -> String {
        let title = languages.map { agreement.title[$0] }.joined(separator: " · ")
        var page = ReportMarkup()
        page.raw(
            "<!DOCTYPE html>\n<html lang=\"\(languages.first?.rawValue ?? "en")\">\n<head>\n<meta charset=\"utf-8\">\n")
        page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        page.line("title", title)
        page.raw("<style>\n\(complianceStyle)</style>\n</head>\n<body>\n")
        if languages.count > 1 {
            page.open("nav")
            for language in languages {
                page.line("a", ["href": "#\(language.rawValue)", "lang": language.rawValue], language.ownName)
            }
            page.close("nav")
        }
        for language in languages {
            page.open("main", ["id": language.rawValue, "lang": language.rawValue])
            ComplianceSections(report: self, texts: ComplianceTexts(catalogue: catalogues[language], names: names))
                .write(into: &page)
            page.close("main")
        }
        page.raw("</body>\n</html>\n")
        return page.text
    }
}

/// HTML under construction: everything that comes from outside is escaped.
struct ReportMarkup {
    private(set) var text = ""

    mutating func raw(_ markup: String) { text += markup }

    mutating func open(_ name: String, _ attributes: KeyValuePairs<String, String> = [:]) {
        text += ReportMarkup.tag(name, attributes) + "\n"
    }

    mutating func close(_ name: String) { text += "</\(name)>\n" }

    /// An element with a text.
    mutating func line(_ name: String, _ content: String) { line(name, [:], content) }

    /// An element with attributes and a text.
    mutating func line(_ name: String, _ attributes: KeyValuePairs<String, String>, _ content: String) {
        text += "\(ReportMarkup.tag(name, attributes))\(MarkupElement.escaped(content))</\(name)>\n"
    }

    /// A row of a table.
    mutating func row(_ cells: [ReportCell]) {
        text += "<tr>" + cells.map(\.markup).joined() + "</tr>\n"
    }

    static func tag(_ name: String, _ attributes: KeyValuePairs<String, String>) -> String {
        "<" + name + attributes.map { " \($0.key)=\"\(MarkupElement.escaped($0.value))\"" }.joined() + ">"
    }
}

/// A cell of a table.
struct ReportCell {
    let markup: String

    private init(markup: String) { self.markup = markup }

    static func heading(_ text: String) -> ReportCell {
        ReportCell(markup: "<th>\(MarkupElement.escaped(text))</th>")
    }

    static func text(_ text: String) -> ReportCell {
        ReportCell(markup: "<td>\(MarkupElement.escaped(text))</td>")
    }

    /// A line over a whole table that names the rows below it.
    static func group(_ text: String, codes: [String], columns: Int) -> ReportCell {
        let names = codes.map { " <code>\(MarkupElement.escaped($0))</code>" }.joined()
        return ReportCell(
            markup: "<td class=\"group\" colspan=\"\(columns)\">\(MarkupElement.escaped(text))\(names)</td>")
    }

    static func code(_ text: String) -> ReportCell {
        ReportCell(markup: "<td><code>\(MarkupElement.escaped(text))</code></td>")
    }

    /// A count; none is shown as a dash, so that what there is stands out.
    static func count(_ count: Int, _ text: String) -> ReportCell {
        ReportCell(markup: "<td class=\"n\">\(count == 0 ? "–" : MarkupElement.escaped(text))</td>")
    }
}

/// The style of the page; colours that differ in lightness, so that a black-and-white print still tells them apart.
private let complianceStyle = """
    @page { size: A4; margin: 15mm 12mm; }
    body { font: 10.5pt/1.45 "Noto Sans", "Noto Sans CJK SC", "Segoe UI", "Microsoft YaHei", sans-serif; color: #1a1a1a;
      max-width: 190mm; margin: 0 auto; padding: 4mm; }
    h1 { font-size: 17pt; margin: 0 0 2mm; } h2 { font-size: 13pt; margin: 8mm 0 2mm; border-bottom: 1px solid #777; }
    h3 { font-size: 11pt; margin: 5mm 0 1mm; } p { margin: 1mm 0; } nav a { margin-right: 5mm; }
    .mark { border: 2px solid #7a4a00; background: #fff4df; padding: 2mm 3mm; margin: 2mm 0; font-weight: 600; }
    table { border-collapse: collapse; width: 100%; font-size: 8.5pt; margin: 1.5mm 0; }
    th, td { border: 1px solid #bbb; padding: 0.6mm 1.2mm; text-align: left; vertical-align: top; }
    td:first-child { min-width: 20mm; }
    th { background: #eee; } th::first-letter { text-transform: uppercase; }
    td.group { background: #f6f6f6; font-weight: 600; break-after: avoid; } td.n { text-align: right; white-space: nowrap; } tr { break-inside: avoid; }
    thead { display: table-header-group; } h2, h3 { break-after: avoid; }
    code { font: 7.5pt/1.3 "DejaVu Sans Mono", Consolas, monospace; overflow-wrap: anywhere; color: #444; }
    svg { display: block; width: 100%; height: 7mm; margin: 1mm 0; } dt { font-weight: 600; } dd { margin: 0 0 1mm 5mm; }
    .word { font-weight: 600; } main + main { break-before: page; border-top: 3px solid #777; margin-top: 12mm; }
    @media print { nav { display: none; } body { max-width: none; padding: 0; } }

    """
