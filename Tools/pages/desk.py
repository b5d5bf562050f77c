"""The desk, the letters and the conference in a real browser: what a shift and a secretary do, form by form."""

import os
import time

from . import planning
from .browser import DEADLINE
from .crawl import within
from .looks import PATIENCE
from .nodes import PACK, Program, free_port, output

PARTY = "vn-tuyen-quang"
LANGUAGES = ("vi", "zh-Hans", "en")
SOURCE = "the text of the letter as the press printed it"

# What a person's hands cost (Card, Moran, Newell 1980): a key, pointing, a thought before a field.
KEY, POINT, THOUGHT = 0.28, 1.1, 1.35


def office(program, folder):
    """A node with the register of the pack and the sixth edition open."""
    place = folder + "/desk"
    own = ["--dir", place, "--party", PARTY]
    output(program, ["init"] + own + ["--pack", PACK])
    tables = ["%s/register/%s.csv" % (PACK, name) for name in ("editions", "indicators", "provisions", "figures")]
    output(program, ["register", "import"] + tables + ["--by", "Secretariat"] + own)
    output(program, [
        "accord", "open-edition", "conference-6", "--after", "conference-5", "--title-vi", "Hội nghị lần thứ sáu",
        "--title-zh", "第六次省委书记会晤", "--title-en", "Sixth conference", "--by", "Secretariat"] + own)
    node = "%s/%s" % (place, PARTY)
    output(program, [
        "cap", "key", "--sender", "duty.tuyen-quang.example", "--until", "2099-01-01T00:00:00Z", "--output",
        node + "/alert.key.pem", "--certificate", node + "/alert.pem"])
    with open(node + "/alerts.yaml", "w", encoding="utf-8") as file:
        file.write(ALERTS)
    planning.readings(program, own, folder)
    peers, pages = free_port(), free_port()
    return Program(
        program, ["serve"] + own + ["--listen", "127.0.0.1:%d" % peers, "--pages", "127.0.0.1:%d" % pages], pages,
        folder + "/desk.log")


# Whom the office tells: one that is called by hand.
ALERTS = """sender: duty.tuyen-quang.example
office: duty
name: {vi: Trực ban, zh: 值班室, en: Duty room}
addressees:
  - office: town
    name: {vi: Thị xã, zh: 市, en: Town}
    calls:
      - {name: Hà, telephone: "+84 27 0000 000"}
"""


class Hands:
    """Fills forms as a person does, and counts what that costs."""

    def __init__(self, page, origin, language):
        self.page, self.origin, self.language = page, origin, language
        self.keys, self.points, self.thoughts = 0, 0, 0

    @property
    def seconds(self):
        return self.keys * KEY + self.points * POINT + self.thoughts * THOUGHT

    def go(self, path):
        self.points += 1
        self.page.go(within("%s/%s/%s" % (self.origin, PARTY, path), lang=self.language))

    def fill(self, form, **fields):
        """Opens the form's fold and fills fields; a list ticks boxes."""
        page = self.page
        if not page.value("Boolean(document.getElementById('%s'))" % form):
            raise RuntimeError("no form %s on %s" % (form, page.value("location.pathname")))
        self.points += 1
        page.value("(() => { const fold = document.getElementById('%s').closest('details'); if (fold) fold.open = true; })()" % form)
        for name, value in dict(fields, person="Trực ban").items():
            self.thoughts += 1
            self.points += 1
            self.keys += len(value) if isinstance(value, str) else 0
            done = page.value("""(() => {
                const form = document.getElementById(%r), all = [...form.elements].filter(each => each.name === %r);
                const value = %r;
                if (!all.length) return false;
                if (Array.isArray(value)) {
                    for (const each of all) each.checked = value.includes(each.value);
                    return value.every(word => all.some(each => each.value === word));
                }
                all[0].value = value;
                return all[0].value === value;
            })()""" % (form, name, value))
            if not done:
                raise RuntimeError("%s does not take %s = %s" % (form, name, value))

    def paste(self, form, name, text):
        """Marks a table elsewhere, copies it, goes to a field and pastes it."""
        self.points += 6
        self.thoughts += 3
        self.page.value("(() => { const field = document.getElementById(%r).elements[%r]; field.closest('details').open = true; field.value = %r; })()"
                        % (form, name, text))

    def send(self, form, what, deadline=DEADLINE):
        self.points += 1
        self.page.leave(
            lambda: self.page.value("document.getElementById('%s').querySelector('button[type=submit]').click()" % form),
            what, deadline)

    def act(self, form, deadline=DEADLINE, **fields):
        self.fill(form, **fields)
        self.send(form, form, deadline)

    def says(self, *words):
        said = self.page.value("document.querySelector('main').innerText")
        return ["the page does not say " + word for word in words if word not in said]


def year_table(count):
    """Provisions as they come out of a spreadsheet: headings of the Vietnamese page, one row a provision."""
    fields = ["water", "reservoirs", "disaster-prevention", "trade", "transport", "education", "health", "culture", "tourism", "administration"]
    lines = ["clause\tkind\tfield\tdue\ttext_vi\ttext_zh\ttext_en\tresponsible\tsupporting\tsource"]
    for number in range(count):
        lines.append("\t".join([
            "%d.%d" % (number // 4 + 1, number % 4 + 1), "action", fields[number // 4], "2026/12/1",
            "Việc thứ %d của nghị định thư, do hai bên cùng làm" % (number + 1), "议定书第%d项工作，由双方共同完成" % (number + 1), "Work %d of the protocol" % (number + 1),
            "vn-tuyen-quang:tuyen-quang-secretariat", "vn-lao-cai:lao-cai-foreign-affairs; vn-tuyen-quang:tuyen-quang-foreign-affairs" if number % 3 == 0 else "", "bản ký"]))
    return "\n".join(lines)


class Desk:
    def __init__(self, visits):
        self.visits, self.report = visits, visits.report

    def line(self, name, faults, note=""):
        self.report.line("desk " + name, faults, note)

    def walk(self, program):
        self.pages(program)
        self.letter(program)
        self.exercise(program)
        planning.Planning(self, Hands(self.visits.page, program.origin, "en")).walk(program, PARTY, LANGUAGES)
        self.secretary(program)
        for language in LANGUAGES:
            for path in ("letters/1", "desk", "conference/conference-6", "register/year-2026/1.1"):
                self.visits.visit("desk %s /*/%s, filled" % (language, path), within(
                    "%s/%s/%s" % (program.origin, PARTY, path), lang=language), plain=False)

    def pages(self, program):
        """Every page of the register, empty of letters, in three languages."""
        places = (
            "register", "register?edition=conference-5&say=yes", "register/conference-5/1.2", "register/conference-6/1.1", "indicators", "indicators/trade-turnover",
            "conference", "conference/conference-6", "letters", "desk")
        for language in LANGUAGES:
            for path in places:
                self.visits.visit("desk %s /*/%s" % (language, path), within(
                    "%s/%s/%s" % (program.origin, PARTY, path), lang=language))
        for path in ("register", "desk", "letters"):
            self.visits.keys("desk vi /*/" + path, within("%s/%s/%s" % (program.origin, PARTY, path), lang="vi"))

    def letter(self, program):
        """The letter of 30 September 2025 about Malutang, from the envelope to the agenda of the sixth conference."""
        hands = Hands(self.visits.page, program.origin, "en")
        hands.go("letters")
        hands.fill(
            "form-letter", channel="letter", sender="cn-yunnan:malipo-foreign-affairs",
route_1="cn-yunnan:malipo-foreign-affairs", route_2="vn-tuyen-quang:tuyen-quang-foreign-affairs",
            route_3="vn-tuyen-quang:tuyen-quang-civil-defence",
            written="2025-09-30", received="half past nine", object="malutang", language="zh-Hans",
            text="马鹿塘水库将于9月30日12时（即越南时间11时）起泄洪，流量300立方米每秒（另一文本为350），持续72小时。")
        hands.send("form-letter", "the fault at a field")
        faults = hands.says("Write the hour as 2025-09-30 12:00")
        kept = self.visits.page.value("document.getElementById('form-letter-received').value")
        wrong = self.visits.page.value("document.getElementById('form-letter-received').getAttribute('aria-invalid')")
        self.line("letter with a wrong hour: said at the field, typed words kept", faults
                  + ([] if kept == "half past nine" else ["the hour became " + str(kept)]) + ([] if wrong == "true" else ["not marked"]))
        self.visits.look("desk en /*/letters with a fault", 422)
        hands.act("form-letter", received="2025-09-30 09:30")
        hands.go("letters/1")
        hands.act("form-reading", start="2025-09-30 12:00", zone="", hours="72", discharge="300", note=SOURCE)
        self.line("letter without a zone: the hour is questioned", hands.says("the zone of the hour"))
        hands.act("form-reading", start="2025-09-30 12:00", zone="+08:00", hours="72", discharge="350", note="another text: 12:00, that is 11:00 Viet Nam time")
        self.line("letter with two readings: both kept, both questions asked", hands.says("two different discharges", "300", "350", "the zone of the hour"))
        draft = self.visits.page.value("document.getElementById('form-reply-text_en').value")
        draft_zh = self.visits.page.value("document.getElementById('form-reply-text_zh').value")
        self.line("reply drafted in three languages", [
            "the draft does not ask about " + word for word in ("UTC+7", "UTC+8", "300, 350") if word not in draft]
            + ([] if "流量" in draft_zh else ["no Chinese draft"]))
        hands.act("form-reply")
        hands.act("form-sent")
        self.line("reply sent by a person", hands.says("sent · Tuyen Quang (Trực ban)"))
        for place in ("vn-tuyen-quang:tuyen-quang-operator", "vn-tuyen-quang:tuyen-quang-civil-defence"):
            hands.act("form-told", office=place, means="telephone", at="2025-09-30 09:50")
        self.line("dam operator and downstream office told", hands.says("not yet"))
        hands.act("form-acknowledged", office="vn-tuyen-quang:tuyen-quang-operator", means="telephone", at="2025-09-30 10:05", acknowledged_by="shift engineer")
        hands.act("form-acknowledged", office="vn-tuyen-quang:tuyen-quang-civil-defence", means="telephone", at="2025-09-30 10:10", acknowledged_by="duty officer")
        self.line("acknowledged by a person", hands.says("shift engineer", "duty officer"))
        hands.act("form-answer", text="12:00 Beijing time, 350 m3/s", received="2025-09-30 10:40", settles="B")
        self.line("answer registered: one reading holds, the other stays", hands.says("confirmed", "not this one", "Nothing is open."))
        hands.act("form-agenda-letter")
        self.line("on the agenda", hands.says("It is on the agenda of Sixth conference"))
        hands.go("conference/conference-6")
        self.line("on the agenda of the sixth conference", hands.says("Notices of releases from Malutang", "put there by a party"))
        hands.go("desk")
        hands.act("form-shift", kind="handover", text="Malutang releases 350 m3/s from 11:00 (UTC+7) for 72 h")
        self.line("handed over in the log", hands.says("Malutang releases 350", "letter", "reply", "answer"))
        taken = self.visits.page.value("document.querySelector('[id^=form-taken]').id")
        hands.act(taken, text="seen")
        self.line("taken over", hands.says("Nothing waits to be taken over."))
        self.line("letter of 30 September 2025, end to end", [], "%.1f min of a person's hands" % (hands.seconds / 60))

    def print_faults(self):
        """What is wrong with the report as PDF, where the machine can print."""
        if not os.access("/usr/bin/weasyprint", os.X_OK):
            return []
        kind = self.visits.page.value(
            "fetch('/%s/register/year-2026/report.pdf?lang=vi').then(answer => answer.arrayBuffer())"
            ".then(bytes => new TextDecoder('latin1').decode(bytes.slice(0, 5)))" % PARTY)
        return [] if kind == "%PDF-" else ["report.pdf begins with %r" % kind]

    def exercise(self, program):
        """An exercise is arranged, stands on the duty page, is signed, answered by telephone, and looked at in three languages."""
        hands = Hands(self.visits.page, program.origin, "en")
        hands.go("warnings")
        hands.fill("form-exercise", station="tuyen-quang", level="2", title_vi="Diễn tập", title_zh="演练", title_en="June drill", hours="80")
        hands.send("form-exercise", "form-exercise")
        self.line("a wrong exercise is told at its field", hands.says("0 to 72"))
        hands.act("form-exercise", hours="6")
        self.line("an exercise is arranged", hands.says("June drill", "to be signed now"))
        # The page follows its node within a second, on a busy machine later.
        hands.go("")
        until = time.monotonic() + PATIENCE
        while hands.says("EXERCISE: June drill") and time.monotonic() < until:
            time.sleep(0.3)
            hands.go("")
        self.line("an exercise stands on the duty page", hands.says("EXERCISE: June drill"))
        for language in LANGUAGES:
            self.visits.visit("desk %s /*/warnings/exercise/1" % language, within(
                "%s/%s/warnings/exercise/1" % (program.origin, PARTY), lang=language), plain=False)
        hands.go("warnings/exercise/1")
        hands.act("form-exercise-issue")
        self.line("an exercise is signed", hands.says("June drill", "issued", "EXERCISE"))
        hands.go("warnings/1")
        self.line("an exercise says what it is", hands.says("This is an exercise", "Town"))
        hands.act("form-called-town", answered="read")
        self.line("a call says that it was read", hands.says("Hà"))
        for language in LANGUAGES:
            for path in ("warnings", "warnings/1"):
                self.visits.visit("desk %s /*/%s, filled" % (language, path), within(
                    "%s/%s/%s" % (program.origin, PARTY, path), lang=language), plain=False)

    def secretary(self, program, count=40):
        """A year's report from a blank edition with forty provisions."""
        hands = Hands(self.visits.page, program.origin, "vi")
        hands.go("conference")
        hands.act(
            "form-edition", id="year-2026", number="7", state="signed", title_vi="Nghị định thư năm 2026", title_zh="2026年议定书", title_en="Protocol of 2026",
            source="bản ký")
        # What the protocol's text has as a table comes by the clipboard; the last two are typed into the form.
        hands.go("register?edition=year-2026")
        hands.paste("form-table", "table", year_table(count - 2))
        hands.act("form-table")
        hands.go("register?edition=year-2026")
        for clause in ("10.3", "10.4"):
            hands.act(
                "form-provision", clause=clause, kind="action", field="administration",
                text_vi="Trao đổi kinh nghiệm cải cách hành chính giữa các cơ quan", text_zh="各部门交流行政改革经验",
                responsible=["vn-tuyen-quang:tuyen-quang-secretariat"], due="2026-12-01")
        faults = [] if self.visits.page.value("document.getElementById('form-provision-clause').value") == "10.5" else [
            "the form does not open for the next clause"]
        hands.go("register?edition=year-2026&say=yes")
        words = ["kept", "on-course", "slow", "agreed-reason"]
        said = {}
        for number in range(0, count, 2):
            clause = "%d.%d" % (number // 4 + 1, number % 4 + 1)
            said["standing-" + clause] = words[number // 2 % 4]
            said["remark-" + clause] = "theo báo cáo của sở, đã họp hai lần trong năm"
        hands.act("form-standings", **said)
        hands.go("register?edition=year-2026")
        faults += hands.says("%d điều khoản" % count)
        for kind in ("report.html", "report.docx", "report.xlsx"):
            status = self.visits.page.value("fetch('/%s/register/year-2026/%s?lang=vi').then(answer => answer.status)" % (PARTY, kind))
            faults += [] if status == 200 else ["%s: status %s" % (kind, status)]
        faults += self.print_faults()
        minutes = hands.seconds / 60
        self.line("year's report from a blank edition with %d provisions" % count, faults
                  + ([] if minutes < 60 else ["%.0f minutes" % minutes]), "%.0f min of a person's hands" % minutes)
