"""Who vouches for a manifest."""

import hashlib
import hmac
import pathlib

from cbor import Map, Refused, Tag, blob, encoded_bytes, integer, need, whole
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from language import digest, has_digest

BLOCKS_MAX = 16
DEPRECATED = {-7: -9, -8: -19}


class Anchor:
    """A public key from a PEM file, or a shared key from a COSE_Key."""

    def __init__(self, path):
        data = pathlib.Path(path).read_bytes()
        if b"-----BEGIN" not in data:
            self.shared(data, path)
            return
        self.key = serialization.load_pem_public_key(data)
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

    def shared(self, data, path):
        try:
            found = whole(data, "a COSE_Key")
            need(isinstance(found, Map) and found.get(1) == 4 and found.get(3) == 5, "no shared key for HMAC 256/256")
            need(blob(found.get(-1)) and len(found[-1]) >= 32, "a shared key has 32 bytes at least")
        except Refused as why:
            raise SystemExit(f"{path}: {why}; public keys are read as PEM") from None
        self.alg, self.key = 5, found[-1]
        self.kid = found.get(2, hashlib.sha256(b"\xa2\x01\x04\x20" + encoded_bytes(self.key)).digest())

    def verifies(self, message, signature):
        if self.alg == 5:
            return hmac.compare_digest(hmac.digest(self.key, message, "sha256"), signature)
        try:
            if self.alg == -19:
                self.key.verify(signature, message)
            else:
                if len(signature) != 64:
                    return False
                r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
                self.key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
            return True
        except (InvalidSignature, ValueError):
            return False


def vouched(wrapper, sealed, anchors, lenient, report):
    """Checks digest and signatures; gives the key ids of the anchors that signed."""
    parts = whole(wrapper, "the authentication wrapper")
    need(isinstance(parts, list) and parts, "the authentication wrapper is empty")
    stated = digest(whole(parts[0], "the manifest's digest"))
    need(len(parts) - 1 <= BLOCKS_MAX, "too many authentication blocks")
    signatures = [signature for part in parts[1:] for signature in block(part, report)]
    parties = [(alg, kid) for structure, alg, kid, _ in signatures if kid is not None and not structure.startswith(b"\x85")]
    need(len(set(parties)) == len(parties), "two blocks by the same key and algorithm")
    need(has_digest(sealed, stated), "the digest is not that of the manifest")
    need(len(parts) > 1, "nobody signed")
    signers, deprecated = [], False
    for structure, alg, kid, signature in signatures:
        if alg in DEPRECATED:
            if not lenient:
                deprecated = True
                continue
            alg = DEPRECATED[alg]
        message = structure + b"\x40" + encoded_bytes(parts[0])
        # Algorithm 5 is for tags under a shared key, and nothing else is.
        fits = (alg == 5) == structure.startswith(b"\x84\x64MAC0")
        named = [anchor for anchor in anchors if anchor.kid == kid]
        right = [anchor for anchor in named or anchors if fits and anchor.alg == alg and anchor.verifies(message, signature)]
        need(right or not named, "a signature that names an anchor is wrong")
        signers += [anchor.kid.hex() for anchor in right]
    need(signers, "only deprecated algorithm numbers" if deprecated else "no anchor signed")
    return signers


def block(part, report):
    """The signatures of one block: what they stand over but for the payload, algorithm, key id, signature."""
    found = whole(part, "an authentication block")
    need(isinstance(found, Tag), "a COSE object without tag")
    if found.number == 97:
        report["not_judged"].append("a COSE_Mac")
        return []
    need(found.number in (17, 18, 98), f"tag {found.number} is no COSE object of SUIT")
    need(isinstance(found.value, list) and len(found.value) == 4, "a COSE object has four items")
    protected, unprotected, payload, last = found.value
    header = buckets(protected, unprotected)
    need(payload is None, "the COSE payload is attached")
    if found.number == 98:
        return list(several(protected, last))
    context = b"\x84\x64MAC0" if found.number == 17 else b"\x84\x6aSignature1"
    return [one(context + encoded_bytes(protected), header, last)]


def several(body, signatures):
    """The signatures of a COSE_Sign."""
    need(isinstance(signatures, list) and 0 < len(signatures) <= BLOCKS_MAX, "a COSE_Sign has signatures, and not too many")
    body = b"" if body == b"\xa0" else body  # RFC 9052 4.4: no parameters are the empty string
    for found in signatures:
        need(isinstance(found, list) and len(found) == 3, "a COSE_Signature has three items")
        protected, unprotected, signature = found
        structure = b"\x85\x69Signature" + encoded_bytes(body) + encoded_bytes(protected)
        yield one(structure, buckets(protected, unprotected), signature)


def one(structure, header, signature):
    inside, outside = header
    need(blob(signature), "a signature is no byte string")
    need(integer(inside.get(1)), "the algorithm is not in the protected header")
    return structure, inside[1], inside.get(4, outside.get(4)), signature


def buckets(protected, unprotected):
    inside = Map() if protected == b"" else whole(protected, "a protected header")
    need(isinstance(inside, Map) and isinstance(unprotected, Map), "a COSE header is no map")
    need(len(protected) <= 256, "a protected header is too long")
    need(not inside.keys() & unprotected.keys(), "a COSE label stands in both buckets")
    need(2 not in unprotected, "crit is not protected")
    if 2 in inside:
        need(isinstance(inside[2], list) and inside[2], "crit is empty")
        need(all(label in (1, 4) and label in inside for label in inside[2]), "a critical header is not understood")
    return inside, unprotected
