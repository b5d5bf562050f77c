import River
import Series

/// The network of a basin cut into courses from a source down: each place lies on one course, a tributary ends where it
/// joins a longer one.
struct RiverPaths {
    /// One place on a course.
    struct Stop: Hashable {
        let station: StationID
        /// m along the water to the end of the network.
        let distance: Double
    }

    /// One course.
    struct Course: Hashable {
        /// From the source down; without the place where it joins another course.
        let stops: [Stop]
        /// Where it joins a longer course; nil for one that reaches the end of the network.
        let mouth: Stop?
    }

    /// The longest first, each before those that join it.
    let courses: [Course]

    /// Cuts a network. Where a place has several ways out the first reach counts.
    init(_ basin: Basin) {
        var distance: [StationID: Double] = [:]
        var next: [StationID: StationID] = [:]
        for reach in basin.reaches.reversed() where next[reach.upstream] == nil {
            next[reach.upstream] = reach.downstream
            distance[reach.upstream] = distance[reach.downstream, default: 0] + reach.length
            if distance[reach.downstream] == nil { distance[reach.downstream] = 0 }
        }
        let sources = distance.keys.filter { place in !next.values.contains(place) }
            .sorted { (distance[$1, default: 0], $0) < (distance[$0, default: 0], $1) }
        var taken: Set<StationID> = []
        var courses: [Course] = []
        for source in sources {
            var (stops, place): ([Stop], StationID?) = ([], source)
            while let here = place, !taken.contains(here) {
                taken.insert(here)
                stops.append(Stop(station: here, distance: distance[here, default: 0]))
                place = next[here]
            }
            courses.append(
                Course(stops: stops, mouth: place.map { Stop(station: $0, distance: distance[$0, default: 0]) }))
        }
        self.courses = RiverPaths.drawn(courses)
    }

    /// Each course before those that join it, those that join higher up first: lines to their mouths never cross then.
    private static func drawn(_ courses: [Course]) -> [Course] {
        var trunk: [StationID: Int] = [:]
        for (index, course) in courses.enumerated() {
            for stop in course.stops { trunk[stop.station] = index }
        }
        let joining = Dictionary(grouping: courses.indices) { index in
            courses[index].mouth.flatMap { trunk[$0.station] }
        }
        func below(_ parent: Int?) -> [Course] {
            let children = (joining[parent] ?? []).sorted {
                (courses[$1].mouth?.distance ?? 0, $0) < (courses[$0].mouth?.distance ?? 0, $1)
            }
            return children.flatMap { [courses[$0]] + below($0) }
        }
        return below(nil)
    }

    /// m; the length of the longest course.
    var length: Double { courses.flatMap(\.stops).map(\.distance).max() ?? 0 }
}

extension BasinAtlas {
    /// The rivers of a course from the source down, in one language.
    func riverNames(of course: RiverPaths.Course, in language: Language) -> String {
        var names: [String] = []
        for stop in course.stops {
            guard let river = basin.stations[stop.station]?.river else { continue }
            let name = riverName(river)[language]
            if names.last != name { names.append(name) }
        }
        return names.joined(separator: " → ")
    }
}
