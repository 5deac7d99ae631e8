"""Files and folders that are put in place whole, or not at all."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graphbuild.errors import GraphbuildError


@contextmanager
def in_place(targets: list[Path], *, folder: bool, open_to_all: bool) -> Iterator[list[Path]]:
    """Files, or a folder, beside the targets that take their places when all are whole, and are gone if not."""
    for target in targets:
        _refuse_foreign(target, folder)
    targets = [target.resolve() for target in targets]  # what a link names is written, and the link stays
    parts: list[Path] = []
    try:
        for target in targets:
            parts.append(_beside(target, folder))
        yield parts
        for path in [path for part in parts for path in (*part.glob("*"), part)]:
            _settle_on_disk(path, open_to_all)
        for part, target in zip(parts, targets, strict=True):
            _swap(part, target)
    except OSError as error:
        reason, places = error.strerror or error, ", ".join(map(str, targets))
        raise GraphbuildError(f"{places}: cannot be written ({reason}); choose another place") from error
    finally:
        for part in parts:
            _discard(part)


def _refuse_foreign(target: Path, folder: bool) -> None:
    """Replace only what an export could have written."""
    if not folder and target.is_dir():
        raise GraphbuildError(f"{target}: is a folder; name a file")
    if not folder and target.exists() and not target.is_file():
        raise GraphbuildError(f"{target}: is a device or a pipe, which a file cannot replace; name a file")
    if folder and target.exists() and not target.is_dir():
        raise GraphbuildError(f"{target}: is a file; name a folder")
    foreign = [p.name for p in target.glob("*") if not re.fullmatch(r"[A-Z][A-Za-z]*\.csv", p.name)] if folder else []
    if foreign:
        raise GraphbuildError(f"{target}: the folder holds other files ({min(foreign)}); name a new or empty one")


def _beside(target: Path, folder: bool) -> Path:
    if folder:
        return Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent))
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    os.close(handle)
    return Path(name)


def _settle_on_disk(path: Path, open_to_all: bool) -> None:
    """What is public may be read by all, anything else by its owner alone."""
    if path.is_dir():
        path.chmod(0o755 if open_to_all else 0o700)
        return
    path.chmod(0o644 if open_to_all else 0o600)
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _swap(part: Path, target: Path) -> None:
    if not part.is_dir() or not target.exists():
        part.replace(target)
        return
    old = part.with_suffix(".old")
    target.rename(old)
    part.rename(target)
    shutil.rmtree(old)


def _discard(part: Path) -> None:
    if part.is_dir():
        shutil.rmtree(part, ignore_errors=True)
    else:
        part.unlink(missing_ok=True)
