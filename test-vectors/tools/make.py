#!/usr/bin/env python3
"""Makes cases/, reports/, json/ and lists/ from src/*.toml.

    tools/make.py [--check]

Needs Python 3.11 and `cryptography`; nothing of suitpack. The expected results stand in src/ and come from spec/ and the
drafts; no verifier is asked. Same sources, same bytes: keys are fixed, signatures deterministic, compressed frames written
out in the sources. With --check nothing is written, and the exit status says whether all is as it would be made.
"""

import hashlib
import hmac
import json
import pathlib
import re
import sys
import tomllib

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import reports

HERE = pathlib.Path(__file__).resolve().parent.parent
VERSION = (HERE / "VERSION").read_text().strip()
FORBID = "write:* fetch:* invoke"
TOPS = ("cases", "json", "lists", "reports")


# ---- CBOR, written from diagnostic notation ----


def head(major, value, width=None):
    """The first bytes of an item; `width` 0 to 3 forces 1, 2, 4 or 8 bytes behind the first (RFC 8949 8.1)."""
    if width is None:
        if value < 24:
            return bytes([major << 5 | value])
        width = next(at for at in range(4) if value < 1 << (8 << at))
    return bytes([major << 5 | 24 + width]) + value.to_bytes(1 << width, "big")


class Marked(bytes):
    """Encoded items, and where in them the items lie that a `^` stood before."""

    marks = ()


def join(*parts):
    """The parts one behind the other, with their marks."""
    joined, marks, at = Marked(b"".join(parts)), [], 0
    for part in parts:
        marks += [(at + start, at + end) for start, end in getattr(part, "marks", ())]
        at += len(part)
    joined.marks = tuple(marks)
    return joined


class Notation:
    """Encodes extended diagnostic notation. `{}` is sorted bytewise; `~{}` stays as written; raw'..' is copied as it is; `^`
    says of the item behind it that the fault lies there."""

    TOKEN = re.compile(
        r"""\s*(?:(?P<int>-?\d+)|(?P<raw>raw'[0-9a-fA-F\s]*')|(?P<hex>h'[0-9a-fA-F\s]*')|(?P<ascii>'[^']*')"""
        r"""|(?P<text>"[^"]*")|(?P<word>true|false|null)|(?P<mark><<|>>|~\{|_\d|[\[\]{}():,^]))"""
    )

    def __init__(self, text):
        self.text, self.at = text, 0

    def encode(self):
        return join(*self.items(None))

    def peek(self):
        match = self.TOKEN.match(self.text, self.at)
        if match is None:
            if self.text[self.at :].strip():
                raise ValueError(f"cannot read {self.text[self.at:self.at + 40]!r}")
            return None, None, self.at
        return match.lastgroup, match[match.lastgroup], match.end()

    def take(self, wanted=None):
        kind, token, self.at = self.peek()
        if wanted is not None and token != wanted:
            raise ValueError(f"expected {wanted}, found {token} before {self.text[self.at:self.at + 40]!r}")
        return kind, token

    def width(self):
        kind, token, end = self.peek()
        if kind == "mark" and token.startswith("_"):
            self.at = end
            return int(token[1:])
        return None

    def items(self, closing):
        found = []
        while True:
            _, token, end = self.peek()
            if token == closing:
                self.at = end
                return found
            if token == ",":
                self.at = end
                continue
            found.append(self.item())

    def item(self):
        kind, token = self.take()
        if token == "^":
            marked = join(self.item())
            marked.marks += ((0, len(marked)),)
            return marked
        if kind == "int":
            value, width = int(token), self.width()
            if self.peek()[1] == "(":
                self.take("(")
                content = self.item()
                self.take(")")
                return join(head(6, value, width), content)
            return head(0, value, width) if value >= 0 else head(1, -1 - value, width)
        if kind == "raw":
            return bytes.fromhex(token[4:-1])
        if kind in ("hex", "ascii", "text"):
            data = bytes.fromhex(token[2:-1]) if kind == "hex" else token[1:-1].encode()
            return head(3 if kind == "text" else 2, len(data), self.width()) + data
        if kind == "word":
            return {"false": b"\xf4", "true": b"\xf5", "null": b"\xf6"}[token]
        if token == "<<":
            content = join(*self.items(">>"))
            return join(head(2, len(content), self.width()), content)
        if token == "[":
            items = self.items("]")
            return join(head(4, len(items), self.width()), *items)
        if token in ("{", "~{"):
            entries = self.entries()
            if token == "{":
                entries.sort(key=lambda entry: entry[0])
            return join(head(5, len(entries), self.width()), *(part for entry in entries for part in entry))
        raise ValueError(f"did not expect {token!r} before {self.text[self.at:self.at + 40]!r}")

    def entries(self):
        entries = []
        while True:
            _, token, end = self.peek()
            if token in ("}", ","):
                self.at = end
                if token == "}":
                    return entries
                continue
            key = self.item()
            self.take(":")
            entries.append((key, self.item()))


# ---- keys ----


# HMAC 256/256, A128KW.
SHARED = (5, -3)


class Key:
    def __init__(self, name, source):
        self.name, self.alg = name, source["alg"]
        if self.alg in SHARED:
            self.private = bytes.fromhex(source["secret"])
            self.public = {1: 4, -1: self.private}
        elif self.alg == -19:
            self.private = ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(source["seed"]))
            x = self.private.public_key().public_bytes_raw()
            self.public = {1: 1, -1: 6, -2: x}
        else:
            self.private = ec.derive_private_key(int(source["scalar"], 16), ec.SECP256R1())
            numbers = self.private.public_key().public_numbers()
            self.public = {1: 2, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        self.kid = source["kid"].encode() if "kid" in source else hashlib.sha256(self.cose({})).digest()  # RFC 9679

    def cose(self, more):
        entries = ((key, value) for key, value in {**self.public, **more}.items())
        return Notation("{" + ", ".join(f"{k}: {plain(v)}" for k, v in entries) + "}").encode()

    def file(self):
        """The COSE_Key with its algorithm; a shared key has its name in it, for a thumbprint would be made of the secret."""
        return self.cose({2: self.kid, 3: self.alg} if self.alg in SHARED else {3: self.alg})

    def pem(self):
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.private.public_key().public_bytes(serialization.Encoding.PEM, form)

    def sign(self, message, der=False, change=None):
        """A signature, or a message authentication code; `change` makes another of a right one."""
        if self.alg == 5:
            return hmac.digest(self.private, message, "sha256")
        if self.alg == -19:
            signature = self.private.sign(message)
            if change == "s-plus-order":
                signature = signature[:32] + (int.from_bytes(signature[32:], "little") + ED25519_ORDER).to_bytes(32, "little")
            return signature
        signature = self.private.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        if der:
            return signature
        r, s = decode_dss_signature(signature)
        if change == "high-s":
            s = max(s, P256_ORDER - s)
        elif change is not None:
            r, s = {"zero-r": (0, s), "zero-s": (r, 0), "order-r": (P256_ORDER, s), "order-s": (r, P256_ORDER)}[change]
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def plain(value):
    return f"h'{value.hex()}'" if isinstance(value, bytes) else str(value)


# ---- a case ----


class Case:
    """One case: the fragments of its base with its own in their place, put together, signed, and then hurt."""

    def __init__(self, source, common, keys):
        base = common["base"][source["base"]]
        self.source, self.keys = source, keys
        self.common = common
        self.blobs = {name: blob(form, common["blob"]) for name, form in common["blob"].items()}
        self.fragments = {**common["fragment"], **base["fragment"], **source.get("with", {})}
        self.severed = {**base.get("severed", {}), **source.get("severed", {})}
        self.payloads = source.get("payloads", base["payloads"])
        self.detached = source.get("detached", {})
        self.blocks = source.get("sign", base.get("sign", [{"key": "ed25519-a"}]))

    def expand(self, text, fragments):
        def replace(match):
            name = match[1]
            if ":" in name:
                function, argument = name.split(":", 1)
                return self.computed(function, argument, fragments)
            return self.expand(fragments[name], fragments)

        return re.sub(r"@([a-z0-9-]+(?::[a-z0-9-]+)?)", replace, text)

    def computed(self, function, argument, fragments):
        if function == "size":
            return str(len(self.content(argument)))
        if function == "digest":
            return digest_of(self.content(argument))
        if function in DIGESTS:
            return digest_of(self.content(argument), function)
        if function == "bytes":
            return plain(self.content(argument))
        if function == "root":
            inner = self.package(argument)
            return digest_of(inner.encode("@sealed", inner.fragments))
        if function == "wide":
            return plain(self.blobs[argument]) + "_3"
        if function == "nest":
            return f"raw'{'81' * int(argument)}80'"
        if function == "severed":
            return digest_of(self.encode(self.severed[argument], fragments), self.source.get("severed-alg", "sha-256"))
        if function == "repeat":
            count, name = argument.split("-", 1)
            return self.expand(fragments[name], fragments) * int(count)
        raise ValueError(function)

    def content(self, name):
        """The bytes of a blob, or of a package of its own."""
        if name in self.blobs:
            return self.blobs[name]
        made = self.common.setdefault("made", {})
        if name not in made:
            made[name] = bytes(self.package(name).envelope())
        return made[name]

    def package(self, name):
        return Case(self.common["package"][name], self.common, self.keys)

    def encode(self, text, fragments):
        return Notation(self.expand(text, fragments)).encode()

    def envelope(self):
        """The bytes of the envelope."""
        signed = self.encode("@sealed", self.fragments)
        covered = signed if self.source.get("digest-over") != "content" else self.encode("@manifest", self.fragments)
        made = digest_of(covered, self.source.get("digest-alg", "sha-256"))
        more = {"made": made, "digest-with-byte": f"{made}, ^0"}
        digest = self.encode(self.source.get("digest", made), {**self.fragments, **more})
        blocks = "".join(f", <<{self.block(block, digest)}>>" for block in self.blocks)
        sealed_digest = {"sealed-digest": digest_of(covered), "same": f"raw'{digest.hex()}'"}
        carried_digest = self.encode(self.source.get("carried-digest", "@same"), sealed_digest)
        fragments = {**self.fragments, **self.source.get("tamper", {})}
        members = {**self.severed, **self.source.get("carried", {})}
        fragments |= {"stated": f"raw'{carried_digest.hex()}'", "blocks": blocks}
        fragments["auth"] = self.source.get("auth", "<<[<<@stated>> @blocks]>>")
        fragments["members"] = "".join(f", {key}: {value}" for key, value in members.items() if value)
        fragments["payloads"] = "".join(f', "{name}": @bytes:{content}' for name, content in self.payloads.items())
        data = self.encode(fragments["envelope"], fragments)
        if "cut" in self.source:
            marks, data = data.marks, join(data[: self.source["cut"]])
            data.marks = tuple((start, min(end, len(data))) for start, end in marks)
        if "flip-last" in self.source:
            data = data[:-1] + bytes([data[-1] ^ self.source["flip-last"]])
        return join(data, bytes.fromhex(self.source.get("append", "")))

    def block(self, block, digest):
        if "signers" in block:
            return self.sign(block, digest)
        key = self.keys[block["key"]]
        values = {"alg": str(block.get("alg", key.alg)), "kid": plain(self.keys[block.get("kid", block["key"])].kid)}
        values["public"] = f"raw'{key.cose({}).hex()}'"
        protected = self.encode(block.get("protected", "<<{1: @alg, 4: @kid}>>"), values)
        body = Notation(f"raw'{protected.hex()}'").encode()
        digest = digest if "over" not in block else self.encode(block["over"], {})
        signed = digest if not block.get("wrapped-twice") else Notation(f"<<raw'{digest.hex()}'>>").encode()
        context = block.get("context", "MAC0" if key.alg == 5 else "Signature1").encode()
        aad = bytes.fromhex(block.get("aad", ""))
        message = b"\x84" + head(3, len(context)) + context + body + head(2, len(aad)) + aad + head(2, len(signed)) + signed
        signer = key if "secret" not in block else Key("secret", {"alg": 5, "secret": self.encode(block["secret"], values).hex()})
        signature = signer.sign(message, block.get("der", False), block.get("change"))
        if block.get("flip"):
            signature = bytes([signature[0] ^ 1]) + signature[1:]
        signature = signature[: block.get("length")]
        values |= {
            "protected": f"raw'{protected.hex()}'",
            "unprotected": block.get("unprotected", "{}"),
            "payload": block.get("payload", "null"),
            "signature": plain(signature),
            "digest": f"raw'{digest.hex()}'",
        }
        if "protected-carried" in block:
            values["protected"] = f"raw'{self.encode(block['protected-carried'], values).hex()}'"
        tag = 17 if key.alg == 5 else 18
        return self.expand(block.get("form", f"{tag}([@protected, @unprotected, @payload, @signature])"), values)

    def sign(self, block, digest):
        """A COSE_Sign: one body, and a signature of each signer over "Signature" (RFC 9052 4.4)."""
        body = self.encode(block.get("protected", "h''"), {})
        signatures = []
        for signer in block["signers"]:
            key = self.keys[signer["key"]]
            values = {"alg": str(signer.get("alg", key.alg)), "kid": plain(self.keys[signer.get("kid", signer["key"])].kid)}
            protected = self.encode(signer.get("protected", "<<{1: @alg, 4: @kid}>>"), values)
            context = signer.get("context", "Signature").encode()
            message = b"\x85" + head(3, len(context)) + context + body + protected + b"\x40" + head(2, len(digest)) + digest
            signature = key.sign(message)
            if signer.get("flip"):
                signature = bytes([signature[0] ^ 1]) + signature[1:]
            signatures.append(f"[raw'{protected.hex()}', {signer.get('unprotected', '{}')}, {plain(signature)}]")
        values = {"protected": f"raw'{body.hex()}'", "signatures": ", ".join(signatures)}
        return self.expand(block.get("form", "98([@protected, {}, null, [@signatures]])"), values)


# MAN 10; the lengths of the two SHAKE are those of RFC 9054.
DIGESTS = {
    "sha-256": (-16, lambda data: hashlib.sha256(data).digest()),
    "shake128": (-18, lambda data: hashlib.shake_128(data).digest(32)),
    "sha-384": (-43, lambda data: hashlib.sha384(data).digest()),
    "sha-512": (-44, lambda data: hashlib.sha512(data).digest()),
    "shake256": (-45, lambda data: hashlib.shake_256(data).digest(64)),
}


def digest_of(data, name="sha-256"):
    label, function = DIGESTS[name]
    return f"[{label}, h'{function(bytes(data)).hex()}']"


def blob(form, blobs):
    """Bytes by recipe: hex, or text or bytes of another blob, repeated, cut, with a bit flipped, with more behind."""
    if "of" in form:
        data = blob(blobs[form["of"]], blobs)
    else:
        data = bytes.fromhex(form["hex"]) if "hex" in form else form["text"].encode()
    data *= form.get("repeat", 1)
    if "flip-last" in form:
        data = data[:-1] + bytes([data[-1] ^ form["flip-last"]])
    if "gcm" in form:
        # RFC 9052 5.3: what stands beside the plaintext is an Enc_structure without external data.
        beside = Notation(f"[\"Encrypt\", <<{form['protected']}>>, h'']").encode()
        data = AESGCM(bytes.fromhex(form["gcm"])).encrypt(bytes.fromhex(form["iv"]), data, beside)
    if "ctr" in form:
        encryptor = Cipher(algorithms.AES(bytes.fromhex(form["ctr"])), modes.CTR(bytes.fromhex(form["iv"]))).encryptor()
        data = encryptor.update(data) + encryptor.finalize()
    return bytes.fromhex(form.get("before", "")) + data + bytes.fromhex(form.get("behind", ""))


# ---- files ----


def main(arguments):
    if arguments not in ([], ["--check"]):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    common = tomllib.loads((HERE / "src/base.toml").read_text())
    keys = {name: Key(name, source) for name, source in common["key"].items()}
    known = requirements()
    files, listed, groups = {}, [], []
    for path in sorted((HERE / "src").glob("*.toml")):
        source = tomllib.loads(path.read_text())
        cases = source.get("case", [])
        if source.get("kind") == "report":
            about = reports.all_cases(sys.modules[__name__], source, common, keys, files, known)
        elif cases:
            made = [made_case(case, source, common, keys, files, known) for case in cases]
            listed += [case["id"] for case in made]
            groups.append({"group": path.stem, "source": f"src/{path.name}", "cases": made})
    if len(set(listed)) != len(listed):
        raise SystemExit("error: a case id stands twice")
    suite = {"schema": "suit-vectors/1", "suite": VERSION, "licence": "CC0-1.0", "groups": groups}
    files["json/core.json"] = (json.dumps(suite, indent=1, ensure_ascii=False) + "\n").encode()
    files["lists/core.txt"] = "".join(f"{case}\n" for case in sorted(listed)).encode()
    files["README.md"] = counted([case for group in groups for case in group["cases"]], about)
    return check(files) if arguments else write(files)


def counted(cases, about):
    """README.md with its count of cases."""
    areas = {}
    for case in cases:
        area = case["id"].split(".")[0]
        areas[area] = areas.get(area, 0) + 1
    accepted = sum(case["expect"]["verdict"] == "accept" for case in cases)
    parts = ", ".join(f"`{area}` {number}" for area, number in sorted(areas.items()))
    line = f"There are {len(cases)} cases, {accepted} of which have to be accepted. By area: {parts}."
    agree = sum(case["expect"]["verdict"] == "accept" for case in about)
    told = f"There are {len(about)} reports, {agree} of which agree with their manifest and are believed."
    made = re.sub(r"^There are \d+ cases.*$", line, (HERE / "README.md").read_text(), flags=re.MULTILINE)
    return re.sub(r"^There are \d+ reports.*$", told, made, flags=re.MULTILINE).encode()


def made_case(source, group, common, keys, files, known):
    name = source["id"]
    if not re.fullmatch(r"[a-z0-9]+(\.[a-z0-9-]+){1,5}", name):
        raise SystemExit(f"error: {name} is no case id")
    sections = ("MAN ", "TD ", "UM ", "FE ", "MTI ", "MUD ", "RFC ")
    unknown = [req for req in source["req"] if req not in known and not req.startswith(sections)]
    if unknown:
        raise SystemExit(f"error: {name} names {unknown}, which spec/ does not have")
    case = Case(source, common, keys)
    envelope = case.envelope()
    anchors = [keys[key] for key in source.get("anchors", ["ed25519-a"])]
    expect = dict(source["expect"])
    if expect["verdict"] == "reject" and not {"stage", "reason"} <= expect.keys():
        raise SystemExit(f"error: {name} does not say at which stage and why")
    ask = source.get("ask", {})
    lines = {"id": name, "kind": source.get("kind", group["kind"]), "title": source["title"], "profile": source.get("profile", "strict")}
    lines |= {f"ask.{question}": value for question, value in ask.items()}
    if "features" in source:
        lines["features"] = " ".join(source["features"])
    lines |= {"req": " ".join(req.replace(" ", "/") for req in source["req"]), "sha256": hashlib.sha256(envelope).hexdigest()}
    folder = f"cases/{name}"
    files[f"{folder}/case.txt"] = text(lines)
    files[f"{folder}/envelope.suit"] = envelope
    for key in anchors:
        files[f"{folder}/anchors/{key.name}.cosekey"] = key.file()
        if key.alg != 5:
            files[f"{folder}/anchors/{key.name}.pem"] = key.pem()
    decrypt = [keys[key] for key in source.get("decrypt", [])]
    for key in decrypt:
        files[f"{folder}/decrypt/{key.name}.cosekey"] = key.file()
    for uri, content in case.detached.items():
        files[f"{folder}/payloads/{uri.rsplit('/', 1)[1]}"] = case.content(content)
    if case.detached:
        rows = (f"{uri}\t{uri.rsplit('/', 1)[1]}\n" for uri in case.detached)
        files[f"{folder}/payloads.tsv"] = "".join(rows).encode()
    outcome = {"verdict": expect["verdict"]}
    outcome |= {key: expect[key] for key in ("stage", "exit", "why") if key in expect}
    marks = envelope.marks
    if "append" in source:
        marks = [(len(envelope) - len(bytes.fromhex(source["append"])), len(envelope))]
    if len(marks) > 1:
        raise SystemExit(f"error: {name} has its fault in more than one place")
    if marks:
        expect["offset"] = list(marks[0])
        outcome["offset"] = f"{marks[0][0]} {marks[0][1]}"
    for several in ("stage_any", "reason"):
        if several in expect:
            outcome[several] = " ".join(map(str, expect[several]))
    if expect["verdict"] == "reject":
        outcome["forbid"] = FORBID
    files[f"{folder}/expect/expect.txt"] = text(outcome) + comment(source["comment"])
    return {
        "id": name,
        "kind": lines["kind"],
        "title": source["title"],
        "comment": " ".join(source["comment"].split()),
        "req": source["req"],
        "profile": lines["profile"],
        "ask": ask,
        **({"features": source["features"]} if "features" in source else {}),
        "anchors": [{"name": key.name, "kid": key.kid.hex(), "cose_key": key.file().hex()} for key in anchors],
        **({"decrypt": [key.file().hex() for key in decrypt]} if decrypt else {}),
        "envelope": envelope.hex(),
        "payloads": {uri: case.content(content).hex() for uri, content in case.detached.items()},
        "expect": expect | ({"forbid": FORBID.split()} if expect["verdict"] == "reject" else {}),
    }


def text(lines):
    return "".join(f"{key}: {value}\n" for key, value in lines.items()).encode()


def comment(words):
    return ("comment: " + " ".join(words.split()) + "\n").encode()


def requirements():
    """The ids that spec/ gives. A copy of the vectors without it is not checked against it."""
    texts = [path.read_text() for path in (HERE.parent / "spec").glob("*.md")]
    return {found for text in texts for found in re.findall(r"\*\*([A-Z]{3}-\d+)\*\*|^\| (SUIT-\d+) \|", text, re.MULTILINE) for found in found if found}


def write(files):
    present = {path for top in TOPS for path in (HERE / top).rglob("*") if path.is_file()}
    for path in present - {HERE / name for name in files}:
        path.unlink()
    for name, data in files.items():
        path = HERE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    folders = sorted((path for top in TOPS for path in (HERE / top).rglob("*") if path.is_dir()), reverse=True)
    for path in folders:
        if not any(path.iterdir()):
            path.rmdir()
    print(f"{sum(name.endswith('/case.txt') for name in files)} cases, {sum(map(len, files.values()))} bytes")
    return 0


def check(files):
    present = {str(path.relative_to(HERE)) for top in TOPS for path in (HERE / top).rglob("*") if path.is_file()}
    present.add("README.md")
    wrong = sorted(present ^ files.keys()) + sorted(name for name in present & files.keys() if (HERE / name).read_bytes() != files[name])
    for name in wrong:
        print(f"not as src/ makes it: {name}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
