"""What the views give in the oldest DuckDB that opens a warehouse, and whether Spark SQL would read them."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from warehouse.database import open_warehouse
from warehouse.sql_files import SqlFile, sql_files, sql_text

OLD_DUCKDB = Path(sys.prefix) / "duckdb-1.4"
VIEWS = (*sql_files("base"), *sql_files("answers"))
MACROS = re.findall(r"CREATE MACRO (\w+)\(", sql_text("macros.sql"))

ASK = """
import duckdb, json, sys
assert duckdb.__version__.startswith("1.4."), duckdb.__version__
file, *queries = json.load(sys.stdin)
con = duckdb.connect(file, read_only=True)
print(json.dumps([[list(map(str, row)) for row in con.execute(q).fetchall()] for q in queries]))
"""

BROKEN_IN_SPARK = {
    "quantile_cont": "sqlglot writes what Spark does not have",
    "list_transform": "lambdas are spelled otherwise",
    "unnest": "a table function there",
    "asof": "read as a table's alias: wrong rows without a word",
    "pivot": "both forms",
    "exclude": "in a star",
    "len": "of a list",
}
"""Words that DuckDB reads and Spark SQL does not, or otherwise (tried with sqlglot 30.30 and Spark 4.3)."""


def queries() -> list[str]:
    """Each view in full and in one order, and each macro with its defaults and with no minimum."""
    found = [f"FROM {v.name} ORDER BY ALL" for v in VIEWS]
    for answer in sql_files("answers"):
        no_minimum = ", ".join(f"{p} := 0" for p, _ in answer.defaults if p.startswith("minimum_"))
        found += [f"FROM {answer.name}_by() ORDER BY ALL", f"FROM {answer.name}_by({no_minimum}) ORDER BY ALL"]
    return found


def same(one: str, other: str) -> bool:
    """Whether two printed values are one, but for the last digits of numbers, which differ with the order of a sum."""
    try:
        a, b = float(one), float(other)
    except ValueError:
        return one == other
    return (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.slow
def test_the_oldest_duckdb_gives_the_same_rows_in_every_view_and_macro(awkward_home: Path) -> None:
    con = open_warehouse(awkward_home)
    given = json.dumps([str(awkward_home / "warehouse.duckdb"), *queries()])
    told = subprocess.run(
        [sys.executable, "-c", ASK],
        input=given, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": str(OLD_DUCKDB)},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    for query, old in zip(queries(), json.loads(told.stdout), strict=True):
        new: list[list[Any]] = [list(map(str, row)) for row in con.execute(query).fetchall()]
        assert len(new) == len(old), query
        unlike = [(a, b) for a, b in zip(new, old, strict=True) if not all(map(same, a, b))]
        assert not unlike, f"{query}: {unlike[0]}"


@pytest.mark.parametrize("file", VIEWS, ids=lambda f: f.name)
def test_a_view_translates_to_spark_sql(file: SqlFile) -> None:
    bare = re.sub(r"'[^']*'", "''", re.sub(r"--.*", "", file.body)).lower()
    assert not set(re.findall(r"\w+", bare)) & set(BROKEN_IN_SPARK)
    (text,) = sqlglot.transpile(file.body, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
    tree = sqlglot.parse_one(text, read="spark")
    unknown = {f.name.lower() for f in tree.find_all(exp.Anonymous)} - {*MACROS, "hash"}
    assert not unknown, "functions that only DuckDB has"


def test_what_spark_reads_otherwise_is_seen() -> None:
    with pytest.raises(AssertionError):
        test_a_view_translates_to_spark_sql(_body("SELECT quantile_cont(x, 0.5) AS q FROM t"))
    with pytest.raises(AssertionError):
        test_a_view_translates_to_spark_sql(_body("SELECT list_aggregate(x, 'sum') AS q FROM t"))


def _body(body: str) -> SqlFile:
    return SqlFile("base", "x", "", "", "", (), (), "", is_table=False, is_blocking=False, body=body)
