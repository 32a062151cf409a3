#!/usr/bin/env python3
"""A second verifier of suitpack packages.

    verify.py FILE KEY [KEY ...] [--payload-dir DIR] [--lenient]
    verify.py --self-test

Written from spec/ and the drafts alone, in another language than suitpack and without a line of it, so that the two do not
share their mistakes. It checks the digest of the manifest, the signatures, severed members, floor against statement, every
payload: its bytes as carried, and the image that comes out of it; and every dependency that is at hand, as a package of its own.
One JSON object on stdout, in which `not_judged` names what was read and not judged; exit 0 accepts, 1 refuses.

It reads the whole file into memory and knows no questions (channel, day, hardware, rollback).
"""

import argparse
import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import traceback

import language
from cbor import Map, Refused, Tag, integer, item, need, uint, whole
from language import digest, has_digest
from program import SECTIONS, bindings
from trust import Anchor, vouched

WINDOW_MAX = 8 << 20
DEPENDENCIES_MAX = 4
SEVERABLE = {14, 15, 16, 18, 20, 23, -258}
MANIFEST_KEYS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 14, 15, 16, 18, 20, 23, 24, 25}


def sha256(data):
    return hashlib.sha256(data).hexdigest()


# ---- payloads ----


def check_payload(data, carried, images):
    for stated, size in carried:
        need(size in (None, len(data)), f"{len(data)} bytes where {size} are signed")
        need(has_digest(data, stated), "its digest is not the one that is signed")
    if not images:
        return {}
    need(len(images) == 1, "two different images are wanted from it")
    stated, size = next(iter(images))
    need(size is not None, "comes out with no signed size")
    image = decompress(data, size)
    need(len(image) == size, f"comes out with {len(image)} bytes where {size} are signed")
    need(has_digest(image, stated), "the digest of what comes out is not the one that is signed")
    return {"image_size": len(image), "image_sha256": sha256(image)}


def decompress(data, size):
    """At most one byte more than `size` of what one Zstandard frame holds (RFC 8878)."""
    one_frame(data)
    try:
        import zstandard
    except ImportError:
        need(shutil.which("zstd"), "neither the zstandard package nor the zstd program is there")
        with subprocess.Popen(["zstd", "-dcq"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as tool:
            import threading

            def feed():
                try:
                    tool.stdin.write(data)
                    tool.stdin.close()
                except BrokenPipeError:
                    pass

            feeder = threading.Thread(target=feed)
            feeder.start()
            image = tool.stdout.read(size + 1)
            tool.stdout.close()
            feeder.join()
        return image
    try:
        return zstandard.ZstdDecompressor(max_window_size=WINDOW_MAX).stream_reader(data).read(size + 1)
    except zstandard.ZstdError as error:
        raise Refused(f"cannot be decompressed: {error}") from None


def one_frame(data):
    """Refuses anything but one frame without dictionary and with a window that is not too large."""
    need(data[:4] == b"\x28\xb5\x2f\xfd" and len(data) > 5, "is no Zstandard frame")
    descriptor, at = data[4], 5
    need(descriptor & 3 == 0, "wants a dictionary")
    need(descriptor & 8 == 0, "has a reserved bit set")
    single = descriptor >> 5 & 1
    window = None
    if not single:
        base = 1 << (10 + (data[at] >> 3))
        window, at = base + base // 8 * (data[at] & 7), at + 1
    length = {0: single, 1: 2, 2: 4, 3: 8}[descriptor >> 6]
    if single:
        window = int.from_bytes(data[at : at + length], "little") + (256 if length == 2 else 0)
    at += length
    need(window <= WINDOW_MAX, f"wants a window of {window} bytes")
    last = False
    while not last:
        need(at + 3 <= len(data), "ends early")
        block = int.from_bytes(data[at : at + 3], "little")
        last, kind, size = block & 1, block >> 1 & 3, block >> 3
        need(kind != 3, "has a reserved block")
        at += 3 + (1 if kind == 1 else size)
    at += 4 if descriptor & 4 else 0
    need(at == len(data), "bytes follow behind the frame, or it ends early")


def detached(uri, folder):
    name = uri.split("#")[0].split("?")[0].rsplit("/", 1)[-1]
    need(folder is not None and name not in ("", ".", ".."), f"the payload {uri} is not at hand")
    path = pathlib.Path(folder) / name
    need(path.is_file() and not path.is_symlink(), f"the payload {uri} is not at hand")
    return path.read_bytes()


# ---- the promise ----


def promise(manifest, members):
    """Says which of the three states the statement is in, and holds the floor against it."""
    floor = manifest.get(-257)
    if floor is not None:
        floor = whole(floor, "the floor")
        need(isinstance(floor, list) and len(floor) == 3, "the floor has three items")
        need(uint(floor[0]) and uint(floor[1]) and floor[1] <= 2, "the floor has a number that is out of range")
        need(floor[2] is None or integer(floor[2]), "the floor's day is no number")
    body = manifest.get(-258)
    if body is None:
        return "absent", floor
    if isinstance(body, list):
        if -258 not in members:
            return "withheld", floor
        body = members[-258]
    statement = whole(body, "the statement")
    need(isinstance(statement, Map) and statement.get(0) == 1, "the statement is not of version 1")
    for key in statement:
        known = isinstance(key, str) or (integer(key) and (key >= 0 or key <= -257))
        need(known, f"key {key} of the statement may not stand there")
    need(uint(statement.get(1)) and 2 in statement and 3 in statement, "the statement lacks a required key")
    day(statement[2])
    capability = statement[3][0] if isinstance(statement[3], Map) else statement[3]
    need(uint(capability) and capability <= 2, "the capability is 0, 1 or 2")
    critical = statement.get(20, [])
    need(all(key in statement for key in critical), "crit lists what is not there")
    if floor is not None and not critical:
        days = [day(horizon[2]) if 2 in horizon else None for horizon in statement.get(5, []) if 9 not in horizon]
        guaranteed = None if not days or None in days else min(days)
        need(floor == [statement[1], capability, guaranteed], "floor and statement disagree")
    return "present", floor


def day(value):
    if value is None:
        return None
    need(isinstance(value, Tag) and value.number == 100 and integer(value.value), "a date is tag 100 with a number of days")
    return value.value


# ---- all of it ----


def verify(data, anchors, folder, lenient, report, depth=0, given=None):
    def passed(check, detail):
        report["checks"].append({"check": check, "result": "passed", "detail": detail})

    report["at"] = "read"
    envelope, end = item(data, 0)
    need(end == len(data), "bytes follow behind the envelope")
    if isinstance(envelope, Tag):
        need(envelope.number == 107, f"tag {envelope.number} is not SUIT")
        envelope = envelope.value
    need(isinstance(envelope, Map), "the envelope is no map")
    for key, value in envelope.items():
        need(isinstance(key, str) or (integer(key) and key != 0), f"key {key} in the envelope")
        need(isinstance(value, bytes), f"key {key} of the envelope holds no byte string")
    need(2 in envelope and 3 in envelope, "wrapper or manifest is missing")
    passed("read", f"{len(data)} bytes")

    report["at"] = "signature"
    signers = vouched(envelope[2], envelope.encoded[3], anchors, lenient, report)
    passed("signature", f"signed by {', '.join(signers)}")

    report["at"] = "manifest"
    manifest = whole(envelope[3], "the manifest")
    need(isinstance(manifest, Map), "the manifest is no map")
    need(manifest.get(1) == 1 and manifest.get(1) is not True, "the manifest version is not 1")
    need(uint(manifest.get(2)), "no sequence number")
    for key in manifest:
        need(integer(key) and (key in MANIFEST_KEYS or key <= -256), f"manifest key {key} is not known")
    for key in (6, 7, 8, 9, 24, 25, -257):
        need(not isinstance(manifest.get(key), list), f"member {key} may not be severed")
    common = whole(manifest.get(3), "suit-common")
    need(isinstance(common, Map) and isinstance(common.get(2), list) and common[2], "there are no components")
    need(all(integer(key) and (key in (1, 2, 4) or key <= -256) for key in common), "a key of suit-common")
    need(len(common[2]) <= language.COMPONENTS_MAX, "too many components")
    components = [language.component_id(component) for component in common[2]]
    dependencies = language.dependencies(common[1]) if 1 in common else {}
    for index in dependencies:
        need(index < (language.COMPONENTS_MAX if lenient else len(components)), f"dependency {index} is no component")
        if index >= len(components):
            report["let_pass"].append("a dependency behind the components")
    report["sequence_number"] = manifest[2]
    passed("manifest", f"sequence number {manifest[2]}, {len(components)} components")

    members = {key: value for key, value in envelope.items() if integer(key) and key not in (2, 3)}
    for key in members:
        report["at"] = f"member {key}"
        need(key in SEVERABLE or key <= -256, f"key {key} of the envelope is not known")
        need(isinstance(manifest.get(key), list), "no digest in the manifest binds it")
        need(has_digest(envelope.encoded[key], digest(manifest[key])), "is not the one that was signed")
        passed(f"member {key}", "is the one that was signed")
    report["at"] = "members"
    language.members(manifest, members, components)

    report["at"] = "promise"
    report["statement"], floor = promise(manifest, members)
    passed("promise", f"statement {report['statement']}, floor {floor}")

    report["at"] = "sequences"
    for _, ran in given or ():
        left_out = [key for key in SECTIONS if key in manifest and key not in ran]
        need(lenient or not left_out, f"its dependent does not always run {left_out}")
        report["let_pass"] += [f"section {key} of a dependency is not run" for key in left_out]
    wanted = bindings(manifest, members, common, dependencies, [known for known, _ in given or ()], report)
    passed("sequences", f"{len(wanted)} payloads")
    carried = {key: value for key, value in envelope.items() if isinstance(key, str)}
    for uri in carried:
        report["at"] = f"payload {uri}"
        need(uri in wanted, "no command uses it")
    for uri, (expected, images, manifests, encrypted, handed) in wanted.items():
        report["at"] = f"payload {uri}"
        content = carried[uri] if uri in carried else detached(uri, folder)
        result = check_payload(content, expected, () if encrypted else images)
        need(not encrypted, "what it decrypts to takes a key to judge")
        if manifests:
            depend(content, manifests, (anchors, folder, lenient), report, depth, handed)
            report["at"] = f"payload {uri}"
        report["payloads"].append({"uri": uri, "size": len(content), "sha256": sha256(content), **result})
        passed(f"payload {uri}", "is the one that was signed")


def depend(data, manifests, trust, report, depth, given):
    """Judges a dependency: its manifest is the one that was named, and it is a package that holds by itself."""
    need(depth < DEPENDENCIES_MAX, "dependencies of dependencies without end")
    envelope, _ = item(data, 0)
    envelope = envelope.value if isinstance(envelope, Tag) else envelope
    need(isinstance(envelope, Map) and isinstance(envelope.get(3), bytes), "a dependency is no package")
    for stated in manifests:
        need(has_digest(envelope.encoded[3], stated), "the dependency's manifest is not the one that is signed")
    inner = new_report()
    try:
        verify(data, *trust, inner, depth + 1, given or [({}, set())])
    except Refused as why:
        raise Refused(f"the dependency, {inner['at']}: {why}") from None
    report["not_judged"] += [f"of the dependency: {words}" for words in inner["not_judged"]]


def new_report():
    return {
        "schema": "second-verifier/1",
        "verdict": "accept",
        "checks": [],
        "payloads": [],
        "let_pass": [],
        "not_judged": [],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=pathlib.Path, nargs="?")
    parser.add_argument("key", type=pathlib.Path, nargs="*")
    parser.add_argument("-a", dest="anchor", type=pathlib.Path, action="append", default=[], help="a key, as suitpack takes it")
    parser.add_argument("--payload-dir", type=pathlib.Path)
    parser.add_argument("--lenient", action="store_true", help="admit what the drafts' examples do against the text")
    parser.add_argument("--self-test", action="store_true", help="run the verifier's own tests")
    arguments = parser.parse_args()
    if arguments.self_test:
        import self_test

        return self_test.main(sys.modules[__name__])
    if arguments.file is None:
        parser.error("no FILE is given")
    anchors = [Anchor(path) for path in arguments.key + arguments.anchor]
    report = new_report()
    try:
        verify(arguments.file.read_bytes(), anchors, arguments.payload_dir, arguments.lenient, report)
    except Refused as why:
        report["verdict"] = "reject"
        report["checks"].append({"check": report["at"], "result": "failed", "detail": str(why)})
    del report["at"]
    json.dump(report, sys.stdout, indent=1)
    print()
    return 0 if report["verdict"] == "accept" else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Exception:
        traceback.print_exc()
        sys.exit(3)  # Python's own 1 would look like a refusal
