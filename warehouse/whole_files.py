"""Files that are whole or absent, whatever ends the process that writes them: temporary name, fsync, rename.

What must not move in: what is written, which paths there are (`warehouse.lake`).
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path


def make_private(folder: Path) -> None:
    """Create `folder` readable by its owner alone: raw cards may hold secrets that people printed."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def write_text(path: Path, text: str) -> None:
    """Write one text file, whole or not at all."""
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8")


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`: fsynced and renamed to `path` when the block ends well, removed when it fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        fsync(part)
        os.replace(part, path)
        fsync(path.parent)
    finally:
        part.unlink(missing_ok=True)


def fsync(path: Path) -> None:
    """Make a file's bytes, or a folder's entries, durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def free_bytes(path: Path) -> int:
    """Free space where `path` stands."""
    return shutil.disk_usage(path).free
