"""Work on the bytes of a file in a process of its own, which may take so much memory and time and no more.

Libraries that read workbooks and PDF files end the whole process where they want
more memory than there is, and a file of some kilobytes can make them want all.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

#: Bytes of memory for any file, and for each of its own bytes; seconds of a processor for any, and for a million bytes.
MEMORY, EACH = 500_000_000, 10
SECONDS, MORE = 20, 20


class ApartError(ValueError):
    """Why a file cannot be read."""


def apart(module: str, content: bytes, unpacked: int) -> Any:
    """What a module makes of a file of so many bytes; ApartError if it is damaged or wants too much."""
    limits = [str(MEMORY + EACH * unpacked), str(SECONDS + MORE * unpacked // 1_000_000)]
    # -P, so that nothing in the folder of the user is taken for a module
    command = [sys.executable, "-P", "-m", module, *limits]
    done = subprocess.run(command, input=content, capture_output=True, check=False)
    if done.returncode:
        raise ApartError("it asks for more memory or time than a file of its size needs, or breaks what reads it")
    answer, error = pickle.loads(done.stdout)
    if error:
        raise ApartError(error)
    return answer


def answer(work: Callable[[bytes], object], errors: tuple[type[Exception], ...]) -> None:
    """In the other process: do the work within the limits, and say what came of it."""
    _allow(int(sys.argv[1]), int(sys.argv[2]))
    try:
        done = work(sys.stdin.buffer.read()), ""
    except errors as error:
        done = None, str(error) or type(error).__name__
    sys.stdout.buffer.write(pickle.dumps(done))


def _allow(memory: int, seconds: int) -> None:
    """Let this process have so much and no more, where the system can hold it to that."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
