"""The walk through the pages: which are opened, in which states, and what is asked of each."""

import os
import threading
import time
from datetime import datetime, timedelta, timezone

from . import looks, paint
from .browser import BrowserFault
from .crawl import LANGUAGES, crawl, fetch, within

PARTY = "vn-lao-cai"
# On a machine that does other work beside, times are told and nothing is made of them.
TIMES_ARE_TOLD = os.environ.get("CI") == "true"
FOLLOWED_WITHIN = 1.0      # s
FIRST_PAINT = 600          # ms
BESIDE_BARE = 1.6          # three times as many boxes, and the style
DUTY_BYTES = 30_000
COLOURS = ["color-contrast", "link-in-text-block"]
NARROW = ["scrollable-region-focusable", "target-size", "aria-hidden-focus", "label", "region", "empty-table-header"]
PRINTED = {"/*/": 2, "/*/station/*": 2, "/*/station/*?property": 2}


class Report:
    def __init__(self):
        self.passed, self.failed = 0, []

    def line(self, name, faults, note=""):
        if faults:
            self.failed.append("FAIL  %s: %s" % (name, "; ".join(faults)))
            print(self.failed[-1], flush=True)
        else:
            self.passed += 1
            print("ok    %s%s" % (name, note and " - " + note), flush=True)

    def part(self, body, *given):
        """A part of the run; when the browser gives up in it, the other parts still run."""
        begin = time.monotonic()
        try:
            body(*given)
        except (BrowserFault, RuntimeError, OSError, IndexError, KeyError, TypeError) as error:
            self.line(body.__name__ + ", which was broken off", ["%s: %s" % (type(error).__name__, error)])
        print("      %s: %.0f s" % (body.__name__, time.monotonic() - begin), flush=True)

    def end(self):
        """The count, after what has failed once more: it would be looked for among two thousand lines."""
        for each in self.failed:
            print(each)
        print("%d passed, %d failed" % (self.passed, len(self.failed)), flush=True)
        return 1 if self.failed else 0


class Visits:
    def __init__(self, browser, report, judge, pictures=None):
        self.browser, self.report, self.judge, self.pictures = browser, report, judge, pictures
        self.page = browser.page()
        self.plain = browser.page(script=False)

    # ---- What is asked of every page ----

    def visit(self, name, address, status=200, plain=True, harmless=False):
        """A page in light, dark and narrow, and without scripts."""
        page = self.page
        page.go(address)
        self.look(name, status, harmless)
        said = looks.text(page)
        if plain:
            self.without_scripts(name, address, said)

    def look(self, name, status=200, harmless=False):
        """The page that stands open."""
        page, line = self.page, self.report.line
        line(name + ", console, policy and origins", looks.quiet(page, status))
        line(name + ", 1366 px", looks.fits(page, bursts=harmless))
        if harmless:
            line(name + ", hostile names stay text", looks.harmless(page))
        line(name + ", axe", looks.axe(page, self.judge))
        self.picture(name, "light")
        if not harmless:  # colours do not depend on names
            page.scheme(True)
            line(name + ", axe in the dark", looks.axe(page, self.judge, COLOURS))
            self.picture(name, "dark")
            page.scheme(False)
        page.size(360, 740)
        line(name + ", 360 px", looks.fits(page) + looks.axe(page, self.judge, NARROW))
        self.picture(name, "360")
        page.size(1366, 768)

    def without_scripts(self, name, address, said):
        for attempt in range(3):
            self.plain.go(address)
            plain = looks.text(self.plain)
            if plain == said:
                break
            self.page.go(address)
            said = looks.text(self.page)
        faults = [] if plain == said else ["another text: " + difference(plain, said)]
        self.report.line(name + ", without scripts", faults)

    def keys(self, name, address):
        self.page.go(address)
        # A map takes the place of its drawing; what is reached is counted when it has.
        self.page.wait(lambda: self.page.value("!document.querySelector('.movable[hidden]')"), "the map", 15)
        faults, count = looks.keyboard(self.page)
        self.report.line(name + ", keyboard", faults, "%d controls" % count)

    def printed(self, name, address, most):
        self.page.go(address)
        count, landscape = looks.sheets(self.page.pdf())
        faults = [] if landscape else ["not A4 landscape"]
        if most and count > most:
            faults.append("%d sheets, at most %d" % (count, most))
        self.report.line(name + ", on paper", faults, "%d sheets" % count)
        if self.pictures:
            self.page.call("Emulation.setEmulatedMedia", {"media": "print"})
            self.page.size(1047, 718)
            self.picture(name, "paper")
            self.page.size(1366, 768)
            self.page.call("Emulation.setEmulatedMedia", {"media": ""})
            self.page.scheme(False)

    def picture(self, name, mode):
        if self.pictures:
            parts = [word if word != "/" else "/front" for word in (name + " ").replace("/*/ ", "/duty ").split()]
            words = "-".join(parts).replace("/*", "").replace("/", "-").replace("?", "-by-").replace("--", "-")
            self.page.picture(os.path.join(self.pictures, "%s.%s.png" % (words, mode)))

    # ---- The parts of a run ----

    def live(self, program):
        """While the replay runs the page follows it, without being loaded again."""
        self.ask_first(program)
        page, address = self.page, within(program.origin + "/%s/" % PARTY, lang="vi")
        page.go(address)
        page.value("""(() => { window.stays = true; window.seen = {};
          const look = () => { const said = document.querySelector('.clock')?.textContent.trim();
            if (said && !(said in seen)) seen[said] = Date.now(); };
          new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true }); look(); })()""")
        served, started, done = {}, time.monotonic(), threading.Event()

        # Twelve seconds; on a busy machine until there are enough to judge by.
        def goes_on():
            passed = time.monotonic() - started
            return passed < 12 or len(served) < 9 and passed < 12 + looks.PATIENCE

        def poll():
            try:
                while goes_on():
                    text = fetch(address)[2]
                    begin = text.find('<div class="clock">')
                    said = strip(text[begin:text.find("</div>", begin)])
                    served.setdefault(said, time.time() * 1000)
                    time.sleep(0.05)
            finally:
                done.set()

        poller = threading.Thread(target=poll)
        poller.start()
        while not done.is_set():
            self.browser.read(0.2)
        poller.join()
        seen = page.value("seen")
        common = [said for said in list(served)[1:-1]]
        # A time that the page passed over because a later one came at once is not late; what counts is when it was past.
        order = list(served)
        delays = []
        for said in common:
            shown = [seen[later] for later in order[order.index(said):] if later in seen]
            if shown:
                delays.append(max(0.0, min(shown) - served[said]) / 1000)
        faults = [] if page.value("window.stays === true") else ["the page was loaded again"]
        if len(delays) < 5:
            faults.append("only %d changes seen in %.0f s" % (len(delays), time.monotonic() - started))
        elif max(delays) > FOLLOWED_WITHIN and not TIMES_ARE_TOLD:
            faults.append("%.2f s behind" % max(delays))
        note = delays and "%d changes, median %.2f s, most %.2f s" % (
            len(delays), sorted(delays)[len(delays) // 2], max(delays))
        self.report.line("live /*/, follows the node within %.0f s" % FOLLOWED_WITHIN, faults, note or "")
        self.report.line("live /*/, console, policy and origins", looks.quiet(page, 200))
        page.call("Page.navigate", {"url": "about:blank"})
        self.browser.read(0.5)

    def ask_first(self, program):
        """Lets readings wait for a person from the beginning, so that the page of approvals has something to show."""
        page = self.page
        page.go(within(program.origin + "/%s/gate" % PARTY, lang="en"))
        page.value("""(() => { const form = document.querySelector('form.rule');
          form.word.value = 'ask'; form.person.value = 'Check pages'; })()""")
        page.leave(lambda: page.value("document.querySelector('form.rule button').click()"), "the rule")
        self.report.line("live /*/gate, a rule is taken",
                         [] if page.value("Boolean(document.querySelector('.done'))") else ["no answer on the page"])

    def flood(self, program):
        """The five nodes when the replay has ended: every page."""
        pages, files = crawl(program.origin, PARTY)
        for kind, (address, status) in files.items():
            self.report.line("flood file " + kind, [] if status == 200 else ["%s: status %d" % (address, status)])
        self.every("flood", pages)
        for language in LANGUAGES:
            name = "flood %s " % language
            self.visit(name + "/*/ kiosk", within(pages["/*/"][0], lang=language, kiosk=1))
            missing = ("/nobody/", "/%s/nothing" % PARTY, "/%s/station/none" % PARTY)[LANGUAGES.index(language)]
            self.visit(name + "not found", within(program.origin + missing, lang=language), 404)
            self.refused(name, program.origin, language)
        for kind, addresses in pages.items():
            for address in addresses[1:]:
                self.page.go(address)
                self.report.line("flood en " + address.split("?")[0][len(program.origin):] + ", a glance", looks.quiet(
                    self.page, 200) + looks.fits(self.page) + looks.axe(self.page, self.judge))
        for kind in pages:
            self.keys("flood vi " + kind, within(pages[kind][0], lang="vi"))
            for language in LANGUAGES if kind in PRINTED else ("vi",):
                self.printed("flood %s %s" % (language, kind), within(pages[kind][0], lang=language), PRINTED.get(kind))
        station = next(kind for kind in pages if kind.startswith("/*/station/*"))
        self.page.go(pages[station][0])
        self.report.line("flood en %s, cursor by arrow keys" % station, looks.cursor(self.page))
        self.page.go(within(pages["/*/map"][0], lang="vi"))
        self.report.line("flood vi /*/map, moved and opened by keys", looks.movable_map(self.page))
        self.picture("flood vi /*/map", "movable")
        self.forms(program.origin)

    def every(self, world, pages, harmless=False, languages=LANGUAGES):
        for language in languages:
            for kind, addresses in pages.items():
                self.visit("%s %s %s" % (world, language, kind), within(addresses[0], lang=language), harmless=harmless)

    def refused(self, name, origin, language):
        """A form that another site sends."""
        page = self.page
        target = within(origin + "/%s/node" % PARTY, lang=language)
        page.go("data:text/html,<form method=post action='%s'><input name=action value=stop></form>" % target.replace("&", "%26"))
        page.leave(lambda: page.value("document.forms[0].submit()"), "the refusal")
        self.look(name + "refused form", 403)

    def forms(self, origin):
        """Forms by keyboard alone, without scripts; and what stands there when they are wrong, and while a node is stopped."""
        page, line = self.plain, self.report.line
        gate = within(origin + "/%s/gate" % PARTY, lang="vi")
        page.go(gate)
        reach(page, "input[name=item]")
        page.press("Space")
        reach(page, "input[name=person]")
        page.type("Nguyễn Thị Kiểm Tra")
        reach(page, "button[value=approve]")
        page.leave(lambda: page.press("Enter"), "the approval")
        line("flood vi /*/gate, approved by keyboard without scripts",
             [] if page.value("Boolean(document.querySelector('.done'))") else ["no answer on the page"])
        for language in LANGUAGES:
            self.page.go(within(gate, lang=language))
            self.page.value("document.querySelector('form.rule').person.required = false")
            self.page.leave(lambda: self.page.value("document.querySelector('form.rule button').click()"), "the fault")
            self.look("flood %s /*/gate with a fault" % language, 400)
        self.press_on_node(origin, "stop")
        for language in LANGUAGES:
            name = "stopped %s " % language
            self.visit(name + "/*/node", within(origin + "/%s/node" % PARTY, lang=language))
            self.visit(name + "/*/", within(origin + "/%s/" % PARTY, lang=language), 503)
            self.visit(name + "/ with a stopped node", within(origin + "/", lang=language))
        self.press_on_node(origin, "start")

    def press_on_node(self, origin, action):
        page = self.plain
        page.go(within(origin + "/%s/node" % PARTY, lang="vi"))
        reach(page, "input[name=confirm]")
        page.press("Space")
        page.press("Tab")
        page.leave(lambda: page.press("Enter"), "the node's page")
        state = page.value("document.querySelector('header .state').className")
        wanted = "node-stopped" if action == "stop" else "node-running"
        self.report.line("flood vi /*/node, %s by keyboard without scripts" % action,
                         [] if wanted in state else ["the state is " + state])

    def empty(self, program, door, token):
        """A node that has just been made, and its door for those who post readings."""
        pages, files = crawl(program.origin, PARTY)
        self.every("empty", pages)
        for kind, addresses in pages.items():
            self.keys("empty vi " + kind, within(addresses[0], lang="vi"))
        for language in LANGUAGES:
            self.upload("door %s " % language, door, token, language)

    def upload(self, name, door, token, language):
        page = self.page
        self.visit(name + "sign-in", within(door + "/", lang=language))
        sign = "document.querySelector('input[name=token]').form.requestSubmit()"
        page.go(within(door + "/", lang=language))
        for given, status in (("rpu_wrong", None), (token, 200)):
            page.value("document.querySelector('input[name=token]').value = '%s'" % given)
            page.leave(lambda: page.value(sign), "signing in")
            self.look(name + ("a wrong token" if given != token else "entry"), status or page.status)
        faults, count = looks.keyboard(page)
        self.report.line(name + "entry, keyboard", faults, "%d controls" % count)
        hour = datetime.now(timezone(timedelta(hours=7))).replace(minute=0, second=0, microsecond=0)
        table = "observed,station,property,value,unit,known,source\\n"
        for hours, station in ((3, "lao-cai"), (2, "lao-cai"), (1, "<b>nowhere</b>")):
            table += "%s,%s,stage,80.%d1,m,observed,check\\n" % ((hour - timedelta(hours=hours)).isoformat(), station, hours)
        page.value("document.querySelector('textarea').value = '%s'" % table)
        page.leave(lambda: page.value("document.querySelector('textarea').form.requestSubmit()"), "the table")
        self.look(name + "rows", page.status, harmless=True)
        page.leave(lambda: page.value("document.querySelector('main form button').click()"), "the receipt")
        self.look(name + "receipt", page.status)
        page.call("Network.clearBrowserCookies")

    def hostile(self, program):
        """A basin whose names are markup, templates and endless words."""
        pages, _ = crawl(program.origin, PARTY)
        self.every("hostile", pages, harmless=True)
        self.page.go(within(pages["/*/"][0], lang="en"))
        self.report.line("hostile en /*/, the names are there as they are written",
                         [] if self.page.value("document.body.textContent.includes(%r)" % nodes_hostile()) else ["not found"])

    def paint(self, program):
        """The duty page on a slow machine and line."""
        server = paint.Server()
        try:
            duty, took = server.copy(within(program.origin + "/%s/" % PARTY, lang="vi"))
            (bare, bare_size), (ms, size) = paint.measure(self.browser, [server.origin + "/", duty])
            (bare_near, _), (near, _) = paint.measure(self.browser, [server.origin + "/", duty], line=paint.NEAR)
        finally:
            server.stop()
        # To somebody near the server, and to somebody a round trip away. On a busy machine the bare page is late as well; then
        # that is what the duty page is held against.
        for words, first, beside, most in (
                ("the line without delay", near, bare_near, FIRST_PAINT),
                ("%d ms a round trip" % paint.LINE["latency"], ms, bare, FIRST_PAINT + paint.LINE["latency"])):
            most = max(most, BESIDE_BARE * beside)
            self.report.line(
                "flood vi /*/, first paint within %.0f ms, %s" % (most, words),
                [] if first <= most or TIMES_ARE_TOLD else ["%.0f ms" % first],
                "%.0f ms; bare reference page of %.1f kB %.0f ms; median of 9 after one to warm up, %s; made by the program in %.0f ms" % (
                    first, bare_size / 1e3, beside, paint.WORDS, took))
        self.report.line(
            "flood vi /*/, at most %d kB over the line" % (DUTY_BYTES / 1e3),
            [] if size <= DUTY_BYTES else ["%.1f kB" % (size / 1e3)], "%.1f kB with style and script" % (size / 1e3))


def nodes_hostile():
    from .nodes import HOSTILE
    return HOSTILE


def reach(page, selector, limit=300):
    """Goes by Tab to the first control that fits."""
    for _ in range(limit):
        page.press("Tab")
        if page.value("document.activeElement.matches(%r)" % selector):
            return
    raise BrowserFault("Tab does not reach " + selector)


def strip(markup):
    import re
    return re.sub(r"<[^>]*>", "", markup).strip()


def difference(one, other):
    """Where two texts part."""
    place = next((index for index, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
    return "'%s' without, '%s' with" % (one[max(0, place - 20):place + 40], other[max(0, place - 20):place + 40])
