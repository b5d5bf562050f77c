/// A bar chart as a part of a word processor's document.
///
/// Source: ECMA-376 part 1 (2016), DrawingML charts, clause 21.2; the numbers stand in the part itself, without a workbook.
enum WordChart {
    static let type = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
    private static let colours = ["1F6FB2", "B33A0A", "8A6800", "4F7F3F", "7A4FA3", "52606D"]

    /// The part.
    static func markup(_ chart: PaperChart) -> String {
        let main = "http://schemas.openxmlformats.org/drawingml/2006/"
        var text =
            "<c:chartSpace xmlns:c=\"\(main)chart\" xmlns:a=\"\(main)main\"><c:roundedCorners val=\"0\"/><c:chart>"
        text +=
            "<c:title>\(rich(chart.unit.isEmpty ? chart.title : "\(chart.title) (\(chart.unit))"))<c:overlay val=\"0\"/></c:title>"
        text += "<c:autoTitleDeleted val=\"0\"/><c:plotArea><c:layout/><c:barChart><c:barDir val=\"col\"/>"
        text += "<c:grouping val=\"clustered\"/><c:varyColors val=\"0\"/>"
        for (number, row) in chart.rows.enumerated() { text += series(row, number: number, chart.categories) }
        text += "<c:gapWidth val=\"80\"/><c:axId val=\"1\"/><c:axId val=\"2\"/></c:barChart>"
        text += axis("catAx", id: 1, crosses: 2, position: "b", "<c:lblOffset val=\"100\"/>")
        text += axis("valAx", id: 2, crosses: 1, position: "l", "<c:crossBetween val=\"between\"/>")
        text += "</c:plotArea><c:legend><c:legendPos val=\"b\"/><c:overlay val=\"0\"/></c:legend>"
        text += "<c:plotVisOnly val=\"1\"/><c:dispBlanksAs val=\"gap\"/></c:chart></c:chartSpace>"
        return text
    }

    /// Where it stands in the text: 150 mm by 75 mm.
    static func place(_ chart: PaperChart, alternative: String, number: Int, arrow: Int) -> String {
        let extent = "cx=\"5400000\" cy=\"2700000\""
        let name = "name=\"Chart \(number)\" descr=\"\(OfficeText.line(alternative))\""
        let graph = "http://schemas.openxmlformats.org/drawingml/2006/chart"
        return "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent \(extent)/>"
            + "<wp:docPr id=\"\(number)\" \(name)/><wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri=\"\(graph)\">"
            + "<c:chart xmlns:c=\"\(graph)\" r:id=\"rId\(arrow)\"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    }

    private static func rich(_ text: String) -> String {
        "<c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz=\"1100\" b=\"1\"/></a:pPr><a:r><a:t>\(OfficeText.line(text))</a:t></a:r></a:p></c:rich></c:tx>"
    }

    private static func series(_ row: PaperChart.Row, number: Int, _ categories: [String]) -> String {
        let colour = colours[number % colours.count]
        var text =
            "<c:ser><c:idx val=\"\(number)\"/><c:order val=\"\(number)\"/><c:tx><c:v>\(OfficeText.line(row.name))</c:v></c:tx>"
        text +=
            "<c:spPr><a:solidFill><a:srgbClr val=\"\(colour)\"/></a:solidFill></c:spPr><c:invertIfNegative val=\"0\"/>"
        text += "<c:cat><c:strLit><c:ptCount val=\"\(categories.count)\"/>"
        for (place, category) in categories.enumerated() {
            text += "<c:pt idx=\"\(place)\"><c:v>\(OfficeText.line(category))</c:v></c:pt>"
        }
        text +=
            "</c:strLit></c:cat><c:val><c:numLit><c:formatCode>General</c:formatCode><c:ptCount val=\"\(categories.count)\"/>"
        for (place, value) in row.values.enumerated() {
            guard let value, value.isFinite else { continue }
            text += "<c:pt idx=\"\(place)\"><c:v>\(value)</c:v></c:pt>"
        }
        return text + "</c:numLit></c:val></c:ser>"
    }

    private static func axis(_ element: String, id: Int, crosses: Int, position: String, _ end: String) -> String {
        "<c:\(element)><c:axId val=\"\(id)\"/><c:scaling><c:orientation val=\"minMax\"/></c:scaling><c:delete val=\"0\"/>"
            + "<c:axPos val=\"\(position)\"/>" + (element == "valAx" ? "<c:majorGridlines/>" : "")
            + "<c:numFmt formatCode=\"General\" sourceLinked=\"0\"/><c:majorTickMark val=\"out\"/><c:minorTickMark val=\"none\"/>"
            + "<c:tickLblPos val=\"nextTo\"/><c:crossAx val=\"\(crosses)\"/><c:crosses val=\"autoZero\"/>\(end)</c:\(element)>"
    }
}
