"""The cards that the tools themselves wrote, against the facts the tools were given: what is missed, what is added.

A fact that was given and is not read is a miss, and `tests/oracle_exceptions.csv` has to give the reason why no reader
could find it in the card. A row read that no given fact accounts for is an addition: the tools print more than they
are given (every default, a configuration, samples of the data); an addition is explained where its text stands on its
line of the card, and counted; any other is an invention.
"""

from __future__ import annotations

import ast
import csv
import functools
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.corpus import ROOT, SHARED
from warehouse.database import open_warehouse, run_query

EXCEPTIONS = ROOT / "tests" / "oracle_exceptions.csv"
MOST_LINES = 40
"""So many lines from its own on hold a value that stands on several: a list, a chat template."""
_SCORER = SHARED / "eval" / "score_oracles.py"
_FIGURE = re.compile(r"^(?P<tool>\S+)\s+(?P<table>.+?)\s+\d+\s+[\d.]+$")
_TABLES = {
    "hyperparameters": "value_text",
    "eval_metrics": "value_text",
    "training_steps": "value_text",
    "framework_versions": "version",
}
_TRUTHS = {
    "hyperparameters": ("hyperparameters",),
    "eval_metrics": ("eval_metrics",),
    "training_steps": ("training_rows_printed", "training_rows"),
    "framework_versions": ("framework_versions",),
}


@dataclass(frozen=True, slots=True)
class Miss:
    """A fact that a tool was given and the reader did not find; `fact` is the scorer's account of it."""

    tool: str
    table: str
    fact: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why facts like these are not in the card: tool, table and a pattern of the scorer's account."""

    tool: str
    table: str
    pattern: re.Pattern[str]
    reason: str

    def explains(self, miss: Miss) -> bool:
        """Whether the miss is one of these."""
        return (self.tool in (miss.tool, "*")) and self.table == miss.table and bool(self.pattern.search(miss.fact))


@dataclass(frozen=True, slots=True)
class Addition:
    """A row that no given fact accounts for. `printed`: its value stands on its line of the card."""

    tool: str
    table: str
    card: str
    line: int | None
    name: str
    value: str
    printed: bool


def misses(pairs: Path, warehouse: Path) -> list[Miss]:
    """Every fact that the shared scorer calls missed."""
    command = [sys.executable, str(_SCORER), "score", str(pairs), str(warehouse), "--show", "1000000"]
    out, tool, table = [], "", ""
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        if line.startswith("     missed "):
            fact = ast.literal_eval(line.removeprefix("     missed "))
            out.append(Miss(tool, table, " | ".join(map(str, fact))))
        elif figure := _FIGURE.match(line):
            tool, table = figure["tool"], figure["table"]
    return out


def reasons() -> list[Reason]:
    """The reasons on record, in the order of the file."""
    with EXCEPTIONS.open(encoding="utf-8", newline="") as file:
        return [Reason(r["tool"], r["table"], re.compile(r["pattern"]), r["reason"]) for r in csv.DictReader(file)]


def unexplained(found: Iterable[Miss], known: Sequence[Reason]) -> list[Miss]:
    """The misses without a reason."""
    return [miss for miss in found if not any(reason.explains(miss) for reason in known)]


def by_reason(found: Sequence[Miss], known: Sequence[Reason]) -> Counter[str]:
    """How many misses each reason explains; a reason that explains nothing counts 0."""
    counts = Counter({f"{reason.tool}, {reason.table}: {reason.reason}": 0 for reason in known})
    for miss in found:
        if reason := next((r for r in known if r.explains(miss)), None):
            counts[f"{reason.tool}, {reason.table}: {reason.reason}"] += 1
    return counts


def additions(pairs: Path, warehouse: Path) -> Iterator[Addition]:
    """Every row whose name is not among the names given for its card and table, in the cards' order."""
    with closing(open_warehouse(warehouse.parent)) as con:
        for table, value in _TABLES.items():
            part = "WHERE NOT is_part" if table == "hyperparameters" else ""
            query = f"SELECT model_id, line, raw_name, {value} AS text FROM {table} {part} ORDER BY ALL"
            for row in run_query(con, query).records():
                tool, stem = str(row["model_id"]).split("/", 1)
                if not _accounts(_names(pairs / tool / f"{stem}.json", table), row["raw_name"]):
                    yield _addition(tool, table, pairs / tool / f"{stem}.md", row)


def _addition(tool: str, table: str, card: Path, row: Mapping[str, Any]) -> Addition:
    line, text = row["line"], str(row["text"] or "")
    lines = _lines(card)
    near = _bare(" ".join(lines[line - 1 : line + MOST_LINES])) if line else ""
    printed = all(_bare(word) in near for word in text.split(", "))
    return Addition(tool, table, card.stem, line, str(row["raw_name"]), text, printed)


@functools.lru_cache(maxsize=1)
def _lines(card: Path) -> list[str]:
    return card.read_text(encoding="utf-8", errors="replace").split("\n")


def _bare(text: str) -> str:
    return re.sub(r"[\s*`\\\"']+|<[^<>]*>", "", text).casefold()


def _accounts(names: frozenset[str], raw_name: str) -> bool:
    own = _key(raw_name)
    return own in names or own.rsplit(".", 1)[-1] in names or own.split(".")[0] in names


def _key(name: str) -> str:
    return re.sub(r"[\s_\-]+", "_", _bare(name.replace(" ", "_"))).strip("_:")


@functools.lru_cache(maxsize=1)
def _names(truth: Path, table: str) -> frozenset[str]:
    """The names of a table's facts that were given for a card, and their last parts (`eval_f1`: f1)."""
    facts = json.loads(truth.read_text(encoding="utf-8"))
    given: set[str] = set()
    for field in _TRUTHS[table]:
        told = facts.get(field) or {}
        rows = told if isinstance(told, list) else [told]
        if table == "eval_metrics":
            given.update(str(row[k]) for row in rows for k in ("name", "raw_name", "type") if row.get(k))
        else:
            given.update(str(name) for row in rows for name in row)
    keys = {_key(name) for name in given}
    return frozenset(keys | {key.rsplit("_", 1)[-1] for key in keys} | {key.rsplit(".", 1)[-1] for key in keys})
