"""CBOR: deterministic, or refused."""


class Refused(Exception):
    """Why the package is not accepted."""


def need(holds, why):
    if not holds:
        raise Refused(why)


class Tag:
    def __init__(self, number, value):
        self.number, self.value = number, value

    def __eq__(self, other):
        return isinstance(other, Tag) and (self.number, self.value) == (other.number, other.value)

    def __hash__(self):
        return hash((self.number, self.value))


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


def item(data, at, depth=0, any_order=False):
    """One item and where it ends."""
    need(depth <= 16, "nested too deeply")
    major, value, at = head(data, at)
    if major == 0:
        return value, at
    if major == 1:
        need(value < 1 << 63, "an integer beyond 64 bits")
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
            element, at = item(data, at, depth + 1, any_order)
            found.append(element)
        return found, at
    if major == 5:
        need(value <= len(data) - at, "the input ends early")
        found, last = Map(), None
        for _ in range(value):
            start = at
            key, at = item(data, at, depth + 1, any_order)
            encoded = data[start:at]
            need(last is None or any_order or last < encoded, "map keys twice or out of order")
            last, start = encoded, at
            content, at = item(data, at, depth + 1, any_order)
            key = tuple(key) if isinstance(key, list) else key
            inner = key.value if isinstance(key, Tag) else key
            plain = all(isinstance(part, (int, str, bytes)) for part in (inner if isinstance(inner, tuple) else [inner]))
            need(plain and not isinstance(key, bool), "a map key of an unexpected kind")  # true would be taken for 1
            need(key not in found, "map keys twice")
            found[key] = content
            found.encoded[key] = data[start:at]
        return found, at
    if major == 6:
        content, at = item(data, at, depth + 1, any_order)
        return Tag(value, content), at
    need(value in (20, 21, 22), "an unknown simple value")
    return {20: False, 21: True, 22: None}[value], at


def whole(data, what, any_order=False):
    need(isinstance(data, bytes), f"{what} is no byte string")
    try:
        content, end = item(data, 0, any_order=any_order)
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


def text(value):
    return isinstance(value, str)


def blob(value):
    return isinstance(value, bytes)


def entries(value, what):
    """A map with at least one entry."""
    need(isinstance(value, Map), f"{what} is no map")
    need(value, f"{what} is empty")
    return value.items()
