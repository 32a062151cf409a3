#!/usr/bin/env python3
"""Holds the numbers in core's registry against those in spec/: every label of the CDDL, every private label of registry.md.

    tests/tools/registry.py

Exit 0 if all agree.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def main():
    sources = [ROOT / "format/core/src/registry.rs", *sorted((ROOT / "format/core/src/registry").glob("*.rs"))]
    code = registry("\n".join(source.read_text() for source in sources))
    found, wrong = 0, []
    cddl = (ROOT / "spec/cddl/suitpack.cddl").read_text()
    for name, number in re.findall(r"^(suit-[a-z-]+) = (-?\d+)\b", cddl, re.MULTILINE):
        found += 1
        if code.get(name) != {int(number)}:
            wrong.append(f"{name} is {number} in the CDDL and {sorted(code.get(name, []))} in the code")
    # Reports are not part of a package.
    named = set(re.findall(r"^(suit-[a-z-]+) = ", cddl, re.MULTILINE))
    reports = re.compile(r"suit-report-|suit-reference$|suit-[a-z-]*capabilities$")
    missing = sorted(name for name in code if name.startswith("suit-") and name not in named and not reports.match(name))
    wrong += [f"{name} is in the code and not in the CDDL" for name in missing]
    listed = {}
    rows = re.findall(r"^\| SUIT [A-Za-z ]+\| (-\d+) \| (suit-[a-z-]+) \|", (ROOT / "spec/registry.md").read_text(), re.MULTILINE)
    for number, name in rows:
        listed.setdefault(name, set()).add(int(number))
    private = {name: numbers for name, numbers in code.items() if min(numbers) <= -256}
    if listed != private:
        wrong.append(f"registry.md lists {listed}, the code has {private}")
    for line in wrong:
        print(f"error: {line}")
    print(f"{found} labels of the CDDL and {len(listed)} private ones, {len(wrong)} disagree")
    return 1 if wrong or not found or not listed else 0


def registry(source):
    """Name -> its numbers in all registries."""
    found = {}
    for part in re.split(r"^pub mod ", source, flags=re.MULTILINE)[1:]:
        numbers = dict(re.findall(r"pub const ([A-Z0-9_]+): i64 = (-?\d+);", part))
        for constant, name in re.findall(r'Label \{ code: ([A-Z0-9_]+), name: "([^"]+)"', part):
            found.setdefault(name, set()).add(int(numbers[constant]))
    return found


if __name__ == "__main__":
    sys.exit(main())
