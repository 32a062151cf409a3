"""Flash, stack, instructions and what can panic: measured, shown, and held against the ratchet."""

import pathlib
import re
import subprocess
import tomllib

RATCHET = pathlib.Path("examples/cortex-m/ratchet.toml")
HEADER = """# What the builds of this firmware may take at most (tests/bare-metal). Only ever lower these; `tests/bare-metal --tighten` does.
# Flash: bytes of code and constants less those of the board. Stack: bytes. Instructions: of taking one package.
"""
# What the project promises of the build for Cortex-M4.
PROMISES = {"chip": 16 * 1024, "ed25519": 68 * 1024, "ed25519-small": 40 * 1024}
STACK = 10 * 1024
# Another compiler makes other code: figures may exceed the ratchet by this much.
SLACK = 1.02
PANICS = re.compile(r"panic|unwrap_failed|expect_failed|index_fail|len_mismatch_fail|slice_error|begin_unwind|div_by_zero|overflow")


def flash(image):
    """Bytes of an image that are in flash."""
    sizes = subprocess.run(["arm-none-eabi-size", "-A", str(image)], check=True, capture_output=True, text=True).stdout
    found = dict(re.findall(r"^\.(vectors|text|rodata|data)\s+(\d+)", sizes, re.MULTILINE))
    return sum(map(int, found.values()))


def of(image, harness, measured):
    instructions, stack = measured
    whole = flash(image)
    return {"flash": whole - harness, "stack": stack, "instructions": instructions, "image": whole, "panics": panics(image)}


def panics(image):
    """Crate -> places that call what panics. A place is where the source says so, whatever it was inlined into."""
    code = subprocess.run(["arm-none-eabi-objdump", "-dC", str(image)], check=True, capture_output=True, text=True).stdout
    calls, function = [], ""
    for line in code.splitlines():
        if opened := re.match(r"^[0-9a-f]+ <(.+)>:$", line):
            function = opened[1]
        elif (call := re.match(r"^\s*([0-9a-f]+):.*\sbl?x?(?:\.[nw])?\s+[0-9a-f]+ <(.+?)(\+0x[0-9a-f]+)?>$", line)) and not call[3]:
            if PANICS.search(call[2]) and not PANICS.search(function):
                calls.append(call[1])
    crates = {}
    for call in calls:
        lines = subprocess.run(["arm-none-eabi-addr2line", "-i", "-e", str(image), "0x" + call], check=True, capture_output=True, text=True)
        places = [place for place in lines.stdout.splitlines() if "/library/" not in place]
        place = places[0] if places else lines.stdout.splitlines()[-1]
        crates.setdefault(crate(place), set()).add(place.split(" ")[0])
    return crates


def crate(place):
    if found := re.search(r"/registry/src/[^/]+/([^/]+)/", place):
        return found[1]
    if found := re.search(r"/(format/[^/]+|examples/[^/]+)/", place):
        return found[1]
    return "core"


def hold(measured, tighten):
    """Shows the figures; whether none is above its limit."""
    ratchet = tomllib.loads(RATCHET.read_text()) if RATCHET.is_file() else {}
    good = True
    print(f"\n{'':28}{'flash':>9}{'stack':>8}{'instructions':>14}{'image':>9}  can panic")
    for (target, name), figures in measured.items():
        board = target.split("-")[0]
        names = ", ".join(f"{crate} ({len(places)})" for crate, places in sorted(figures["panics"].items())) or "nothing"
        print(f"{board + ' ' + name:28}{figures['flash']:9,}{figures['stack']:8,}{figures['instructions']:14,}{figures['image']:9,}  {names}")
        limits = ratchet.setdefault(board, {}).setdefault(name, {})
        for kind in ("flash", "stack", "instructions"):
            good &= within(f"{board} {name} {kind}", figures[kind], limits, kind, tighten)
        ours = {crate: places for crate, places in figures["panics"].items() if name == "chip" or not crate[0:1].isalpha() or "/" in crate}
        for crate_name, places in ours.items():
            print(f"FAILED {board} {name}: {crate_name} can panic: {', '.join(sorted(places))}")
            good = False
        if board == "thumbv7em" and figures["flash"] > PROMISES.get(name, figures["flash"]):
            print(f"       {board} {name} flash: {PROMISES[name]:,} are promised")
    if tighten:
        write(ratchet)
    return good


def within(name, figure, limits, kind, tighten):
    limit = limits.get(kind)
    if tighten and (limit is None or figure < limit):
        limits[kind] = figure
    elif limit is None or figure > limit * SLACK:
        print(f"FAILED {name}: {figure:,}, and at most {limit} are allowed")
        return False
    elif figure < limit * 0.98:
        print(f"       {name}: {figure:,}; the limit of {limit:,} can be tightened (tests/bare-metal --tighten)")
    return True


def write(ratchet):
    text = HEADER
    for board, builds in ratchet.items():
        for name, limits in builds.items():
            text += f"\n[{board}.{name}]\n" + "".join(f"{kind} = {limit}\n" for kind, limit in limits.items())
    RATCHET.write_text(text)
