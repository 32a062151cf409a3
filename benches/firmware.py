"""Assembles one large file of real firmware out of Debian packages for arm64."""

import hashlib
import json
import lzma
import pathlib
import shutil
import subprocess
import sys
import tarfile

HERE = pathlib.Path(__file__).resolve().parent
CACHE = HERE / "cache"

sys.path.insert(0, str(HERE.parent / "tests"))
import fetch  # noqa: E402  the tests' own way to packages, apt state apart from the system's

# In this order, until the size is reached: a small kernel first, so that a short file has kernel and modules too; then boot
# firmware and what radios and microcontrollers run; then the large kernels.
PACKAGES = (
    "linux-image-cloud-arm64",
    "arm-trusted-firmware",
    "crust-firmware",
    "firmware-ath9k-htc",
    "firmware-linux-free",
    "firmware-microbit-micropython",
    "hackrf-firmware",
    "opensbi",
    "sigrok-firmware-fx2lafw",
    "u-boot-amlogic",
    "u-boot-mvebu",
    "u-boot-qcom",
    "u-boot-qemu",
    "u-boot-rockchip",
    "u-boot-rpi",
    "u-boot-sunxi",
    "u-boot-tegra",
    "ubertooth-firmware",
    "linux-image-arm64",
    "linux-image-rt-arm64",
)

# Where packages keep what a device runs; the rest is documentation and lists of names.
PLACES = ("boot/vmlinuz", "lib/", "usr/lib/", "usr/share/firmware", "usr/share/hackrf", "usr/share/sigrok-firmware", "usr/share/ubertooth")


def prepare(size):
    """A file of exactly this many bytes, made once, and what it was made of in words."""
    CACHE.mkdir(exist_ok=True)
    path = CACHE / f"firmware-{size >> 20}MiB.bin"
    record = path.with_suffix(".json")
    try:
        known = json.loads(record.read_text())
        if sha256(path) == known["sha256"] and path.stat().st_size == size:
            return path, known
    except (OSError, ValueError, KeyError):
        pass
    partial = path.with_suffix(".part")
    with partial.open("wb") as file:
        sources = assemble(file, size)
    known = {"sha256": sha256(partial), "sources": sources}
    partial.rename(path)
    record.write_text(json.dumps(known, indent=1) + "\n")
    return path, known


def assemble(file, size):
    sources = []
    fetch.CACHE = CACHE
    apt = fetch.Apt()
    try:
        for package in PACKAGES:
            if file.tell() >= size:
                break
            try:
                archive, source = apt.download(package)
            except fetch.Unavailable as error:
                print(f"skipped: {package}: {error}")
                continue
            before = file.tell()
            for content in contents(archive, pathlib.Path(apt.folder) / "unpacked"):
                file.write(content[: size - file.tell()])
            archive.unlink()
            sources.append(f"{source}: {file.tell() - before} bytes")
    finally:
        apt.close()
    if file.tell() < size:
        sys.exit(f"error: the packages that could be had hold only {file.tell()} of {size} bytes")
    return sources


def contents(archive, folder):
    """The firmware in a .deb, file by file, in the order of their paths."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(archive)], stdout=subprocess.PIPE) as process:
        names = {}
        with tarfile.open(fileobj=process.stdout, mode="r|") as files:
            for file in files:
                name = file.name.removeprefix("./")
                if file.isreg() and name.startswith(PLACES) and "/modules." not in name:
                    names[name] = folder / str(len(names))
                    with names[name].open("wb") as unpacked:
                        shutil.copyfileobj(files.extractfile(file), unpacked)
    if process.returncode != 0:
        sys.exit(f"error: cannot unpack {archive.name}")
    for name, unpacked in sorted(names.items()):
        content = unpacked.read_bytes()
        # Some suites pack their modules; a device holds them in memory unpacked, and packed bytes would measure nothing.
        yield lzma.decompress(content) if name.endswith(".ko.xz") else content
    shutil.rmtree(folder)


def sha256(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
