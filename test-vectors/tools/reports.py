"""Makes reports/ from src/report.toml: a package, a report about it, and what has to come of holding one against the other.

Where a command stands is counted here from the bytes of its sequence, as draft-ietf-suit-report section 3 has it; nothing of
suitpack is asked. Used by make.py.
"""

import hashlib
import json
import re

AREAS = ("REP ", "MAN ", "TD ")
STAGES = ("read", "signature", "trust", "nonce", "reference", "records")


def argument(data, at):
    """The number in the head of an item, and where its content begins."""
    low = data[at] & 31
    if low < 24:
        return low, at + 1
    width = 1 << low - 24
    return int.from_bytes(data[at + 1 : at + 1 + width], "big"), at + 1 + width


def behind(data, at):
    """Where an item ends."""
    major = data[at] >> 5
    number, inner = argument(data, at)
    if major in (2, 3):
        return inner + number
    if major in (4, 5):
        for _ in range(number * (major - 3)):
            inner = behind(data, inner)
    return behind(data, inner) if major == 6 else inner


def offset(data, start, path):
    """Bytes from the start of a sequence to a command: its number, then that of the arm in it, that of the command there ..."""
    _, at = argument(data, start)
    for _ in range(2 * path[0]):
        at = behind(data, at)
    if len(path) == 1:
        return at
    at = behind(data, at)  # the command's code
    if data[at] >> 5 == 4:  # the arms of a try-each; a run-sequence has one sequence
        _, at = argument(data, at)
        for _ in range(path[1]):
            at = behind(data, at)
    _, at = argument(data, at)  # the byte string
    return offset(data, at, path[2:])


def report_case(make):
    class ReportCase(make.Case):
        """A case with a report about its package."""

        def computed(self, function, name, fragments):
            if function != "at":
                return super().computed(function, name, fragments)
            name, numbers = re.fullmatch(r"([a-z-]*[a-z])((?:-\d+)+)", name).groups()
            sequence = self.encode(fragments[name], fragments)
            return str(offset(sequence, 0, [int(number) for number in numbers[1:].split("-")]))

        def report(self):
            signed = self.encode("@sealed", self.fragments)
            fragments = {**self.fragments, "manifest-digest": make.digest_of(signed)}
            data = self.encode(self.source.get("report", "@report"), fragments)
            data += bytes.fromhex(self.source.get("report-append", ""))
            if "report-seal" not in self.source:
                return data
            seal = self.source["report-seal"]
            sealed = {"payload": make.plain(data), **seal}
            return self.encode(self.block(sealed, data), {})

    return ReportCase


def made(make, source, group, common, keys, files, known):
    """One case: its files, and what stands in the JSON."""
    name = source["id"]
    if not re.fullmatch(r"rep(\.[a-z0-9-]+){2,4}", name):
        raise SystemExit(f"error: {name} is no id of a report case")
    unknown = [req for req in source["req"] if req not in known and not req.startswith(AREAS)]
    if unknown:
        raise SystemExit(f"error: {name} names {unknown}, which spec/ does not have")
    common = {**common, "base": {**common["base"], **group["base"]}, "fragment": {**common["fragment"], **group["fragment"]}}
    case = report_case(make)(source, common, keys)
    package, report = case.envelope(), case.report()
    anchors = [keys[key] for key in source.get("anchors", ["ed25519-a"])]
    trusted = [keys[key] for key in source.get("report-anchors", [])]
    expect = dict(source["expect"])
    if (expect["verdict"] == "accept") != (expect["exit"] == 0) or (expect["verdict"] == "reject" and expect["stage"] not in STAGES):
        raise SystemExit(f"error: {name} does not say well what has to come of it")
    ask = source.get("ask", {"bare": "yes"} if "report-seal" not in source else {})
    lines = {"id": name, "kind": "report", "title": source["title"], "profile": source.get("profile", "strict")}
    lines |= {f"ask.{question}": value for question, value in ask.items()}
    lines |= {"req": " ".join(req.replace(" ", "/") for req in source["req"])}
    lines |= {"sha256": hashlib.sha256(package).hexdigest(), "report-sha256": hashlib.sha256(report).hexdigest()}
    folder = f"reports/{name}"
    files[f"{folder}/case.txt"] = make.text(lines)
    files[f"{folder}/envelope.suit"] = package
    files[f"{folder}/report.cbor"] = report
    for kind, list_ in (("anchors", anchors), ("report-anchors", trusted)):
        files |= {f"{folder}/{kind}/{key.name}.cosekey": key.file() for key in list_}
    for component, blob in expect.get("holds", {}).items():
        expect["holds"][component] = hashlib.sha256(bytes(case.content(blob))).hexdigest() if blob else "?"
    outcome = {key: expect[key] for key in ("verdict", "stage", "exit", "end", "ways") if key in expect}
    if "procedures" in expect:
        outcome["procedures"] = " ".join(expect["procedures"])
    if "holds" in expect:
        outcome["holds"] = " ".join(f"{component}={digest}" for component, digest in expect["holds"].items())
    files[f"{folder}/expect/expect.txt"] = make.text(outcome) + make.comment(source["comment"])
    return {
        "id": name,
        "kind": "report",
        "title": source["title"],
        "comment": " ".join(source["comment"].split()),
        "req": source["req"],
        "profile": lines["profile"],
        "ask": ask,
        "anchors": [key.file().hex() for key in anchors],
        "report_anchors": [key.file().hex() for key in trusted],
        "envelope": package.hex(),
        "report": report.hex(),
        "expect": expect,
    }


def all_cases(make, group, common, keys, files, known):
    """Adds every file of the group, its list and its JSON."""
    cases = [made(make, case, group, common, keys, files, known) for case in group["case"]]
    if len({case["id"] for case in cases}) != len(cases):
        raise SystemExit("error: a case id stands twice")
    suite = {"schema": "suit-report-vectors/1", "suite": make.VERSION, "licence": "CC0-1.0", "cases": cases}
    files["json/reports.json"] = (json.dumps(suite, indent=1, ensure_ascii=False) + "\n").encode()
    files["lists/reports.txt"] = "".join(f"{case}\n" for case in sorted(case["id"] for case in cases)).encode()
    return cases
