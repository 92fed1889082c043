"""The published file on disk: what is kept beside it, going back to it, room for a new one.

Promises: at most two builds stay on disk, the current and the one before; going back is one rename, and going back
twice is where one began.

What must not move in: a connection, what a build holds.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from warehouse.lake import Lake, free_bytes, fsync

SPILL = ".build-spill-"
"""How the folders are called in which a build spills what does not fit into memory."""

SPARE = 1.2
"""Room asked for, as a multiple of the larger of the last build and the Parquet files (a build was 0.8 to 1.4 times
its Parquet files, sample to synthetic full size)."""

_LITTLE = 64 * 2**20


class NothingToGoBackTo(Exception):
    """There is no earlier build."""


class NoRoom(Exception):
    """The disk has too little room for a new build; the old one stays."""


def previous_file(lake: Lake) -> Path:
    """Where the build before the current one stands."""
    return lake.home / "warehouse.previous.duckdb"


def keep_previous(lake: Lake) -> None:
    """Keep the current file as the previous one, without copying it. Nothing happens where there is none yet."""
    current, previous = lake.warehouse_file, previous_file(lake)
    if not current.exists():
        return
    link = previous.with_name(f".{previous.name}.{os.getpid()}.part")
    link.unlink(missing_ok=True)
    os.link(current, link)
    os.replace(link, previous)


def roll_back(lake: Lake) -> None:
    """Let the current and the previous file change places. The caller holds `lake.writer`. Raises NothingToGoBackTo."""
    current, previous = lake.warehouse_file, previous_file(lake)
    if not previous.exists():
        raise NothingToGoBackTo(f"{lake.home} keeps no earlier build to go back to")
    link = previous.with_name(f".{previous.name}.{os.getpid()}.part")
    link.unlink(missing_ok=True)
    if current.exists():
        os.link(current, link)
    remove_wal(current)
    os.replace(previous, current)
    if link.exists():
        os.replace(link, previous)
    fsync(lake.home)


def ask_for_room(lake: Lake) -> None:
    """Raise NoRoom where a build would hardly fit."""
    parquet = sum(p.stat().st_size for p in lake.tables.rglob("*.parquet"))
    last = lake.warehouse_file.stat().st_size if lake.warehouse_file.exists() else 0
    needed, free = int(SPARE * max(parquet, last)) + _LITTLE, free_bytes(lake.home)
    if free < needed:
        raise NoRoom(
            f"a new build needs about {needed >> 20} MB in {lake.home} and {free >> 20} MB are free: "
            f"make room (deleting {previous_file(lake).name} is safe) and run again"
        )


def wal_of(file: Path) -> Path:
    """The write-ahead log that DuckDB keeps beside a file it writes."""
    return file.with_name(file.name + ".wal")


def remove_wal(file: Path) -> None:
    """A log left beside a replaced file makes the new one unopenable (DuckDB 2.0: 'WAL does not match')."""
    wal_of(file).unlink(missing_ok=True)


def sweep_leftovers(lake: Lake) -> None:
    """Remove what a killed build left: spilled blocks and logs of files that were never served."""
    for folder in lake.home.glob(f"{SPILL}*"):
        shutil.rmtree(folder, ignore_errors=True)
    for log in lake.home.glob(".warehouse.duckdb.*.part.wal"):
        log.unlink(missing_ok=True)
