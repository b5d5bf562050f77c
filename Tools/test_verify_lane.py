"""Tests of verify_lane.py. They write their own lanes with their own Ed25519.

    python3 -m unittest discover -s Tools -p 'test_*.py'
"""

import base64
import contextlib
import hashlib
import io
import json
import os
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import verify_lane  # noqa: E402

# --- A signer after RFC 8032, section 5.1, in affine coordinates: slow, and
# --- sharing nothing with the verifier.

Q = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE_D = -121665 * pow(121666, -1, Q) % Q
BASE_Y = 4 * pow(5, -1, Q) % Q
BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202


def add(a, b):
    product = CURVE_D * a[0] * b[0] * a[1] * b[1]
    return ((a[0] * b[1] + b[0] * a[1]) * pow(1 + product, -1, Q) % Q,
            (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, Q) % Q)


def times(k, a):
    out = (0, 1)
    for bit in bin(k)[2:]:
        out = add(out, out)
        if bit == "1":
            out = add(out, a)
    return out


def encode(a):
    return (a[1] + ((a[0] & 1) << 255)).to_bytes(32, "little")


class Signer:
    def __init__(self, name, seed):
        digest = hashlib.sha512(seed).digest()
        self.name = name
        self.scalar = (int.from_bytes(digest[:32], "little") & ((1 << 254) - 8)) | 1 << 254
        self.prefix = digest[32:]
        self.public = encode(times(self.scalar, (BASE_X, BASE_Y)))
        self.id = self.id_of(1)
        self.vkey = "+".join([name, self.id.hex(), b64(b"\x01" + self.public)])

    def id_of(self, kind):
        return hashlib.sha256(
            self.name.encode() + b"\n" + bytes([kind]) + self.public).digest()[:4]

    def sign(self, message):
        r = int.from_bytes(hashlib.sha512(self.prefix + message).digest(), "little") % ORDER
        big_r = encode(times(r, (BASE_X, BASE_Y)))
        k = int.from_bytes(hashlib.sha512(big_r + self.public + message).digest(), "little")
        s = (r + k * self.scalar) % ORDER
        return big_r + s.to_bytes(32, "little")

    def line(self, text):
        return f"\u2014 {self.name} {b64(self.id + self.sign(text.encode()))}\n"

    def note(self, text):
        return text + "\n" + self.line(text)


def b64(data):
    return base64.b64encode(data).decode()


# --- A writer of lanes: the definitions of RFC 6962 and tlog-tiles to the letter

ORIGIN = "lane.example/source/agreement/audience"
LOG = Signer(ORIGIN, b"l" * 32)
OTHER = Signer("other.example/log", b"o" * 32)
EMPTY = hashlib.sha256(b"").digest()


def mth(leaves):
    """MTH of RFC 6962, section 2.1, over leaf hashes; by its recursion."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def leaf(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def place(n):
    digits = f"{n:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[i:i + 3] for i in range(0, len(digits), 3)]
    return "/".join(["x" + p for p in parts[:-1]] + parts[-1:])


def put(folder, path, data):
    target = Path(folder, path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        target.unlink()  # a hard link of another lane must stay as it is
    target.write_bytes(data)


def entry(i):
    return f"entry {i} ".encode() + bytes([i % 251]) * (i % 7 * 3)


def write_lane(folder, entries, signer=LOG, origin=ORIGIN):
    leaves = [leaf(e) for e in entries]
    size = len(entries)
    for start in range(0, size, 256):
        some = entries[start:start + 256]
        suffix = "" if len(some) == 256 else f".p/{len(some)}"
        put(folder, f"tile/entries/{place(start // 256)}{suffix}",
            b"".join(len(e).to_bytes(2, "big") + e for e in some))
    level, unit = 0, 1
    while size // unit:
        hashes = [mth(leaves[i * unit:(i + 1) * unit]) for i in range(size // unit)]
        for start in range(0, len(hashes), 256):
            some = hashes[start:start + 256]
            suffix = "" if len(some) == 256 else f".p/{len(some)}"
            put(folder, f"tile/{level}/{place(start // 256)}{suffix}", b"".join(some))
        level, unit = level + 1, unit * 256
    put(folder, "checkpoint", checkpoint(size, mth(leaves), signer, origin).encode())
    return leaves


def checkpoint(size, root, signer=LOG, origin=ORIGIN, more=""):
    return signer.note(f"{origin}\n{size}\n{b64(root)}\n{more}")


class LaneTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shelf = tempfile.TemporaryDirectory()
        cls.lanes = {}

    @classmethod
    def tearDownClass(cls):
        cls.shelf.cleanup()

    def lane(self, size):
        """A sound lane of its own, and its leaf hashes."""
        if size not in self.lanes:
            origin = Path(self.shelf.name, f"sound-{size}")
            self.lanes[size] = origin, write_lane(origin, [entry(i) for i in range(size)])
        origin, leaves = self.lanes[size]
        target = Path(tempfile.mkdtemp(dir=self.shelf.name), "lane")
        shutil.copytree(origin, target, copy_function=os.link)
        return target, leaves

    def verify(self, folder, key=LOG.vkey, old=None):
        arguments = [str(folder), "--json"] + (["--key", key] if key else [])
        if old is not None:
            path = Path(tempfile.mkdtemp(dir=self.shelf.name), "old")
            path.write_bytes(old if isinstance(old, bytes) else old.encode())
            arguments += ["--old", str(path)]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = verify_lane.main(arguments)
        self.err = err.getvalue()
        if status == 2:
            self.assertEqual(out.getvalue(), "")
            return 2, None
        report = json.loads(out.getvalue())
        self.assertEqual(list(report), ["entries", "faults", "origin", "root", "size"])
        self.assertEqual(status, 1 if report["faults"] else 0)
        return status, report

    def faults(self, *arguments, **named):
        _, report = self.verify(*arguments, **named)
        return [(f["path"], f["index"], f["kind"]) for f in report["faults"]]

    def change(self, folder, path, at=None, cut=None, more=b""):
        data = bytearray(Path(folder, path).read_bytes())
        if at is not None:
            data[at] ^= 1
        if cut is not None:
            del data[cut:]
        put(folder, path, bytes(data) + more)

    def offset(self, start, index):
        """Where the entry `index` begins in the bundle that begins at `start`."""
        return sum(2 + len(entry(i)) for i in range(start, index))


class SoundLanes(LaneTest):
    def test_sizes(self):
        for size in (0, 1, 2, 3, 255, 256, 257, 300, 511, 512, 1000):
            with self.subTest(size=size):
                folder, leaves = self.lane(size)
                status, report = self.verify(folder)
                self.assertEqual(status, 0, report)
                self.assertEqual(report, {
                    "entries": size, "faults": [], "origin": ORIGIN,
                    "root": mth(leaves).hex(), "size": size})

    def test_seventy_thousand(self):
        folder, leaves = self.lane(70_000)
        for path in ("tile/0/272", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17",
                     "tile/2/000.p/1", "tile/entries/273.p/112"):  # the example of the text
            self.assertTrue(Path(folder, path).is_file(), path)
        status, report = self.verify(folder)
        self.assertEqual((status, report["entries"], report["root"]),
                         (0, 70_000, mth(leaves).hex()))

    def test_the_empty_lane(self):
        folder, _ = self.lane(0)
        self.assertEqual(self.verify(folder)[1]["root"],
                         "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        put(folder, "checkpoint", checkpoint(0, bytes(32)).encode())
        self.assertEqual(self.faults(folder), [("checkpoint", 0, "root-differs")])

    def test_a_full_file_stands_in_for_a_partial_one(self):
        folder, leaves = self.lane(512)
        put(folder, "checkpoint", checkpoint(300, mth(leaves[:300])).encode())
        # The tile of level 1 is not full: its width of that size must be there.
        self.assertEqual(self.faults(folder), [("tile/1/000.p/1", 0, "missing")])
        put(folder, "tile/1/000.p/1", mth(leaves[:256]))
        status, report = self.verify(folder)
        self.assertEqual((status, report["entries"]), (0, 300))

    def test_the_largest_and_the_empty_entry(self):
        folder = Path(tempfile.mkdtemp(dir=self.shelf.name))
        write_lane(folder, [b"", b"x" * 65535, b""])
        self.assertEqual(self.verify(folder)[0], 0)

    def test_partial_files_of_other_widths_are_left_alone(self):
        folder, _ = self.lane(257)
        put(folder, "tile/0/000.p/9", b"older")
        put(folder, "tile/entries/001.p/9", b"newer")
        self.assertEqual(self.faults(folder), [])


class DamagedFiles(LaneTest):
    def test_missing(self):
        cases = {
            1: [("tile/entries/000.p/1", 0), ("tile/0/000.p/1", 0)],
            256: [("tile/entries/000", 0), ("tile/0/000", 0), ("tile/1/000.p/1", 0)],
            300: [("tile/entries/000", 0), ("tile/entries/001.p/44", 256), ("tile/0/000", 0),
                  ("tile/0/001.p/44", 256), ("tile/1/000.p/1", 0)],
            70_000: [("tile/entries/270", 69120), ("tile/0/272", 69632), ("tile/1/000", 0),
                     ("tile/1/001.p/17", 65536), ("tile/2/000.p/1", 0)],
        }
        for size, files in cases.items():
            for path, index in files:
                with self.subTest(size=size, path=path):
                    folder, _ = self.lane(size)
                    Path(folder, path).unlink()
                    self.assertEqual(self.faults(folder), [(path, index, "missing")])
                    Path(folder, path).mkdir()  # a folder is no file
                    self.assertEqual(self.faults(folder), [(path, index, "missing")])

    def test_tiles_cut(self):
        for size, path, keep, index in [
                (2, "tile/0/000.p/2", 0, 0), (2, "tile/0/000.p/2", 63, 1),
                (257, "tile/0/000", 100 * 32 + 5, 100), (257, "tile/1/000.p/1", 31, 0),
                (70_000, "tile/1/000", 7 * 32, 7 * 256),
                (70_000, "tile/1/001.p/17", 16 * 32, 272 * 256),
                (70_000, "tile/2/000.p/1", 1, 0)]:
            with self.subTest(size=size, path=path):
                folder, _ = self.lane(size)
                self.change(folder, path, cut=keep)
                self.assertEqual(self.faults(folder), [(path, index, "cut")])

    def test_bundles_cut(self):
        folder, _ = self.lane(300)
        for keep, index in [(0, 256), (1, 256), (self.offset(256, 270), 270),
                            (self.offset(256, 270) + 1, 270), (self.offset(256, 271) - 1, 270),
                            (self.offset(256, 300) - 1, 299)]:
            with self.subTest(keep=keep):
                folder, _ = self.lane(300)
                self.change(folder, "tile/entries/001.p/44", cut=keep)
                self.assertEqual(self.faults(folder), [("tile/entries/001.p/44", index, "cut")])

    def test_too_long(self):
        for size, path, index in [
                (1, "tile/entries/000.p/1", 1), (1, "tile/0/000.p/1", 1),
                (256, "tile/entries/000", 256), (256, "tile/0/000", 256),
                (256, "tile/1/000.p/1", 256), (70_000, "tile/1/000", 65536),
                (70_000, "tile/2/000.p/1", 65536), (70_000, "tile/entries/273.p/112", 70_000)]:
            for more in (b"\0", b"\0\0", bytes(40)):
                with self.subTest(size=size, path=path, more=len(more)):
                    folder, _ = self.lane(size)
                    self.change(folder, path, more=more)
                    self.assertEqual(self.faults(folder), [(path, index, "too-long")])

    def test_entries_altered(self):
        for size, path, start, index in [
                (1, "tile/entries/000.p/1", 0, 0), (255, "tile/entries/000.p/255", 0, 254),
                (256, "tile/entries/000", 0, 0), (300, "tile/entries/000", 0, 77),
                (300, "tile/entries/001.p/44", 256, 299),
                (70_000, "tile/entries/100", 25600, 25700),
                (70_000, "tile/entries/273.p/112", 69888, 69999)]:
            with self.subTest(size=size, path=path):
                folder, _ = self.lane(size)
                self.change(folder, path, at=self.offset(start, index) + 2)
                self.assertEqual(self.faults(folder), [(path, index, "altered")])

    def test_a_length_altered(self):
        for at in (0, 1):  # far beyond the file; one byte aside
            with self.subTest(at=at):
                folder, _ = self.lane(300)
                self.change(folder, "tile/entries/000", at=self.offset(0, 200) + at)
                (path, index, kind), = self.faults(folder)
                self.assertEqual((path, index), ("tile/entries/000", 200))
                self.assertIn(kind, ("cut", "altered"))

    def test_tiles_altered(self):
        for size, path, at, index in [
                (1, "tile/0/000.p/1", 3, 0), (255, "tile/0/000.p/255", 254 * 32, 254),
                (256, "tile/0/000", 9 * 32, 9), (256, "tile/1/000.p/1", 0, 0),
                (300, "tile/0/001.p/44", 43 * 32, 299), (300, "tile/1/000.p/1", 5, 0),
                (70_000, "tile/0/100", 31, 25600), (70_000, "tile/1/000", 255 * 32, 65280),
                (70_000, "tile/1/001.p/17", 16 * 32, 69632), (70_000, "tile/2/000.p/1", 0, 0)]:
            with self.subTest(size=size, path=path):
                folder, _ = self.lane(size)
                self.change(folder, path, at=at)
                self.assertEqual(self.faults(folder), [(path, index, "altered")])

    def test_entry_and_tile_rewritten_together(self):
        folder, leaves = self.lane(300)
        forged = list(leaves[:256])
        self.change(folder, "tile/entries/000", at=self.offset(0, 5) + 2)
        changed = bytearray(entry(5))
        changed[0] ^= 1
        forged[5] = leaf(bytes(changed))
        put(folder, "tile/0/000", b"".join(forged))
        # The level above still has the hash that the signed root has.
        self.assertEqual(self.faults(folder), [("tile/0/000", 0, "altered"),
                                               ("tile/entries/000", 0, "altered")])
        put(folder, "tile/1/000.p/1", mth(forged))
        self.assertEqual(self.faults(folder), [("checkpoint", 0, "root-differs")])

    def test_entry_and_partial_tile_rewritten_together(self):
        folder, leaves = self.lane(2)
        put(folder, "tile/entries/000.p/2", b"\0\1a\0\1b")
        put(folder, "tile/0/000.p/2", leaf(b"a") + leaf(b"b"))
        self.assertEqual(self.faults(folder), [("checkpoint", 0, "root-differs")])

    def test_a_contradiction_that_nothing_decides(self):
        folder, leaves = self.lane(300)
        self.change(folder, "tile/entries/000", at=self.offset(0, 7) + 2)
        Path(folder, "tile/1/000.p/1").unlink()  # the signed root still decides
        self.assertEqual(self.faults(folder), [("tile/1/000.p/1", 0, "missing"),
                                               ("tile/entries/000", 7, "altered")])
        put(folder, "checkpoint", checkpoint(300, bytes(32)).encode())
        self.assertEqual(self.faults(folder), [
            ("checkpoint", 0, "root-differs"), ("tile/1/000.p/1", 0, "missing"),
            ("tile/0/000", 7, "altered"), ("tile/entries/000", 7, "altered")])

    def test_two_entries_exchanged(self):
        folder, _ = self.lane(2)
        put(folder, "tile/entries/000.p/2", b"".join(
            len(entry(i)).to_bytes(2, "big") + entry(i) for i in (1, 0)))
        self.assertEqual(self.faults(folder), [("tile/entries/000.p/2", 0, "altered")])

    def test_several_files(self):
        folder, _ = self.lane(70_000)
        self.change(folder, "tile/entries/003", at=2)
        self.change(folder, "tile/0/004", at=64)
        self.change(folder, "tile/1/000", at=32 * 200)
        Path(folder, "tile/entries/200").unlink()
        self.change(folder, "tile/entries/273.p/112", cut=10)
        _, report = self.verify(folder)
        self.assertEqual([(f["path"], f["index"], f["kind"]) for f in report["faults"]], [
            ("tile/entries/003", 768, "altered"), ("tile/0/004", 1026, "altered"),
            ("tile/1/000", 51200, "altered"), ("tile/entries/200", 51200, "missing"),
            ("tile/entries/273.p/112", 69888, "cut")])

    def test_bundle_and_tile_missing(self):
        folder, _ = self.lane(300)
        Path(folder, "tile/entries/000").unlink()
        Path(folder, "tile/0/000").unlink()  # the level above bridges the gap
        self.assertEqual(self.faults(folder), [("tile/0/000", 0, "missing"),
                                               ("tile/entries/000", 0, "missing")])
        Path(folder, "tile/1/000.p/1").unlink()
        self.assertIn(("checkpoint", 0, "unproven"), self.faults(folder))
        folder, _ = self.lane(300)
        shutil.rmtree(Path(folder, "tile/entries/001.p"))
        shutil.rmtree(Path(folder, "tile/0/001.p"))
        self.assertEqual(self.faults(folder), [
            ("checkpoint", 256, "unproven"), ("tile/0/001.p/44", 256, "missing"),
            ("tile/entries/001.p/44", 256, "missing")])

    def test_nothing_but_a_checkpoint(self):
        folder, _ = self.lane(0)
        put(folder, "checkpoint", checkpoint(1 << 62, bytes(32)).encode())
        _, report = self.verify(folder)
        self.assertLess(len(report["faults"]), 20_000)
        self.assertIn({"path": "checkpoint", "index": 0, "kind": "unproven"}, report["faults"])

    def test_a_random_byte_anywhere(self):
        folder, _ = self.lane(300)
        files = sorted(p.relative_to(folder) for p in folder.rglob("*") if p.is_file())
        for path in files:
            length = Path(folder, path).stat().st_size
            for at in range(0, length, max(1, length // 40)):
                folder, _ = self.lane(300)
                self.change(folder, path, at=at)
                found = self.faults(folder)
                self.assertEqual({f[0] for f in found}, {str(path)}, (path, at))


class Checkpoints(LaneTest):
    def refused(self, text, kind="not-signed"):
        folder, _ = self.lane(2)
        put(folder, "checkpoint", text if isinstance(text, bytes) else text.encode())
        self.assertEqual(self.faults(folder), [("checkpoint", 0, kind)])

    def setUp(self):
        _, leaves = self.lane(2)
        self.root = mth(leaves)
        self.text = f"{ORIGIN}\n2\n{b64(self.root)}\n"
        self.good = LOG.note(self.text)

    def test_every_cut(self):
        data = self.good.encode()
        for keep in range(len(data)):
            with self.subTest(keep=keep):
                self.refused(data[:keep])

    def test_every_changed_byte(self):
        data = self.good.encode()
        for at in range(len(data)):
            with self.subTest(at=at):
                self.refused(data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])

    def test_form_of_the_note(self):
        line = LOG.line(self.text)
        for note in (
                "", "\n", "\n\n", self.text, self.text + "\n", line, "\n" + line,
                self.text + line, self.text + "\n" + line + "\n", self.good + "more\n",
                self.good + "\u2014 a\n", self.good + "\u2014 a b c\n",
                self.good + "- other AAAAAAA=\n", self.good + "\u2014 a+b AAAAAAA=\n",
                self.good + "\u2014 a\u00a0b AAAAAAA=\n", self.good + "\u2014  AAAAAAA=\n",
                self.good + "\u2014 other AAAAAA==\n",  # four bytes: an id, no signature
                self.good + "\u2014 other AAAAAAB=\n",  # stray bits
                self.good + "\u2014 other AAAAAAA\n", self.good + "\u2014 other AAA_AAA=\n",
                self.good.replace("\n", "\r\n"), self.good.replace("\u2014 ", "\u2014\t"),
                self.good.replace("\u2014", "\u2013"), self.good[:-1]):
            with self.subTest(note=note):
                self.refused(note)
        self.refused(self.good.encode() + b"\xe2\x80\x94 \xff AAAAAAA=\n")
        self.refused(LOG.note(self.text + "tab\there\n"))
        self.refused(LOG.note(self.text + "nul\0\n"))

    def test_form_of_the_body(self):
        root = b64(self.root)
        for text in (
                f"{ORIGIN}\n2\n", f"{ORIGIN}\n\n2\n{root}\n", f"\n2\n{root}\n",
                f"{ORIGIN}\n02\n{root}\n", f"{ORIGIN}\n+2\n{root}\n", f"{ORIGIN}\n-2\n{root}\n",
                f"{ORIGIN}\n2 \n{root}\n", f"{ORIGIN}\n\u0662\n{root}\n", f"{ORIGIN}\n\n{root}\n",
                f"{ORIGIN}\n0x2\n{root}\n", f"{ORIGIN}\n00\n{root}\n", f"{ORIGIN}\n{1 << 64}\n{root}\n",
                f"{ORIGIN}\n2\n{root[:-1]}\n", f"{ORIGIN}\n2\n{b64(self.root[:31])}\n",
                f"{ORIGIN}\n2\n{b64(self.root + b'!')}\n", f"{ORIGIN}\n2\n{root} \n",
                f"{ORIGIN}\n2\n{root}\n\nlate\n"):
            with self.subTest(text=text):
                self.refused(LOG.note(text))

    def test_extension_lines(self):
        folder, _ = self.lane(2)
        put(folder, "checkpoint", checkpoint(2, self.root, more="one\ntwo words\n").encode())
        self.assertEqual(self.faults(folder), [])

    def test_unknown_signatures_are_ignored(self):
        stamp = (1_700_000_000).to_bytes(8, "big")
        cosigned = b"cosignature/v1\ntime 1700000000\n" + self.text.encode()
        own = f"\u2014 {ORIGIN} {b64(LOG.id_of(4) + stamp + LOG.sign(cosigned))}\n"
        same_id = f"\u2014 other {b64(LOG.id + bytes(64))}\n"
        same_name = f"\u2014 {ORIGIN} {b64(b'abcd' + bytes(2420))}\n"
        line = LOG.line(self.text)
        folder, _ = self.lane(2)
        for lines in ([OTHER.line(self.text), line], [line, own], [own, line, same_id],
                      [same_name, line], [line] * 16):
            put(folder, "checkpoint", (self.text + "\n" + "".join(lines)).encode())
            self.assertEqual(self.faults(folder), [])
        for lines in ([OTHER.line(self.text)], [own], [same_id, same_name]):
            self.refused(self.text + "\n" + "".join(lines))

    def test_a_false_signature_of_the_key_beside_a_true_one(self):
        self.refused(self.good + f"\u2014 {ORIGIN} {b64(LOG.id + bytes(64))}\n")
        self.refused(self.good + f"\u2014 {ORIGIN} {b64(LOG.id + bytes(63))}\n")

    def test_wrong_origin(self):
        self.refused(checkpoint(2, self.root, origin="elsewhere"), "wrong-origin")

    def test_another_root_or_size(self):
        self.refused(checkpoint(2, bytes(32)), "root-differs")
        folder, _ = self.lane(2)
        put(folder, "checkpoint", checkpoint(1, self.root).encode())
        self.assertEqual({f[2] for f in self.faults(folder)}, {"missing", "unproven"})

    def test_no_checkpoint(self):
        folder, _ = self.lane(2)
        Path(folder, "checkpoint").unlink()
        self.assertEqual(self.faults(folder), [("checkpoint", 0, "missing")])

    def test_nothing_of_an_unsigned_text_is_reported(self):
        folder, _ = self.lane(2)
        put(folder, "checkpoint", self.good.replace("\n2\n", "\n3\n").encode())
        _, report = self.verify(folder)
        self.assertEqual((report["origin"], report["size"], report["root"]), (None,) * 3)


class OlderCheckpoints(LaneTest):
    def test_every_older_size(self):
        for size in (0, 1, 2, 255, 256, 257, 300):
            folder, leaves = self.lane(size)
            for old in {0, 1, 2, 3, 254, 255, 256, 257, 299, 300}:
                if old > size:
                    continue
                with self.subTest(size=size, old=old):
                    good, bad = checkpoint(old, mth(leaves[:old])), checkpoint(old, b"!" * 32)
                    self.assertEqual(self.faults(folder, old=good), [])
                    self.assertEqual(self.faults(folder, old=bad), [("checkpoint", 0, "forked")])

    def test_seventy_thousand(self):
        folder, leaves = self.lane(70_000)
        for old in (0, 65_535, 65_536, 65_537, 69_888, 69_999, 70_000):
            with self.subTest(old=old):
                note = checkpoint(old, mth(leaves[:old]))
                self.assertEqual(self.faults(folder, old=note), [])
        other = checkpoint(69_999, mth(leaves[1:]))
        self.assertEqual(self.faults(folder, old=other), [("checkpoint", 0, "forked")])

    def test_shrunk(self):
        folder, leaves = self.lane(257)
        _, longer = self.lane(300)
        note = checkpoint(300, mth(longer))
        self.assertEqual(self.faults(folder, old=note), [("checkpoint", 257, "shrunk")])

    def test_a_rewritten_lane_that_is_sound_in_itself(self):
        folder = Path(tempfile.mkdtemp(dir=self.shelf.name))
        write_lane(folder, [entry(i if i != 9 else 1000) for i in range(300)])
        _, leaves = self.lane(300)
        self.assertEqual(self.faults(folder), [])
        for old, kinds in ((9, []), (10, ["forked"]), (256, ["forked"]), (300, ["forked"])):
            note = checkpoint(old, mth(leaves[:old]))
            self.assertEqual([f[2] for f in self.faults(folder, old=note)], kinds)

    def test_a_bad_older_checkpoint(self):
        folder, leaves = self.lane(2)
        for note, kind in ((checkpoint(1, leaves[0])[:-3], "not-signed"),
                           (checkpoint(1, leaves[0], signer=OTHER), "not-signed"),
                           (b"\xff", "not-signed"),
                           (checkpoint(1, leaves[0], origin="elsewhere"), "wrong-origin")):
            found = self.faults(folder, old=note)
            self.assertEqual([f[2] for f in found], [kind])
            self.assertTrue(found[0][0].endswith("/old"))

    def test_damage_accuses_nobody(self):
        folder, leaves = self.lane(300)
        note = checkpoint(280, mth(leaves[:280]))
        self.change(folder, "tile/entries/001.p/44", at=2)  # the tile proves it still
        self.assertEqual(self.faults(folder, old=note),
                         [("tile/entries/001.p/44", 256, "altered")])
        put(folder, "tile/0/001.p/44", b"".join(leaves[:44]))
        kinds = {f[2] for f in self.faults(folder, old=note)}
        self.assertIn("root-differs", kinds)
        self.assertIn("unproven", kinds)
        self.assertNotIn("forked", kinds)

    def test_a_gap_in_which_the_older_tree_ends(self):
        folder, leaves = self.lane(300)
        note = checkpoint(100, mth(leaves[:100]))
        Path(folder, "tile/entries/000").unlink()
        self.assertEqual([f[2] for f in self.faults(folder, old=note)], ["missing"])
        Path(folder, "tile/0/000").unlink()
        self.assertEqual([f[2] for f in self.faults(folder, old=note)],
                         ["unproven", "missing", "missing"])


class Usage(LaneTest):
    def test_keys(self):
        folder, _ = self.lane(2)
        name, key_id, coded = LOG.vkey.split("+", 2)
        cosigner = "+".join([name, LOG.id_of(4).hex(), b64(b"\x04" + LOG.public)])
        for key in ("", "nothing", f"{name}+00000000+{coded}", f"{name}+{key_id}", cosigner,
                    f"other+{key_id}+{coded}", f"{name}+{key_id}+{coded}A",
                    f"{name}+{key_id}+{b64(LOG.public)}"):
            with self.subTest(key=key):
                self.assertEqual(self.verify(folder, key=key or "no such file")[0], 2)

    def test_key_from_a_file(self):
        folder, _ = self.lane(2)
        put(folder, "lane.vkey", LOG.vkey.encode() + b"\n")
        self.assertEqual(self.verify(folder, key=str(folder / "lane.vkey"))[0], 0)
        self.assertEqual(self.err, "")
        self.assertEqual(self.verify(folder, key=None)[0], 0)
        self.assertIn("lane.vkey", self.err)
        put(folder, "lane.vkey", b"\xff")
        self.assertEqual(self.verify(folder, key=None)[0], 2)

    def test_unreadable(self):
        folder, _ = self.lane(2)
        self.assertEqual(self.verify(folder / "nowhere")[0], 2)
        with contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(verify_lane.main(
                [str(folder), "--key", LOG.vkey, "--old", str(folder / "nowhere")]), 2)
            with self.assertRaises(SystemExit) as end:
                verify_lane.main([])
        self.assertEqual(end.exception.code, 2)

    def test_lines_for_people(self):
        folder, _ = self.lane(2)
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            self.assertEqual(verify_lane.main([str(folder), "--key", LOG.vkey]), 0)
        self.assertTrue(out.getvalue().startswith("sound: " + ORIGIN))


class PublicVectors(unittest.TestCase):
    # RFC 8032, section 7.1, tests 1 to 3: secret, public, message, signature.
    VECTORS = [
        ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
         "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
        ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
         "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
        ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
         "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
         "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
    ]

    def test_ed25519(self):
        for secret, public, message, signature in self.VECTORS:
            public, message, signature = map(bytes.fromhex, (public, message, signature))
            signer = Signer("x", bytes.fromhex(secret))
            self.assertEqual(signer.public, public)
            self.assertEqual(signer.sign(message), signature)
            verifies = verify_lane.ed25519_verifies
            self.assertTrue(verifies(public, message, signature))
            self.assertFalse(verifies(public, message + b"x", signature))
            for at in range(64):
                changed = signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1:]
                self.assertFalse(verifies(public, message, changed))
            s = int.from_bytes(signature[32:], "little") + ORDER  # the same, not reduced
            self.assertFalse(verifies(public, message, signature[:32] + s.to_bytes(32, "little")))
            self.assertFalse(verifies(b"\xff" * 32, message, signature))

    def test_ed25519_agrees_with_an_installed_package(self):
        try:
            from cryptography.exceptions import InvalidSignature
            from cryptography.hazmat.primitives.asymmetric.ed25519 import (
                Ed25519PrivateKey, Ed25519PublicKey)
        except ImportError:
            self.skipTest("cryptography is not installed")
        for i in range(20):
            seed, message = hashlib.sha256(bytes([i])).digest(), bytes(i)
            theirs, ours = Ed25519PrivateKey.from_private_bytes(seed), Signer("x", seed)
            signature = theirs.sign(message)
            self.assertEqual(ours.sign(message), signature)
            self.assertTrue(verify_lane.ed25519_verifies(ours.public, message, signature))
            changed = signature[:-1] + bytes([signature[-1] ^ 1])
            self.assertFalse(verify_lane.ed25519_verifies(ours.public, message, changed))
            with self.assertRaises(InvalidSignature):
                Ed25519PublicKey.from_public_bytes(ours.public).verify(changed, message)

    def test_the_example_of_the_note_text(self):
        # Its key is not given there; its form is, and the form must be accepted.
        note = ("Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\n"
                "ed \u00e8 subito sera.\n\n\u2014 quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUP"
                "eFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n")
        key = verify_lane.Key("someone", bytes(4), bytes(32))
        with self.assertRaisesRegex(verify_lane.NotSigned, "no signature is by the key"):
            verify_lane.open_note(note.encode(), key)

    def test_a_log_by_another_hand(self):
        # Checkpoints of another implementation's test log, over no entry and
        # over the one entry "one".
        key = verify_lane.parse_key(
            "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
        empty = ("example.com/log/testdata\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n"
                 "\u2014 example.com/log/testdata M9e0lhxJACzE1KoUdqKuPa+9p6R7dSW8BlEvrg/noo8FkGg6PbJo"
                 "RNOcdjqjOq89wVvTA60eubCc4oufo5BvIVEgtQc=\n")
        one = ("example.com/log/testdata\n1\n0Nc2CrefWKseHj/mStd+LqC8B+NrX0btIiPt2SmN+ek=\n\n"
               "\u2014 example.com/log/testdata M9e0lhr9kuLxGdAtaUrhm84TQffVsLdcy808sN0a3WyniNlfcr9+by"
               "woiIke1YYciCNjJGkCgIlQ8b16jhsmg/SChAM=\n")
        self.assertEqual(verify_lane.parse_checkpoint(empty.encode(), key),
                         ("example.com/log/testdata", 0, EMPTY))
        self.assertEqual(verify_lane.parse_checkpoint(one.encode(), key).root, leaf(b"one"))

    def test_paths(self):
        for n, path in ((0, "000"), (999, "999"), (1000, "x001/000"),
                        (1234067, "x001/x234/067")):  # the example of the text
            self.assertEqual(verify_lane.index_path(n), path)
            self.assertEqual(place(n), path)

    def test_tree_hash(self):
        for n in range(1, 300):
            leaves = [leaf(bytes([i % 256])) for i in range(n)]
            self.assertEqual(verify_lane.tree_hash(b"".join(leaves)), mth(leaves))


if __name__ == "__main__":
    unittest.main()
