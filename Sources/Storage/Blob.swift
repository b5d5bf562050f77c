import Foundation
import GRDB

extension [UInt8] {
    /// The bytes as the database library stores them.
    var blob: Data { Data(self) }
}

extension Row {
    /// The bytes of a column that is never null.
    func bytes(_ index: Int) -> [UInt8] {
        let data: Data = self[index]
        return [UInt8](data)
    }
}
