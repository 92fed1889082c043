"""What an operator says to a crawl: how much, what changed, what it would cost, whom to forget."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.cli.kit import Command


def test_a_dry_run_tells_the_cost_and_makes_nothing(cardhouse: Command, tmp_path: Path) -> None:
    said = cardhouse("crawl", "--source", "sample", "--dry-run", "--home", tmp_path / "home")
    assert said.code == 0
    assert "cards to fetch" in said.out
    assert not (tmp_path / "home").exists()


def test_a_budget_ends_a_crawl_and_the_next_goes_on(cardhouse: Command, tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = cardhouse("crawl", "--source", "sample", "--max-requests", "30", "--home", home)
    assert (first.code, "ended by budget" in first.out) == (0, True)
    assert "listed cards wait" in cardhouse("status", "--home", home).out
    again = cardhouse("crawl", "--source", "sample", "--changed-only", "--threads", "2", "--home", home)
    assert (again.code, "ended by" in again.out) == (0, False)
    assert "listed cards wait" not in cardhouse("status", "--home", home).out


def test_what_is_forgotten_leaves_the_warehouse(cardhouse: Command, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert cardhouse("run", "--source", "sample", "--home", home).code == 0
    query = "SELECT count(*) AS n FROM models WHERE author = 'example-odd'"
    assert cardhouse("sql", query, "--format", "csv", "--home", home).out.split() != ["n", "0"]
    said = cardhouse("forget", "example-odd", "--home", home)
    assert (said.code, "example-odd will not be crawled again" in said.out) == (0, True)
    assert cardhouse("sql", query, "--format", "csv", "--home", home).out.split() == ["n", "0"]
    assert "forgotten" in cardhouse("crawl", "--source", "sample", "--home", home).out


def test_a_folder_of_parquet_files_is_one_dump(cardhouse: Command, tmp_path: Path) -> None:
    (tmp_path / "dump").mkdir()
    for i in (1, 2):
        pq.write_table(pa.table({"modelId": [f"a/{i}"], "card": [f"# {i}"]}), tmp_path / "dump" / f"{i}.parquet")
    said = cardhouse("crawl", "--source", tmp_path / "dump", "--home", tmp_path / "home")
    assert "2 repos listed" in said.out


@pytest.mark.parametrize(
    ("words", "code", "complaint"),
    [
        (("crawl", "--max-requests", "0"), 2, "'0' is no whole number above zero"),
        (("crawl", "--max-minutes", "long"), 2, "'long' is no whole number above zero"),
        (("forget",), 2, "the following arguments are required: NAME"),
        (("forget", "a/b"), 1, "nothing was crawled into"),
        (("crawl", "--source", ".", "--dry-run"), 1, "taking them in asks nobody anything"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    cardhouse: Command, tmp_path: Path, words: tuple[str, ...], code: int, complaint: str
) -> None:
    said = cardhouse(*words, "--home", tmp_path)
    assert (said.code, complaint in said.complaint) == (code, True)
