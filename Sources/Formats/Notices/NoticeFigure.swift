public import Accord

extension PeopleFormat {
    /// A number of a notice as people read it: a level to the centimetre, others as they were typed, to a hundredth at most.
    public func stated(_ number: Double, of field: NoticeField) -> String {
        let hundredths = (number * 100).rounded()
        let digits =
            field == .poolLevel
            ? 2 : hundredths == (number.rounded() * 100) ? 0 : hundredths / 10 == (hundredths / 10).rounded() ? 1 : 2
        return self.number(number, digits: digits)
    }
}
