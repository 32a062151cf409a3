#!/usr/bin/env python3
"""Holds packages against spec/cddl/suitpack.cddl.

    tests/cddl.py [PACKAGE ...]

Without arguments it builds packages with the binary that SUITPACK_BIN names: the demo's, and one of a recipe that uses most of
the CDDL. What the CDDL has to refuse is tried as well. The validator is zcbor, in an environment of its own under
tests/cache. Its decoder turns dates under tag 100 into other things, so statements are held as byte strings only.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import venv

ROOT = pathlib.Path(__file__).resolve().parent.parent
CDDL = ROOT / "spec" / "cddl" / "suitpack.cddl"
ENVIRONMENT = ROOT / "tests" / "cache" / "cddl-venv"
# cbor2 6 breaks the import of this zcbor.
NEEDS = ["zcbor==0.9.1", "cbor2==5.9.0"]

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
    if not CDDL.is_file():
        print("skipped: spec/cddl is not there")
        return 1
    zcbor = installed()
    if arguments:
        return report([(path, True, refusal(zcbor, pathlib.Path(path).read_bytes())) for path in arguments])
    if "SUITPACK_BIN" not in os.environ:
        print("error: name packages, or in SUITPACK_BIN the binary that builds some", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        packages = built(pathlib.Path(os.environ["SUITPACK_BIN"]).resolve(), pathlib.Path(folder))
        results = [(path.name, True, refusal(zcbor, path.read_bytes())) for path in packages]
        for claim, package in spoilt(packages[0].read_bytes()):
            results.append((claim, False, refusal(zcbor, package)))
    return report(results)


def report(results):
    """Says each result; the exit status."""
    wrong = 0
    for name, fits, why in results:
        good = (why is None) == fits
        wrong += not good
        words = "fits" if why is None else "does not fit"
        print(f"{'ok' if good else 'FAILED'}: {name} {words}" + (f"\n{why}" if why and not good else ""))
    print(f"{len(results)} held against {CDDL.relative_to(ROOT)}, {wrong} otherwise than they must be")
    return 1 if wrong or not results else 0


def refusal(zcbor, package):
    """Why a package does not fit; None if it does."""
    # This zcbor cannot read binary input.
    command = [zcbor, "validate", "-c", CDDL, "-t", "SUIT_Envelope_Tagged", "--input-as", "cborhex", "-i"]
    with tempfile.NamedTemporaryFile("w", suffix=".hex") as file:
        file.write(package.hex())
        file.flush()
        command.append(file.name)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    return (done.stderr.strip() or done.stdout.strip() or "no reason given")[-2000:]


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
        ("an unknown command", validate, bytes([0x84, 12, 0, 4, 15])),
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
    """The path of zcbor, installed if it is not."""
    zcbor = ENVIRONMENT / "bin" / "zcbor"
    if not zcbor.exists():
        ENVIRONMENT.parent.mkdir(exist_ok=True)
        venv.create(ENVIRONMENT, with_pip=True)
        pip = [ENVIRONMENT / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, *NEEDS], ROOT)
    return zcbor


def run(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"error: {' '.join(map(str, command))}\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
