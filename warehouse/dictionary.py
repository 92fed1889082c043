"""The data dictionary, written from the tables' declaration and the headers of `sql/`.

`python -m warehouse.dictionary` writes `warehouse/README.md` and `sql/README.md`. A test compares the two files with
what this module makes of the code, so they cannot drift.

What must not move in: a table's or a column's meaning (`warehouse.schema`, the headers of `sql/`).
"""

from __future__ import annotations

import csv
import re
import textwrap
from collections.abc import Iterable, Mapping
from importlib.resources import files as files_of
from itertools import groupby
from pathlib import Path

from warehouse.answers import answers
from warehouse.lake import write_text
from warehouse.schema import (
    BUILT_TABLES,
    CARD_READINGS,
    CRAWL_RUNS,
    FACT_TABLES,
    GENERATOR_FIELDS,
    MODELS,
    POPULARITY,
    Column,
    Table,
)
from warehouse.sql_files import SqlFile, sql_files, sql_text, statements

ROOT = Path(__file__).resolve().parent.parent

_DICTIONARY = """# The data dictionary

Written by `python -m warehouse.dictionary`; do not edit. The same words stand in the database:
`SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'hyperparameters'`.

`main` serves the facts of each repo's current card. `superseded` holds those of its earlier cards, `history` both, for
{history}.

A NULL `value` beside a text is "stated, not a number" (`No log`); NaN is a stated `nan`; no row is "not stated", and
`field_coverage` says why. Timestamps are UTC without a zone.
"""

_ANSWERS = """# What can be asked

Written by `python -m warehouse.dictionary`; do not edit. Each answer is a view of the same name: `cardhouse answer
NAME` or, in any session, `SELECT * FROM NAME`. One with parameters is a macro too:
`SELECT * FROM NAME_by(method := 'kto')`.
"""

_OF_FACTS = (
    "- `NAME_as_of(moment)`, for each table of facts and `card_readings`: the rows of the cards served at a moment, "
    "read by this reader. The Hub's own lists (source `hub`) are not kept over time and not among them."
)


def dictionary() -> str:
    """warehouse/README.md: every table and base view with its columns."""
    tables = (MODELS, *FACT_TABLES.values(), GENERATOR_FIELDS, CARD_READINGS, CRAWL_RUNS, POPULARITY)
    history = textwrap.fill(", ".join(f"`{t.name}`" for t in (*FACT_TABLES.values(), CARD_READINGS)), 118)
    parts = [_DICTIONARY.format(history=history), "## Tables\n"]
    parts += [table_chapter(t) for t in (*tables, *BUILT_TABLES.values())]
    parts += ["### The codes of findings\n", _codes()]
    parts += ["## Base views: judgements about single things\n", *(_view(f) for f in _by_name(sql_files("base")))]
    parts += ["## Functions\n", _functions()]
    return "\n".join(parts)


def answer_list() -> str:
    """sql/README.md: every answer by theme, with its question, columns and caveats; and the checks."""
    parts = [_ANSWERS]
    for theme, members in groupby(answers(), key=lambda a: a.theme):
        parts += [f"## {theme.capitalize()}\n", *(_view(a) for a in members)]
    parts.append(
        "## Checks\n\nRun on each new build before it is served; a row from a blocking one keeps the old build.\n"
    )
    parts += [_check_line(f) for f in _by_name(sql_files("checks"))]
    return "\n".join(parts).rstrip() + "\n"


def files() -> Mapping[Path, str]:
    """The generated files and what they have to hold."""
    return {ROOT / "warehouse" / "README.md": dictionary(), ROOT / "sql" / "README.md": answer_list()}


def table_chapter(table: Table) -> str:
    """One table: grain, key, and its columns with type and meaning."""
    key = ", ".join(f"`{c}`" for c in table.key)
    lines = [
        f"### {table.name}\n",
        f"{table.grain} Key: {key}.\n",
        "| column | type | NULL | meaning |",
        "|---|---|---|---|",
    ]
    return "\n".join([*lines, *map(_column_line, table.columns)]) + "\n"


def _codes() -> str:
    """What stands in sql/finding_codes.csv."""
    codes = csv.DictReader(files_of("sql").joinpath("finding_codes.csv").read_text(encoding="utf-8").splitlines())
    lines = [f"| `{c['code']}` | {c['outcome']} | {_cell(c['meaning'])} |" for c in codes]
    return "\n".join(["| code | outcome | meaning |", "|---|---|---|", *lines]) + "\n"


def _column_line(column: Column) -> str:
    null = "yes" if column.nullable else ""
    return f"| `{column.name}` | {column.duckdb_type} | {null} | {_cell(column.meaning)} |"


def _view(file: SqlFile) -> str:
    reads = ", ".join(f"`{r}`" for r in file.reads) or "nothing"
    lines = [
        f"### {file.name}\n",
        f"{file.question}\n",
        f"Grain: {file.grain}. Reads: {reads}. Caveats: {file.caveats}.\n",
        "| column | meaning |",
        "|---|---|",
        *(f"| `{name}` | {_cell(meaning)} |" for name, meaning in file.columns),
    ]
    if file.parameters:
        lines += ["", "| parameter | default | meaning |", "|---|---|---|"]
        defaults = dict(file.defaults)
        lines += [f"| `{p}` | `{_default(defaults[p])}` | {_cell(meaning)} |" for p, meaning in file.parameters]
    return "\n".join(lines) + "\n"


def _default(sql: str) -> str:
    return re.sub(r"CAST\((.+) AS \w+\)", r"\1", sql)


def _check_line(file: SqlFile) -> str:
    return f"- `{file.name}` ({'blocking' if file.is_blocking else 'a warning'}): {file.question}"


def _functions() -> str:
    """The macros: of those in the file, the comment lines stand above each."""
    text = sql_text("macros.sql")
    lines = []
    for statement in statements(text):
        name = statement.split("CREATE MACRO ")[1].split(" AS ")[0]
        before = text.split(f"CREATE MACRO {name}")[0].rstrip().rsplit("\n\n", 1)[-1].splitlines()
        lines.append(f"- `{name}`: {' '.join(line.removeprefix('-- ') for line in before)}")
    return "\n".join([*lines, _OF_FACTS]) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _by_name(given: Iterable[SqlFile]) -> list[SqlFile]:
    return sorted(given, key=lambda f: f.name)


if __name__ == "__main__":
    for path, text in files().items():
        write_text(path, text)
