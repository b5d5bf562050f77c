public import Series

/// A release that somebody else announces: where it enters, how much and when, and how far it may be otherwise.
///
/// What is planned here knows such water only from its announcement; without one the members carry what is thought of it.
public struct ReleaseIntention: Hashable, Sendable {
    /// The plant that releases, as it is called in the register.
    public var plant: String
    /// The party that announces it.
    public var party: PartyID
    /// Where it arrives: the first plant below it, and every town before that.
    public var arrivals: [Arrival]
    /// m3/s during each step of the cascade.
    public var flow: [Double]
    /// The least and the largest that is thought possible, as shares of the flow: 1...1 for one that is certain.
    public var band: ClosedRange<Double>

    /// A place that it comes past.
    public struct Arrival: Hashable, Sendable {
        /// Which.
        public var at: PlannedCascade.Destination
        /// Which share of the release arrives there how many steps later.
        public var kernel: [ReleaseProblem.KernelTerm]

        /// Makes an arrival.
        public init(at: PlannedCascade.Destination, kernel: [ReleaseProblem.KernelTerm]) {
            self.at = at
            self.kernel = kernel
        }

        /// What arrives of a flow, m3/s in each step.
        func arriving(_ flow: [Double]) -> [Double] {
            flow.indices.map { step in
                kernel.reduce(0.0) { $0 + ($1.lag <= step ? $1.weight * flow[step - $1.lag] : 0) }
            }
        }
    }

    /// Makes an intention.
    public init(
        plant: String, party: PartyID, arrivals: [Arrival], flow: [Double], band: ClosedRange<Double> = 1...1
    ) {
        self.plant = plant
        self.party = party
        self.arrivals = arrivals
        self.flow = flow
        self.band = band
    }

    /// The intention with less flow, never below zero.
    func lowered(by amount: Double) -> ReleaseIntention {
        var other = self
        other.flow = flow.map { max(0, $0 - amount) }
        return other
    }

    /// The intention that begins later; what it would have released before is released after its end, as far as the time
    /// that is planned reaches.
    func delayed(by steps: Int) -> ReleaseIntention {
        var other = self
        other.flow = flow.indices.map { $0 < steps ? 0 : flow[$0 - steps] }
        return other
    }
}

extension PlannedCascade {
    /// The cascade with announced releases in the inflow of its members. Each member takes a share out of each band, spread
    /// evenly over the members and in another order for each intention.
    public func adding(_ intentions: [ReleaseIntention]) -> PlannedCascade {
        var cascade = self
        for (number, intention) in intentions.enumerated() where intention.flow.count == steps {
            for arrival in intention.arrivals {
                let arriving = arrival.arriving(intention.flow)
                for member in members.indices {
                    let share = share(of: intention, number: number, member: member)
                    cascade.members[member].add(arriving.map { share * $0 }, at: arrival.at)
                }
            }
        }
        return cascade
    }

    /// The share of an announced flow that a member takes out of its band.
    func share(of intention: ReleaseIntention, number: Int, member: Int) -> Double {
        let width = intention.band.upperBound - intention.band.lowerBound
        let place = Double(place(of: member, number, members.count)) + 0.5
        return intention.band.lowerBound + width * place / Double(members.count)
    }

    /// The place of a member in an order of its own: multiples of a number that shares no factor with the count.
    private func place(of member: Int, _ number: Int, _ count: Int) -> Int {
        var factor = max(1, count * 618 / 1000) + number
        func common(_ a: Int, _ b: Int) -> Int { b == 0 ? a : common(b, a % b) }
        while common(factor, count) != 1 { factor += 1 }
        return (member * factor + number) % count
    }
}
