"""The second verifier's own tests, on a package that it builds for the purpose: `verify.py --self-test`."""

import hashlib
import pathlib
import sys
import tempfile

import zstandard
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

IMAGE = b"an image that can be compressed " * 8
PLAIN = bytes(range(96))


def main(verifier):
    """Runs every test; the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(verifier, pathlib.Path(folder))
        names = [name for name in dir(tests) if name.startswith("a_") or name.startswith("every_")]
        for name in names:
            getattr(tests, name)()
            print(f"ok: {name.replace('_', ' ')}")
    print(f"{len(names)} tests passed")
    return 0 if names else 1


class Tests:
    def __init__(self, verifier, folder):
        self.verifier, self.folder = verifier, folder
        self.one, self.two = ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1())
        self.anchors = [self.anchor("one", self.one), self.anchor("two", self.two)]

    def a_good_package_is_accepted(self):
        for anchors in ([self.anchors[0]], [self.anchors[1]], self.anchors):
            self.accepted(self.package(), anchors)

    def a_withheld_statement_does_not_refuse_the_package(self):
        self.accepted(self.package(withhold=True))

    def a_detached_payload_is_looked_up_beside_the_package(self):
        package = self.package(uri="https://example.com/files/plain.bin")
        self.refused(package, "not at hand")
        (self.folder / "plain.bin").write_bytes(PLAIN)
        self.accepted(package)
        (self.folder / "plain.bin").write_bytes(PLAIN[::-1])
        self.refused(package, "digest")
        (self.folder / "plain.bin").unlink()

    def a_package_of_a_stranger_is_refused(self):
        self.refused(self.package(), "no anchor", [self.anchor("other", ed25519.Ed25519PrivateKey.generate())])
        self.refused(self.package(), "no anchor", [])

    def a_package_without_signature_is_refused(self):
        self.refused(self.package(keys=[]), "nobody signed")

    def a_floor_that_disagrees_with_the_statement_is_refused(self):
        self.refused(self.package(floor=[1, 1, 22371]), "disagree")

    def a_byte_behind_the_frame_is_refused(self):
        self.refused(self.package(behind=b"\0"), "bytes follow")

    def a_frame_that_holds_another_image_is_refused(self):
        self.refused(self.package(holds=IMAGE[::-1]), "digest")
        self.refused(self.package(holds=IMAGE + b"!"), "")
        self.refused(self.package(holds=IMAGE[:-1]), "")

    def a_payload_that_no_command_uses_is_refused(self):
        self.refused(self.package(baggage={"#x": b"x"}), "no command")

    def a_payload_that_nothing_judges_is_refused(self):
        self.refused(self.package(judge=[]), "nothing judges")

    def every_truncation_is_refused(self):
        package = self.package(keys=[self.one])
        for end in range(len(package)):
            self.refused(package[:end], "")

    def every_flipped_bit_is_refused(self):
        package = self.package(keys=[self.one])
        for bit in range(8 * 2, 8 * len(package)):  # the tag may be missing, and another may not be there
            flipped = bytearray(package)
            flipped[bit // 8] ^= 1 << bit % 8
            self.refused(bytes(flipped), "")

    def accepted(self, package, anchors=None):
        if (why := self.why_not(package, anchors)) is not None:
            raise AssertionError(f"refused: {why}")

    def refused(self, package, words, anchors=None):
        why = self.why_not(package, anchors)
        if why is None:
            raise AssertionError("accepted")
        if words not in why:
            raise AssertionError(f"refused because of something else: {why}")

    def why_not(self, package, anchors):
        report = self.verifier.new_report()
        try:
            self.verifier.verify(package, self.anchors if anchors is None else anchors, self.folder, False, report)
            return None
        except self.verifier.Refused as why:
            return str(why)

    def anchor(self, name, key):
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        path = self.folder / f"{name}.pem"
        path.write_bytes(key.public_key().public_bytes(serialization.Encoding.PEM, form))
        return self.verifier.Anchor(path)

    def package(self, keys=None, uri="#plain", floor=None, behind=b"", holds=IMAGE, judge=None, withhold=False, baggage=None):
        """Component 0 is compressed and staged in component 2, component 1 is streamed as it is."""
        frame = zstandard.ZstdCompressor(write_content_size=True).compress(holds) + behind
        judge = [3, 15] if judge is None else judge
        shared = []
        for index, image in enumerate((IMAGE, PLAIN)):
            parameters = {1: b"v" * 16, 2: b"c" * 16, 3: encode(suit_digest(image)), 14: len(image)}
            shared += [12, index, 20, parameters, 1, 15, 2, 15]
        carried = suit_digest(frame)
        fetch = [12, 2, 20, {3: encode(carried), 14: len(frame), 21: "#app"}, 21, 15, 3, 15]
        install = [12, 0, 20, {22: 2, -257: encode([1, 1, len(frame), carried])}, -257, 15, 3, 15]
        install += [12, 1, 20, {21: uri}, 21, 15, *judge]
        validate = [12, 0, 3, 15] + ([12, 1, *judge] if judge else [])
        statement = encode({0: 1, 1: 1, 2: date(20454), 3: 1, 5: [{2: date(22370)}, {2: date(22380), 8: ["EU"]}]})
        text = encode({"en": {1: "A package to test with, of no use to anybody"}})
        manifest = {
            1: 1,
            2: 7,
            3: encode({2: [[b"app"], [b"plain"], [b"app", b"staging"]], 4: encode(shared)}),
            7: encode(validate),
            16: encode(fetch),
            20: encode(install),
            23: suit_digest(encode(text)),
            -257: encode(floor or [1, 1, 22370]),
            -258: suit_digest(encode(statement)),
        }
        sealed = encode(manifest)
        signed = encode(suit_digest(encode(sealed)))
        blocks = [self.block(key, signed) for key in ([self.one, self.two] if keys is None else keys)]
        envelope = {2: encode([signed, *blocks]), 3: sealed, 23: text, "#app": frame, **(baggage or {})}
        if uri == "#plain":
            envelope[uri] = PLAIN
        if not withhold:
            envelope[-258] = statement
        return b"\xd8\x6b" + encode(envelope)

    def block(self, key, signed):
        first = isinstance(key, ed25519.Ed25519PrivateKey)
        anchor = self.anchors[0] if first else self.anchors[1]
        protected = encode({1: -19 if first else -9, 4: anchor.kid})
        message = encode(["Signature1", protected, b"", signed])
        if first:
            signature = key.sign(message)
        else:
            r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
            signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return encode(Tagged(18, [protected, {}, None, signature]))


class Tagged:
    def __init__(self, number, value):
        self.number, self.value = number, value


def date(day):
    return Tagged(100, day)


def suit_digest(data):
    return [-16, hashlib.sha256(data).digest()]


def encode(value):
    """Deterministic CBOR of what the package is made of."""
    if value is None:
        return b"\xf6"
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(encode, value))
    if isinstance(value, Tagged):
        return head(6, value.number) + encode(value.value)
    entries = sorted((encode(key), encode(item)) for key, item in value.items())
    return head(5, len(entries)) + b"".join(key + item for key, item in entries)


def head(major, number):
    if number < 24:
        return bytes([major << 5 | number])
    size = next(size for size in (1, 2, 4, 8) if number < 1 << 8 * size)
    return bytes([major << 5 | {1: 24, 2: 25, 4: 26, 8: 27}[size]]) + number.to_bytes(size, "big")


if __name__ == "__main__":
    import verify

    sys.exit(main(verify))
