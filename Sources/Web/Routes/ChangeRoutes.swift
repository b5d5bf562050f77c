import HTTPTypes
import Hummingbird
import NodeCore
import Series
import ServiceLifecycle

/// How often pages are told that something has changed.
enum ChangeStream {
    /// ms between two looks, and the least time between two events.
    static let period = 500
    /// Looks between two signs of life.
    static let signOfLife = 30
}

extension SiteRoutes {
    /// `/{party}/changes`: a stream of server-sent events, one whenever a page of that party may look different.
    ///
    /// An event says nothing but that: the page is fetched again as it was fetched before.
    func addChangeRoutes(to router: Router<PageRequestContext>) {
        router.page("/{party}/changes") { request, context in
            changes(request, party: try context.parameters.require("party"))
        }
    }

    private func changes(_ request: PageRequest, party: String) -> Response {
        guard let entry = entry(party), let desk = site.desk, let mark = desk.mark else {
            return missing(.page, request, fallback: .english)
        }
        var headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store"]
        headers[.xContentTypeOptions] = "nosniff"
        let id = entry.party
        let (routes, sent) = (self, request.request)
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                var last: String?
                var silent = 0
                while !Task.isCancelled, !Task.isShuttingDownGracefully, let now = await mark(id) {
                    if now != last || silent >= ChangeStream.signOfLife {
                        // Whose session has ended hears nothing more.
                        guard await routes.viewer(of: sent).may(.seePages) else { break }
                        let event = last == nil || now == last ? ":\n\n" : "event: change\ndata: 1\n\n"
                        try await writer.write(ByteBuffer(string: event))
                        silent = 0
                    } else {
                        silent += 1
                    }
                    last = now
                    try await Task.sleep(for: .milliseconds(ChangeStream.period))
                }
                try await writer.finish(nil)
            })
    }
}
