#!/usr/bin/env python3
"""Holds packages against the CDDL that the drafts publish, and what ours adds to it.

    tests/published_cddl.py FOLDER

FOLDER has the files draft-ietf-suit-{manifest,trust-domains,update-management,firmware-encryption}.cddl of the working group; they
are not ours to pass on, and no package registry has them. What has to fit are the vectors that are to be accepted and the IETF's.
Before that the schema is edited, each edit tried: one that finds nothing to change is an error.
"""

import os
import pathlib
import re
import sys

import cddl as ours

DRAFTS = ["manifest", "trust-domains", "update-management", "firmware-encryption"]

# What zcbor cannot follow, or a draft leaves out: pattern, what takes its place.
EDITS = [
    (r"^SUIT_start.*\n", ""),  # names a rule that is nowhere
    (r"\btext\s+\.regexp\s+\"[^\"]*\"", "tstr"),
    (r"uint\s+\.bits\s+suit-reporting-bits", "uint .le 15"),
    (r"uint\s+\.bits\s+SUIT_meta_permission_bits", "uint .le 16383"),
    (r"^SUIT_meta_permission_bits = &\(.*?^\)\n", ""),
    (r"^suit-reporting-bits = &\(.*?^\)\n", ""),
    # A comma is missing in the draft.
    (r"(\? suit-dependency-prefix => SUIT_Component_Identifier)\n", r"\1,\n"),
]

# What stands elsewhere, or is ours.
ADDED = """
COSE_Sign1_Tagged = #6.18(COSE_Sign1)
COSE_Mac0_Tagged = #6.17(COSE_Mac0)
COSE_Sign_Tagged = #6.98(COSE_Sign)
COSE_Mac_Tagged = #6.97(COSE_Mac)
COSE_Encrypt = [ protected: bstr, unprotected: Header, ciphertext: nil, recipients: [ + COSE_Recipient ] ]
concise-swid-tag = any
$$SUIT_Envelope_Extensions //= (-258 => bstr)
$$SUIT_Manifest_Extensions //= (25 => bstr)
$$SUIT_Manifest_Extensions //= (-257 => bstr)
$$SUIT_Manifest_Extensions //= (-258 => bstr / SUIT_Digest)
$$severable-manifest-members-choice-extensions //= (suit-candidate-verification => bstr .cbor SUIT_Command_Sequence / SUIT_Digest)
"""

# Accepted by us, and outside of the published CDDL. Its shared sequences do not admit what only sets parameters, although the
# templates of trust-domains put set-parameters there; private keys are for private use, which no CDDL lists.
OUTSIDE = {
    "dep.set-parameters",
    "lang.directive.copy-params",
    "lang.directive.override-multiple.shared",
    "lang.directive.set-parameters.shared",
    "man.common.unknown-key.private",
    "man.text.private",
    "man.unknown-key.private",
}

# zcbor wants the members of a map in the order in which the schema has them, which puts those of the extensions last in each group.
ENVELOPE = [2, 3, 16, 20, 23, 14, 15, 18]
MANIFEST = [1, 2, 3, 4, 7, 8, 9, 6, 24, 16, 20, 23, 14, 15, 18, 5, 25, -257, -258]
COMMON = [2, 4, 1]


def main(arguments):
    if len(arguments) != 1:
        print(__doc__.strip().splitlines()[2].strip(), file=sys.stderr)
        return 2
    if pathlib.Path(sys.prefix) != ours.ENVIRONMENT:
        ours.installed()
        os.execv(ours.ENVIRONMENT / "bin" / "python", [str(ours.ENVIRONMENT / "bin" / "python"), __file__, *arguments])
    from zcbor.zcbor import zcbor

    zcbor.loads = ours.loads
    rules = zcbor.DataTranslator.from_cddl(schema(pathlib.Path(arguments[0])), 4096).my_types
    packages = [case / "envelope.suit" for case in sorted(ours.CASES.iterdir()) if accepted(case)]
    packages += sorted(ours.PEERS.glob("*/*.suit"))
    wrong = 0
    for path in packages:
        package = path.read_bytes()
        rule = rules["SUIT_Envelope_Tagged" if package[:1] >= b"\xc0" else "SUIT_Envelope"]
        why = ours.refusal(rule, arranged(package))
        if (why is None) == (path.parent.name in OUTSIDE):
            wrong += 1
            print(f"FAILED: {path.parent.name}/{path.name} {why or 'fits'}"[:600])
    spoilt = [(claim, package) for claim, package in ours.spoilt(sample(packages)) if claim != "an unknown transform"]
    for claim, package in spoilt:
        rule = rules["SUIT_Envelope_Tagged" if package[:1] >= b"\xc0" else "SUIT_Envelope"]
        if not ours.refusal(rule, arranged(package)):
            wrong += 1
            print(f"FAILED: {claim} fits")
    print(f"{len(packages)} packages held against the published CDDL, {len(spoilt)} more that must not fit; {wrong} otherwise than they must be")
    return 1 if wrong or not packages else 0


def schema(folder):
    text = "\n".join((folder / f"draft-ietf-suit-{draft}.cddl").read_text() for draft in DRAFTS)
    for pattern, replacement in EDITS:
        text, count = re.subn(pattern, replacement, text, flags=re.MULTILINE | re.DOTALL if "&" in pattern else re.MULTILINE)
        if not count:
            sys.exit(f"error: nothing to edit: {pattern}")
    restated = (ours.CDDL / "suitpack.cddl").read_text()
    cose = restated[restated.index("COSE_Sign1 =") : restated.index("SUIT_Digest = [")]
    return text + cose + ADDED


def accepted(case):
    return "verdict: accept" in (case / "expect" / "expect.txt").read_text()


def sample(packages):
    """A package of ours in which every spoilt one finds its place."""
    for path in packages:
        try:
            list(ours.spoilt(path.read_bytes()))
        except SystemExit:
            continue
        return path.read_bytes()
    sys.exit("error: no package to spoil")


def arranged(package):
    """The same package with the members of its maps in the order of the schema."""
    from cbor2 import CBORTag, dumps

    try:
        envelope = ours.loads(package)
        body = envelope.value if isinstance(envelope, CBORTag) else envelope
        manifest = ours.loads(body[3])
        manifest[3] = dumps(ordered(ours.loads(manifest[3]), COMMON))
        body = ordered({**body, 3: dumps(ordered(manifest, MANIFEST))}, ENVELOPE)
    except (KeyError, ValueError, AttributeError):
        return package
    return dumps(CBORTag(envelope.tag, body) if isinstance(envelope, CBORTag) else body)


def ordered(entries, order):
    def place(key):
        # Payloads, under text, come before our own members of the envelope.
        return order.index(key) if key in order else len(order) + isinstance(key, int)

    return {key: entries[key] for key in sorted(entries, key=place)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
