#!/usr/bin/env python3
"""A second verifier of suitpack packages.

    verify.py FILE KEY.pem [KEY.pem ...] [--payload-dir DIR] [--lenient]
    verify.py --self-test

Written from spec/ and the drafts alone, in another language than suitpack and without a line of it, so that the two do not
share their mistakes. It checks the digest of the manifest, the signatures, severed members, floor against statement, and every
payload: its bytes as carried, and the image that comes out of it. One JSON object on stdout; exit 0 accepts, 1 refuses.

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

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

WINDOW_MAX = 8 << 20
SEVERABLE = {14, 15, 16, 18, 20, 23, -258}
MANIFEST_KEYS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 14, 15, 16, 18, 20, 23, 24, 25}
PARAMETERS = {1, 2, 3, 4, 5, 12, 13, 14, 18, 19, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, -257}
CONDITIONS = {1, 2, 3, 5, 6, 14, 24}
DIRECTIVES = {18, 21, 22, 23, 31, -257}


class Refused(Exception):
    """Why the package is not accepted."""


def need(holds, why):
    if not holds:
        raise Refused(why)


# ---- CBOR: deterministic, or refused ----


class Tag:
    def __init__(self, number, value):
        self.number, self.value = number, value


class Map(dict):
    """Entries by key, and the encoded bytes of each value."""

    def __init__(self):
        super().__init__()
        self.encoded = {}


def head(data, at):
    need(at < len(data), "the input ends early")
    major, info = data[at] >> 5, data[at] & 31
    if info < 24:
        return major, info, at + 1
    need(info < 28, "an indefinite length or a reserved number")
    if major == 7:
        raise Refused("a float or an unknown simple value")
    end = at + 1 + (1 << (info - 24))
    need(end <= len(data), "the input ends early")
    value = int.from_bytes(data[at + 1 : end], "big")
    need(value >= (24 if info == 24 else 1 << (4 << (info - 24))), "an integer or length is not in its shortest form")
    return major, value, end


def item(data, at, depth=0):
    """One item and where it ends."""
    need(depth <= 16, "nested too deeply")
    major, value, at = head(data, at)
    if major == 0:
        return value, at
    if major == 1:
        return -1 - value, at
    if major in (2, 3):
        need(value <= len(data) - at, "the input ends early")
        content = data[at : at + value]
        if major == 2:
            return content, at + value
        try:
            return content.decode(), at + value
        except UnicodeDecodeError:
            raise Refused("text that is not UTF-8") from None
    if major == 4:
        need(value <= len(data) - at, "the input ends early")
        found = []
        for _ in range(value):
            element, at = item(data, at, depth + 1)
            found.append(element)
        return found, at
    if major == 5:
        need(value <= len(data) - at, "the input ends early")
        found, last = Map(), None
        for _ in range(value):
            start = at
            key, at = item(data, at, depth + 1)
            encoded = data[start:at]
            need(last is None or last < encoded, "map keys twice or out of order")
            last, start = encoded, at
            content, at = item(data, at, depth + 1)
            key = tuple(key) if isinstance(key, list) else key
            plain = all(isinstance(part, (int, str, bytes)) for part in (key if isinstance(key, tuple) else [key]))
            need(plain and not isinstance(key, bool), "a map key of an unexpected kind")  # true would be taken for 1
            found[key] = content
            found.encoded[key] = data[start:at]
        return found, at
    if major == 6:
        content, at = item(data, at, depth + 1)
        return Tag(value, content), at
    need(value in (20, 21, 22), "an unknown simple value")
    return {20: False, 21: True, 22: None}[value], at


def whole(data, what):
    need(isinstance(data, bytes), f"{what} is no byte string")
    try:
        content, end = item(data, 0)
    except Refused as why:
        raise Refused(f"{what}: {why}") from None
    need(end == len(data), f"bytes follow behind {what}")
    return content


def uint(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def integer(value):
    return isinstance(value, int) and not isinstance(value, bool)


def encoded_bytes(data):
    """The deterministic encoding of a byte string."""
    size = len(data)
    for info, limit in ((None, 24), (24, 1 << 8), (25, 1 << 16), (26, 1 << 32), (27, 1 << 64)):
        if size < limit:
            return (bytes([0x40 | size]) if info is None else bytes([0x40 | info]) + size.to_bytes(1 << (info - 24), "big")) + data


def digest(value):
    """The hex of a SUIT_Digest."""
    need(isinstance(value, list) and len(value) == 2, "a SUIT_Digest is an array of two items")
    need(value[0] == -16 and not isinstance(value[0], bool), f"digest algorithm {value[0]} is not supported")
    need(isinstance(value[1], bytes) and len(value[1]) == 32, "a SHA-256 digest has 32 bytes")
    return value[1].hex()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


# ---- who vouches ----


class Anchor:
    def __init__(self, path):
        self.key = serialization.load_pem_public_key(pathlib.Path(path).read_bytes())
        if isinstance(self.key, ed25519.Ed25519PublicKey):
            self.alg = -19
            thumb = b"\xa3\x01\x01\x20\x06\x21\x58\x20" + self.key.public_bytes_raw()
        elif isinstance(self.key, ec.EllipticCurvePublicKey) and isinstance(self.key.curve, ec.SECP256R1):
            self.alg, numbers = -9, self.key.public_numbers()
            x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
            thumb = b"\xa4\x01\x02\x20\x01\x21\x58\x20" + x + b"\x22\x58\x20" + y
        else:
            raise SystemExit(f"{path}: only Ed25519 and P-256 keys are known")
        self.kid = hashlib.sha256(thumb).digest()

    def verifies(self, message, signature):
        try:
            if self.alg == -19:
                self.key.verify(signature, message)
            else:
                if len(signature) != 64:
                    return False
                r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
                self.key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
            return True
        except InvalidSignature:
            return False


def vouched(wrapper, sealed, anchors, lenient):
    """Checks digest and signatures; gives the key ids of the anchors that signed."""
    parts = whole(wrapper, "the authentication wrapper")
    need(isinstance(parts, list) and parts, "the authentication wrapper is empty")
    stated = digest(whole(parts[0], "the manifest's digest"))
    blocks = [sign1(part) for part in parts[1:]]
    need(stated == sha256(sealed), "the digest is not that of the manifest")
    need(blocks, "nobody signed")
    signers, deprecated = [], False
    for block in filter(None, blocks):
        protected, alg, kid, signature = block
        if alg in (-7, -8):
            if not lenient:
                deprecated = True
                continue
            alg = {-7: -9, -8: -19}[alg]
        message = b"\x84\x6aSignature1" + encoded_bytes(protected) + b"\x40" + encoded_bytes(parts[0])
        named = [anchor for anchor in anchors if anchor.kid == kid]
        right = [anchor for anchor in named or anchors if anchor.alg == alg and anchor.verifies(message, signature)]
        need(right or not named, "a signature that names an anchor is wrong")
        signers += [anchor.kid.hex() for anchor in right]
    need(signers, "only deprecated algorithm numbers" if deprecated else "no anchor signed")
    return signers


def sign1(part):
    block = whole(part, "an authentication block")
    need(isinstance(block, Tag), "a COSE object without tag")
    if block.number in (17, 97, 98):
        return None
    need(block.number == 18, f"tag {block.number} is no COSE object of SUIT")
    need(isinstance(block.value, list) and len(block.value) == 4, "a COSE_Sign1 has four items")
    protected, unprotected, payload, signature = block.value
    header = whole(protected, "a protected header")
    need(isinstance(header, Map) and isinstance(unprotected, Map), "a COSE header is no map")
    need(payload is None, "the COSE payload is attached")
    need(isinstance(signature, bytes), "a signature is no byte string")
    need(integer(header.get(1)), "the algorithm is not in the protected header")
    need(not header.keys() & unprotected.keys(), "a COSE label stands in both buckets")
    need(2 not in unprotected, "crit is not protected")
    if 2 in header:
        need(isinstance(header[2], list) and header[2], "crit is empty")
        need(all(label in (1, 4) and label in header for label in header[2]), "a critical header is not understood")
    return protected, header[1], header.get(4, unprotected.get(4)), signature


# ---- what the commands do with payloads: every path ----


class Path:
    """The state of one path through the sequences."""

    def __init__(self, count):
        self.count, self.index = count, [0]
        self.parameters = [{} for _ in range(count)]
        self.content = [None] * count
        self.uses = {}  # number of the use -> [uri, {(digest, size)}, transform or None, {(digest, size)}]
        self.facts = {}

    def fork(self):
        other = Path(self.count)
        other.index, other.facts = list(self.index), dict(self.facts)
        other.parameters = [dict(parameters) for parameters in self.parameters]
        other.content = list(self.content)
        other.uses = {key: [use[0], set(use[1]), use[2], set(use[3])] for key, use in self.uses.items()}
        return other


class Aborted(Exception):
    """The path ends and installs nothing."""


class Program:
    def __init__(self, components):
        self.count = components

    def parse(self, items, shared):
        """Holds a sequence against its rules, whether it will run or not."""
        need(isinstance(items, list) and items and len(items) % 2 == 0, "a command sequence has pairs of items")
        commands = list(zip(items[::2], items[1::2]))
        for code, argument in commands:
            need(integer(code), "a command is no integer")
            if code in CONDITIONS or code in DIRECTIVES:
                need(not (shared and code in DIRECTIVES), f"directive {code} in the shared sequence")
                need(uint(argument) and argument <= 15, "a reporting policy is 0 to 15")
            elif code == 12:
                several = argument if isinstance(argument, list) else [argument]
                need(argument is True or several, "no component index")
                need(len(set(several)) == len(several), "a component index twice")
                for index in several:
                    need(argument is True or (uint(index) and index < self.count), "a component index out of range")
            elif code == 20:
                need(isinstance(argument, Map) and argument, "no parameters")
                for key, value in argument.items():
                    self.parameter(key, value, shared)
            elif code == 15:
                need(isinstance(argument, list), "try-each has sequences")
                arms = argument[:-1] if argument and argument[-1] is None else argument
                need(len(arms) >= 2, "try-each has at least two sequences")
                for arm in arms:
                    self.parse(whole(arm, "a sequence"), shared)
            elif code == 32:
                self.parse(whole(argument, "a sequence"), shared)
            else:
                raise Refused(f"command {code} is not known here")
        return commands

    def parameter(self, key, value, shared):
        need(integer(key) and key in PARAMETERS, f"parameter {key} is not known")
        if key == 3:
            digest(whole(value, "an image digest"))
        elif key in (1, 2, 24):
            pen = key == 1 and isinstance(value, Tag) and value.number == 112 and isinstance(value.value, bytes)
            need(pen or (isinstance(value, bytes) and len(value) == 16), "an identifier has 16 bytes")
        elif key in (5, 14, 22):
            need(uint(value), f"parameter {key} is unsigned")
        elif key == 21:
            need(isinstance(value, str), "a URI is text")
        elif key == -257:
            need(not shared, "a transform in the shared sequence")
            transform(value)

    def top(self, body, what, shared=False):
        commands = self.parse(whole(body, what), shared)
        need(self.count == 1 or commands[0][0] == 12, f"{what} does not say which component")
        return commands

    def run(self, commands, path, soft):
        """All ends of a sequence from this path: pairs of a path and whether it succeeded. An abort is no end."""
        ends = [(path, True)]
        for code, argument in commands:
            further = []
            for at, going in ends:
                if not going:
                    further.append((at, False))
                    continue
                try:
                    further += self.step(code, argument, at, soft)
                except Aborted:
                    pass
            ends = further
            need(len(ends) <= 10_000, "too many paths")
        return ends

    def step(self, code, argument, path, soft):
        if code == 12:
            path.index = list(range(self.count)) if argument is True else argument if isinstance(argument, list) else [argument]
            return [(path, True)]
        several = path.index
        ends = [(path, True)]
        for component in several:
            further = []
            for at, going in ends:
                if not going:
                    further.append((at, False))
                    continue
                if len(several) > 1:
                    at.index = [component]
                further += self.one(code, argument, at, component, soft)
            ends = further
        for at, _ in ends:
            at.index = several
        return ends

    def one(self, code, argument, path, component, soft):
        if code == 20:
            path.parameters[component].update(argument)
            return [(path, True)]
        if code == 32:
            return self.run(list(pairs(argument)), path, soft)
        if code == 15:
            return self.arms(argument, path)
        if code in CONDITIONS:
            return self.condition(code, path, component, soft)
        self.directive(code, path, component)
        return [(path, True)]

    def arms(self, arms, path):
        done, waiting = [], [path]
        for arm in arms:
            if arm is None:
                return done + [(at, True) for at in waiting]
            failed = []
            for at in waiting:
                for end, good in self.run(list(pairs(arm)), at.fork(), True):
                    if good:
                        done.append((end, True))
                    else:
                        failed.append(end)
            waiting = failed
        return done + [(at, False) for at in waiting]

    def condition(self, code, path, component, soft):
        parameters = path.parameters[component]
        wanted = {1: 1, 2: 2, 3: 3, 5: 5, 6: 18, 24: 24}.get(code)
        if code == 14 or wanted not in parameters:
            return self.failed(path, soft)
        value = parameters[wanted]
        value = (value.number, value.value) if isinstance(value, Tag) else value
        fact = (code, component if code == 5 else None, value)
        answers = [True, False] if code in (1, 2, 5, 24) and path.facts.get(fact) is None else [path.facts.get(fact, True)]
        if code in (3, 6):
            answers = [True, False]
        if code == 5 and any(known and at[:2] == fact[:2] and at != fact for at, known in path.facts.items()):
            answers = [False]
        ends = []
        for answer in answers:
            if answer:
                end = path.fork()
                end.facts[fact] = True
                if code == 3:
                    self.judge(end, component)
                ends.append((end, True))
            else:
                end = path.fork()
                if code in (1, 2, 5, 24):
                    end.facts[fact] = False
                ends += self.failed(end, soft)
        return ends

    @staticmethod
    def failed(path, soft):
        # Outside try-each a failed condition aborts, and such a path installs nothing.
        return [(path, False)] if soft else []

    @staticmethod
    def judge(path, component):
        parameters, content = path.parameters[component], path.content[component]
        expected = (digest(whole(parameters[3], "an image digest")), parameters.get(14))
        if content is not None:
            number, decoded = content
            path.uses[number][3 if decoded else 1].add(expected)

    def directive(self, code, path, component):
        parameters = path.parameters[component]
        source = parameters.get(22)
        if code == 21:
            need(21 in parameters, "a fetch without a URI")
            path.content[component] = (self.use(path, parameters[21]), False)
        elif code in (22, 31):
            if source is None or source >= self.count:
                raise Aborted
            path.content[component], former = path.content[source], path.content[component]
            if code == 31:
                path.content[source] = former
        elif code == 18:
            path.content[component] = None
        elif code == -257:
            need(3 in parameters and 14 in parameters and -257 in parameters, "a transform without digest, size or parameter")
            origin, size, stated = transform(parameters[-257])
            if origin == 0:
                need(21 in parameters, "a transform without a URI")
                number = self.use(path, parameters[21])
            else:
                need(source is not None and source < self.count and source != component, "a transform without a source")
                if path.content[source] is None:
                    path.content[component] = None
                    return
                number, decoded = path.content[source]
                need(not decoded, "a transform of a transform")
            path.uses[number][1].add((stated, size))
            path.uses[number][2] = True
            path.content[component] = (number, True)

    @staticmethod
    def use(path, uri):
        number = len(path.uses)
        path.uses[number] = [uri, set(), None, set()]
        return number


def pairs(sequence):
    items = whole(sequence, "a sequence")
    return zip(items[::2], items[1::2])


def transform(value):
    """Where from, how many bytes, with which digest: of suit-parameter-transform."""
    fields = whole(value, "a transform")
    need(isinstance(fields, list) and len(fields) == 4, "a zstd transform has four items")
    source, algorithm, size, stated = fields
    need(uint(source) and source <= 1, "the source of a transform is 0 or 1")
    need(uint(algorithm) and algorithm == 1, f"transform algorithm {algorithm} is not known")
    need(uint(size), "the input size of a transform is unsigned")
    return source, size, digest(stated)


def bindings(manifest, members, common):
    """URI -> (what the bytes have to be, what comes out of them if they are compressed), over all paths."""
    components = common[2]
    program = Program(len(components))
    shared = program.top(common[4], "the shared sequence", True) if 4 in common else []
    sections = []
    for key in (16, 20, 7, 8, 9):
        value = manifest.get(key)
        if isinstance(value, list):
            need(key in members, f"sequence {key} is not at hand")
            value = members[key]
        if value is not None:
            sections.append(program.top(value, f"sequence {key}"))
    paths = [Path(program.count)]
    for section in sections:
        for commands in (shared, section):
            for path in paths:
                path.index = [0]
            paths = [end for path in paths for end, good in program.run(commands, path, False) if good]
    found = {}
    for path in paths:
        for uri, carried, decoded, images in path.uses.values():
            need(images if decoded else carried, f"nothing judges the payload {uri} on some path")
            known = found.setdefault(uri, (set(), set()))
            known[0].update(carried)
            known[1].update(images)
    return found


# ---- payloads ----


def check_payload(data, carried, images):
    for stated, size in carried:
        need(size in (None, len(data)), f"{len(data)} bytes where {size} are signed")
        need(sha256(data) == stated, "its digest is not the one that is signed")
    if not images:
        return {}
    need(len(images) == 1, "two different images are wanted from it")
    stated, size = next(iter(images))
    image = decompress(data, size)
    need(len(image) == size, f"comes out with {len(image)} bytes where {size} are signed")
    need(sha256(image) == stated, "the digest of what comes out is not the one that is signed")
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


def verify(data, anchors, folder, lenient, report):
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
    signers = vouched(envelope[2], envelope.encoded[3], anchors, lenient)
    passed("signature", f"signed by {', '.join(signers)}")

    report["at"] = "manifest"
    manifest = whole(envelope[3], "the manifest")
    need(isinstance(manifest, Map), "the manifest is no map")
    need(manifest.get(1) == 1 and manifest.get(1) is not True, "the manifest version is not 1")
    need(uint(manifest.get(2)), "no sequence number")
    for key in manifest:
        need(integer(key) and (key in MANIFEST_KEYS or key <= -256), f"manifest key {key} is not known")
    for key in (7, 8, 9, 24, -257):
        need(not isinstance(manifest.get(key), list), f"member {key} may not be severed")
    common = whole(manifest.get(3), "suit-common")
    need(isinstance(common, Map) and isinstance(common.get(2), list) and common[2], "there are no components")
    need(1 not in common, "the manifest has dependencies")
    need(common.keys() <= {2, 4} or all(integer(key) and key <= -256 for key in common.keys() - {2, 4}), "a key of suit-common")
    components = [tuple(component) for component in common[2]]
    report["sequence_number"] = manifest[2]
    passed("manifest", f"sequence number {manifest[2]}, {len(components)} components")

    members = {key: value for key, value in envelope.items() if integer(key) and key not in (2, 3)}
    for key in members:
        report["at"] = f"member {key}"
        need(key in SEVERABLE or key <= -256, f"key {key} of the envelope is not known")
        need(isinstance(manifest.get(key), list), "no digest in the manifest binds it")
        need(digest(manifest[key]) == sha256(envelope.encoded[key]), "is not the one that was signed")
        passed(f"member {key}", "is the one that was signed")
    text = members.get(23, manifest.get(23))
    if isinstance(text, bytes):
        report["at"] = "text"
        for language in whole(text, "the text").values():
            strangers = [key for key in language if isinstance(key, tuple) and key not in components]
            need(not strangers, "the text speaks of a component that is not there")

    report["at"] = "promise"
    report["statement"], floor = promise(manifest, members)
    passed("promise", f"statement {report['statement']}, floor {floor}")

    report["at"] = "sequences"
    wanted = bindings(manifest, members, common)
    passed("sequences", f"{len(wanted)} payloads")
    carried = {key: value for key, value in envelope.items() if isinstance(key, str)}
    for uri in carried:
        report["at"] = f"payload {uri}"
        need(uri in wanted, "no command uses it")
    for uri, (expected, images) in wanted.items():
        report["at"] = f"payload {uri}"
        content = carried[uri] if uri in carried else detached(uri, folder)
        result = check_payload(content, expected, images)
        report["payloads"].append({"uri": uri, "size": len(content), "sha256": sha256(content), **result})
        passed(f"payload {uri}", "is the one that was signed")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=pathlib.Path, nargs="?")
    parser.add_argument("key", type=pathlib.Path, nargs="*")
    parser.add_argument("-a", dest="anchor", type=pathlib.Path, action="append", default=[], help="a key, as suitpack takes it")
    parser.add_argument("--payload-dir", type=pathlib.Path)
    parser.add_argument("--lenient", action="store_true", help="admit ES256 and EdDSA")
    parser.add_argument("--self-test", action="store_true", help="run the verifier's own tests")
    arguments = parser.parse_args()
    if arguments.self_test:
        import self_test

        return self_test.main(sys.modules[__name__])
    if arguments.file is None:
        parser.error("no FILE is given")
    anchors = [Anchor(path) for path in arguments.key + arguments.anchor]
    report = {"schema": "second-verifier/1", "verdict": "accept", "checks": [], "payloads": []}
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
