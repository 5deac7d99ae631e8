"""The same work for many things at a time, in processes that do not run the caller's program again."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from threading import Thread
from time import sleep
from typing import TypeVar

from graphbuild.errors import GraphbuildError

Task = TypeVar("Task")
Result = TypeVar("Result")

#: Processes at a time.
MOST = 4
#: How often a process looks whether its caller is still there.
SECONDS = 1.0
#: Open files that macOS allows a process at most, whatever limit it names.
_ALLOWED = 10_240


def allow_many_files() -> None:
    """Let this process open as many files at a time as the system lets it: each source and each part has one."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in (most, max(now, _ALLOWED)):  # a system may promise more than it allows
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
            return


def _end_with(caller: int) -> None:
    """Let this process end soon after its caller: when that is killed, it would wait for work for ever."""

    def watch() -> None:
        while os.getppid() == caller:
            sleep(SECONDS)
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def each(work: Callable[[Task], Result], tasks: Iterable[Task], *, at_once: bool) -> Iterator[Result]:
    """The results in the order of the tasks; `at_once` if they are large enough to be worth the processes."""
    if not at_once or (os.cpu_count() or 1) == 1:
        yield from map(work, tasks)
        return
    from loky import ProcessPoolExecutor

    number = min(MOST, os.cpu_count() or 1)
    try:
        with ProcessPoolExecutor(number, initializer=_end_with, initargs=(os.getpid(),)) as pool:
            waiting = deque(pool.submit(work, task) for task in tasks)
            try:
                while waiting:
                    yield waiting.popleft().result()
            finally:
                if waiting:  # nobody wants the rest, and what is in work would be waited for
                    pool.shutdown(kill_workers=True)
    except BrokenProcessPool as error:
        raise GraphbuildError(
            "a process was ended by the system, perhaps for want of memory; end other programs, or load fewer sources"
        ) from error
