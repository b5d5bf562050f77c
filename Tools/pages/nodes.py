"""The programs whose pages are looked at: each in a folder of its own, on free ports of this machine."""

import csv
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PACK = os.path.join(ROOT, "Packs", "red-river")
HOSTILE = "<script>alert(1)</script>\"'&{{x}}"
LONG = "Tênrấtdàikhôngcóchỗngắt" * 4


# Below the ports from which the kernel serves outgoing connections (ip_local_port_range): what the browser asks meanwhile
# could otherwise take a port between its choice here and the moment the program listens.
PORTS = iter(range(21000 + os.getpid() % 400 * 20, 32000))


def free_port():
    """A port nothing listens at, given once only."""
    for port in PORTS:
        with socket.socket() as door:
            try:
                door.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port below 32000 on this machine")


class Program:
    """A running `riparian`, and the address of its pages."""

    def __init__(self, program, arguments, port, log):
        self.origin, self.log = "http://127.0.0.1:%d" % port, log
        with open(log, "wb") as file:
            self.process = subprocess.Popen(
                [program] + arguments, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
                start_new_session=True)

    def text(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def wait(self, condition, what, deadline):
        end = time.monotonic() + deadline
        while not condition():
            if self.process.poll() is not None:
                raise RuntimeError("the program has ended, waiting for %s: %s" % (what, self.text()[-600:]))
            if time.monotonic() > end:
                raise RuntimeError("%s took more than %d s: %s" % (what, deadline, self.text()[-600:]))
            time.sleep(0.1)

    def ready(self, deadline=30):
        self.wait(lambda: answers(self.origin + "/health"), "the first answer", deadline)
        return self

    def ended(self, deadline):
        self.wait(lambda: "reached its end" in self.text(), "the end of the replay", deadline)
        return self

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(8)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def answers(address):
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def demo(program, folder, name, **options):
    port = free_port()
    arguments = ["demo", "--port", str(port), "--pack", options.pop("pack", PACK)]
    for key, value in options.items():
        arguments += ["--" + key, str(value)]
    return Program(program, arguments, port, os.path.join(folder, name + ".log"))


def node(program, folder, party, pack=PACK):
    """A node as a party runs it: without any reading, with a door for uploads. Also gives that door and a token."""
    place = os.path.join(folder, "nodes")
    own = ["--dir", place, "--party", party]
    output(program, ["init"] + own + ["--pack", pack])
    grant = output(program, ["upload", "grant", "station-desk", "--series", "lao-cai/*", "--json"] + own)
    peers, pages, uploads = free_port(), free_port(), free_port()
    served = Program(program, ["serve"] + own + [
        "--listen", "127.0.0.1:%d" % peers, "--pages", "127.0.0.1:%d" % pages,
        "--upload", "127.0.0.1:%d" % uploads, "--upload-name", "127.0.0.1"], pages, os.path.join(folder, "serve.log"))
    return served, "https://127.0.0.1:%d" % uploads, re.search(r"rpu_[\w-]+", grant).group()


def output(program, arguments):
    done = subprocess.run([program] + arguments, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise RuntimeError("riparian %s: %s" % (" ".join(arguments), (done.stderr or done.stdout)[-600:]))
    return done.stdout


def hostile_pack(folder):
    """A copy of the pack in which every station, party and river has a name that tries to be markup, or is very long."""
    copy = os.path.join(folder, "hostile")
    shutil.copytree(PACK, copy)
    for table in ("stations.csv", "parties.csv", "rivers.csv"):
        path = os.path.join(copy, table)
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for number, row in enumerate(rows):
            for column in [column for column in row if column.startswith("name_")]:
                row[column] = row[column] + " " + (HOSTILE if number % 3 < 2 else LONG)
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return copy
