"""What is measured, against what, and within which limits."""

import json
import pathlib
import shutil
import statistics
from dataclasses import dataclass

from measure import Failed, Job, alternating, do, peak

SUITPACK = pathlib.Path(__file__).resolve().parent.parent / "target/release/suitpack"
MIB = 1 << 20

# The limits: wall time as a multiple of the rival's, and peak resident MiB.
BUILD, VERIFY, VERIFY_STORED = 1.20, 1.25, 1.15
BUILD_MIB, READ_MIB = 80, 16


@dataclass(frozen=True)
class Sizes:
    """How much is measured, and how often."""

    image: int
    runs: int
    slow: int
    """Bytes of the image for the slow levels."""
    copies: int = 8
    """Of the image, one after the other: the payload whose memory use is measured."""


FULL = Sizes(image=512 * MIB, runs=7, slow=64 * MIB)
QUICK = Sizes(image=64 * MIB, runs=3, slow=16 * MIB)


class Bench:
    """One run of everything, in a folder that goes away with it."""

    def __init__(self, sizes, image, scratch):
        self.sizes = sizes
        self.image = image
        self.scratch = scratch
        self.key = scratch / "key.pem"
        self.anchor = scratch / "key.pub.pem"
        self.table = None
        self.broken = []

    def run(self):
        do(SUITPACK, "key", "generate", "-o", self.key)
        runs = self.sizes.runs
        print(f"\nWall time: median of {runs} alternating runs each after one warm-up (fastest to slowest)")
        print("suitpack runs with --no-sync, as zstd never waits for the disk\n")
        self.table = Table(("suitpack", 22), ("rival", 25), ("suitpack takes", 38), ("rival takes", 38), ("ratio", 5), ("limit", 5), ("", 8))
        for group in (self.streams, self.small, self.packagers):
            self.guarded(group)
        print("\nPeak resident memory, two workers\n")
        self.table = Table(("command", 34), ("payload", 8), ("peak", 10), ("limit", 10), ("", 8))
        for group in (self.large, self.encrypted, self.stored, self.levels):
            self.guarded(group)
        print("\n" + ("\n".join(["Not as it must be:", *self.broken]) if self.broken else "Every limit is kept."))
        return 1 if self.broken else 0

    def streams(self):
        """Against what moves the same bytes without any package around them."""
        ours, theirs, raw, stored = (self.scratch / name for name in ("ours.suit", "theirs.zst", "raw.zst", "stored.suit"))
        build = Job("build, level 3", self.build(self.recipe(self.image), ours), ours)
        self.compare(build, Job("zstd -q -3 -T2 -f", ["zstd", "-q", "-3", "-T2", "-f", self.image, "-o", theirs], theirs), BUILD)

        # The very stream that is in the package, and proof that it is the image.
        do(SUITPACK, "extract", "--raw", ours, "firmware", "-a", self.anchor, "-o", raw, "--no-sync")
        do("sh", "-c", 'zstd -q -d -c "$1" | cmp - "$2"', "sh", raw, self.image)
        decode = Job("zstd -q -d, same stream", ["zstd", "-q", "-d", "-f", raw, "-o", "/dev/null"])
        self.compare(Job("verify", self.verify(ours)), decode, VERIFY)

        do(*self.build(self.recipe(self.image, compression="none"), stored))
        digest = Job("openssl dgst -sha256", ["openssl", "dgst", "-sha256", self.image])
        self.compare(Job("verify, uncompressed", self.verify(stored)), digest, VERIFY_STORED)
        remove(ours, theirs, raw, stored)

    def small(self):
        """Against a plain signature over 1 MiB: mostly the start of a process."""
        image, signature = self.part(MIB), self.scratch / "image.minisig"
        secret, public = self.scratch / "minisign.key", self.scratch / "minisign.pub"
        unsigned, signed = self.scratch / "unsigned.suit", self.scratch / "signed.suit"
        do(SUITPACK, "build", self.recipe(image), "-o", unsigned, "--no-sync", "-q")
        sign = Job("sign, 1 MiB", [SUITPACK, "sign", unsigned, "-k", self.key, "-o", signed, "--no-sync", "-q"], signed)
        if reason := missing("minisign"):
            return self.table.row(sign.label, "minisign -S", reason)
        do("minisign", "-G", "-W", "-f", "-p", public, "-s", secret)
        self.compare(sign, Job("minisign -S", ["minisign", "-S", "-W", "-s", secret, "-m", image, "-x", signature], signature))
        check = Job("minisign -V", ["minisign", "-V", "-q", "-p", public, "-m", image, "-x", signature])
        self.compare(Job("verify, 1 MiB", self.verify(signed)), check)

    def packagers(self):
        """Against what makes update files in other formats."""
        ours, key, certificate = (self.scratch / name for name in ("ours.suit", "rival.pem", "rival.cert.pem"))
        do("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
        do("openssl", "req", "-x509", "-new", "-key", key, "-out", certificate, "-subj", "/CN=bench", "-days", "30")
        build = Job("build, level 3", self.build(self.recipe(self.image), ours), ours)
        build_stored = Job("build, uncompressed", self.build(self.recipe(self.image, compression="none"), ours), ours)
        bundle = self.scratch / "rival.raucb"
        rauc = ["rauc", "bundle", f"--cert={certificate}", f"--key={key}", "--mksquashfs-args=-comp zstd -Xcompression-level 3"]
        artifact = self.scratch / "rival.mender"
        mender = ["mender-artifact", "write", "module-image", "-T", "firmware", "-n", "1", "-t", "bench", "-k", key]
        mender += ["-f", self.image, "-o", artifact]
        for mine, theirs in (
            (build, Job("rauc bundle, zstd -3", [*rauc, self.rauc_content(), bundle], bundle)),
            (build, Job("mender-artifact, its gzip", mender, artifact)),
            (build_stored, Job("mender-artifact, none", [*mender, "--compression", "none"], artifact)),
        ):
            if reason := missing(theirs.command[0]) or (missing("mksquashfs") if theirs.product == bundle else None):
                self.table.row(mine.label, theirs.label, reason)
            else:
                self.compare(mine, theirs)
            remove(ours, theirs.product)

    def rauc_content(self):
        folder = self.scratch / "rauc"
        folder.mkdir()
        (folder / "firmware.bin").hardlink_to(self.image)
        manifest = "[update]\ncompatible=bench\nversion=1\n\n[bundle]\nformat=verity\n\n[image.firmware]\nfilename=firmware.bin\n"
        (folder / "manifest.raucm").write_text(manifest)
        return folder

    def large(self):
        """A payload that is much larger than any buffer, as files and through pipes."""
        payload, recipe = self.payload()
        ours, piped, image = (self.scratch / name for name in ("ours.suit", "piped.suit", "image.bin"))
        self.bound("build, level 3, to a file", payload, BUILD_MIB, self.build(recipe, ours))
        self.bound("build, level 3, to a pipe", payload, BUILD_MIB, self.build(recipe, "-"), sink=piped)
        do("cmp", ours, piped)
        remove(piped)
        self.bound("(zstd -q -3 -T2)", payload, None, ["zstd", "-q", "-3", "-T2", "-f", payload, "-o", piped])
        remove(piped)
        self.readers(ours, payload, image)

    def encrypted(self):
        """By a cipher whose tag stands behind the payload."""
        key, ours, image = (self.scratch / name for name in ("kek.cosekey", "encrypted.suit", "image.bin"))
        do(SUITPACK, "key", "generate", "--alg", "a128kw", "-o", key)
        payload, recipe = self.payload(compression="none", key=key)
        self.bound("build, encrypted with A128GCM", payload, READ_MIB, self.build(recipe, ours))
        self.readers(ours, payload, image, " encrypted", ["--decryption-key", key])

    def stored(self):
        payload, recipe = self.payload(compression="none")
        ours, image = self.scratch / "stored.suit", self.scratch / "image.bin"
        self.bound("build, uncompressed", payload, BUILD_MIB, self.build(recipe, ours))
        self.readers(ours, payload, image, " uncompressed")
        remove(payload)

    def levels(self):
        """The slow levels: how much they take is shown, but what they make must be as easy to read."""
        part, ours, image = self.part(self.sizes.slow), self.scratch / "ours.suit", self.scratch / "image.bin"
        for level in (9, 19):
            self.bound(f"build, level {level}", part, None, self.build(self.recipe(part, level=level), ours))
            self.readers(ours, part, image, f" level {level}")

    def readers(self, package, payload, image, what="", keys=()):
        """Verifies and extracts a package, from the file and from a pipe, then removes it."""
        for place, name, source in (("a file", package, None), ("a pipe", "-", package)):
            self.bound(f"verify{what}, from {place}", payload, READ_MIB, [*self.verify(name), *keys], source=source)
            extract = [SUITPACK, "extract", name, "firmware", "-a", self.anchor, "-o", image, "--no-sync", "-q", *keys]
            self.bound(f"extract{what}, from {place}", payload, READ_MIB, extract, source=source)
            do("cmp", image, payload)
            remove(image)
        remove(package)

    def payload(self, **packing):
        payload = self.scratch / "payload.bin"
        if not payload.exists():
            with payload.open("wb") as file:
                for _ in range(self.sizes.copies):
                    with self.image.open("rb") as image:
                        shutil.copyfileobj(image, file, MIB)
        return payload, self.recipe(payload, **packing)

    def part(self, size):
        """The beginning of the image."""
        part = self.scratch / f"part-{size}.bin"
        with self.image.open("rb") as image, part.open("wb") as file:
            file.write(image.read(size))
        return part

    def recipe(self, image, compression="zstd", level=3, key=None):
        recipe = self.scratch / f"{image.stem}-{compression}-{level}{'-encrypted' if key else ''}.toml"
        packing = f"compression = {json.dumps(compression)}\n" + (f"level = {level}\n" if compression == "zstd" else "")
        packing += f"encrypt-for = [{json.dumps(str(key))}]\nencryption = \"a128gcm\"\n" if key else ""
        recipe.write_text(
            '[manifest]\nsequence-number = 1\nversion = "1.0.0"\nvendor = "example.com"\nclass = "bench"\n\n'
            f'[[component]]\nid = ["firmware"]\nimage = {json.dumps(str(image))}\n{packing}'
        )
        return recipe

    def build(self, recipe, output):
        return [SUITPACK, "build", recipe, "-k", self.key, "-o", output, "--workers", "2", "--no-sync", "-q"]

    def verify(self, package):
        return [SUITPACK, "verify", package, "-a", self.anchor, "-q"]

    def compare(self, mine, theirs, limit=None):
        try:
            ours, rivals = alternating([mine, theirs], self.sizes.runs)
        except Failed as error:
            if limit or error.label == mine.label:
                self.broken.append(f"  {error}")
            return self.table.row(mine.label, theirs.label, f"could not run: {error}")
        ratio = statistics.median(ours) / statistics.median(rivals)
        sizes = [f", {job.product.stat().st_size / MIB:.1f} MiB" if job.product else "" for job in (mine, theirs)]
        verdict = self.judge(f"{mine.label} against {theirs.label}", ratio, limit, "{:.2f}")
        return self.table.row(mine.label, theirs.label, spread(ours) + sizes[0], spread(rivals) + sizes[1], *verdict)

    def bound(self, label, payload, limit, command, **pipes):
        verdict = self.judge(label, peak(label, command, **pipes), limit, "{:.1f} MiB")
        self.table.row(label, f"{payload.stat().st_size >> 20} MiB", *verdict)

    def judge(self, label, value, limit, form):
        if limit is None:
            return form.format(value), "-", ""
        if value > limit:
            self.broken.append(f"  {label}: {form.format(value)}, limit {form.format(limit)}")
        return form.format(value), form.format(limit), "ok" if value <= limit else "EXCEEDED"

    def guarded(self, group):
        try:
            group()
        except Failed as error:
            self.broken.append(f"  {error}")
            self.table.row("could not be measured", str(error))


class Table:
    """A Markdown table that can be read as it stands, line by line as it is measured."""

    def __init__(self, *columns):
        self.widths = [width for _, width in columns]
        self.row(*(name for name, _ in columns))
        self.row(*("-" * width for width in self.widths))

    def row(self, *cells):
        cells = [*cells, *[""] * (len(self.widths) - len(cells))]
        print("| " + " | ".join(str(cell).ljust(width) for cell, width in zip(cells, self.widths)) + " |", flush=True)


def spread(seconds):
    return f"{statistics.median(seconds):.3f} s ({min(seconds):.3f} to {max(seconds):.3f})"


def missing(tool):
    return None if shutil.which(tool) else f"{tool} is not installed and could not be"


def remove(*paths):
    for path in paths:
        path.unlink(missing_ok=True)
