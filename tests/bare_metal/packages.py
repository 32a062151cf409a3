"""What the device is given: packages that `suitpack` makes, broken ones made of these, and the test vectors."""

import base64
import os
import pathlib
import subprocess
import tempfile

VECTORS = pathlib.Path("test-vectors").resolve()
IMAGE = b"suitpack test image\n" * 50
# The published keys of the test vectors as PKCS#8, and one that the device does not know.
ED25519 = bytes.fromhex("302e020100300506032b657004220420")
P256 = bytes.fromhex("3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420")
KEYS = {"ed25519": ED25519 + bytes([1]) * 32, "stranger": ED25519 + bytes([2]) * 32, "esp256": P256 + bytes([3]) * 32}
RECIPE = """
[manifest]
sequence-number = 7
vendor = "example.com"
class = "thermostat"

[[component]]
id = ["app"]
image = "image.bin"
compression = "none"
"""
FORMER = b""
PACKAGE_MAX = 2048
# The public half of the key that the device believes.
ANCHOR = VECTORS / "cases/auth.sign1.ed25519/anchors/ed25519-a.pem"


class Case:
    """A package, what is installed before, and the exit statuses it may end with."""

    def __init__(self, name, package, statuses, sequence=6):
        self.name, self.package, self.statuses, self.sequence = name, package, statuses, sequence

    def admits(self, status, active):
        # Whatever is refused leaves the device as it was.
        return status in self.statuses and active == (IMAGE if status == 0 else FORMER)

    def wanted(self):
        return " or ".join(map(str, sorted(self.statuses)))


def made():
    """Lets `suitpack` make packages: by name."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "suitpack.toml").write_text(RECIPE)
        (folder / "image.bin").write_bytes(IMAGE)
        for name, key in KEYS.items():
            pem = base64.encodebytes(key).decode()
            (folder / f"{name}.pem").write_text(f"-----BEGIN PRIVATE KEY-----\n{pem}-----END PRIVATE KEY-----\n")
            (folder / f"{name}.pem").chmod(0o600)
        build = lambda key, *sets: built(folder, key, sets)  # noqa: E731
        return {
            key: {
                "good": build(key),
                "class": build(key, "manifest.class=kettle"),
                "vendor": build(key, "manifest.vendor=example.org"),
                "component": build(key, 'component.0.id=["boot"]'),
                "compressed": build(key, "component.0.compression=zstd"),
                "stranger": build("stranger"),
            }
            for key in ("ed25519", "esp256")
        }


def suitpack():
    """The command line, built if it is not at hand."""
    binary = os.environ.get("SUITPACK_BIN")
    if not binary:
        subprocess.run(["cargo", "build", "--quiet", "--locked", "-p", "suitpack"], check=True)
        binary = "target/debug/suitpack"
    return str(pathlib.Path(binary).resolve())


def untold(case, status, report):
    """What is wrong with a device's report: `suitpack` runs the manifest and holds every record against it."""
    # A package that no procedure was run for has none.
    if status in (3, 10, 11, 13) or (status == 16 and case.name == "another component"):
        return "there is a report" if report else None
    if not report:
        return "there is no report"
    with tempfile.TemporaryDirectory() as folder:
        package, told = pathlib.Path(folder) / "package", pathlib.Path(folder) / "report"
        package.write_bytes(case.package)
        told.write_bytes(report)
        command = [suitpack(), "report", "check", str(package), str(told), "-a", str(ANCHOR), "--bare", "--procedure", "update"]
        done = subprocess.run(command, capture_output=True, text=True)
    return None if done.returncode == 0 else f"the report does not agree: {done.stdout}{done.stderr}"


def built(folder, key, sets):
    arguments = [argument for value in sets for argument in ("--set", value)]
    command = [suitpack(), "build", "-k", f"{key}.pem", "-o", "out.suit", "--force", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return (folder / "out.suit").read_bytes()


def of(cases, build):
    """The cases for a firmware, the one that is measured first."""
    made = cases["esp256" if build == "esp256" else "ed25519"]
    good = made["good"]
    image = good.index(IMAGE)
    return [
        Case("a newer package", good, {0}),
        Case("the same package again", good, {0}, sequence=7),
        Case("a lower sequence number", good, {13}, sequence=8),
        Case("another class", made["class"], {16}),
        Case("another vendor", made["vendor"], {16}),
        Case("another component", made["component"], {16}),
        Case("a payload this device cannot decode", made["compressed"], {1, 17}),
        Case("a signature by a stranger", made["stranger"], {11}),
        Case("the other algorithm", cases["ed25519" if build == "esp256" else "esp256"]["good"], {11}),
        Case("a forged signature", flipped(good, signature(good)), {10}),
        Case("a changed manifest", flipped(good, image - 40), {10}),
        Case("a changed payload", flipped(good, image + 500), {12}),
        Case("half of it", good[: len(good) // 2], {3}),
        Case("nothing", b"", {3}),
    ]


def signature(package):
    """Where the 64 bytes of the signature begin."""
    return package.index(b"\xf6\x58\x40") + 3


def flipped(package, at):
    return package[:at] + bytes([package[at] ^ 1]) + package[at + 1 :]


def vectors(everything):
    """Test vectors that this device has to refuse: none may be installed, and none may stop the device."""
    found = []
    for folder in sorted((VECTORS / "cases").iterdir()):
        package = (folder / "envelope.suit").read_bytes()
        refused = "verdict: reject" in (folder / "expect/expect.txt").read_text()
        # A verdict is one for whoever has the anchors of the case; and this device reads no texts.
        anchors = [anchor.stem for anchor in sorted((folder / "anchors").glob("*.cosekey"))]
        refused &= anchors == ["ed25519-a"] and ".text." not in folder.name
        if refused and len(package) <= PACKAGE_MAX and (everything or folder.name.startswith(("auth.", "cbor."))):
            found.append(Case(folder.name, package, {1, 3, 10, 11, 12, 13, 16, 17}, sequence=0))
    return found
