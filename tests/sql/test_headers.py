from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.warehouse.kit import Made, rows_of
from warehouse.build_sql import served_names
from warehouse.database import Session
from warehouse.schema import BUILT_TABLES
from warehouse.sql_files import SqlFile, SqlFileError, in_order, read_sql_file, sql_files

VIEWS = (*sql_files("base"), *sql_files("answers"))
FOUND_AFTER = re.compile(r"\b(?:FROM|JOIN)\s+([a-z_][a-z0-9_]*)", re.IGNORECASE)
CTE = re.compile(r"\b([a-z_][a-z0-9_]*) AS \(")

FRAME = ("frame_listed", "frame_fetched", "frame_readable", "frame_can_state", "frame_stated", "frame_used")

HEADER = """-- Question: What is here?
-- Grain: one row
-- Reads: models
-- Columns:
--   n: how many,
--     counted
-- Caveats: none
SELECT count(*) AS n FROM models
"""


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Session:
    return Made(tmp_path_factory.mktemp("empty") / "home").opened()


@pytest.mark.parametrize("file", VIEWS, ids=lambda f: f.name)
def test_the_documented_columns_are_those_of_describe(con: Session, file: SqlFile) -> None:
    described = [row[0] for row in rows_of(con, f"DESCRIBE {file.name}")]
    assert [name for name, _ in file.columns] == described


@pytest.mark.parametrize("file", VIEWS, ids=lambda f: f.name)
def test_the_header_becomes_the_comments_in_the_database(con: Session, file: SqlFile) -> None:
    found = rows_of(
        con,
        "SELECT column_name, comment FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = ? "
        "ORDER BY column_index",
        [file.name],
    )
    assert found == list(file.columns)


@pytest.mark.parametrize("file", [*VIEWS, *sql_files("checks")], ids=lambda f: f.name)
def test_the_header_names_what_the_query_reads(file: SqlFile) -> None:
    bare = re.sub(r"--.*", "", file.body)
    own = set(CTE.findall(bare))
    read = {name.lower() for name in FOUND_AFTER.findall(bare)} - own
    read -= {"unnest", "values", "select"} | {a.lower() for a in re.findall(r"DISTINCT FROM (\w+)", bare)}
    assert read == set(file.reads)


@pytest.mark.parametrize("file", sql_files("answers"), ids=lambda f: f.name)
def test_an_answer_reads_tables_and_base_views_and_never_another_answer(file: SqlFile) -> None:
    allowed = {*served_names(), *BUILT_TABLES, *(f.name for f in sql_files("base"))}
    assert set(file.reads) <= allowed
    assert file.theme


@pytest.mark.parametrize("file", VIEWS, ids=lambda f: f.name)
def test_no_view_says_select_star_or_what_only_one_dialect_reads(file: SqlFile) -> None:
    bare = re.sub(r"'[^']*'", "''", re.sub(r"--.*", "", file.body)).upper()
    assert not re.search(r"SELECT\s+(DISTINCT\s+)?(\w+\.)?\*", bare)
    assert not re.search(r"\b(PIVOT|ASOF|EXCLUDE)\b|->", bare)


@pytest.mark.parametrize("file", [f for f in sql_files("answers") if f.aggregates], ids=lambda f: f.name)
def test_an_answer_that_aggregates_says_what_it_rests_on_and_of_how_many(file: SqlFile) -> None:
    names = [name for name, _ in file.columns]
    assert {"n_runs", "n_groups", "n_copies_excluded", "enough_data", "reason"} <= set(names)
    assert names[-len(FRAME) :] == list(FRAME)
    assert any(name.startswith("minimum_") for name, _ in file.parameters)


def test_the_frame_means_the_same_in_every_answer() -> None:
    share_is_its_own_frame = "field_statement_share"
    said = [
        {name: meaning for name, meaning in f.columns if name in FRAME}
        for f in sql_files("answers")
        if f.aggregates and f.name != share_is_its_own_frame
    ]
    assert len(said) > 15
    assert all(s == said[0] for s in said)


def test_an_answer_aggregates_unless_its_rows_are_repos_or_runs() -> None:
    assert read_sql_file("answers", "x", HEADER).aggregates
    assert not read_sql_file("answers", "x", HEADER.replace("--   n:", "--   model_id:")).aggregates


def test_a_header_without_what_is_owed_is_refused() -> None:
    with pytest.raises(SqlFileError, match="says nothing of Caveats"):
        read_sql_file("base", "x", HEADER.replace("-- Caveats: none\n", ""))


def test_a_header_in_another_order_is_refused() -> None:
    with pytest.raises(SqlFileError, match="order"):
        read_sql_file("base", "x", "-- Caveats: none\n" + HEADER.replace("-- Caveats: none\n", ""))


def test_a_remark_right_below_a_header_is_refused_and_not_taken_for_its_end() -> None:
    with pytest.raises(SqlFileError, match="indent it"):
        read_sql_file("base", "x", "-- Question: q?\n-- Caveats: c\n-- A remark.\nSELECT 1 AS a")


def test_a_columns_meaning_may_take_several_lines() -> None:
    assert read_sql_file("base", "x", HEADER).columns == (("n", "how many, counted"),)


def test_views_that_read_each_other_in_a_circle_are_refused() -> None:
    one = read_sql_file("base", "one", HEADER.replace("Reads: models", "Reads: two"))
    two = read_sql_file("base", "two", HEADER.replace("Reads: models", "Reads: one"))
    with pytest.raises(SqlFileError, match="circle"):
        in_order([one, two])


def test_a_view_comes_after_those_it_reads() -> None:
    names = [f.name for f in sql_files("base")]
    for file in sql_files("base"):
        assert all(names.index(r) < names.index(file.name) for r in file.reads if r in names)


def test_every_sql_file_is_one_of_the_kinds_that_the_build_knows() -> None:
    folder = Path(__file__).resolve().parents[2] / "sql"
    assert {p.parent.name for p in folder.rglob("*.sql")} == {"sql", "build", "base", "answers", "checks"}
