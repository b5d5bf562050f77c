public import Formats
import Series

extension Catalogues {
    /// The shipped texts, for a river whose people keep UTC+7 and UTC+8.
    public static func sample() throws -> Catalogues { try bundled(zones: [.indochina, .china]) }
}
