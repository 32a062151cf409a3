"""Flash, stack, instructions and what can panic: measured, shown, and held against the ratchet."""

import pathlib
import re
import subprocess
import tomllib

RATCHET = pathlib.Path("examples/cortex-m/ratchet.toml")
HEADER = """# What the builds of this firmware may take at most (tests/bare-metal). Only ever lower these; `tests/bare-metal --tighten` does.
# Flash: bytes of code and constants less those of the board (main, start, semihosting, measure). Core: the same less what is the
# example's own. Stack: bytes. Instructions: of taking one package.
"""
# What the project wants of the builds for Cortex-M4.
GOALS = {
    "chip": {"core": 16 * 1024, "stack": 10 * 1024},
    "ed25519": {"flash": 68 * 1024, "stack": 10 * 1024},
    "ed25519-small": {"flash": 40 * 1024, "stack": 10 * 1024},
}
KINDS = ("flash", "core", "stack", "instructions")
# Of the example, what is not the board.
DEVICE = re.compile(r"/examples/cortex-m/src/(lib|platform|flash|verdict|anchor|chip)\.rs")
OURS = re.compile(r"/(format/[^/]+|examples/[^/]+|registry/src)/")
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
    flash_of_it = whole - harness
    return {
        "flash": flash_of_it,
        "core": flash_of_it - device(image),
        "stack": stack,
        "instructions": instructions,
        "image": whole,
        "panics": panics(image),
    }


def device(image):
    """Bytes of code that come from the example's own lines, whatever they were inlined into."""
    code = subprocess.run(["arm-none-eabi-objdump", "-d", str(image)], check=True, capture_output=True, text=True).stdout
    found = re.findall(r"^\s*([0-9a-f]+):\t((?:[0-9a-f]{4} ?)+)", code, re.MULTILINE)
    sizes = {int(address, 16): len(words.replace(" ", "")) // 2 for address, words in found}
    asked = "\n".join(f"0x{address:x}" for address in sizes)
    command = ["arm-none-eabi-addr2line", "-i", "-a", "-e", str(image)]
    lines = subprocess.run(command, input=asked, check=True, capture_output=True, text=True).stdout
    total, address, places = 0, None, []
    for line in [*lines.splitlines(), "0x0"]:
        if re.fullmatch("0x[0-9a-f]+", line):
            innermost = next((place for place in places if OURS.search(place)), "")
            total += sizes.get(address, 0) if DEVICE.search(innermost) else 0
            address, places = int(line, 16), []
        else:
            places.append(line)
    return total


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
    print(f"\n{'':24}" + "".join(f"{kind:>14}" for kind in KINDS) + f"{'image':>9}  can panic")
    for (target, name), figures in measured.items():
        build = f"{target.split('-')[0]} {name}"
        names = ", ".join(f"{crate} ({len(places)})" for crate, places in sorted(figures["panics"].items())) or "nothing"
        print(f"{build:24}" + "".join(f"{figures[kind]:14,}" for kind in KINDS) + f"{figures['image']:9,}  {names}")
    for (target, name), figures in measured.items():
        board = target.split("-")[0]
        limits = ratchet.setdefault(board, {}).setdefault(name, {})
        for kind in KINDS:
            good &= within(f"{board} {name} {kind}", figures[kind], limits, kind, tighten)
        # Without cryptography nothing may panic; with it only what is not ours.
        for crate_name, places in figures["panics"].items():
            if name.startswith("chip") or "/" in crate_name:
                print(f"FAILED {board} {name}: {crate_name} can panic: {', '.join(sorted(places))}")
                good = False
        for kind, goal in (GOALS.get(name, {}) if board == "thumbv7em" else {}).items():
            verdict = "met" if figures[kind] <= goal else f"NOT MET: {figures[kind] - goal:,} too many"
            good &= figures[kind] <= goal
            print(f"       {board} {name} {kind}: {figures[kind]:,} of {goal:,}, {verdict}")
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
