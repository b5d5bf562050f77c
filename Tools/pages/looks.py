"""What is asked of a page that stands open in the browser. Each function gives the faults that it finds, as text."""

import json
import re

# Seconds that a page has for what it does at once on a machine that does nothing else.
PATIENCE = 20

# How often a walk through the controls of a page is begun before what it finds is taken as it is.
WALKS = 6

# The controls that a person must reach, in the order of the page. Of a group of radio buttons the keyboard reaches one.
CONTROLS = """(() => {
  const groups = new Set();
  return [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter((part) => {
    if (part.tabIndex < 0 || part.disabled || part.type === 'hidden' || part.getClientRects().length === 0) return false;
    if (!part.checkVisibility({ visibilityProperty: true })) return false;
    if (part.type === 'radio') { if (groups.has(part.name)) return false; groups.add(part.name); }
    return true;
  });
})()"""

NAME = """const name = (part) => part.tagName.toLowerCase() + (part.id ? '#' + part.id : '') +
  (part.getAttribute('class') ? '.' + part.getAttribute('class').split(' ')[0] : '') + ' "' +
  (part.textContent || part.value || part.name || '').trim().replace(/\\s+/g, ' ').slice(0, 40) + '"';"""

SPILLS = """(() => { %s
  const wide = document.scrollingElement.scrollWidth, room = document.documentElement.clientWidth;
  if (wide <= room + 1) return [];  // a fraction of a pixel is rounded up
  const held = (part) => { for (let up = part.parentElement; up; up = up.parentElement)
    if (getComputedStyle(up).overflowX !== 'visible' && up !== document.body && up !== document.documentElement) return true;
    return false; };
  const out = [...document.querySelectorAll('body *')].filter((part) => {
    const box = part.getBoundingClientRect();
    return box.width && box.right > room + 1 && box.left >= 0 && !held(part); });
  return [`${wide} px of ${room}: ` + out.slice(-4).map(name).join(', ')];
})()""" % NAME

# A box whose content stands outside of it, while nothing makes it scroll or cuts it off.
BURSTS = """(() => { %s
  return [...document.querySelectorAll('.panel, .points, aside section, .graph, .columns section, header, .pages a, td, th')]
    .filter((part) => part.getClientRects().length && getComputedStyle(part).overflowX === 'visible' &&
      getComputedStyle(part).position !== 'absolute' && part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0)
    .slice(0, 3).map((part) => `${name(part)} ${part.scrollWidth} px in ${part.clientWidth}`);
})()""" % NAME

TEXT = """[...document.querySelectorAll('h1, nav, main')].map((part) => {
  const copy = part.cloneNode(true);
  copy.querySelectorAll('.cursor, .movable, script, .h-cursor').forEach((each) => each.remove());
  return copy.textContent; }).join(' ').replace(/\\s+/g, ' ')"""


def axe(page, source, rules=None):
    """The violations that axe-core finds."""
    if not page.value("Boolean(window.axe)"):
        page.value(source + "; 1")
    options = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = rules
    found = page.value("""axe.run(document, %s).then((result) => result.violations.map((violation) =>
      `${violation.id} (${violation.impact}, ${violation.nodes.length}): ` +
      violation.nodes.slice(0, 2).map((node) => node.target.join(' ') + ' ' +
        (node.any.concat(node.all, node.none)[0]?.message ?? '')).join(' | ')))""" % json.dumps(options), 30)
    return found


def quiet(page, status):
    """Words on the console, reports of the policy, dialogs, requests elsewhere, and another status than expected."""
    faults = []
    own = page.value("location.href").split("#")[0]
    for word in page.words:
        # The browser reports the status of a page itself; a page that is not there has one.
        if status >= 400 and "status of %d" % status in word and own in word:
            continue
        faults.append("console: " + word[:200])
    faults += ["dialog: " + text for text in page.dialogs]
    faults += ["request to another origin: " + url for url in page.foreign()]
    if page.status != status:
        faults.append("status %s instead of %s" % (page.status, status))
    return faults


def fits(page, bursts=False):
    """Parts that make the page wider than the window, and boxes that burst."""
    return page.value(SPILLS) + (page.value(BURSTS) if bursts else [])


def keyboard(page, limit=400):
    """Walks through the page by Tab alone: every control is reached, in order, seen, and shown to have the focus.

    A page that follows its node exchanges its controls; a walk in the middle of which it did so is begun again."""
    for _ in range(WALKS):
        faults, count = walk(page, limit)
        if not faults or page.value("window.exchanged === 0"):
            break
    return faults, count


def walk(page, limit):
    """One walk through the page by Tab."""
    page.value("""(() => { if (!('exchanged' in window)) document.addEventListener('followed', () => { window.exchanged += 1; });
      window.exchanged = 0; window.controls = %s; document.activeElement?.blur(); getSelection()?.removeAllRanges();
      scrollTo(0, 0); })()""" % CONTROLS)
    count = page.value("controls.length")
    look = """(() => { %s
      const part = document.activeElement;
      if (!part || part === document.body) return null;
      const style = getComputedStyle(part), box = part.getBoundingClientRect();
      const marked = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
      const seen = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
      return { index: controls.indexOf(part), name: name(part), marked, seen }; })()""" % NAME
    faults, reached, last = [], set(), -1
    for _ in range(min(limit, count * 4 + 20)):
        page.press("Tab")
        at = page.value(look)
        if at is None:
            break
        if not at["marked"]:
            faults.append("focus not shown on " + at["name"])
        if not at["seen"]:
            faults.append("focus outside the window on " + at["name"])
        if at["index"] >= 0 and at["index"] not in reached:
            if at["index"] < last:
                faults.append("out of order: " + at["name"])
            reached.add(at["index"])
            last = max(last, at["index"])
        if len(reached) == count:
            break
    for index in [index for index in range(count) if index not in reached][:3]:
        faults.append("not reached: " + page.value("(() => { %s return name(controls[%d]); })()" % (NAME, index)))
    return faults[:6], count


def cursor(page):
    """Moves the cursor of the hydrograph by arrow keys: text and line follow."""
    read = """(() => { const box = document.querySelector('.cursor');
      return [box.querySelector('output').textContent, box.querySelector('input').getAttribute('aria-valuetext'),
        document.querySelector('.h-cursor').getAttribute('x1')]; })()"""
    if not page.value("Boolean(document.querySelector('.cursor input[type=range]'))"):
        return ["no cursor on the hydrograph"]
    page.value("document.querySelector('.cursor input[type=range]').focus()")
    page.press("Home")
    first = page.value(read)
    page.press("ArrowRight")
    second = page.value(read)
    page.press("ArrowLeft")
    faults = []
    if first[0] == second[0] or first[2] == second[2]:
        faults.append("an arrow key moves nothing: %s" % second)
    if second[0] != second[1]:
        faults.append("what is read aloud differs from what is shown: %s" % second[:2])
    if page.value(read) != first:
        faults.append("an arrow key back does not come back")
    return faults


def movable_map(page):
    """The map that can be moved: as many marks as the page has, names that do not cover each other, moved and opened by keys."""
    ready = "Boolean(document.querySelector('.movable .place'))"
    page.wait(lambda: page.value(ready), "the map", PATIENCE)
    faults = []
    marks, drawn = page.value("""[JSON.parse(document.getElementById('marks').textContent).length,
      document.querySelectorAll('.movable .place').length]""")
    if marks != drawn or marks == 0:
        faults.append("%d marks of %d" % (drawn, marks))
    if page.value("document.querySelectorAll('.movable path.r-water').length") == 0:
        faults.append("no river on the map")
    if page.value("document.querySelector('.drawing').checkVisibility()"):
        faults.append("the drawing stands beside the map")
    covered = page.value("""(() => { const boxes = [...document.querySelectorAll('.movable .place-name')].map((part) => part.getBoundingClientRect());
      return boxes.filter((box, index) => boxes.some((other, place) => place < index && box.left < other.right - 2 &&
        other.left < box.right - 2 && box.top < other.bottom - 2 && other.top < box.bottom - 2)).length; })()""")
    if covered:
        faults.append("%d names cover others" % covered)
    place = "document.querySelector('.movable .leaflet-map-pane').style.transform"
    page.value("document.querySelector('.movable').focus()")
    before = page.value(place)
    page.press("ArrowRight")
    page.wait(lambda: page.value(place) != before, "a move of the map by an arrow key", PATIENCE)
    page.value("document.querySelector('.movable .place').focus()")
    page.press("Enter")
    page.wait(lambda: page.value("Boolean(document.querySelector('.leaflet-popup a[href*=station]'))"), "the card of a place", PATIENCE)
    held = page.value("""(() => { const mark = document.querySelector('.movable .place'); mark.focus();
      document.dispatchEvent(new Event('followed'));
      return [document.activeElement === mark, Boolean(document.querySelector('.leaflet-popup')),
        document.querySelectorAll('.movable .place').length]; })()""")
    if held != [True, True, drawn]:
        faults.append("when the page follows its node: focus stays, card stays, marks: %s of %d" % (held, drawn))
    return faults


def text(page):
    """What a page says, with every digit as 0: clocks go on between two visits."""
    return re.sub(r"\d+", "0", page.value(TEXT))


def harmless(page):
    """Nothing that came in as text has become markup."""
    faults = page.value("""(() => {
      const odd = [];
      for (const part of document.scripts)
        if (!(part.src.startsWith(location.origin) || part.type === 'application/json')) odd.push('script: ' + part.textContent.slice(0, 60));
      for (const part of document.querySelectorAll('*')) for (const each of part.attributes)
        if (each.name.startsWith('on') || each.name.includes('<') || each.name.includes('"')) odd.push('attribute: ' + each.name);
      return odd; })()""")
    return faults + ["dialog: " + text for text in page.dialogs]


def sheets(content):
    """How many pages a PDF has, and whether all are A4 landscape."""
    count = len(re.findall(rb"/Type\s*/Page\b(?!s)", content))
    boxes = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", content)
    landscape = bool(boxes) and all(abs(float(w) - 842) < 2 and abs(float(h) - 595) < 2 for w, h in boxes)
    return count, landscape
