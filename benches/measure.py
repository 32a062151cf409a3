"""Runs commands and tells how long they take, or how much memory."""

import os
import pathlib
import subprocess
import tempfile
import time
from dataclasses import dataclass


class Failed(Exception):
    """A command that did not do its work, and what it said."""

    def __init__(self, label, reason):
        super().__init__(f"{label}: {reason}")
        self.label = label


@dataclass
class Job:
    """A command to time, and the file it makes."""

    label: str
    command: list
    product: pathlib.Path | None = None


def alternating(jobs, runs):
    """Seconds of every run of each job: a round of warm-up, then rounds, every other one backwards."""
    seconds = [[] for _ in jobs]
    for number in range(runs + 1):
        order = list(range(len(jobs)))
        for index in order if number % 2 else reversed(order):
            taken = once(jobs[index])
            if number > 0:
                seconds[index].append(taken)
    return seconds


def once(job):
    # Removing an old product, and writing back what is still dirty, is nobody's time.
    if job.product:
        job.product.unlink(missing_ok=True)
    os.sync()
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        done = subprocess.run(job.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said, check=False)
        taken = time.perf_counter() - start
        check(job.label, done.returncode, said)
    return taken


def peak(label, command, source=None, sink=None):
    """Peak resident MiB of a command; `source` is piped into it, what it prints is piped into `sink`."""
    with tempfile.NamedTemporaryFile() as report, tempfile.TemporaryFile() as said:
        feeder = subprocess.Popen(["cat", source], stdout=subprocess.PIPE) if source else None
        process = subprocess.Popen(
            # A child's rusage would do, but it also counts the memory of whoever started it: that must be something small.
            ["/usr/bin/time", "--quiet", "-f", "%M", "-o", report.name, *command],
            stdin=feeder.stdout if feeder else subprocess.DEVNULL,
            stdout=subprocess.PIPE if sink else subprocess.DEVNULL,
            stderr=said,
        )
        if feeder:
            feeder.stdout.close()
        if sink:
            with sink.open("wb") as file:
                subprocess.run(["cat"], stdin=process.stdout, stdout=file, check=True)
            process.stdout.close()
        process.wait()
        if feeder:
            feeder.wait()
        check(label, process.returncode, said)
        return int(report.read()) / 1024


def do(*command):
    """Runs a command that is not measured."""
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said, check=False)
        check(f"{pathlib.Path(command[0]).name} {command[1]}", done.returncode, said)


def check(label, code, said):
    if code != 0:
        said.seek(0)
        lines = said.read().decode(errors="replace").strip().splitlines() or ["nothing said"]
        raise Failed(label, f"exit {code}: {' / '.join(lines[:4])}")
