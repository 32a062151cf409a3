"""The firmware: building it, and running it in QEMU with a package."""

import concurrent.futures
import pathlib
import subprocess
import tempfile

import chip
import packages
import toolchain

MANIFEST = pathlib.Path("examples/cortex-m/Cargo.toml").resolve()
# Target -> machine of QEMU, and the instructions in a tick of its SysTick when an instruction takes a nanosecond.
BOARDS = {"thumbv7em-none-eabi": ("mps2-an386", 40), "thumbv6m-none-eabi": ("microbit", 62.5)}
SECONDS = 60
# The features of a build, where it is not called after them.
FEATURES = {"chip": "", "chip-whole": "full", "chip-report": "report"}


def build(target, name):
    """Builds a firmware and gives its image."""
    cargo(target, ["--bins", "--features", FEATURES.get(name, name)])
    image = toolchain.FOLDER / f"{target}-{name}.elf"
    (toolchain.FOLDER / target / "release/suitpack-cortex-m").replace(image)
    return image


def build_only(target):
    """Builds the device without a board."""
    cargo(target, ["--lib"])


def cargo(target, arguments):
    # Of sha2's two forms the one with loops.
    flags = f"--sysroot {toolchain.sysroot(target)} -Cembed-bitcode=yes --cfg sha2_backend_soft=\"compact\""
    variables = toolchain.environment(flags)
    variables[f"CARGO_TARGET_{target.upper().replace('-', '_')}_LINKER"] = "/usr/bin/arm-none-eabi-ld"
    command = [toolchain.CARGO, "build", "--quiet", "--release", "--locked", "--manifest-path", str(MANIFEST)]
    command += ["--target", target, "--target-dir", str(toolchain.FOLDER), *arguments]
    subprocess.run(command, check=True, env=variables, cwd=MANIFEST.parent)


def run(target, name, image, package, sequence):
    """Gives exit status, what is active afterwards, instructions and stack, and the report if there is one."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "package").write_bytes(package)
        (folder / "sequence").write_bytes(sequence.to_bytes(8, "big"))
        beside = chip.beside(folder) if name.startswith("chip") else None
        qemu = ["qemu-system-arm", "-M", BOARDS[target][0], "-nographic", "-monitor", "none", "-serial", "none"]
        qemu += ["-semihosting-config", "enable=on,target=native", "-icount", "shift=0", "-kernel", str(image)]
        try:
            done = subprocess.run(qemu, cwd=folder, timeout=SECONDS, stdin=subprocess.DEVNULL, capture_output=True)
            status = done.returncode
        except subprocess.TimeoutExpired:
            status = "no end"
        finally:
            if beside:
                beside.stop()
        measured = folder / "measured"
        numbers = measured.read_bytes() if measured.is_file() else bytes(8)
        active, report = folder / "active", folder / "report"
        return (
            status,
            active.read_bytes() if active.is_file() else None,
            int.from_bytes(numbers[:4], "big") * BOARDS[target][1],
            int.from_bytes(numbers[4:8], "big"),
            report.read_bytes() if report.is_file() else None,
        )


def passes(target, name, image, runs):
    """Whether all packages come to the end they should; says which do not."""
    good = True
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda case: run(target, name, image, case.package, case.sequence), runs)
        for case, (status, active, _, _, report) in zip(runs, results):
            if not case.admits(status, active):
                print(f"FAILED {target} {name}: {case.name}: exit status {status}, and {case.wanted()} was expected")
                good = False
            elif name == "chip-report" and (fault := packages.untold(case, status, report)):
                print(f"FAILED {target} {name}: {case.name}: {fault}")
                good = False
    print(f"{target} {name}: {len(runs)} packages, {'all as they should' if good else 'NOT all as they should'}", flush=True)
    return good


def measure(target, name, image, cases):
    """Instructions and stack of an installation."""
    case = packages.of(cases, name)[0]
    status, _, instructions, stack, _ = run(target, name, image, case.package, case.sequence)
    assert status == 0, status
    return round(instructions), stack
