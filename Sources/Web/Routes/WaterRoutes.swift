import Hummingbird
import NodeCore
import Series

/// The pages of the water: map, courses, reservoirs. They exist where the site has an atlas of its basin.
extension SiteRoutes {
    func addWaterRoutes(to router: Router<PageRequestContext>) {
        router.page("/{party}/map") { request, context in
            try await water(request, context) { page("map", MapPage($0, atlas: $1, frame: $2)) }
        }
        router.page("/{party}/river") { request, context in
            try await water(request, context) { page("river", RiverPage($0, atlas: $1, frame: $2)) }
        }
        router.page("/{party}/reservoirs") { request, context in
            try await water(request, context) { page("reservoirs", ReservoirsPage($0, atlas: $1, frame: $2)) }
        }
    }

    private func water(
        _ request: PageRequest, _ context: PageRequestContext, _ body: (DutyBoard, BasinAtlas, PageFrame) -> Response
    ) async throws -> Response {
        await withBoard(request, party: try context.parameters.require("party")) { board, frame in
            guard let atlas = site.atlas else { return missing(.page, request, fallback: frame.view.language) }
            return body(board, atlas, frame)
        }
    }
}
