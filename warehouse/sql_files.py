"""The files of `sql/`: one file, one relation, and the header that documents it.

A file starts with comment lines, `-- Key: text`, continued by indented comment lines, in the order of `KEYS`;
below `-- Columns:` stands one `--   name: meaning` per column. The body is a single SELECT. From the header come
the comments in the database, the data dictionary and the list of answers, so a header that is incomplete is an
error here and not a gap there.

What must not move in: a connection (`warehouse.building` runs what this module reads).
"""

from __future__ import annotations

import graphlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

KEYS = ("Question", "Theme", "Grain", "Reads", "Columns", "Parameters", "Caveats", "Kept", "Blocking")
"""What a header may say, in this order. Question, Grain, Reads, Columns and Caveats are owed by every view."""

_KEYS_OF_ONE = {"model_id", "canonical_run_id"}
"""Columns that make a row of an answer one repo's or one run's."""

_OWED = ("Question", "Grain", "Reads", "Columns", "Caveats")
_OWED_BY_CHECKS = ("Question", "Reads", "Blocking")
_KEY_LINE = re.compile(r"^-- ([A-Z][a-z]+):\s*(.*)$")
_COLUMN_LINE = re.compile(r"^--   ([a-z][a-z0-9_]*): (.+)$")
_GIVEN = re.compile(r"WITH given AS \(\s*SELECT(.*?)\n\)", re.DOTALL)
_DEFAULT = re.compile(r"\s*(.+?) AS ([a-z_]+),?(?:\n|$)")
_CONTINUED = "--   "
_MORE_LINE = re.compile(r"^--\s+(.*)$")


class SqlFileError(Exception):
    """A file of `sql/` is not what it has to be; the message names it."""


@dataclass(frozen=True, slots=True)
class SqlFile:
    """One relation of `sql/`: its name, what its header says, its SELECT."""

    kind: str
    name: str
    question: str
    theme: str
    grain: str
    reads: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    caveats: str
    is_table: bool
    is_blocking: bool
    body: str
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def aggregates(self) -> bool:
        """Whether a row of this answer stands for several repos or runs: none of its columns is one repo's or run's id.

        Such an answer owes what it rests on: n_runs, n_groups, ..., and its sampling frame.
        """
        return self.kind == "answers" and not _KEYS_OF_ONE & {name for name, _ in self.columns}

    @property
    def defaults(self) -> tuple[tuple[str, str], ...]:
        """The parameters' names and SQL defaults, from the query's first part, `WITH given AS (SELECT ...)`."""
        given = _GIVEN.match(self.body) if self.kind == "answers" else None
        return tuple((m[2], m[1].strip()) for m in _DEFAULT.finditer(given[1])) if given else ()

    @property
    def macro(self) -> str | None:
        """CREATE MACRO name_by(...), the same query with its defaults open; None where the file has no parameters."""
        if not self.defaults:
            return None
        arguments = ", ".join(f"{name} := {default}" for name, default in self.defaults)
        given = ", ".join(f"{name} AS {name}" for name, _ in self.defaults)
        body = _GIVEN.sub(lambda _: f"WITH given AS (SELECT {given})", self.body, count=1)
        return f"CREATE MACRO main.{self.name}_by({arguments}) AS TABLE {body}"

    @property
    def relation(self) -> str:
        """What it is in the database: TABLE or VIEW."""
        return "TABLE" if self.is_table else "VIEW"

    @property
    def comment(self) -> str:
        """What the database says of the relation."""
        return f"{self.question} Grain: {self.grain}. Caveats: {self.caveats}"


@cache
def sql_files(kind: str) -> tuple[SqlFile, ...]:
    """The files of one folder of `sql/` (build, base, answers, checks), each after the files it reads."""
    return in_order([read_sql_file(kind, _stem(f), f.read_text(encoding="utf-8")) for f in _files(kind)])


@cache
def sql_text(path: str) -> str:
    """The text of one file below `sql/`."""
    return files("sql").joinpath(path).read_text(encoding="utf-8")


def read_sql_file(kind: str, name: str, text: str) -> SqlFile:
    """One file, read. Raises SqlFileError where the header lacks what is owed."""
    lines = text.splitlines()
    length = next((n for n, line in enumerate(lines) if not line.startswith("--")), len(lines))
    header = _header(lines[:length], f"sql/{kind}/{name}.sql")
    owed = _OWED_BY_CHECKS if kind == "checks" else _OWED
    missing = [key for key in owed if not header.get(key)]
    if missing:
        raise SqlFileError(f"sql/{kind}/{name}.sql: the header says nothing of {', '.join(missing)}")
    file = SqlFile(
        kind=kind,
        name=name,
        question=_prose(header["Question"]),
        theme=_prose(header.get("Theme", [])),
        grain=_prose(header.get("Grain", [])).rstrip("."),
        reads=_names(_prose(header["Reads"])),
        columns=_columns(header.get("Columns", []), f"sql/{kind}/{name}.sql"),
        caveats=_prose(header.get("Caveats", [])),
        is_table=_prose(header.get("Kept", [])).startswith("table"),
        is_blocking=_prose(header.get("Blocking", [])).startswith("yes"),
        body="\n".join(lines[length:]).strip().removesuffix(";"),
        parameters=_columns(header.get("Parameters", []), f"sql/{kind}/{name}.sql"),
    )
    if [p for p, _ in file.parameters] != [p for p, _ in file.defaults]:
        raise SqlFileError(f"sql/{kind}/{name}.sql: the header's parameters are not those of 'WITH given AS'")
    return file


def blocking_check(name: str, question: str, body: str) -> SqlFile:
    """A check that stands in no file because the tables' declaration implies it."""
    return SqlFile("checks", name, question, "", "", (), (), "", is_table=False, is_blocking=True, body=body)


def in_order(given: Sequence[SqlFile]) -> tuple[SqlFile, ...]:
    """The files, each after those it reads; by name where that leaves a choice. Raises SqlFileError on a circle."""
    by_name = {f.name: f for f in sorted(given, key=lambda f: f.name)}
    graph = {name: [r for r in f.reads if r in by_name and r != name] for name, f in by_name.items()}
    try:
        return tuple(by_name[name] for name in graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as error:
        raise SqlFileError(f"views read each other in a circle: {' -> '.join(error.args[1])}") from None


def statements(text: str) -> list[str]:
    """The statements of a script without quoted semicolons, comments left out."""
    bare = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    return [s.strip() for s in bare.split(";") if s.strip()]


def _files(kind: str) -> list[Traversable]:
    folder = files("sql").joinpath(kind)
    return sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)


def _stem(file: Traversable) -> str:
    return file.name.removesuffix(".sql")


def _header(lines: Iterable[str], where: str) -> dict[str, list[str]]:
    header: dict[str, list[str]] = {}
    for line in lines:
        if key := _KEY_LINE.match(line):
            if key[1] not in KEYS:
                raise SqlFileError(f"{where}: a header has no '{key[1]}' (it may say {', '.join(KEYS)})")
            header[key[1]] = [line] if key[2] else []
            current = header[key[1]]
            if key[2]:
                current[:] = [key[2]]
        elif header and line.startswith(_CONTINUED):
            current.append(line)
        elif header:
            raise SqlFileError(f"{where}: neither a key nor the rest of one (indent it): {line}")
    if list(header) != [key for key in KEYS if key in header]:
        raise SqlFileError(f"{where}: the header's order is {', '.join(KEYS)}")
    return header


def _prose(lines: Sequence[str]) -> str:
    texts = [more[1] if (more := _MORE_LINE.match(line)) else line for line in lines]
    return " ".join(t.strip() for t in texts if t.strip() not in ("", "--"))


def _names(text: str) -> tuple[str, ...]:
    """The relations read; none where a remark in brackets says so."""
    return () if text.startswith("(") else tuple(re.findall(r"[a-z_][a-z0-9_.]*", text))


def _columns(lines: Sequence[str], where: str) -> tuple[tuple[str, str], ...]:
    columns: list[tuple[str, str]] = []
    for line in lines:
        if column := _COLUMN_LINE.match(line):
            columns.append((column[1], column[2].strip()))
        elif (more := _MORE_LINE.match(line)) and columns:
            name, meaning = columns[-1]
            columns[-1] = (name, f"{meaning} {more[1].strip()}")
        else:
            raise SqlFileError(f"{where}: not a column with its meaning: {line}")
    return tuple(columns)
