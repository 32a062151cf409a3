#!/usr/bin/env python3
"""Holds the second verifier against test-vectors/: the verdict of every case that asks no question.

    vectors.py

The expected verdicts were written down without asking a verifier; this asks one, in the same language as the generator but
without a line in common.
"""

import pathlib
import sys
import traceback

import verify

HERE = pathlib.Path(__file__).resolve().parent
CASES = HERE.parent.parent / "test-vectors" / "cases"


def main():
    held, asked, keyed, wrong, open_questions = 0, 0, 0, [], set()
    for folder in sorted(CASES.iterdir()):
        case = dict(line.split(": ", 1) for line in (folder / "case.txt").read_text().splitlines())
        expect = dict(line.split(": ", 1) for line in (folder / "expect/expect.txt").read_text().splitlines())
        if any(key.startswith("ask.") for key in case):
            asked += 1
            continue
        if (folder / "decrypt").is_dir():
            keyed += 1
            continue
        keys = [*folder.glob("anchors/*.pem"), *folder.glob("anchors/hmac-*.cosekey")]
        payloads = folder / "payloads"
        verdict, why, report = judge(folder / "envelope.suit", keys, payloads if payloads.is_dir() else None, case["profile"] == "lenient")
        open_questions.update(report["not_judged"] if verdict == "accept" else [])
        held += 1
        if verdict != expect["verdict"]:
            wrong.append(f"{folder.name}: expected {expect['verdict']}, got {verdict}: {why}")
    for line in wrong:
        print(line)
    print(f"{held} cases held, {len(wrong)} differ; {asked} ask a question, {keyed} take a key to decrypt with: left out")
    print(f"accepted without judging: {'; '.join(sorted(open_questions)) or 'nothing'}")
    return 1 if wrong or not held else 0


def judge(file, keys, payloads, lenient):
    report = verify.new_report()
    try:
        verify.verify(file.read_bytes(), [verify.Anchor(key) for key in keys], payloads, lenient, report)
    except verify.Refused as why:
        return "reject", f"{report['at']}: {why}", report
    except Exception:
        return "crash", traceback.format_exc(), report
    return "accept", "", report


if __name__ == "__main__":
    sys.exit(main())
