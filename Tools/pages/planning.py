"""A release plan in a real browser: made, looked at in three languages, tried with other hours, accepted."""

import datetime
import os

from .crawl import within
from .nodes import output

STATION = "tuyen-quang-dam"
# s in which a program that is not optimised makes a plan on a busy machine
PLANNED = 300


def readings(program, own, folder):
    """Readings of the last hour with which the dam of a node can be planned for: a flood that comes in above the season's level."""
    hour = datetime.datetime.now(datetime.timezone.utc).replace(minute=0, second=0, microsecond=0)
    rows = ["observed,station,property,value,unit,known"]
    for name, value, unit in (("pool-level", "119.20", "m"), ("inflow", "3200", "m3/s"), ("release", "1200", "m3/s")):
        rows.append("%s,%s,%s,%s,%s,observed" % (hour.strftime("%Y-%m-%dT%H:%M:%SZ"), STATION, name, value, unit))
    path = os.path.join(folder, "readings.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(rows) + "\n")
    output(program, ["ingest", "table", path, "--mapping", "riparian"] + own)


class Planning:
    """What a dam's operator does on the pages of plans."""

    def __init__(self, desk, hands):
        self.desk, self.hands, self.page = desk, hands, desk.visits.page

    def walk(self, program, party, languages):
        hands = self.hands
        hands.go("plans")
        hands.act("form-plan-make", deadline=PLANNED)
        place = self.page.value("location.pathname").split("/%s/" % party)[-1]
        self.desk.line("a plan is made", hands.says("Release", "m³/s", "UTC+8"), place)
        for language in languages:
            for path in ("plans", place):
                self.desk.visits.visit("desk %s /*/%s" % (language, path.split("?")[0]), within(
                    "%s/%s/%s" % (program.origin, party, path), lang=language), plain=False)
        self.desk.visits.keys("desk en /*/plans/1", within("%s/%s/%s" % (program.origin, party, place), lang="en"))
        hands.go(place)
        moves = self.page.value("document.querySelectorAll('[name^=g0-]').length")
        self.page.leave(
            lambda: self.page.value("document.querySelector('[name=more0]').form.requestSubmit()"), "hours are tried")
        self.desk.line("other hours are tried", hands.says("As tried"), "%d moves" % moves)
        hands.go(place)
        hands.act("form-plan-answer", word="reject")
        self.desk.line("a plan is not rejected without a reason", hands.says("Say why the plan is rejected."))
        hands.act("form-plan-answer", word="accept", reason="")
        # no clause of the pack's agreement has this party tell of its releases
        self.desk.line("a plan is accepted by a person, who is told that no notice was drafted", hands.says(
            "accepted by", "no notice"))
