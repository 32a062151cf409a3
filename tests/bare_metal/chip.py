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
        for name in ("ask", "answer"):
            os.mkfifo(folder / name)
        # Open for both directions, so that neither pipe ends or loses what is in it when the device closes its end.
        self.ask, self.answer = (open(os.open(folder / name, os.O_RDWR), "r+b", 0) for name in ("ask", "answer"))
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def stop(self):
        self.ask.write(b"Q")
        self.thread.join(5)

    def serve(self):
        while question(self.ask, self.answer):
            pass


def question(ask, answer):
    """Takes a question and answers it; false if it was the last."""
    kind = exactly(ask, 1)
    if kind == b"D":
        algorithm = int.from_bytes(exactly(ask, 1), "big", signed=True)
        content = part(ask)
        digest = hashlib.new(HASHES[algorithm], content).digest() if algorithm in HASHES else b""
        answer.write(bytes([len(digest)]) + digest)
    elif kind == b"V":
        message, signature = part(ask), part(ask)
        answer.write(bytes([verified(message, signature)]))
    return kind != b"Q"


def part(pipe):
    return exactly(pipe, int.from_bytes(exactly(pipe, 4), "big"))


def exactly(pipe, length):
    content = b""
    while len(content) < length:
        content += pipe.read(length - len(content))
    return content


def verified(message, signature):
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("message", message), ("signature", signature)):
            with open(f"{folder}/{name}", "wb") as file:
                file.write(content)
        openssl = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", str(packages.ANCHOR)]
        openssl += ["-in", f"{folder}/message", "-sigfile", f"{folder}/signature"]
        return subprocess.run(openssl, capture_output=True).returncode == 0
