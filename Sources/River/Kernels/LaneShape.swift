/// How many lanes are computed side by side, known to the compiler, so that each width has loops of its own.
protocol LaneShape {
    static var width: Int { get }
}

enum Lanes4: LaneShape {
    static var width: Int { 4 }
}

enum Lanes8: LaneShape {
    static var width: Int { 8 }
}

enum Lanes16: LaneShape {
    static var width: Int { 16 }
}
