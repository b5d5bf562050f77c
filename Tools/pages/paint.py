"""How soon the duty page is painted on a slow machine and line, beside a bare page of the same kind of content."""

import gzip
import http.server
import re
import statistics
import threading
import time
import urllib.request
from urllib.parse import urlsplit

CPU = 6  # times slower
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
# The same line to somebody near the server: how much of a paint is the way there.
NEAR = dict(LINE, latency=0)
WORDS = "processor %d times slower, 1.6 Mbit/s, nothing cached" % CPU


def reference():
    """A table of 30 rows and one drawing of a hydrograph, static, with the little style that it needs."""
    rows = "".join(
        "<tr><th scope=row>Station %d</th><td>%.2f m</td><td>+%.2f m/h</td><td>%.2f m</td><td>%d %%</td></tr>"
        % (i, 80 + i * 0.37, i * 0.01, 81 + i * 0.41, i * 3) for i in range(30))
    points = [(40 + i * 3.2, 200 - (i * i % 97)) for i in range(288)]
    line = " ".join("%.1f,%.1f" % point for point in points)
    band = line + " " + " ".join("%.1f,%.1f" % (x, y + 20) for x, y in reversed(points[168:]))
    return ("<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Reference</title><style>td,th{padding:3px 8px}"
            "</style><h1>Reference</h1><table>" + rows + "</table><svg viewBox='0 0 1000 260' width=1000 height=260>"
            "<polygon fill='#cfe3f5' points='" + band + "'/><polyline fill=none stroke='#0b5394' points='" + line
            + "'/></svg></html>").encode()


class Server:
    """Serves the reference page, and copies of pages with what they refer to, packed as a program serves them.

    From a copy it is the page that is measured, not how fast an unoptimised program on a busy machine makes it.
    """

    def __init__(self):
        self.copies = {"/": ("text/html; charset=utf-8", gzip.compress(reference()))}
        copies = self.copies

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                kind, content = copies.get(self.path.split("?")[0], ("text/plain", gzip.compress(b"")))
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                try:
                    self.wfile.write(content)
                except BrokenPipeError:
                    pass  # the tab was closed

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def copy(self, address):
        """Takes a copy of a page and its assets; gives the address of the copy and the ms that the program took."""
        begin = time.monotonic()
        kind, page = packed(address)
        took = (time.monotonic() - begin) * 1000
        parts = urlsplit(address)
        self.copies[parts.path] = (kind, page)
        for path in re.findall(rb'(?:href|src)="(/assets/[^"]+)"', gzip.decompress(page)):
            self.copies[path.decode()] = packed(parts.scheme + "://" + parts.netloc + path.decode())
        return self.origin + parts.path, took

    def stop(self):
        self.server.shutdown()


def packed(address):
    """The type and the packed content of an answer, as it travels."""
    asked = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(asked, timeout=20) as answer:
        content = answer.read()
        if answer.headers.get("Content-Encoding") != "gzip":
            content = gzip.compress(content)
        return answer.headers["Content-Type"], content


def first_paint(browser, address, line=LINE):
    """ms from the start of the navigation to the first paint of content, and bytes over the line until the page is loaded."""
    page = browser.page()
    try:
        page.call("Network.setCacheDisabled", {"cacheDisabled": True})
        page.call("Network.emulateNetworkConditions", line)
        page.call("Emulation.setCPUThrottlingRate", {"rate": CPU})
        page.go(address, 30)
        painted = """new Promise((done) => new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
          if (entry.name === 'first-contentful-paint') done(entry.startTime); })).observe({ type: 'paint', buffered: true }))"""
        return page.value(painted), sum(page.received.values())
    finally:
        page.close()


def measure(browser, addresses, rounds=9, line=LINE):
    """The median of so many rounds for each address, taken in turn: [(ms, bytes)].

    One round before them is not counted: in it a browser that has just begun loads its fonts from the disk.
    """
    found = [[first_paint(browser, address, line) for address in addresses] for _ in range(rounds + 1)][1:]
    return [(statistics.median(each[place][0] for each in found), found[0][place][1]) for place in range(len(addresses))]
