import Accord
import Testing

@Suite struct JSONValueTests {
    /// Doubles and texts of RFC 8785, appendix B.
    @Test(
        arguments: [
            (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"), (0x4340_0000_0000_0000, "9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"), (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"), (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"), (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"), (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"), (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
        ] as [(UInt64, String)])
    func `numbers are written as the canonical form prints them`(bits: UInt64, text: String) {
        #expect(JSONValue.text(of: Double(bitPattern: bits)) == text)
    }

    @Test func `keys are sorted by UTF-16 units and texts escaped as little as possible`() {
        let value: JSONValue = [
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "1": "One", "\u{80}": "Control\u{7f}", "\u{f6}": "\"\\\n",
        ]
        #expect(
            value.canonicalText
                == "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\u{7f}\",\"\u{f6}\":\"\\\"\\\\\\n\",\"\u{20ac}\":\"Euro Sign\"}"
        )
    }

    @Test func `the readable form has the same content`() {
        let value: JSONValue = ["b": [1.json, true, .null], "a": .object([:]), "c": .array([])]
        #expect(value.readableText == "{\n  \"a\": {},\n  \"b\": [\n    1,\n    true,\n    null\n  ],\n  \"c\": []\n}")
        #expect(value.canonicalText == "{\"a\":{},\"b\":[1,true,null],\"c\":[]}")
    }
}

extension Int {
    fileprivate var json: JSONValue { .integer(self) }
}
