"""Compaction: few files in the place of many, and nobody can tell by the rows."""

from __future__ import annotations

import json
import os
import shutil
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from etl.hub.forgetting import forget
from etl.hub.recording import new_crawl_id
from etl.hub.saved import take_folder
from etl.tables import READER_VERSION, read_raw
from tests.cli.kit import everything_served, write_cards
from tests.warehouse.kit import crawl_run
from warehouse.building import build_warehouse
from warehouse.compaction import Compaction, compact
from warehouse.lake import Lake, LakeError, sort_by_key
from warehouse.schema import CRAWL_RUNS, LAKE_TABLES, LISTINGS, OBSERVATIONS, RAW_TABLES, RUNNING, Table

DAYS = 6


def card(number: int, day: int) -> bytes:
    rate = f"1e-0{day + 1}"
    return f"# M{number}\n\n### Training hyperparameters\n\n- learning_rate: {rate}\n- seed: {number}\n".encode()


def a_day(folder: Path, lake: Lake, day: int) -> None:
    """Two cards change, one repo appears; crawled and read."""
    changed = {f"example-lab/m{n}": card(n, day) for n in (day, day + 1, 100 + day)}
    with lake.writer("a test"):
        take_folder(lake, write_cards(folder / f"day{day}", changed))
        read_raw(lake, processes=1)


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after some days. To be copied, not written."""
    folder = tmp_path_factory.mktemp("days")
    for day in range(DAYS):
        a_day(folder, Lake(folder / "home"), day)
    return folder / "home"


@pytest.fixture
def lake(days: Path, tmp_path: Path) -> Lake:
    return Lake(Path(shutil.copytree(days, tmp_path / "home")))


def raw_rows(lake: Lake) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [row for rows in lake.raw_rows(table, [c.name for c in table.columns]) for row in rows.to_pylist()]
        for name, table in RAW_TABLES.items()
    }


def table_rows(lake: Lake) -> dict[str, list[str]]:
    manifest = lake.manifest(READER_VERSION)
    return {
        name: sorted(repr(row) for path in lake.table_paths(table, manifest) for row in pq.read_table(path).to_pylist())
        for name, table in LAKE_TABLES.items()
    }


def compacted(lake: Lake) -> Compaction:
    with lake.writer("a test"):
        return compact(lake, READER_VERSION, from_files=2)


def bytes_of(lake: Lake) -> dict[str, bytes]:
    return {p.relative_to(lake.home).as_posix(): p.read_bytes() for p in lake.home.rglob("*.parquet")}


def test_no_row_of_raw_changes_nor_its_place(lake: Lake) -> None:
    before = raw_rows(lake)
    compacted(lake)
    assert raw_rows(lake) == before
    assert {name: len(lake.raw_files(table)) for name, table in RAW_TABLES.items()} == {
        "listings": 1, "observations": 1, "popularity": 0, "crawl_runs": 1,
    }  # fmt: skip


def test_no_row_of_the_tables_changes(lake: Lake) -> None:
    before = table_rows(lake)
    assert compacted(lake).tables[0] > DAYS
    assert table_rows(lake) == before
    manifest = lake.manifest(READER_VERSION)
    assert all(len(files) == 1 for files in manifest.files.values())


def test_a_merged_table_is_sorted_by_its_key(lake: Lake) -> None:
    compacted(lake)
    manifest = lake.manifest(READER_VERSION)
    for table in LAKE_TABLES.values():
        for path in lake.table_paths(table, manifest):
            rows = pq.read_table(path)
            assert rows.equals(sort_by_key(rows, table))


def test_the_files_of_a_batch_bear_one_number(lake: Lake) -> None:
    compacted(lake)
    files = lake.manifest(READER_VERSION).files
    assert {files[n][0].rpartition("-")[2] for n in ("card_readings", "hyperparameters")} == {
        files["card_readings"][0].rpartition("-")[2]
    }
    assert files["listed_models"][0].rpartition("-")[2] != files["card_readings"][0].rpartition("-")[2]


def test_the_same_files_give_the_same_bytes(lake: Lake, tmp_path: Path) -> None:
    twin = Lake(Path(shutil.copytree(lake.home, tmp_path / "twin")))
    compacted(lake)
    compacted(twin)
    assert bytes_of(lake) == bytes_of(twin)


def test_what_was_merged_is_removed_by_the_next_writer(lake: Lake) -> None:
    files = set(lake.raw.rglob("*.parquet"))
    compacted(lake)
    assert files < set(lake.raw.rglob("*.parquet")), "who reads them now goes on reading"
    with lake.writer("the next"):
        pass
    assert len(list(lake.raw.rglob("*.parquet"))) == 3
    assert not any(p.is_dir() and not any(p.iterdir()) for p in lake.raw.rglob("*"))


def test_a_removal_that_was_killed_hides_and_repeats_nothing(lake: Lake) -> None:
    before = raw_rows(lake)
    compacted(lake)
    for path in [p for p in sorted(lake.raw.rglob("part-*.parquet")) if "~" not in p.name][::2]:
        path.unlink()
    assert raw_rows(lake) == before


def test_a_merge_that_fails_before_its_rename_leaves_everything_as_it_was(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, tables = raw_rows(lake), table_rows(lake)
    real = os.replace

    def killed(source: Any, target: Any) -> None:
        if "~" in str(target):
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(LakeError, match="no room left"):
        compacted(lake)
    monkeypatch.undo()
    assert (raw_rows(lake), table_rows(lake)) == (before, tables)
    assert list(lake.home.rglob("*.part")) == []
    with lake.writer("a test"):
        assert read_raw(lake).listings_read == 0, "that a listing was about to be merged makes nobody read it again"


def test_merged_files_are_merged_again_with_what_came_since(lake: Lake, tmp_path: Path) -> None:
    compacted(lake)
    for day in (DAYS, DAYS + 1):
        a_day(tmp_path, lake, day)
    before, tables = raw_rows(lake), table_rows(lake)
    compacted(lake)
    assert (raw_rows(lake), table_rows(lake)) == (before, tables)
    assert len(lake.raw_files(OBSERVATIONS)) == 1


def test_nothing_is_read_again_after_it(lake: Lake) -> None:
    compacted(lake)
    with lake.writer("a test"):
        report = read_raw(lake)
    assert (report.cards_read, report.listings_read) == (0, 0)
    assert lake.manifest(READER_VERSION).listing_files == tuple(lake.listing_files())


def test_another_reader_version_that_has_read_a_part_keeps_that_part_apart(lake: Lake) -> None:
    names = lake.listing_files()
    lake.write_manifest(lake.manifest("f" * 40).covering(names[:2]))
    compacted(lake)
    assert len(lake.listing_files()) == 2
    assert set(lake.manifest("f" * 40).listing_files) == {lake.listing_files()[0]}


def test_files_of_different_schemas_are_not_merged(lake: Lake) -> None:
    first = lake.raw_files(LISTINGS)[0]
    lake.rewrite_raw(LISTINGS, first, pq.read_table(first).drop_columns(["digest"]))
    before = raw_rows(lake)
    compacted(lake)
    assert len(lake.raw_files(LISTINGS)) == 2
    assert raw_rows(lake) == before


def test_a_run_under_way_stays_a_file_of_its_own(lake: Lake) -> None:
    lake.write_crawl_run(crawl_run("29990101T000000Z-ffffff", ended_because=RUNNING))
    compacted(lake)
    assert len(lake.raw_files(CRAWL_RUNS)) == 2


def test_a_merged_row_of_the_ledger_can_still_be_replaced(lake: Lake) -> None:
    before = raw_rows(lake)["crawl_runs"]
    compacted(lake)
    lake.write_crawl_run(crawl_run(before[1]["crawl_id"], incidents='{"new": 1}'))
    after = raw_rows(lake)["crawl_runs"]
    assert [row["crawl_id"] for row in after] == [row["crawl_id"] for row in before]
    assert [row["incidents"] == '{"new": 1}' for row in after] == [i == 1 for i in range(len(before))]


def test_a_new_run_sorts_after_the_merged_ones(lake: Lake) -> None:
    lake.write_crawl_run(crawl_run("29980101T000000Z-ffffff"))
    lake.write_crawl_run(crawl_run("29990101T000000Z-ffffff"))
    compacted(lake)
    assert new_crawl_id(lake) > "29990101T000000Z"


def test_rows_of_some_runs_are_found_in_merged_files(lake: Lake) -> None:
    wanted = {row["crawl_id"] for row in raw_rows(lake)["crawl_runs"][1:3]}
    before = [rows.to_pylist() for rows in lake.raw_rows(OBSERVATIONS, ("model_id",), wanted)]
    compacted(lake)
    after = [rows.to_pylist() for rows in lake.raw_rows(OBSERVATIONS, ("model_id",), wanted)]
    assert list(chain(*after)) == list(chain(*before))
    assert len(list(chain(*after))) == 6


def test_what_is_forgotten_leaves_merged_files_too(lake: Lake) -> None:
    compacted(lake)
    with lake.writer("a test"):
        report = forget(lake, ["example-lab/m1"])
    assert report.raw_rows == 3
    assert report.table_rows > 4
    assert not any(b"example-lab/m1\x00" in b or b"# M1\n" in b for b in bytes_of(lake).values())
    assert "example-lab/m1" not in json.dumps(raw_rows(lake), default=str).replace("example-lab/m10", "")
    with lake.writer("a test"):
        assert read_raw(lake).cards_read == 0


@pytest.mark.slow
def test_the_build_is_the_same_build(lake: Lake) -> None:
    with lake.writer("a test"):
        first = build_warehouse(lake, READER_VERSION)
        served = everything_served(lake.home)
        compact(lake, READER_VERSION, from_files=2)
        assert build_warehouse(lake, READER_VERSION).build_id == first.build_id
    assert everything_served(lake.home) == served


@pytest.mark.parametrize("table", RAW_TABLES.values(), ids=lambda t: t.name)
def test_few_files_are_left_alone(lake: Lake, table: Table) -> None:
    before = lake.raw_files(table)
    with lake.writer("a test"):
        assert compact(lake, READER_VERSION) == Compaction()
    assert lake.raw_files(table) == before
