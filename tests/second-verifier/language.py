"""What a manifest may say: parameters, members, texts. What is fine is returned or passed over; anything else is refused."""

import hashlib
import re

from cbor import Map, Refused, Tag, blob, entries, integer, need, text, uint, whole

COMPONENTS_MAX, SEGMENTS_MAX, COMPONENT_BYTES_MAX, URI_MAX = 64, 16, 256, 2048
VERSION_MAX, ACTORS_MAX = 16, 256

# MAN 10; the lengths of the two SHAKE are those of RFC 9054.
DIGESTS = {
    -16: lambda data: hashlib.sha256(data).digest(),
    -18: lambda data: hashlib.shake_128(data).digest(32),
    -43: lambda data: hashlib.sha384(data).digest(),
    -44: lambda data: hashlib.sha512(data).digest(),
    -45: lambda data: hashlib.shake_256(data).digest(64),
}
CONTENT = {1: 16, 2: 24, 3: 32, 24: 32, -65534: 16, -65533: 24, -65532: 32}
PARAMETERS = {1, 2, 3, 4, 5, 12, 13, 14, 18, 19, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, -257}


def digest(value):
    """Algorithm and bytes of a SUIT_Digest."""
    need(isinstance(value, list) and len(value) == 2, "a SUIT_Digest is an array of two items")
    need(integer(value[0]) and value[0] in DIGESTS, f"digest algorithm {value[0]} is not supported")
    need(blob(value[1]) and len(value[1]) == len(DIGESTS[value[0]](b"")), "the digest has not the length of its algorithm")
    return value[0], value[1]


def has_digest(data, stated):
    return DIGESTS[stated[0]](data) == stated[1]


def component_id(value):
    need(isinstance(value, list) and all(map(blob, value)), "a component identifier is an array of byte strings")
    need(len(value) <= SEGMENTS_MAX and sum(map(len, value)) <= COMPONENT_BYTES_MAX, "a component identifier is too long")
    return tuple(value)


def dependencies(value):
    """Index -> prefix or None."""
    found = {}
    for index, metadata in entries(value, "suit-dependencies"):
        need(uint(index), "the index of a dependency is unsigned")
        need(isinstance(metadata, Map), "the metadata of a dependency is no map")
        need(all(integer(key) and (key == 1 or key <= -256) for key in metadata), "metadata of a dependency that is not known")
        found[index] = component_id(metadata[1]) if 1 in metadata else None
    return found


def version(value):
    need(isinstance(value, list) and 0 < len(value) <= VERSION_MAX, "a version is an array of numbers")
    need(all(map(integer, value)), "a version is an array of integers")
    need(value[0] >= 0 and min(value) >= -3, "a version with a number that means nothing there")


def version_match(value):
    need(isinstance(value, list) and len(value) == 2, "a version match has two items")
    need(uint(value[0]) and 1 <= value[0] <= 5, f"version comparison {value[0]} is not known")
    version(value[1])


def wait_info(value):
    for event, argument in entries(value, "suit-parameter-wait-info"):
        need(integer(event) and 1 <= event <= 9, f"wait event {event} is not known")
        if event <= 3:
            need(integer(argument), f"wait event {event} is an integer")
        elif event == 4:
            need(isinstance(argument, list) and len(argument) == 2 and blob(argument[0]), "another device and its versions")
            need(isinstance(argument[1], list) and 0 < len(argument[1]) <= VERSION_MAX, "another device of no version")
            for wanted in argument[1]:
                version_match(wanted)
        else:
            bound = {5: 1 << 64, 6: 86400, 7: 7, 8: 86400, 9: 7}[event]
            need(uint(argument) and argument < bound, f"wait event {event} is out of range")


def actor(value):
    if isinstance(value, Tag):
        need(value.number == 37 and blob(value.value) and len(value.value) == 16, "somebody under a tag is a UUID")
    else:
        need(integer(value) or text(value) or blob(value), "somebody is a number, a name, bytes or a UUID")
        need(not text(value) or value.isprintable() or not re.search(r"[\x00-\x1f\x7f-\x9f]", value), "a name with control characters")


def permissions(value):
    need(uint(value) and value < 1 << 14, "a permission that is not known")


def metadata(value):
    need(isinstance(value, Map), "component metadata is no map")
    for key, content in value.items():
        need(integer(key) and 1 <= key <= 8, f"component metadata {key} is not known")
        if key == 1:
            permissions(content)
        elif key <= 4:
            need(len(entries(content, "a map of permissions")) <= ACTORS_MAX, "too many users, groups or roles")
            for who, bits in content.items():
                actor(who)
                permissions(bits)
        elif key == 5:
            need(uint(content) and 1 <= content <= 3, f"file type {content} is not known")
        elif key <= 7:
            need(isinstance(content, Tag) and content.number == 1 and uint(content.value), "a time is unsigned and has tag 1")
        else:
            actor(content)


def encryption_info(value):
    need(isinstance(value, Tag) and value.number == 96 and isinstance(value.value, list), "an encryption info is a COSE_Encrypt")
    need(len(value.value) == 4, "a COSE_Encrypt has four items")
    protected, unprotected, ciphertext, recipients = value.value
    inside, outside = buckets(protected, unprotected)
    need(ciphertext is None, "the ciphertext is attached")
    alg = inside.get(1, outside.get(1))
    need(alg in CONTENT, f"content algorithm {alg} is not known")
    need(alg > 0 and 1 in inside or alg < 0 and protected == b"", "the content algorithm stands in the wrong bucket")
    need(blob(outside.get(5)) and len(outside[5]) == (12 if alg > 0 else 16), "the IV has not the length of its algorithm")
    need(6 not in outside and 6 not in inside, "a partial IV")
    need(isinstance(recipients, list) and 0 < len(recipients) <= 16, "a COSE_Encrypt has recipients, and not too many")
    for found in recipients:
        need(isinstance(found, list) and len(found) == 3, "a recipient has three items")
        recipient(*found, CONTENT[alg])


def recipient(protected, unprotected, wrapped, size):
    inside, outside = buckets(protected, unprotected)
    alg = inside.get(1, outside.get(1))
    need(alg in (-3, -4, -5, -29, -30, -31), f"recipient algorithm {alg} is not known")
    if alg >= -5:
        need(protected in (b"", b"\xa0"), "key wrap with a protected header")
    else:
        need(1 in inside, "the recipient's algorithm is not protected")
        key = inside.get(-1, outside.get(-1))
        need(isinstance(key, Map) and key.get(1) in (1, 2) and -4 not in key, "an agreed key without the sender's")
    need(not {-2, -3, *range(-26, -20)} & (inside.keys() | outside.keys()), "a static key or labels of parties")
    need(blob(wrapped) and len(wrapped) == size + 8, "the wrapped key has the wrong length")


def buckets(protected, unprotected):
    """The header maps of an encryption info, whose keys may be in any order."""
    inside = Map() if protected == b"" else whole(protected, "a protected header", any_order=True)
    need(isinstance(inside, Map) and isinstance(unprotected, Map), "a COSE header is no map")
    need(not inside.keys() & unprotected.keys(), "a COSE label stands in both buckets")
    need(2 not in unprotected, "crit is not protected")
    if 2 in inside:
        need(isinstance(inside[2], list) and inside[2], "crit is empty")
        need(all(label in (1, 4, 5) and label in inside for label in inside[2]), "a critical header is not understood")
    return inside, unprotected


def transform(value):
    """Where from, how many bytes, with which digest: of suit-parameter-transform."""
    fields = whole(value, "a transform")
    need(isinstance(fields, list) and len(fields) == 4, "a zstd transform has four items")
    source, algorithm, size, stated = fields
    need(uint(source) and source <= 1, "the source of a transform is 0 or 1")
    need(uint(algorithm) and algorithm == 1, f"transform algorithm {algorithm} is not known")
    need(uint(size), "the input size of a transform is unsigned")
    return source, size, digest(stated)


def parameter(key, value, shared):
    need(integer(key) and key in PARAMETERS, f"parameter {key} is not known")
    if key in (1, 2, 24):
        pen = key == 1 and isinstance(value, Tag) and value.number == 112 and blob(value.value)
        need(pen or (blob(value) and len(value) == 16), "an identifier has 16 bytes")
    elif key in (4, 5, 14, 22, 26):
        need(uint(value), f"parameter {key} is unsigned")
    elif key in (12, 13):
        need(isinstance(value, bool), f"parameter {key} is a boolean")
    elif key in (18, 23, 25):
        need(blob(value), f"parameter {key} is a byte string")
    elif key == 21:
        need(text(value), "a URI is text")
        need(len(value.encode()) <= URI_MAX, "a URI is too long")
    elif key == 27:
        need(integer(value), "a priority is an integer")
    elif key == -257:
        need(not shared, "a transform in the shared sequence")
        transform(value)
    else:
        content = whole(value, f"parameter {key}", any_order=key == 19)
        {3: digest, 19: encryption_info, 28: version_match, 29: wait_info, 30: metadata}[key](content)


def coswid(value):
    if isinstance(value, Tag):
        need(value.number == 1398229316, "a CoSWID under another tag")
        value = value.value
    need(isinstance(value, Map), "a CoSWID is no map")
    need({0, 1, 12} <= value.keys(), "a CoSWID without tag-id, tag-version or software-name")


def mud(value):
    need(isinstance(value, Map) and set(value) == {1, 2}, "a usage description has URL and key identifier")
    need(isinstance(value[1], Tag) and value[1].number == 32 and text(value[1].value), "the URL of a usage description has tag 32")
    digest(value[2])


def texts(value, components):
    for language, content in entries(value, "suit-text"):
        need(text(language) and re.fullmatch(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", language), f"{language!r} is no language")
        need(isinstance(content, Map), "a language has a map of texts")
        for label, entry in content.items():
            if isinstance(label, tuple):
                need(label in components, "the text speaks of a component that is not there")
                need(isinstance(entry, Map), "a component has a map of texts")
                for inner, words in entry.items():
                    need(integer(inner) and inner != 0 and text(words), "a text of a component")
            else:
                need(integer(label) and label != 0 and text(entry), "a text")


def members(manifest, envelope, components):
    """Holds what does not act against its rules."""
    if 4 in manifest:
        need(text(manifest[4]), "suit-reference-uri is text")
    if 5 in manifest:
        component_id(manifest[5])
    if 6 in manifest:
        version(whole(manifest[6], "suit-set-version"))
    if 25 in manifest:
        mud(whole(manifest[25], "suit-manifest-mud"))
    for key, name, check in ((14, "the CoSWID", coswid), (23, "the text", lambda value: texts(value, components))):
        body = manifest.get(key)
        body = envelope.get(key) if isinstance(body, list) else body
        if body is not None:
            try:
                check(whole(body, name))
            except Refused as why:
                raise Refused(f"{name}: {why}") from None
