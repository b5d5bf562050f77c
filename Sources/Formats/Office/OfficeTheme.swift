/// The theme that office programs expect in every file: plain colours, one font, no effects. Nothing that is written refers to
/// it, but what somebody adds by hand does.
///
/// Source: ECMA-376 part 1 (2016), DrawingML, clauses 14.2.7 and 20.1.6.9.
enum OfficeTheme {
    /// The part.
    ///
    /// - Parameters:
    ///   - path: where it lies.
    ///   - font: the font of Latin letters.
    static func part(_ path: String, font: String) -> OfficePackage.Part {
        let colours = [
            ("dk1", "000000"), ("lt1", "FFFFFF"), ("dk2", "404040"), ("lt2", "E7E6E6"), ("accent1", "1F5FA8"),
            ("accent2", "B4541A"), ("accent3", "4D7C2A"), ("accent4", "7A4A00"), ("accent5", "5B4A9E"),
            ("accent6", "2A7C7C"), ("hlink", "0B57A4"), ("folHlink", "6B3FA0"),
        ].map { "<a:\($0)><a:srgbClr val=\"\($1)\"/></a:\($0)>" }
        let letters = "<a:latin typeface=\"\(font)\"/><a:ea typeface=\"\"/><a:cs typeface=\"\"/>"
        let fill = "<a:solidFill><a:schemeClr val=\"phClr\"/></a:solidFill>"
        let lines = [6_350, 12_700, 19_050].map { "<a:ln w=\"\($0)\">\(fill)</a:ln>" }
        let effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
        let markup =
            "<a:theme xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" name=\"Report\">"
            + "<a:themeElements><a:clrScheme name=\"Report\">\(colours.joined())</a:clrScheme>"
            + "<a:fontScheme name=\"Report\"><a:majorFont>\(letters)</a:majorFont>"
            + "<a:minorFont>\(letters)</a:minorFont></a:fontScheme><a:fmtScheme name=\"Report\">"
            + "<a:fillStyleLst>\(fill + fill + fill)</a:fillStyleLst><a:lnStyleLst>\(lines.joined())</a:lnStyleLst>"
            + "<a:effectStyleLst>\(effect + effect + effect)</a:effectStyleLst>"
            + "<a:bgFillStyleLst>\(fill + fill + fill)</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
        return OfficePackage.Part(
            path, type: "application/vnd.openxmlformats-officedocument.theme+xml", markup: markup)
    }
}
