"""The statements that turn the lake's Parquet files into the warehouse's tables: text only, made from the declared
tables and from `sql/build/`.

What must not move in: a connection, a file's bytes, a judgement about facts.
"""

# ruff: noqa: S608  (names of declared tables are put into statements here; values are parameters)

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path

from warehouse.schema import (
    BUILT_TABLES,
    CARD_READINGS,
    CARD_STATES,
    CRAWL_RUNS,
    ERRATA,
    FACT_TABLES,
    FIELD_ACCURACY,
    FINDING_CODES,
    GENERATOR_FIELDS,
    LISTING_STATES,
    MODELS,
    POPULARITY,
    RAW_TABLES,
    RENAMES,
    ROW_COUNTS,
    About,
    CardStatus,
    Column,
    Source,
    Table,
    quoted,
)
from warehouse.sql_files import SqlFile, blocking_check, sql_text, statements

STATED_BY_HUB = ("model_tags", "model_languages", "model_datasets", "model_relations")
"""Facts of which the Hub keeps its own list beside the card's."""

_MAIN: tuple[Table, ...] = (MODELS, *FACT_TABLES.values(), GENERATOR_FIELDS, CARD_READINGS, CRAWL_RUNS, POPULARITY)
_STEPS = ("crawl_turns", "names_of_renamed", "latest_listings", "latest_counts", "latest_looks")
"""Temporary tables of `sql/build/`, in the order in which they need each other."""

_SUPERSEDED: tuple[Table, ...] = (*FACT_TABLES.values(), CARD_READINGS)


def served_names() -> tuple[str, ...]:
    """The tables of main that come from the lake."""
    return tuple(t.name for t in _MAIN)


def view_of_files(name: str, table: Table, paths: Sequence[Path]) -> str:
    """CREATE TEMP VIEW over a table's Parquet files, with the declared columns; what a file lacks is NULL or a default.

    Only a raw file can lack a column: tables are read anew when their declaration changes.
    """
    declared = ", ".join(f'CAST(NULL AS {c.duckdb_type}) AS "{c.name}"' for c in table.columns)
    source = f"SELECT {declared} WHERE false"
    if paths:
        listed = ", ".join(quoted(str(p)) for p in paths)
        source += f" UNION ALL BY NAME SELECT * FROM read_parquet([{listed}], union_by_name = true)"
    given = ", ".join(_given_or_default(c) for c in table.columns) if table.name in RAW_TABLES else columns(table)
    return f"CREATE TEMP VIEW {name} AS SELECT {given} FROM ({source})"


def _given_or_default(column: Column) -> str:
    if column.default is None:
        return f'"{column.name}"'
    default = quoted(column.default) if isinstance(column.default, str) else str(column.default)
    return f'coalesce("{column.name}", {default}) AS "{column.name}"'


def create_tables() -> list[str]:
    """DDL and comments of every table, and the history views."""
    made = ["CREATE SCHEMA superseded", "CREATE SCHEMA history"]
    for table in (*_MAIN, *BUILT_TABLES.values()):
        made += [table.ddl(), *table.comments()]
    for table in _SUPERSEDED:
        made += [table.ddl("superseded"), *table.comments("superseded"), *_history(table)]
    return made


def fill_tables() -> list[str]:
    """INSERTs in the order in which they need each other."""
    made = [
        _copy(CRAWL_RUNS, "main", "raw_crawl_runs"),
        _copy(POPULARITY, "main", "raw_popularity"),
        _copy(GENERATOR_FIELDS, "main", "read_generator_fields"),
        _from_csv(ERRATA),
        _from_csv(FINDING_CODES),
        _from_csv(FIELD_ACCURACY),
        *statements(sql_text("build/macros.sql")),
        *(f"CREATE TEMP TABLE {name} AS {sql_text(f'build/{name}.sql')}" for name in _STEPS),
        _from_file(RENAMES),
        _from_file(MODELS),
        "CREATE TEMP TABLE served AS SELECT model_id, card_blob FROM main.models WHERE card_blob IS NOT NULL",
    ]
    for table in _SUPERSEDED:
        made.append(_copy(table, "superseded", f"read_{table.name}", "ANTI JOIN served USING (model_id, card_blob)"))
        served = _copy(table, "main", f"read_{table.name}", "SEMI JOIN served USING (model_id, card_blob)")
        listed = f" UNION ALL BY NAME {sql_text(f'build/{table.name}.sql')}" if table.name in STATED_BY_HUB else ""
        made.append(served + listed)
    return [*made, _from_file(LISTING_STATES), _from_file(CARD_STATES), _count_rows()]


def as_of_macros() -> list[str]:
    """Table macros `NAME_as_of(moment)`: what each table would have served at a moment, as read by this reader."""
    return [
        f"CREATE MACRO main.{table.name}_as_of(moment) AS TABLE "
        f"SELECT {columns(table, 'f.')} FROM history.{table.name} AS f "
        "INNER JOIN main.card_states AS s ON s.model_id = f.model_id AND s.card_blob = f.card_blob "
        "WHERE s.valid_from <= CAST(moment AS TIMESTAMP) "
        "AND (s.valid_to IS NULL OR s.valid_to > CAST(moment AS TIMESTAMP))"
        for table in _SUPERSEDED
    ]


def create_last_row_counts() -> str:
    """The temporary table that holds the row counts of the build to be replaced; empty where nothing is compared."""
    return ROW_COUNTS.ddl().replace("CREATE TABLE main.row_counts", "CREATE TEMP TABLE last_row_counts")


def fill_last_row_counts(catalog: str, *, by_writer: bool) -> str:
    """Its rows, from an attached file: by table and writer, or by table alone (writer `*`)."""
    counts = f"{catalog}.main.row_counts"
    if by_writer:
        return f"INSERT INTO last_row_counts SELECT {columns(ROW_COUNTS)} FROM {counts}"
    return f"INSERT INTO last_row_counts SELECT table_name, '*', sum(n_rows) FROM {counts} GROUP BY table_name"


def insert(table: Table) -> str:
    """An INSERT of one row, with a parameter for each column."""
    return f"INSERT INTO main.{table.name} ({columns(table)}) VALUES ({', '.join('?' * len(table.columns))})"


def comments(file: SqlFile) -> list[str]:
    """COMMENT ON statements for one relation of `sql/` and each of its columns."""
    return [f"COMMENT ON {file.relation} main.{file.name} IS {quoted(file.comment)}"] + [
        f'COMMENT ON COLUMN main.{file.name}."{name}" IS {quoted(meaning)}' for name, meaning in file.columns
    ]


def implied_checks() -> tuple[SqlFile, ...]:
    """The checks that follow from the tables' declaration: keys are unique, closed vocabularies hold, no orphans."""
    tables = (*_MAIN, *BUILT_TABLES.values())
    keys = [(f"key_of_{t.name}", f"which keys of {t.name} stand twice?", _duplicates(t)) for t in tables]
    words = [
        (f"words_of_{t.name}", f"which rows of {t.name} use a word outside its vocabulary?", _strange_words(t))
        for t in (MODELS, *FACT_TABLES.values())
    ]
    orphans = [
        (
            f"orphans_of_{t.name}",
            f"which rows of {t.name} belong to no repo in models, or to a card that was never read?",
            _orphans(t),
        )
        for t in FACT_TABLES.values()
    ]
    return tuple(blocking_check(*given) for given in (*keys, *words, *orphans))


def columns(table: Table, prefix: str = "") -> str:
    """The table's columns, quoted, for a SELECT or INSERT."""
    return ", ".join(f'{prefix}"{c.name}"' for c in table.columns)


@cache
def sql_version() -> str:
    """A digest of every file of `sql/`."""
    digest = hashlib.sha1(usedforsecurity=False)
    for folder in (".", "build", "base", "answers", "checks"):
        for file in sorted(files("sql").joinpath(folder).iterdir(), key=lambda f: f.name):
            if file.name.endswith((".sql", ".csv")):
                digest.update(f"{folder}/{file.name}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def _duplicates(table: Table) -> str:
    """Keys that stand twice, sought by their hashes first: a table of 40 million tags has no room for its keys."""
    key = ", ".join(f'"{c}"' for c in table.key)
    return (
        f"SELECT {key}, count(*) AS times FROM main.{table.name} WHERE hash({key}) IN "
        f"(SELECT hash({key}) AS digest FROM main.{table.name} GROUP BY digest HAVING count(*) > 1) "
        f"GROUP BY {key} HAVING count(*) > 1"
    )


def _strange_words(table: Table) -> str:
    """Rows whose word is in no vocabulary. A fact from another file of the repo has the file's name as its source."""
    if not table.is_fact:
        return f"SELECT model_id, card_status FROM main.{table.name} WHERE card_status NOT IN ({_words(CardStatus)})"
    return (
        f"SELECT model_id, about, source FROM main.{table.name} WHERE about NOT IN ({_words(About)}) "
        f"OR (source NOT IN ({_words(Source)}) AND NOT contains(source, '.'))"
    )


def _words(vocabulary: type[StrEnum]) -> str:
    return ", ".join(quoted(word) for word in vocabulary)


def _orphans(table: Table) -> str:
    """Served facts of no repo, and superseded ones of a card that nobody read (of a served one another check tells)."""
    return (
        f"SELECT f.model_id, f.card_blob FROM main.{table.name} AS f "
        "ANTI JOIN main.models AS m ON m.model_id = f.model_id UNION ALL "
        f"SELECT f.model_id, f.card_blob FROM superseded.{table.name} AS f "
        "ANTI JOIN superseded.card_readings AS r ON r.model_id = f.model_id AND r.card_blob = f.card_blob"
    )


def _count_rows() -> str:
    counts = " UNION ALL ".join(
        f"SELECT '{t.name}' AS table_name, coalesce(m.card_generator, '') AS card_generator, count(*) AS n_rows "
        f"FROM main.{t.name} AS f INNER JOIN main.models AS m ON m.model_id = f.model_id GROUP BY ALL"
        for t in (MODELS, *FACT_TABLES.values())
    )
    return f"INSERT INTO main.row_counts BY NAME {counts}"


def _history(table: Table) -> list[str]:
    both = " UNION ALL ".join(f"SELECT {columns(table)} FROM {s}.{table.name}" for s in ("main", "superseded"))
    view = f"history.{table.name}"
    return [
        f"CREATE VIEW {view} AS {both}",
        f"COMMENT ON VIEW {view} IS {quoted(table.grain + ' Served or superseded.')}",
        *(f'COMMENT ON COLUMN {view}."{c.name}" IS {quoted(c.meaning)}' for c in table.columns),
    ]


def _copy(table: Table, schema: str, source: str, join: str = "") -> str:
    return f"INSERT INTO {schema}.{table.name} BY NAME SELECT {columns(table)} FROM {source} {join}"


def _from_csv(table: Table) -> str:
    """INSERT of `sql/NAME.csv`; an empty cell is NULL."""
    file = quoted(str(files("sql").joinpath(f"{table.name}.csv")))
    types = ", ".join(f"{quoted(c.name)}: {quoted(c.duckdb_type)}" for c in table.columns)
    given = f"read_csv({file}, header = true, auto_detect = false, delim = ',', quote = '\"', columns = {{{types}}})"
    return f"INSERT INTO main.{table.name} BY NAME SELECT {columns(table)} FROM {given}"


def _from_file(table: Table) -> str:
    return f"INSERT INTO main.{table.name} BY NAME {sql_text(f'build/{table.name}.sql')}"
