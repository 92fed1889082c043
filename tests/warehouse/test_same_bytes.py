"""Tables are a function of raw: read twice they are the same bytes; read in other portions, the same rows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pytest

from etl import tables
from etl.hub.saved import take_folder
from etl.tables import POOL_FROM_CARDS, READER_VERSION, read_raw
from tests.cli.kit import write_cards
from warehouse.compaction import compact
from warehouse.lake import Lake, sort_by_key
from warehouse.parquet_files import read_file
from warehouse.schema import LAKE_TABLES

CARD = "---\ntags: [t{0}]\n---\n# M{0}\n\n### Training hyperparameters\n\n- learning_rate: 1e-0{1}\n- seed: {0}\n"


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with more cards than one process reads, none read. To be copied, not written."""
    folder = tmp_path_factory.mktemp("raw")
    cards = {f"example-lab/m{n}": CARD.format(n, n % 9).encode() for n in range(POOL_FROM_CARDS + 50)}
    lake = Lake(folder / "home")
    with lake.writer("a test"):
        take_folder(lake, write_cards(folder / "cards", cards))
    return lake.home


def read(raw: Path, home: Path, processes: int = 1) -> Lake:
    lake = Lake(Path(shutil.copytree(raw, home)))
    with lake.writer("a test"):
        read_raw(lake, processes=processes)
    return lake


def files(lake: Lake) -> dict[str, bytes]:
    return {p.relative_to(lake.tables).as_posix(): p.read_bytes() for p in lake.tables.rglob("*") if p.is_file()}


def contents(lake: Lake) -> dict[str, bytes]:
    """The bytes of each table's files, whatever these are called."""
    manifest = lake.manifest(READER_VERSION)
    return {n: b"".join(p.read_bytes() for p in lake.table_paths(t, manifest)) for n, t in LAKE_TABLES.items()}


def rows(lake: Lake) -> dict[str, pa.Table]:
    manifest = lake.manifest(READER_VERSION)
    read = {t: [read_file(p) for p in lake.table_paths(t, manifest)] for t in LAKE_TABLES.values()}
    return {t.name: sort_by_key(pa.concat_tables(parts), t) for t, parts in read.items() if parts}


def test_read_twice_from_the_same_raw_the_tables_are_the_same_bytes(raw: Path, tmp_path: Path) -> None:
    one, two = read(raw, tmp_path / "one"), read(raw, tmp_path / "two")
    assert files(one) == files(two)


@pytest.mark.slow
def test_two_processes_write_the_bytes_that_one_writes(raw: Path, tmp_path: Path) -> None:
    one, two = read(raw, tmp_path / "one"), read(raw, tmp_path / "two", processes=2)
    assert files(one) == files(two)


def test_read_in_other_portions_the_rows_are_the_same_and_once_merged_the_bytes(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = read(raw, tmp_path / "at-once")
    monkeypatch.setattr(tables, "CARDS_PER_SWAP", 1)
    in_portions = read(raw, tmp_path / "in-portions")
    assert len(in_portions.manifest(READER_VERSION).files["card_readings"]) > 1
    assert rows(in_portions) == rows(at_once)
    with in_portions.writer("a test"):
        compact(in_portions, READER_VERSION, from_files=2)
    assert contents(in_portions) == contents(at_once)
