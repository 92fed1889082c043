"""Running the command as people do, and looking at what it left."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest

from etl.cli import main
from warehouse.database import open_warehouse, run_query
from warehouse.schema import SERVED_TABLES

TIMES = ("listed_at", "card_fetched_at")
"""Columns that tell when somebody looked: the only ones in which two equal crawls may differ."""


@dataclass(frozen=True)
class Said:
    """How one command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line on stderr; fails where there are more, or none."""
        (line,) = self.err.splitlines()
        return line


class Command:
    """The command, run in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str | Path) -> Said:
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = self._capsys.readouterr()
        return Said(code, out, err)


def start(
    *words: str | Path,
    environ: Mapping[str, str] | None = None,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    stdout: int | IO[bytes] = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
) -> subprocess.Popen[str]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "etl.cli", *map(str, words)]
    return subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=stderr, text=True, env=environ)


def ended(process: subprocess.Popen[str]) -> Said:
    """How it ended, waited for."""
    out, err = process.communicate(timeout=120)
    return Said(process.returncode, out or "", err or "")


def asked(home: Path, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query, asked of the build that is current now."""
    with open_warehouse(home) as con:
        return run_query(con, sql).rows


def everything_served(home: Path) -> Mapping[str, Sequence[tuple[Any, ...]]]:
    """Every served table's rows, sorted, without the times of looking. NaN equals itself: values are text."""
    with open_warehouse(home) as con:
        return {
            t.name: run_query(con, _all_rows(t.name, [c.name for c in t.columns])).rows for t in SERVED_TABLES.values()
        }


def _all_rows(table: str, columns: Sequence[str]) -> str:
    chosen = ", ".join(f"CAST({c} AS VARCHAR)" for c in columns if c not in TIMES)
    return f"SELECT {chosen} FROM main.{table} ORDER BY ALL"


def write_cards(folder: Path, cards: Mapping[str, bytes]) -> Path:
    """A tree owner/name/README.md."""
    for model_id, content in cards.items():
        place = folder / model_id
        place.mkdir(parents=True)
        (place / "README.md").write_bytes(content)
    return folder
