import Hummingbird
import NodeCore
import Series

/// The pages of the water: map, courses, reservoirs. They exist where the site has an atlas of its basin.
extension SiteRoutes {
    func addWaterRoutes(to router: Router<PageRequestContext>) {
        router.page("/{party}/map") { request, context in
            try await water(request, context) { page("map", MapPage($0, atlas: $1, frame: $2, movable: movableMap)) }
        }
        router.page("/{party}/river") { request, context in
            try await water(request, context) { page("river", RiverPage($0, atlas: $1, frame: $2)) }
        }
        router.page("/{party}/reservoirs") { request, context in
            await withBoard(request, party: try context.parameters.require("party")) { board, frame in
                guard let atlas = site.atlas else { return missing(.page, request, fallback: frame.view.language) }
                let advice = await advice(on: board, frame)
                return page(
                    "reservoirs",
                    ReservoirsPage(
                        board, atlas: atlas, advice: advice, hasPlans: site.desk?.plans != nil, frame: frame))
            }
        }
        router.page("/{party}/parties") { request, context in
            try await water(request, context) { page("parties", PartiesPage($0, atlas: $1, frame: $2)) }
        }
    }

    /// The addresses of what a movable map needs; nil where this machine does not have it.
    private var movableMap: MapPage.Library? {
        guard site.assets.contains(where: { $0.file == MapLibrary.code }) else { return nil }
        return MapPage.Library(
            code: address(of: MapLibrary.code), style: address(of: MapLibrary.style), script: address(of: "map.js"))
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
