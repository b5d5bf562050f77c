#!/usr/bin/env python3
"""A bad line between two network namespaces of this machine, packet by packet.

Two namespaces, `NAME-a` (10.99.0.1) and `NAME-b` (10.99.0.2), each with one TUN device; this program carries the packets
between them, with a delay, a rate, loss and reordering, the same both ways and from one seed. It needs root and nothing
else, where the kernel has no netem. While it runs it takes commands from a control file, one line replaced at a time:

    delay=0.8 rate=8000 loss=0.05 reorder=0.02 cut=0

delay: s each way; rate: bytes/s each way, 0 for no limit; loss and reorder: 0 to 1; cut=1 carries nothing.

    sudo Tools/bad_line.py --name line --control /tmp/line.control &
    sudo ip netns exec line-a riparian serve ...

The namespaces go away when the program ends.
"""

import argparse
import fcntl
import heapq
import os
import random
import select
import signal
import struct
import subprocess
import sys
import time

TUNSETIFF = 0x400454CA
TUN_WITHOUT_HEADER = 0x0001 | 0x1000
QUEUE_SECONDS = 4.0  # what a narrow line holds back before it drops, as routers do


def run(*words, inside=None):
    command = (["ip", "netns", "exec", inside] if inside else []) + list(words)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def device(namespace, own, other):
    """Makes a TUN device here, then moves it into its namespace: the descriptor stays on this side."""
    run("ip", "netns", "add", namespace)
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    name = ("rl" + namespace)[:15]
    fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH14s", name.encode(), TUN_WITHOUT_HEADER, b""))
    run("ip", "link", "set", name, "netns", namespace)
    run("ip", "link", "set", "lo", "up", inside=namespace)
    run("ip", "addr", "add", own, "peer", other, "dev", name, inside=namespace)
    run("ip", "link", "set", name, "mtu", "1400", "up", inside=namespace)
    return descriptor


class Line:
    """What a line does to packets, as the control file says."""

    def __init__(self, control, seed):
        self.control, self.random = control, random.Random(seed)
        self.settings = {"delay": 0.0, "rate": 0.0, "loss": 0.0, "reorder": 0.0, "cut": 0.0}
        self.stamp = None

    def read(self):
        try:
            stamp = os.stat(self.control).st_mtime_ns
            if stamp != self.stamp:
                words = dict(word.split("=", 1) for word in open(self.control).read().split())
                self.settings.update({key: float(value) for key, value in words.items() if key in self.settings})
                self.stamp = stamp
        except (FileNotFoundError, ValueError):
            pass


class Way:
    """One direction."""

    def __init__(self, source, target, line):
        self.source, self.target, self.line = source, target, line
        self.waiting, self.number, self.free_at = [], 0, 0.0
        self.carried = self.dropped = 0

    def take(self, now):
        settings = self.line.settings
        while True:
            try:
                packet = os.read(self.source, 2048)
            except BlockingIOError:
                return
            if settings["cut"] or self.line.random.random() < settings["loss"]:
                self.dropped += 1
                continue
            start = max(now, self.free_at)
            if settings["rate"]:
                if start - now > QUEUE_SECONDS:
                    self.dropped += 1
                    continue
                self.free_at = start + len(packet) / settings["rate"]
                start = self.free_at
            due = start + settings["delay"]
            if self.line.random.random() < settings["reorder"]:
                due += 0.5 * settings["delay"] + 0.01
            self.number += 1
            heapq.heappush(self.waiting, (due, self.number, packet))

    def give(self, now):
        while self.waiting and self.waiting[0][0] <= now:
            packet = heapq.heappop(self.waiting)[2]
            if self.line.settings["cut"]:
                self.dropped += 1
                continue
            try:
                os.write(self.target, packet)
                self.carried += len(packet)
            except OSError:
                self.dropped += 1

    def next_due(self):
        return self.waiting[0][0] if self.waiting else float("inf")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="line", help="the namespaces are NAME-a and NAME-b")
    parser.add_argument("--control", required=True, help="the file that says how the line is")
    parser.add_argument("--seed", type=int, default=1, help="equal seeds lose the same packets")
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("bad_line.py: error: namespaces need root - run it with sudo")
    names = [f"{options.name}-{end}" for end in "ab"]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        ends = [
            device(names[0], "10.99.0.1", "10.99.0.2"),
            device(names[1], "10.99.0.2", "10.99.0.1"),
        ]
        line = Line(options.control, options.seed)
        ways = [Way(ends[0], ends[1], line), Way(ends[1], ends[0], line)]
        print("up", flush=True)
        while True:
            line.read()
            wait = min(min(way.next_due() for way in ways) - time.monotonic(), 0.05)
            readable, _, _ = select.select(ends, [], [], max(wait, 0))
            now = time.monotonic()
            for way in ways:
                if way.source in readable:
                    way.take(now)
                way.give(now)
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL, check=False)


if __name__ == "__main__":
    main()
