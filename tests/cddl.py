#!/usr/bin/env python3
"""Holds packages against spec/cddl/suitpack.cddl, and the dates of promises against upgradability.cddl.

    tests/cddl.py [PACKAGE ...]

Without arguments these have to fit: packages built with the binary that SUITPACK_BIN names, all test vectors that are to be accepted,
and the IETF's vectors where they are at hand. What the CDDL has to refuse is tried as well. The validator is zcbor, in an environment
of its own under tests/cache. Its decoder makes dates and UUIDs of what stands under tags 1, 37 and 100, which then match nothing; a
small one here, which leaves tags as they are, stands in for it. It cannot follow upgradability.cddl, where two choices have a part
in common; of the promises the members that are dates are looked at here.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import venv

ROOT = pathlib.Path(__file__).resolve().parent.parent
CDDL = ROOT / "spec" / "cddl"
CASES = ROOT / "test-vectors" / "cases"
PEERS = ROOT.parent / "shared" / "peer-vectors" / "ietf"
ENVIRONMENT = ROOT / "tests" / "cache" / "cddl-venv"
# cbor2 6 breaks the import of this zcbor.
NEEDS = ["zcbor==0.9.1", "cbor2==5.9.0"]
# The CoSWID of this one is not in deterministic order: docs/differences.md.
UNORDERED = "libcsuit-um-u2"

RECIPE = """
[manifest]
sequence-number = 4294967296
version = "1.2.3-rc.1"
reference-uri = "https://example.com/lamp.suit"
vendor = "example.com"
class = "lamp"

[[component]]
id = ["app", "hex:00ff"]
name = "app"
image = "image.bin"
invoke = true

[[component]]
id = ["radio"]
image = "other.bin"
compression = "none"

[[component]]
id = ["streamed"]
image = "third.bin"
install = "streamed"
uri = "https://example.com/streamed.bin"

[[component]]
id = ["banked"]
[[component.slots]]
slot = 0
image = "image.bin"
[[component.slots]]
slot = 1
image = "other.bin"

[text.en]
manifest-description = "Every kind of component in one package"
update-description = "Nothing that anybody needs"
[text.en.component.radio]
vendor-name = "Example"
model-name = "Lamp"
vendor-domain = "example.com"
model-info = "with radio"
component-description = "The radio"
component-version = "9"
"""


def main(arguments):
    if pathlib.Path(sys.prefix) != ENVIRONMENT:
        installed()
        os.execv(ENVIRONMENT / "bin" / "python", [str(ENVIRONMENT / "bin" / "python"), __file__, *arguments])
    schema = Schema()
    if arguments:
        return report([(path, True, schema.refusal(pathlib.Path(path).read_bytes())) for path in arguments])
    if "SUITPACK_BIN" not in os.environ:
        print("error: name packages, or in SUITPACK_BIN the binary that builds some", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        packages = built(pathlib.Path(os.environ["SUITPACK_BIN"]).resolve(), pathlib.Path(folder))
        results = [(path.name, True, schema.refusal(path.read_bytes())) for path in packages]
        results += [(claim, False, schema.refusal(package)) for claim, package in spoilt(packages[0].read_bytes())]
    accepted = [case for case in sorted(CASES.iterdir()) if "verdict: accept" in (case / "expect" / "expect.txt").read_text()]
    results += [(case.name, True, schema.refusal((case / "envelope.suit").read_bytes())) for case in accepted]
    peers = sorted(PEERS.glob("*/*.suit"))
    results += [(path.name, path.stem != UNORDERED, schema.refusal(path.read_bytes())) for path in peers]
    promises = [(case.name, schema.promise((case / "envelope.suit").read_bytes())) for case in accepted]
    results += [(f"the promise of {name}", True, why) for name, (there, why) in promises if there]
    if len(accepted) < 100 or not any(there for _, (there, _) in promises):
        sys.exit("error: the test vectors are not there")
    return report(results)


def report(results):
    """Says each result that is wrong; the exit status."""
    wrong = 0
    for name, fits, why in results:
        good = (why is None) == fits
        wrong += not good
        if not good:
            print(f"FAILED: {name} {'fits' if why is None else 'does not fit'}" + (f"\n{why}" if why else ""))
    refused = sum(not fits for _, fits, _ in results)
    print(f"{len(results)} held against {CDDL.relative_to(ROOT)}, {refused} of which must not fit; {wrong} otherwise than they must be")
    return 1 if wrong or not results else 0


class Schema:
    """What packages and promises are held against."""

    def __init__(self):
        from zcbor.zcbor import zcbor

        zcbor.loads = loads

        # More items than that are beyond the limits.
        self.packages = zcbor.DataTranslator.from_cddl((CDDL / "suitpack.cddl").read_text(), 4096).my_types
        promises = (CDDL / "upgradability.cddl").read_text()
        numbers = dict(re.findall(r"^(up-[a-z-]+) = (\d+)$", promises, re.MULTILINE))
        self.dates = [int(numbers[name]) for name in re.findall(r"^  \??\s*(up-[a-z-]+) => date,", promises, re.MULTILINE)]
        if len(self.dates) < 2:
            sys.exit("error: no dates found in upgradability.cddl")

    def refusal(self, package):
        """Why a package does not fit; None if it does."""
        name = "SUIT_Envelope_Tagged" if package[:1] >= b"\xc0" else "SUIT_Envelope"
        return refusal(self.packages[name], package)

    def promise(self, package):
        """Whether a package carries a promise with dates, and why that does not fit."""
        envelope = loads(package)
        envelope = getattr(envelope, "value", envelope)
        statement = envelope.get(-258)
        if statement is None:
            statement = loads(envelope[3]).get(-258)
        if not isinstance(statement, bytes):
            return False, None
        statement = loads(statement)
        dates = [(key, statement[key]) for key in self.dates if key in statement]
        wrong = [key for key, date in dates if not is_date(date)] + [tag.tag for tag in tags(statement) if not is_date(tag)]
        return bool(dates), f"no date under tag 100: {wrong}" if wrong else None


def is_date(value):
    """Days since 1970 under tag 100 (RFC 8943)."""
    return getattr(value, "tag", None) == 100 and type(value.value) is int


def tags(value):
    """All that is tagged."""
    if hasattr(value, "tag"):
        yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from tags(child)


def refusal(kind, item):
    try:
        kind.validate_str(item)
    except Exception as error:  # noqa: BLE001: it raises whatever its parts raise
        return repr(error)[-2000:]
    return None


def loads(data):
    """The one item that bytes hold, tags as they are."""
    value, rest = item(memoryview(data))
    if rest:
        raise ValueError("bytes behind the item")
    return value


def item(data):
    from cbor2 import CBORTag

    major, short, data = data[0] >> 5, data[0] & 31, data[1:]
    if major == 7:
        return {20: False, 21: True, 22: None}[short], data
    argument = short
    if short > 23:
        size = 1 << (short - 24)
        argument, data = int.from_bytes(data[:size]), data[size:]
    if major in (2, 3):
        if len(data) < argument:
            raise ValueError("a string that is cut short")
        content, data = bytes(data[:argument]), data[argument:]
        return content if major == 2 else content.decode(), data
    if major == 4:
        items = []
        for _ in range(argument):
            value, data = item(data)
            items.append(value)
        return items, data
    if major == 5:
        entries = {}
        for _ in range(argument):
            key, data = item(data)
            value, data = item(data)
            entries[tuple(key) if isinstance(key, list) else key] = value
        return entries, data
    if major == 6:
        value, data = item(data)
        return CBORTag(argument, value), data
    return (argument if major == 0 else -1 - argument), data


def built(suitpack, folder):
    images = {"image.bin": b"image " * 3000, "other.bin": bytes(range(256)) * 9, "third.bin": b"third " * 500}
    for name, content in images.items():
        (folder / name).write_bytes(content)
    (folder / "suitpack.toml").write_text(RECIPE)
    run([suitpack, "demo", "--dir", folder / "demo", "--image", folder / "image.bin"], folder)
    run([suitpack, "key", "generate", "-o", "one.pem"], folder)
    run([suitpack, "key", "generate", "-o", "two.pem", "--alg", "esp256"], folder)
    run([suitpack, "build", "suitpack.toml", "-k", "one.pem", "-o", "kinds.suit"], folder)
    run([suitpack, "sign", "kinds.suit", "-k", "two.pem", "-o", "signed-twice.suit"], folder)
    return [folder / "demo" / "update.suit", folder / "kinds.suit", folder / "signed-twice.suit"]


def spoilt(package):
    """Packages that must not fit, so that a validator that lets everything pass is noticed."""
    wrapper = package.index(b"\x02", 3)
    yield "a package under another tag", b"\xd8\x6c" + package[2:]
    yield "a package without a wrapper", package[:wrapper] + b"\x04" + package[wrapper + 1 :]
    start = manifest_start(package)
    validate = bytes([0x84, 12, 0, 3, 15])
    for claim, good, bad in (
        ("a manifest of version 2", start, start.replace(bytes([1, 1]), bytes([1, 2]))),
        ("a reporting policy of 16", validate, bytes([0x84, 12, 0, 3, 16])),
        ("an unknown command", validate, bytes([0x84, 12, 0, 9, 15])),
        ("an unknown transform", bytes([0x84, 1, 1]), bytes([0x84, 1, 2])),
    ):
        if package.count(good) != 1:
            sys.exit(f"error: no place for {claim}")
        yield claim, package.replace(good, bad)


def manifest_start(package):
    """The beginning of the manifest: a map whose first entry is version 1, the second the sequence number."""
    for size in range(0xA3, 0xB8):
        if (start := bytes([size, 1, 1, 2])) in package:
            return start
    sys.exit("error: no manifest found in the package")


def installed():
    """Makes the environment with zcbor in it, if it is not there."""
    if not (ENVIRONMENT / "bin" / "zcbor").exists():
        ENVIRONMENT.parent.mkdir(exist_ok=True)
        venv.create(ENVIRONMENT, with_pip=True)
        run([ENVIRONMENT / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", *NEEDS], ROOT)


def run(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"error: {' '.join(map(str, command))}\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
