import Hummingbird
import NodeCore
import Series

/// The files of lanes that everybody may read, exactly as they are served to peers.
///
/// Lanes of a closed circle of readers are not offered here: who asks over plain HTTP is not proved.
extension SiteRoutes {
    func addLaneRoutes(to router: Router<PageRequestContext>) {
        router.page("/nodes/{party}/lanes/**") { request, context in
            let path = context.parameters.getCatchAll().joined(separator: "/")
            return await withRunningNode(request, party: try context.parameters.require("party")) { entry, desk in
                await laneFile(request, of: entry, at: desk, path: path)
            }
        }
    }

    private func laneFile(
        _ request: PageRequest, of entry: DutySite.Entry, at desk: NodeDesk, path: String
    ) async -> Response {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[1] == entry.party.text, parts[2] == "public",
            let bytes = await desk.publicLaneFile(entry.party, "lanes/" + path)
        else { return document(.file) }
        let isText = parts[3] == "checkpoint" || parts[3] == "lane.vkey"
        var response = answer(bytes, type: isText ? "text/plain; charset=utf-8" : "application/octet-stream")
        let isWhole = parts[3] == "tile" && !path.contains(".p/")
        response.headers[.cacheControl] = isWhole ? "public, max-age=31536000, immutable" : "no-cache"
        return response
    }
}
