import Formats
import Series
import Testing

@Suite struct UploaderBookTests {
    private func uploader(_ id: String, digest: UInt8) throws -> Uploader {
        Uploader(
            id: try #require(UploaderID(id)),
            name: LocalizedText(vi: "Đập \"A\"", zh: "南沙: 水电 #1", en: "Dam\nA <b>"),
            series: [try #require(UploadPattern("upper/stage")), try #require(UploadPattern("high-dam/*"))],
            mayIntend: true, mapping: "sl323-reservoir", tokenDigest: [UInt8](repeating: digest, count: 32),
            granted: try Instant(iso8601: "2026-09-01T00:00Z"), validUntil: try Instant(iso8601: "2027-09-01T00:00Z"))
    }

    private func problem(_ text: String) -> String {
        do throws(EventFileProblem) {
            _ = try UploaderBook(Array(text.utf8), file: "uploaders.yaml")
            return "none"
        } catch { return error.description }
    }

    @Test func `what is written reads back, whatever the names hold`() throws {
        var book = UploaderBook()
        book.put(try uploader("nansha-company", digest: 1))
        var other = try uploader("rain-post", digest: 2)
        (other.mapping, other.mayIntend) = (nil, false)
        other.revoked = try Instant(iso8601: "2026-10-01T00:00Z")
        book.put(other)
        #expect(try UploaderBook(Array(book.text.utf8), file: "uploaders.yaml") == book)
        #expect(try UploaderBook(Array(UploaderBook().text.utf8), file: "uploaders.yaml") == UploaderBook())
        other.revoked = nil
        book.put(other)
        #expect(book.uploaders.count == 2 && book[other.id] == other)
    }

    @Test func `an unknown key is an error with its line and column`() throws {
        var book = UploaderBook()
        book.put(try uploader("nansha-company", digest: 1))
        let misspelt = book.text.replacing("    valid_until:", with: "    valid_untill:")
        #expect(problem(misspelt).contains("uploaders.yaml:16:5: unknown key valid_untill"), "\(problem(misspelt))")
        #expect(problem("uploaders: []\nmore: 1\n").contains("uploaders.yaml:2:1: unknown key more"))
        #expect(problem("uploaders: 3\n").contains("uploaders is no list"))
        #expect(problem("{}\n").contains("no list of uploaders"))
        #expect(problem("uploaders:\n  - 3\n").contains("the entry is no mapping"))
    }

    @Test(arguments: [
        ("\"upper/stage\"", "\"*/stage\"", "*/stage is no series to post"),
        ("\"upper/stage\"", "\"upper/depth\"", "upper/depth is no series to post"),
        ("intentions: true", "intentions: perhaps", "intentions is perhaps"),
        ("token_sha256: \"01", "token_sha256: \"zz", "token_sha256 is no SHA-256"),
        ("2027-09-01T00:00:00Z", "2027-09-01T00:00:00", "valid_until is no time"),
        ("id: \"nansha-company\"", "id: \"Nansha\"", "the uploader has no id"),
        ("      vi:", "      fr:", "unknown key fr"),
    ])
    func `a damaged entry is refused with its reason`(_ right: String, _ wrong: String, _ reason: String) throws {
        var book = UploaderBook()
        book.put(try uploader("nansha-company", digest: 1))
        #expect(book.text.contains(right))
        #expect(problem(book.text.replacing(right, with: wrong)).contains(reason))
    }

    @Test func `an id or a token may stand once only`() throws {
        var book = UploaderBook()
        book.put(try uploader("one", digest: 1))
        book.put(try uploader("two", digest: 2))
        #expect(problem(book.text.replacing("\"two\"", with: "\"one\"")).contains("stands twice"))
        book.put(try uploader("two", digest: 1))
        #expect(problem(book.text).contains("two uploaders have the same token"))
    }

    @Test func `a pattern covers its station, and planned releases only by their own word`() throws {
        var uploader = try uploader("nansha-company", digest: 1)
        let (upper, dam) = (try #require(StationID("upper")), try #require(StationID("high-dam")))
        #expect(uploader.covers(upper, .stage) && !uploader.covers(upper, .discharge))
        #expect(uploader.covers(dam, .poolLevel) && uploader.covers(dam, .releaseIntention))
        uploader.mayIntend = false
        #expect(!uploader.covers(dam, .releaseIntention) && uploader.covers(dam, .release))
        #expect(UploadPattern("upper") == nil && UploadPattern("cn-upstream/upper/stage") == nil)
    }
}
