import Storage
import Testing

/// The folder that a path lies in.
@Suite struct ParentFolderTests {
    @Test(arguments: [
        ("a", ""), (".", ""), ("..", ""), ("", ""), ("./a", "."), ("../a", ".."), ("a/b", "a"), ("a/b/", "a"),
        ("a//b", "a"),
        ("/", "/"), ("/a", "/"), ("/a/b", "/a"), ("n", ""), ("é", ""),
    ])
    func `is found for short and long paths, from the top and from here`(_ path: String, _ folder: String) {
        #expect(parentFolder(of: path) == folder)
    }
}
