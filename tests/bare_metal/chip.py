"""The chip beside the processor, played by the host: it computes digests and knows one Ed25519 key."""

import hashlib
import os
import subprocess
import tempfile
import threading

import packages

HASHES = {-16: "sha256", -43: "sha384", -44: "sha512"}


class beside:
    """Answers the questions in a folder's pipe `ask` in its pipe `answer` until stopped."""

    def __init__(self, folder):
        self.folder = folder
        self.stopped = False
        for name in ("ask", "answer"):
            os.mkfifo(folder / name)
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def stop(self):
        self.stopped = True
        # Whoever waits for the other end gets it.
        for name, flags in (("ask", os.O_RDWR), ("answer", os.O_RDWR)):
            end = os.open(self.folder / name, flags | os.O_NONBLOCK)
            self.thread.join(0.05)
            os.close(end)
        self.thread.join(5)

    def serve(self):
        while not self.stopped:
            with open(self.folder / "ask", "rb") as ask, open(self.folder / "answer", "wb") as answer:
                try:
                    question(ask, answer)
                except (BrokenPipeError, ValueError):
                    pass


def question(ask, answer):
    kind = ask.read(1)
    if kind == b"D":
        algorithm = int.from_bytes(ask.read(1), "big", signed=True)
        content = part(ask)
        digest = hashlib.new(HASHES[algorithm], content).digest() if algorithm in HASHES else b""
        answer.write(bytes([len(digest)]) + digest)
    elif kind == b"V":
        message, signature = part(ask), part(ask)
        answer.write(bytes([verified(message, signature)]))
    answer.flush()


def part(pipe):
    return pipe.read(int.from_bytes(pipe.read(4), "big"))


def verified(message, signature):
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("message", message), ("signature", signature)):
            with open(f"{folder}/{name}", "wb") as file:
                file.write(content)
        key = packages.VECTORS / "cases/auth.sign1.ed25519/anchors/ed25519-a.pem"
        openssl = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", str(key)]
        openssl += ["-in", f"{folder}/message", "-sigfile", f"{folder}/signature"]
        return subprocess.run(openssl, capture_output=True).returncode == 0
