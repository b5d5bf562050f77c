#!/usr/bin/env python3
"""Checks a transparency-log lane that lies in a folder, from its files alone.

Written from the public texts only: the C2SP specifications tlog-tiles,
tlog-checkpoint, signed-note and tlog-cosignature, RFC 6962 section 2.1 and
RFC 8032. It needs Python 3.11 or later and nothing else. See README.md.

    python3 verify_lane.py DIR --key VKEY|FILE [--old CHECKPOINT_FILE] [--json]

Exit status: 0 sound, 1 faults found, 2 wrong usage or something unreadable.
"""

import argparse
import base64
import binascii
import hashlib
import json
import os
import re
import stat
import sys
from typing import NamedTuple

WIDTH = 256                        # hashes of a full tile, entries of a full bundle
HASH = 32                          # bytes of a SHA-256
LARGEST_ENTRY = 65535              # what a 16-bit length can say
LARGEST_BUNDLE = WIDTH * (2 + LARGEST_ENTRY)
LARGEST_NOTE = 1 << 20             # bytes; room for far more than 16 signatures of 5 kB
LARGEST_SIZE = (1 << 64) - 1       # entries; RFC 6962 holds a tree size in 64 bits
MOST_FAULTS = 10_000               # after that many the walk stops
EMPTY_ROOT = hashlib.sha256(b"").digest()


class Unreadable(Exception):
    """What the caller gave cannot be used: exit status 2."""


class NotSigned(Exception):
    """The file is no checkpoint signed by the key."""


class TooManyFaults(Exception):
    """More faults than are worth listing."""


# --- Ed25519 verification (RFC 8032, section 5.1), in extended coordinates ---

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def point_add(a, b):
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_multiply(k, a):
    out = (0, 1, 1, 0)
    while k:
        if k & 1:
            out = point_add(out, a)
        a = point_add(a, a)
        k >>= 1
    return out


def point_encode(a):
    z = pow(a[2], P - 2, P)
    x, y = a[0] * z % P, a[1] * z % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def point_decode(data):
    """The point that 32 bytes stand for, or None (section 5.1.3)."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * SQRT_M1 % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point_decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_verifies(public, message, signature):
    """Whether `signature` (64 bytes) of `message` is by `public` (32 bytes).

    Section 5.1.7 with the equation without cofactor, which that section
    allows: the stricter of its two forms.
    """
    if len(public) != 32 or len(signature) != 64:
        return False
    a = point_decode(public)
    s = int.from_bytes(signature[32:], "little")
    if a is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    minus_a = (P - a[0], a[1], a[2], P - a[3])
    r = point_add(point_multiply(s, BASE), point_multiply(k, minus_a))
    return point_encode(r) == signature[:32]


# --- Keys, notes and checkpoints (C2SP signed-note, tlog-checkpoint) ---

class Key(NamedTuple):
    name: str
    id: bytes      # 4 bytes
    public: bytes  # 32 bytes


class Checkpoint(NamedTuple):
    origin: str
    size: int
    root: bytes


def base64_strict(text):
    """The bytes of canonical standard base64 (RFC 4648, section 4), or None."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data).decode() == text else None


def is_key_name(text):
    return bool(text) and "+" not in text and not any(c.isspace() or c < " " for c in text)


def parse_key(text):
    """A verifier key `<name>+<id, 8 hex digits>+<base64 of type and key>`."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not is_key_name(parts[0]):
        raise Unreadable("the key is not of the form NAME+ID+BASE64")
    name, hex_id, coded = parts
    data = base64_strict(coded)
    if not re.fullmatch(r"[0-9a-fA-F]{8}", hex_id) or not data:
        raise Unreadable("the key is not of the form NAME+ID+BASE64")
    if data[0] != 1 or len(data) != 33:
        raise Unreadable("the key is not an Ed25519 key (type 0x01)")
    key_id = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    if key_id.hex() != hex_id.lower():
        raise Unreadable(f"the key says id {hex_id.lower()}, computed is {key_id.hex()}")
    return Key(name, key_id, data[1:])


def open_note(data, key):
    """The text of a note, proven to be signed by the key."""
    if len(data) > LARGEST_NOTE:
        raise NotSigned("the note is too large")
    try:
        note = data.decode("utf-8")
    except UnicodeDecodeError:
        raise NotSigned("the note is not UTF-8") from None
    if any(c < " " and c != "\n" for c in note):
        raise NotSigned("the note holds a control character")
    split = note.rfind("\n\n")
    if split < 0:
        raise NotSigned("the note has no empty line before its signatures")
    text, signatures = note[:split + 1], note[split + 2:]
    if not signatures.endswith("\n"):
        raise NotSigned("the note does not end in a signature line")
    signed = False
    for line in signatures[:-1].split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014" or not is_key_name(parts[1]):
            raise NotSigned("a signature line is malformed")
        blob = base64_strict(parts[2])
        if blob is None or len(blob) < 5:
            raise NotSigned("a signature is malformed")
        if parts[1] != key.name or blob[:4] != key.id:
            continue  # unknown: another key, or another type of signature
        if not ed25519_verifies(key.public, text.encode(), blob[4:]):
            raise NotSigned("the signature of the key does not verify")
        signed = True
    if not signed:
        raise NotSigned("no signature is by the key")
    return text


def parse_checkpoint(data, key):
    lines = open_note(data, key).split("\n")
    lines.pop()  # what follows the last newline: nothing
    if len(lines) < 3 or not all(lines):
        raise NotSigned("a checkpoint has at least three lines, none of them empty")
    if not re.fullmatch(r"0|[1-9][0-9]{0,19}", lines[1]) or int(lines[1]) > LARGEST_SIZE:
        raise NotSigned("the tree size is malformed")
    root = base64_strict(lines[2])
    if root is None or len(root) != HASH:
        raise NotSigned("the root hash is malformed")
    return Checkpoint(lines[0], int(lines[1]), root)


# --- The Merkle tree (RFC 6962, section 2.1) ---

def node_hash(left, right, sha256=hashlib.sha256):
    return sha256(b"\x01" + left + right).digest()


def tree_hash(hashes, sha256=hashlib.sha256):
    """The Merkle tree hash over concatenated hashes, at least one.

    Level by level; a last hash without a neighbour moves up unchanged, which
    is the same as splitting at the largest power of two.
    """
    while len(hashes) > HASH:
        even = len(hashes) // 64 * 64
        rest = hashes[even:]
        hashes = b"".join(
            [sha256(b"\x01" + hashes[i:i + 64]).digest() for i in range(0, even, 64)]) + rest
    return hashes


class Range:
    """A compact range: the roots of the perfect subtrees from the left.

    The unit is a full group of 256 leaves. None stands for a hash that could
    not be had, and makes unknown whatever is above it.
    """

    def __init__(self):
        self.count = 0
        self.peaks = []

    def append(self, value):
        count = self.count
        while count & 1:
            left = self.peaks.pop()
            value = None if value is None or left is None else node_hash(left, value)
            count >>= 1
        self.peaks.append(value)
        self.count += 1

    def root(self, tail=b""):
        """The root of the groups so far and `tail`: the leaf hashes after them."""
        if tail is None or None in self.peaks:
            return None
        peaks = self.peaks + ([tree_hash(tail)] if tail else [])
        if not peaks:
            return EMPTY_ROOT
        value = peaks[-1]
        for left in reversed(peaks[:-1]):
            value = node_hash(left, value)
        return value


# --- Tiles and bundles (C2SP tlog-tiles) ---

def index_path(n):
    """1234067 is x001/x234/067."""
    text = f"{n % 1000:03d}"
    while n >= 1000:
        n //= 1000
        text = f"x{n % 1000:03d}/{text}"
    return text


def read_file(path, limit):
    """The first `limit` + 1 bytes of a regular file; None if there is none."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return None
        with open(path, "rb") as file:
            return file.read(limit + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}") from None


def parse_bundle(data, width, sha256=hashlib.sha256):
    """The leaf hashes of up to `width` entries, and where the last one ends."""
    out = []
    add = out.append
    at, end = 0, len(data)
    for _ in range(width):
        start = at + 2
        if start > end:
            break
        stop = start + (data[at] << 8 | data[at + 1])
        if stop > end:
            break
        add(sha256(b"\x00" + data[start:stop]).digest())
        at = stop
    return out, at


def first_difference(a, b):
    """The number of the first hash in which two rows of hashes differ."""
    for i in range(0, min(len(a), len(b)), HASH):
        if a[i:i + HASH] != b[i:i + HASH]:
            return i // HASH
    return min(len(a), len(b)) // HASH


# When files contradict each other, the signed root says which of them is
# right. The walk therefore carries three trees, which are the same in a sound
# lane: each trusts a different file first where no majority decides.
ENTRIES_FIRST, TILES_FIRST, ABOVE_FIRST = range(3)
TREES = (ENTRIES_FIRST, TILES_FIRST, ABOVE_FIRST)


class Level:
    """One level of tiles from 1 up, while the hashes from below arrive."""

    def __init__(self):
        self.tile = None
        self.path = ""
        self.rows = [bytearray(), bytearray(), bytearray()]
        self.unknown = [False, False, False]
        self.wrong = [False, False, False]


class Walk:
    """One pass over all bundles and tiles that a tree of `size` entries needs."""

    def __init__(self, folder, size, old_size=None):
        self.folder = folder
        self.size = size
        self.old_size = old_size
        self.entries = 0                  # entries read whole
        self.faults = []                  # sure in themselves
        self.tree_faults = [[], [], []]   # sure if that tree has the signed root
        self.ranges = [Range(), Range(), Range()]
        self.roots = [None, None, None]
        self.old_roots = [None, None, None]
        self.unknown_from = None          # first entry of which no hash could be had
        self.levels = []
        rest = size // WIDTH
        while rest:
            self.levels.append(Level())
            rest //= WIDTH

    def fault(self, path, index, kind, trees=None):
        found = (path, index, kind)
        for faults in [self.faults] if trees is None else [self.tree_faults[t] for t in trees]:
            if found not in faults[-4:]:
                faults.append(found)
        if len(self.faults) + max(map(len, self.tree_faults)) >= MOST_FAULTS:
            raise TooManyFaults

    def read(self, kind, n, width, limit):
        """The file of tile or bundle `n`: data, path, and width by its name."""
        full = f"tile/{kind}/{index_path(n)}"
        path = full if width == WIDTH else f"{full}.p/{width}"
        data = read_file(os.path.join(self.folder, path), limit)
        if data is None and width < WIDTH:  # the full one may stand in
            data = read_file(os.path.join(self.folder, full), limit)
            if data is not None:
                return data, full, WIDTH
        return data, path, width

    def read_tile(self, level, n, width):
        """The `width` hashes of a tile, or None if they are not all there."""
        data, path, named = self.read(level, n, width, WIDTH * HASH)
        unit = WIDTH**level
        if data is None:
            self.fault(path, n * WIDTH * unit, "missing")
            return None, path
        if len(data) < named * HASH:
            self.fault(path, (n * WIDTH + len(data) // HASH) * unit, "cut")
        elif len(data) > named * HASH:
            self.fault(path, (n * WIDTH + named) * unit, "too-long")
        row = data[:width * HASH]
        return (row if len(row) == width * HASH else None), path

    def run(self):
        groups, rest = divmod(self.size, WIDTH)
        for n in range(groups):
            self.group(n, WIDTH)
        if rest:
            self.group(groups, rest)
        else:
            self.roots = [r.root() for r in self.ranges]
        return self

    def group(self, n, width):
        """Bundle `n`, level-0 tile `n`, and the hash over them at level 1."""
        first = n * WIDTH
        data, bundle_path, named = self.read("entries", n, width, LARGEST_BUNDLE)
        tile, tile_path = self.read_tile(0, n, width)
        hashes, end = parse_bundle(data or b"", named)
        self.entries += min(len(hashes), width)
        row = b"".join(hashes[:width])
        whole = len(row) == width * HASH
        above, above_path = self.above(1, n) if width == WIDTH else (None, "")

        entries_hash = tree_hash(row) if whole else None
        if whole and row == tile:
            tile_hash = entries_hash
        else:
            tile_hash = tree_hash(tile) if tile else None

        picks, rows = [entries_hash] * 3, [row] * 3
        if not (entries_hash == tile_hash and entries_hash is not None
                and (above is None or above == entries_hash)):
            picks, rows = self.judge(n, row if whole else None, tile, entries_hash, tile_hash,
                                     above, bundle_path, tile_path, above_path)

        # The form of the bundle. A length that was changed makes later entries
        # begin in the wrong place: then the first wrong entry is what counts.
        kind = None
        if data is None:
            kind, at = "missing", first
        elif len(hashes) < named:
            kind, at = "cut", first + len(hashes)
        elif end < len(data):
            kind, at = "too-long", first + named
        if kind in ("cut", "too-long") and tile and picks[ENTRIES_FIRST] == tile_hash:
            differs = first_difference(row, tile)
            if differs * HASH < len(row):
                kind, at = "altered", first + differs
        if kind:
            self.fault(bundle_path, at, kind)

        if self.unknown_from is None and picks[ENTRIES_FIRST] is None:
            self.unknown_from = first
        old = self.old_size
        if old is not None and first <= old < first + width:
            keep = (old - first) * HASH
            self.old_roots = [
                r.root(b"" if not keep else rows[t] and rows[t][:keep])
                for t, r in enumerate(self.ranges)]
        if width < WIDTH:
            self.roots = [
                r.root(rows[t]) for t, r in enumerate(self.ranges)]
            return
        for t, r in enumerate(self.ranges):
            r.append(picks[t])
        self.rise(1, n, picks)

    def judge(self, n, row, tile, entries_hash, tile_hash, above, bundle_path, tile_path,
              above_path):
        """Which of three sources each tree takes, and which files that blames."""
        first = n * WIDTH
        at = first
        if row is not None and tile is not None and row != tile:
            at += first_difference(row, tile)
        sources = [(entries_hash, row), (tile_hash, tile), (above, None)]
        blame = [(bundle_path, at), (tile_path, at), (above_path, first)]
        known = [i for i in range(3) if sources[i][0] is not None]
        picks, rows = [], []
        for tree in TREES:
            pick = self.pick(tree, [s[0] for s in sources], known)
            value = sources[pick][0] if pick is not None else None
            picks.append(value)
            rows.append(next((s[1] for s in sources if s[0] == value and s[1]), None)
                        if value is not None else None)
            for i in known:
                if sources[i][0] != value:
                    self.fault(*blame[i], "altered", [tree])
        return picks, rows

    @staticmethod
    def pick(tree, values, known):
        if not known:
            return None
        if tree == ABOVE_FIRST and 2 in known and values[0] == values[1]:
            return 2  # the two lowest may have been rewritten together
        for i in known:
            if sum(values[j] == values[i] for j in known) > 1:
                return i
        if tree == ENTRIES_FIRST or len(known) == 1:
            return known[0]
        if tree == TILES_FIRST:
            return known[1]
        return 2 if 2 in known else known[0]

    def above(self, level, n):
        """What the tile at `level` says of the full tile `n` one level below."""
        state = self.levels[level - 1]
        number, place = divmod(n, WIDTH)
        if place == 0:
            here = self.size // WIDTH**level
            state.tile, state.path = self.read_tile(
                level, number, min(WIDTH, here - number * WIDTH))
        if state.tile is None:
            return None, state.path
        return state.tile[place * HASH:(place + 1) * HASH], state.path

    def rise(self, level, n, picks):
        """Collect hashes at `level`; a full row is one hash at the next."""
        state = self.levels[level - 1]
        for t in TREES:
            if picks[t] is None:
                state.unknown[t] = True
            else:
                state.rows[t] += picks[t]
        if (n + 1) % WIDTH:
            return
        number = n // WIDTH
        values = [None if state.unknown[t] else tree_hash(bytes(state.rows[t])) for t in TREES]
        state.rows = [bytearray(), bytearray(), bytearray()]
        state.unknown = [False, False, False]
        above, path = self.above(level + 1, number)
        for t in TREES:
            if above is None:
                continue
            if values[t] is None:
                values[t] = above
            elif values[t] != above:
                self.fault(path, number * WIDTH**(level + 1), "altered", [t])
        self.rise(level + 1, number, values)


# --- The whole ---

class Report(NamedTuple):
    origin: str | None
    size: int | None
    root: str | None
    entries: int
    faults: list
    remarks: list

    def as_json(self):
        return json.dumps({
            "origin": self.origin, "size": self.size, "root": self.root,
            "entries": self.entries,
            "faults": [{"path": p, "index": i, "kind": k} for p, i, k in self.faults],
        }, sort_keys=True, ensure_ascii=False)


def check(folder, key, old_path=None):
    """The report on the lane in `folder`."""
    if not os.path.isdir(folder):
        raise Unreadable(f"{folder}: no such folder")
    faults, remarks = [], []
    old = None
    if old_path is not None:
        data = read_file(old_path, LARGEST_NOTE)
        if data is None:
            raise Unreadable(f"{old_path}: no such file")
        try:
            old = parse_checkpoint(data, key)
        except NotSigned as reason:
            faults.append((old_path, 0, "not-signed"))
            remarks.append(f"{old_path}: {reason}")
    if old is not None and old.origin != key.name:
        faults.append((old_path, 0, "wrong-origin"))
        old = None

    data = read_file(os.path.join(folder, "checkpoint"), LARGEST_NOTE)
    try:
        if data is None:
            faults.append(("checkpoint", 0, "missing"))
            return Report(None, None, None, 0, faults, remarks)
        new = parse_checkpoint(data, key)
    except NotSigned as reason:
        faults.append(("checkpoint", 0, "not-signed"))
        remarks.append(f"checkpoint: {reason}")
        return Report(None, None, None, 0, faults, remarks)
    if new.origin != key.name:
        faults.append(("checkpoint", 0, "wrong-origin"))

    if old is not None and old.size > new.size:
        faults.append(("checkpoint", new.size, "shrunk"))
        old = None
    if old is not None and old.size == new.size:
        if old.root != new.root:
            faults.append(("checkpoint", 0, "forked"))
        old = None

    walk = Walk(folder, new.size, old.size if old else None)
    try:
        walk.run()
    except TooManyFaults:
        remarks.append(f"stopped after {MOST_FAULTS} faults")
        faults += walk.faults + sum(walk.tree_faults, [])
        faults.append(("checkpoint", 0, "unproven"))
    else:
        tree = next((t for t in TREES if walk.roots[t] == new.root), None)
        proven = tree is not None
        # Where nothing decides, all that contradict each other are named.
        faults += walk.faults + (walk.tree_faults[tree] if proven else sum(walk.tree_faults, []))
        unproven = None
        if not proven and walk.roots[ENTRIES_FIRST] is None:
            unproven = walk.unknown_from or 0
        elif not proven:
            faults.append(("checkpoint", 0, "root-differs"))
        if old is not None:
            before = walk.old_roots[tree] if proven else None
            if before is None:
                # What is at hand is not what was signed: it accuses nobody.
                unproven = unproven or 0
            elif before != old.root:
                faults.append(("checkpoint", 0, "forked"))
        if unproven is not None:
            faults.append(("checkpoint", unproven, "unproven"))
    faults = sorted(set(faults), key=lambda f: (f[1], f[0], f[2]))
    return Report(new.origin, new.size, new.root.hex(), walk.entries, faults, remarks)


def key_of(argument, folder):
    """The key given as text or file; without one, the one beside the lane."""
    if argument is None:
        argument = os.path.join(folder, "lane.vkey")
        print(f"remark: key taken from {argument}; a key that travels with the lane"
              " proves only that the lane agrees with itself", file=sys.stderr)
    elif re.fullmatch(r"[^+]+\+[0-9a-fA-F]{8}\+[A-Za-z0-9+/]+=*", argument):
        return parse_key(argument)
    data = read_file(argument, LARGEST_NOTE)
    if data is None:
        raise Unreadable(f"{argument}: neither a verifier key nor a file")
    try:
        return parse_key(data.decode("utf-8").strip("\r\n"))
    except UnicodeDecodeError:
        raise Unreadable(f"{argument}: not UTF-8") from None


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="verify_lane.py", description="Checks a transparency-log lane in a folder.")
    parser.add_argument("folder", metavar="DIR")
    parser.add_argument("--key", metavar="VKEY|FILE", help="verifier key; else DIR/lane.vkey")
    parser.add_argument("--old", metavar="CHECKPOINT_FILE", help="an earlier checkpoint")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    try:
        report = check(options.folder, key_of(options.key, options.folder), options.old)
    except Unreadable as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for remark in report.remarks:
        print(f"remark: {remark}", file=sys.stderr)
    if options.json:
        print(report.as_json())
    else:
        for path, index, kind in report.faults:
            print(f"{kind}\t{path}\t{index}")
        print(f"{'faulty' if report.faults else 'sound'}: {report.origin},"
              f" size {report.size}, root {report.root}, {report.entries} entries read")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
