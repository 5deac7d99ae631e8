"""Run a command and see how long it takes, and how much memory it and its children hold, stage by stage."""

from __future__ import annotations

import resource
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Measured:
    """Seconds, of the wall and of all processors; peak memory in MB (resident, of the whole tree of processes).

    With the exit code and what was said last.
    `stages` has seconds and peak for each first word of the lines that the command wrote to stderr.
    """

    seconds: float = 0.0
    processor: float = 0.0
    peak: float = 0.0
    code: int = 0
    said: list[str] = field(default_factory=list)
    stages: dict[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """Why it failed: the last line of stderr."""
        return self.said[-1] if self.said else f"exit code {self.code}"


def run(command: Sequence[str | Path], limit: float = 3600) -> Measured:
    """Run a command to its end, or kill it (exit code -9) after so many seconds."""
    made, began, used = Measured(), time.perf_counter(), _processor()
    process = subprocess.Popen([*map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    stage = ["starting"]
    reader = threading.Thread(target=_read, args=(process, made, stage), daemon=True)
    reader.start()
    before = began
    while process.poll() is None:
        time.sleep(0.05)
        now = time.perf_counter()
        _count(made, stage[0], now - before, memory(process.pid))
        before = now
        if now - began > limit:
            process.kill()
    reader.join()
    made.seconds, made.processor, made.code = time.perf_counter() - began, _processor() - used, process.returncode
    return made


def _processor() -> float:
    """Seconds that processors worked for commands that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _read(process: subprocess.Popen[str], made: Measured, stage: list[str]) -> None:
    assert process.stderr
    for line in process.stderr:
        made.said = [*made.said[-19:], line.strip()]
        word = line.split(maxsplit=1)[0].strip(":…,") if line.strip() else ""
        if word.isalpha() and word.islower():
            stage[0] = word


def _count(made: Measured, stage: str, seconds: float, megabytes: float) -> None:
    before, peak = made.stages.get(stage, (0.0, 0.0))
    made.stages[stage] = before + seconds, max(peak, megabytes)
    made.peak = max(made.peak, megabytes)


def memory(pid: int) -> float:
    """Resident memory of a process and its children in MB; 0 where the system has no /proc.

    Pages that children share with their parent are counted in each.
    """
    total, pids = 0.0, [pid]
    for one in pids:
        folder = Path(f"/proc/{one}")
        try:
            total += int((folder / "statm").read_text().split()[1]) * 4096 / 1e6
            pids += map(int, (folder / f"task/{one}/children").read_text().split())
        except (OSError, IndexError):
            continue
    return total
