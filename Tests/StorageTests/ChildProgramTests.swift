import Storage
import Testing

@Suite struct ChildProgramTests {
    @Test func `a program gets its input, its arguments and its folder, and tells its end`() throws {
        let outcome = try ChildProgram(
            "/bin/sh", ["-c", "cat; pwd; echo \"$WORD\" >&2; exit 3"], input: Array("in\n".utf8), folder: "/usr",
            variables: ["WORD": "told"]
        ).run()
        #expect(outcome.status == 3)
        #expect(String(decoding: outcome.output, as: UTF8.self) == "in\n/usr\n")
        #expect(String(decoding: outcome.errors, as: UTF8.self) == "told\n")
    }

    @Test func `output of any size comes whole, and a program that takes too long is killed`() async throws {
        let long = try await ChildProgram("/bin/sh", ["-c", "head -c 3000000 /dev/zero"]).runAside()
        #expect(long.status == 0 && long.output.count == 3_000_000)
        let slow = try await ChildProgram("/bin/sh", ["-c", "exec sleep 600"], limit: 0.2).runAside()
        #expect(slow.status == 128 + 9)
    }

    @Test func `a child of a child that goes on does not keep anybody waiting`() throws {
        let outcome = try ChildProgram("/bin/sh", ["-c", "sleep 30 & echo begun"]).run()
        #expect(outcome.status == 0 && outcome.output == Array("begun\n".utf8))
    }

    @Test func `a program that is not there is named`() throws {
        #expect(throws: ChildProgram.Fault.self) { try ChildProgram("/nowhere/at-all", []).run() }
    }
}
