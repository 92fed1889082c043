"""A home that an older release wrote goes on: raw is read as it is, tables are read anew, the warehouse is replaced.

The old files are made as an older release would have left them: a column that did not exist yet, one of another type,
one under another name, and one that exists no more.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.hub.saved import take_folder
from etl.stations import build
from etl.tables import READER_VERSION, read_raw
from tests.cli.kit import asked, everything_served, write_cards
from warehouse.compaction import compact
from warehouse.lake import Lake, Manifest
from warehouse.schema import CRAWL_RUNS, LISTINGS, OBSERVATIONS, Table

Older = Callable[[pa.Table], pa.Table]
OLD = "0" * 40
CARDS = {
    f"example-lab/m{n}": f"# M{n}\n\n### Training hyperparameters\n\n- learning_rate: 1e-0{n}\n".encode()
    for n in range(1, 4)
}


def without(*columns: str) -> Older:
    """Columns that a later release added."""
    return lambda rows: rows.drop_columns(list(columns))


def retyped(column: str, kind: pa.DataType) -> Older:
    """A column that a later release made wider."""
    return lambda rows: rows.set_column(rows.column_names.index(column), column, rows[column].cast(kind, safe=False))


def renamed(new: str, old: str) -> Older:
    """A column that a later release gave another name."""
    return lambda rows: rows.rename_columns([old if name == new else name for name in rows.column_names])


def with_one_more(rows: pa.Table) -> pa.Table:
    """A column that a later release dropped."""
    return rows.append_column("etag", pa.array(["x"] * rows.num_rows))


OLDER: dict[str, tuple[Table, Older]] = {
    "observations without detail and size": (OBSERVATIONS, without("detail", "card_bytes")),
    "observations of coarser times": (OBSERVATIONS, retyped("observed_at", pa.timestamp("ms"))),
    "observations of narrower numbers": (OBSERVATIONS, retyped("card_bytes", pa.int32())),
    "observations with another name for detail": (OBSERVATIONS, renamed("detail", "reason")),
    "observations with one more column": (OBSERVATIONS, with_one_more),
    "listings without digests": (LISTINGS, without("digest")),
    "a ledger without incidents and watermarks": (CRAWL_RUNS, without("incidents", "watermark")),
    "a ledger of narrower numbers": (CRAWL_RUNS, retyped("listed", pa.int32())),
}


def taken(folder: Path, lake: Lake, name: str, *ids: str) -> None:
    cards = write_cards(folder / name, {model_id: CARDS[model_id] for model_id in ids})
    with lake.writer("a test"):
        take_folder(lake, cards)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "home")
    taken(tmp_path, lake, "old", "example-lab/m1", "example-lab/m2")
    return lake


def make_older(lake: Lake, table: Table, older: Older) -> None:
    for path in lake.raw_files(table):
        lake.rewrite_raw(table, path, older(pq.read_table(path)))


@pytest.mark.parametrize("name", OLDER)
def test_raw_of_an_older_schema_is_read_compared_and_merged_beside_new_files(
    lake: Lake, tmp_path: Path, name: str
) -> None:
    table, older = OLDER[name]
    make_older(lake, table, older)
    with lake.writer("a test"):
        assert take_folder(lake, tmp_path / "old").stored == 0, "cards known from an older file are known"
    taken(tmp_path, lake, "new", "example-lab/m3")
    with lake.writer("a test"):
        assert read_raw(lake, processes=1).cards_read == 3
        rows = [r for t in lake.raw_rows(table, [c.name for c in table.columns]) for r in t.to_pylist()]
        compact(lake, READER_VERSION, from_files=2)
    assert [r for t in lake.raw_rows(table, [c.name for c in table.columns]) for r in t.to_pylist()] == rows


@pytest.mark.slow
def test_a_home_of_an_older_release_is_built_and_serves_what_a_new_one_does(lake: Lake, tmp_path: Path) -> None:
    for table, older in OLDER.values():
        if table is not CRAWL_RUNS and older is not OLDER["observations without detail and size"][1]:
            make_older(lake, table, older)
    make_older(lake, CRAWL_RUNS, without("incidents", "watermark"))
    shard = "hyperparameters/000000000000-000000.parquet"
    (lake.tables / shard).parent.mkdir(parents=True)
    pq.write_table(pa.table({"model_id": ["a/b"], "setting": ["lr"]}), lake.tables / shard)
    lake.write_manifest(Manifest(OLD, {"hyperparameters": (shard,)}, tuple(lake.listing_files()), "0"))
    lake.warehouse_file.write_bytes(b"a warehouse of a storage version that nobody reads any more")
    twin = Lake(tmp_path / "twin")
    taken(tmp_path, twin, "twin-cards", "example-lab/m1", "example-lab/m2")
    for each in (lake, twin):
        with each.writer("a test"):
            read_raw(each, processes=1)
            build(each)
    assert everything_served(lake.home) == everything_served(twin.home)
    assert asked(lake.home, "SELECT count(*) FROM crawl_runs") == [(1,)]
    assert not (lake.tables / shard).exists(), "the older reader's tables go once this reader's build is served"
