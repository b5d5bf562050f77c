import Testing

@testable import Accord

@Suite struct CBORTests {
    /// Examples of RFC 8949, appendix A, that lie within the part that entries use.
    static let examples: [(CBOR, String)] = [
        (.unsigned(0), "00"), (.unsigned(1), "01"), (.unsigned(10), "0a"), (.unsigned(23), "17"),
        (.unsigned(24), "1818"), (.unsigned(25), "1819"), (.unsigned(100), "1864"), (.unsigned(1000), "1903e8"),
        (.unsigned(1_000_000), "1a000f4240"), (.unsigned(1_000_000_000_000), "1b000000e8d4a51000"),
        (.unsigned(.max), "1bffffffffffffffff"), (.integer(-1), "20"), (.integer(-10), "29"), (.integer(-100), "3863"),
        (.integer(-1000), "3903e7"), (.float(0), "f90000"), (.float(-0.0), "f98000"), (.float(1), "f93c00"),
        (.float(1.1), "fb3ff199999999999a"), (.float(1.5), "f93e00"), (.float(65_504), "f97bff"),
        (.float(100_000), "fa47c35000"), (.float(3.4028234663852886e+38), "fa7f7fffff"),
        (.float(1.0e+300), "fb7e37e43c8800759c"), (.float(5.960464477539063e-8), "f90001"),
        (.float(0.00006103515625), "f90400"), (.float(-4), "f9c400"), (.float(-4.1), "fbc010666666666666"),
        (.bool(false), "f4"), (.bool(true), "f5"), (.null, "f6"), (.bytes([]), "40"),
        (.bytes([1, 2, 3, 4]), "4401020304"),
        (.text(""), "60"), (.text("a"), "6161"), (.text("IETF"), "6449455446"), (.text("\"\\"), "62225c"),
        (.text("\u{fc}"), "62c3bc"), (.text("\u{6c34}"), "63e6b0b4"), (.text("\u{10151}"), "64f0908591"),
        (.array([]), "80"), (.array([.unsigned(1), .unsigned(2), .unsigned(3)]), "83010203"),
        (
            .array([.unsigned(1), .array([.unsigned(2), .unsigned(3)]), .array([.unsigned(4), .unsigned(5)])]),
            "8301820203820405"
        ),
        (.array((1...25).map { .unsigned($0) }), "98190102030405060708090a0b0c0d0e0f101112131415161718181819"),
        (.map([:]), "a0"),
        (.map(["a": .unsigned(1), "b": .array([.unsigned(2), .unsigned(3)])]), "a26161016162820203"),
        (.array([.text("a"), .map(["b": .text("c")])]), "826161a161626163"),
        (
            .map(["a": .text("A"), "b": .text("B"), "c": .text("C"), "d": .text("D"), "e": .text("E")]),
            "a56161614161626142616361436164614461656145"
        ),
    ]

    @Test func `the examples of the standard are written and read as it says`() {
        for (value, text) in CBORTests.examples {
            #expect(hexadecimal(value.encoded) == text)
            #expect(CBOR.decode(bytes(text)) == value)
        }
    }

    @Test func `shorter keys come before longer ones whatever their letters`() {
        #expect(hexadecimal(CBOR.map(["aa": .null, "b": .null, "": .null]).encoded) == "a360f66162f6626161f6")
    }

    @Test(arguments: [
        ("1800", "a long head"), ("1817", "a long head"), ("190018", "a long head"), ("1a00000001", "a long head"),
        ("1b0000000000000001", "a long head"), ("3800", "a long head"), ("580101", "a long head"),
        ("780161", "a long head"), ("980101", "a long head"), ("b800", "a long head"),
        ("a2616201616101", "unsorted keys"), ("a2616101616101", "a doubled key"), ("a10101", "a key that is no text"),
        ("9f01ff", "an array without a length"), ("bf616101ff", "a map without a length"),
        ("7f6161ff", "a text without a length"), ("5f4101ff", "bytes without a length"), ("0000", "a rest"),
        ("f97e00", "not a number"), ("fa7fc00000", "not a number"), ("fb7ff8000000000000", "not a number"),
        ("f97c00", "infinity"), ("f9fc00", "infinity"), ("fa3fc00000", "a long float"),
        ("fb3ff8000000000000", "a long float"), ("fb40f86a0000000000", "a long float"), ("c074", "a tag"),
        ("f7", "undefined"), ("f0", "a simple value"), ("f8ff", "a simple value"), ("ff", "a stop code"),
        ("61ff", "a text that is not UTF-8"), ("62c0af", "a text that is not UTF-8"), ("1c", "a reserved head"),
        ("", "nothing"), ("18", "a cut head"), ("6261", "a cut text"), ("8201", "a cut array"), ("a16161", "a cut map"),
        ("9bffffffffffffffff", "an array longer than the bytes"), ("bbffffffffffffffff", "a map longer than the bytes"),
        ("5bffffffffffffffff", "bytes longer than there are"), ("7bffffffffffffffff", "a text longer than there is"),
        ("3bffffffffffffffff", "an integer below the range"),
    ])
    func `any other encoding is refused`(text: String, what: String) {
        #expect(CBOR.decode(bytes(text)) == nil, "\(what)")
    }

    @Test func `values nest no deeper than entries need`() {
        func nested(_ depth: Int) -> [UInt8] { [UInt8](repeating: 0x81, count: depth) + [0] }
        #expect(CBOR.decode(nested(8)) != nil)
        #expect(CBOR.decode(nested(9)) == nil)
        #expect(CBOR.decode(nested(100_000)) == nil)
    }
}
