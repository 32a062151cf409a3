#!/usr/bin/env python3
"""Holds the second verifier against test-vectors/: the verdict of every case that asks no question.

    vectors.py

The expected verdicts were written down without asking a verifier; this asks one, in the same language as the generator but
without a line in common.
"""

import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
CASES = HERE.parent.parent / "test-vectors" / "cases"


def main():
    held, asked, wrong = 0, 0, []
    for folder in sorted(CASES.iterdir()):
        case = dict(line.split(": ", 1) for line in (folder / "case.txt").read_text().splitlines())
        expect = dict(line.split(": ", 1) for line in (folder / "expect/expect.txt").read_text().splitlines())
        if any(key.startswith("ask.") for key in case):
            asked += 1
            continue
        command = [sys.executable, str(HERE / "verify.py"), str(folder / "envelope.suit"), *map(str, folder.glob("anchors/*.pem"))]
        if (folder / "payloads").is_dir():
            command += ["--payload-dir", str(folder / "payloads")]
        if case["profile"] == "lenient":
            command.append("--lenient")
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        verdict = {0: "accept", 1: "reject"}.get(done.returncode, "crash")
        if done.stderr:
            verdict = "crash"
        held += 1
        if verdict != expect["verdict"]:
            wrong.append(f"{folder.name}: expected {expect['verdict']}, got {verdict}\n{done.stdout}{done.stderr}")
    for line in wrong:
        print(line)
    print(f"{held} cases held, {len(wrong)} differ; {asked} ask a question and were left out")
    return 1 if wrong or not held else 0


if __name__ == "__main__":
    sys.exit(main())
