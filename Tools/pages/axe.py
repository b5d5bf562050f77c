"""axe-core, the judge of accessibility: fetched once from the wheel of a package index, kept below .build, not in the tree."""

import glob
import os
import subprocess
import sys
import zipfile

WHEEL = "axe-playwright-python==0.1.8"
DIGEST = "sha256:fdd263c998388f1a8e67cad02677e612d946248bd44d163be5e8650ea31f95f8"
VERSION = "4.12.1"


def source(folder):
    """The text of axe.min.js; downloads it into a folder when it is not there."""
    path = os.path.join(folder, "axe-%s.min.js" % VERSION)
    if not os.path.exists(path):
        fetch(folder, path)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if "axe v" + VERSION not in text[:200]:
        sys.exit("check-pages: %s is not axe-core %s - delete it and try again" % (path, VERSION))
    return text


def fetch(folder, path):
    os.makedirs(folder, exist_ok=True)
    room = os.path.join(folder, "venv")
    python = os.path.join(room, "bin", "python")
    if not os.path.exists(python):
        run([sys.executable, "-m", "venv", room])
    list_path = os.path.join(folder, "axe.txt")
    with open(list_path, "w") as file:
        file.write("%s --hash=%s\n" % (WHEEL, DIGEST))
    run([python, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--require-hashes",
         "--only-binary", ":all:", "-d", folder, "-r", list_path])
    wheel = glob.glob(os.path.join(folder, "axe_playwright_python-*.whl"))[0]
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith("axe.min.js"))
        content = archive.read(name)
    with open(path + ".new", "wb") as file:
        file.write(content)
    os.replace(path + ".new", path)


def run(command):
    try:
        subprocess.run(command, check=True, timeout=120)
    except (OSError, subprocess.SubprocessError) as error:
        sys.exit("check-pages: axe-core could not be fetched (%s) - python3-venv and a package index are needed once"
                 % error)
