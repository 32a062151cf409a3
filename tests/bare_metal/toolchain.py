"""The cross compiler: Debian's rustc, its sources of the core library, and a linker. Nothing is downloaded by rustup."""

import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile

FOLDER = pathlib.Path("target/bare-metal").resolve()
RUSTC, CARGO = "/usr/bin/rustc", "/usr/bin/cargo"
TOOLS = {
    RUSTC: "rustc-web",
    CARGO: "cargo-web",
    "/usr/bin/qemu-system-arm": "qemu-system-arm",
    "/usr/bin/arm-none-eabi-ld": "binutils-arm-none-eabi",
    "/usr/bin/openssl": "openssl",
}
# The core library as part of the firmware: for its size, and in a form that link-time optimisation can look into.
FLAGS = "-Cembed-bitcode=yes -Zforce-unstable-if-unmarked"
PROFILE = '[profile.release]\nopt-level = "s"\npanic = "abort"\ncodegen-units = 1\n'


def install():
    """Installs what is missing, or gives the names of its packages."""
    missing = [package for tool, package in TOOLS.items() if not os.access(tool, os.X_OK)]
    if RUSTC not in TOOLS or not sources():
        missing.append("rust-web-src")
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        print("installing:", *missing, flush=True)
        apt = ["apt-get", "-o", "DPkg::Lock::Timeout=300"]
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([*apt, "update", "-qq"], check=True)
        # Rustc-web brings an older Rust out of the way of nothing: rustup's comes first in PATH.
        install = [*apt, "install", "-y", "-qq", "--no-install-recommends", *missing]
        subprocess.run(install, check=True, env=environment, stdout=subprocess.DEVNULL)
        missing = [package for tool, package in TOOLS.items() if not os.access(tool, os.X_OK)]
        missing += [] if sources() else ["rust-web-src"]
    return missing


def version():
    return subprocess.run([RUSTC, "--version"], check=True, capture_output=True, text=True).stdout.split()[1]


def sources():
    """Whether the sources of the core library are those of this compiler."""
    return os.access(RUSTC, os.X_OK) and pathlib.Path(f"/usr/src/rustc-{version()}/library/Cargo.lock").is_file()


def sysroot(target):
    """A folder with the core library for a target, made once for each compiler."""
    identity = hashlib.sha256(f"{version()} {FLAGS} {PROFILE}".encode()).hexdigest()[:8]
    root = FOLDER / f"sysroot-{version()}-{identity}"
    library = root / "lib/rustlib" / target / "lib"
    if not library.is_dir():
        print(f"building the core library for {target}", flush=True)
        FOLDER.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
            folder = pathlib.Path(folder)
            (folder / "src").mkdir()
            (folder / "src/lib.rs").write_text("#![no_std]\n")
            (folder / "Cargo.toml").write_text(f'[package]\nname = "nothing"\nedition = "2024"\n{PROFILE}[workspace]\n')
            cargo = [CARGO, "build", "--quiet", "--release", "--target", target, "-Zbuild-std=core"]
            subprocess.run(cargo, cwd=folder, check=True, env={**environment(FLAGS), "RUSTC_BOOTSTRAP": "1"})
            made = folder / "library"
            made.mkdir()
            for file in (folder / "target" / target / "release/deps").glob("*.rlib"):
                if "nothing" not in file.name:
                    shutil.copy(file, made)
            library.parent.mkdir(parents=True, exist_ok=True)
            made.rename(library)
    return root


def environment(flags):
    """As it was, but with Debian's compiler and these flags, and without those of a cargo around this."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CARGO_", "RUST"))}
    for name in ("CARGO_HOME", "CARGO_BUILD_JOBS", "CARGO_NET_OFFLINE"):
        if name in os.environ:
            kept[name] = os.environ[name]
    return {**kept, "RUSTC": RUSTC, "RUSTFLAGS": flags, "CARGO_INCREMENTAL": "0", "PATH": f"/usr/bin:{os.environ['PATH']}"}
