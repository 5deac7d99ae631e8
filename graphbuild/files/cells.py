"""The cells of a workbook, read in a process of its own.

The library ends the whole process where it wants more memory than there is, and
a workbook of 1 KB can make it want a thousand gigabytes.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from io import BytesIO

#: What a cell of a workbook may hold; an empty one holds "".
Cell = str | float | bool | date | datetime | time | timedelta
Sheets = dict[str, list[list[Cell]]]

#: Bytes of memory for any workbook, and for each of its own bytes, unpacked.
MEMORY, EACH = 500_000_000, 10


class CellsError(ValueError):
    """Why the cells of a workbook cannot be read."""


def cells_of(content: bytes, unpacked: int) -> Sheets:
    """The sheets of a workbook of so many bytes, by name; CellsError if it is damaged or wants too much memory."""
    # -P, so that nothing in the folder of the user is taken for a module
    command = [sys.executable, "-P", "-m", __name__, str(MEMORY + EACH * unpacked)]
    done = subprocess.run(command, input=content, capture_output=True, check=False)
    if done.returncode:
        memory = any(word in done.stderr for word in (b"memory", b"MemoryError", b"capacity"))
        raise CellsError("it asks for more memory than a workbook of its size needs" if memory else
                         "the library that reads workbooks breaks down over it")  # fmt: skip
    answer: Sheets | str = pickle.loads(done.stdout)
    if isinstance(answer, str):
        raise CellsError(answer)
    return answer


def _read(content: bytes) -> Sheets | str:
    """The sheets, or why there are none."""
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = {n: workbook.get_sheet_by_name(n) for n in workbook.sheet_names}
        return {name: list[list[Cell]](sheet.to_python(skip_empty_area=False)) for name, sheet in sheets.items()}
    except (python_calamine.CalamineError, OSError) as error:
        return str(error)


def _allow(memory: int) -> None:
    """Let this process have so many bytes and no more, where the system can hold it to them."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


if __name__ == "__main__":
    _allow(int(sys.argv[1]))
    sys.stdout.buffer.write(pickle.dumps(_read(sys.stdin.buffer.read())))
