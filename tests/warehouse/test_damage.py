"""Damaged files: found, named, set aside, made good. Disks flip bits, and lose tails and files."""

from __future__ import annotations

import logging
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from etl.hub.saved import take_folder
from etl.settings import Settings
from etl.stations import build, crawl
from etl.tables import READER_VERSION, read_raw
from tests.cli.kit import Command, everything_served, write_cards
from warehouse.compaction import compact
from warehouse.damage import damages, mend
from warehouse.lake import Lake
from warehouse.parquet_files import DamagedFile, read_file
from warehouse.schema import CRAWL_RUNS, LAKE_TABLES, LISTINGS, OBSERVATIONS, RAW_TABLES

Hurt = Callable[[Path], None]


def flipped(path: Path) -> None:
    """One bit of the first column's last page."""
    with pq.ParquetFile(path) as file:
        at = last_byte(file.metadata.row_group(0).column(0))
    flip(path, at)


def last_byte(column: pq.ColumnChunkMetaData) -> int:
    """Of a column's last page."""
    return int(column.dictionary_page_offset or column.data_page_offset) + int(column.total_compressed_size) - 1


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 0x10
    path.write_bytes(content)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def lost(path: Path) -> None:
    path.unlink()


def footless(path: Path) -> None:
    """A flipped bit in the footer."""
    flip(path, path.stat().st_size - 200)


def cards(day: int) -> dict[str, bytes]:
    text = "# M{0}\n\n### Training hyperparameters\n\n- learning_rate: 1e-0{1}\n- seed: {0}\n"
    return {f"example-lab/m{n}": text.format(n, day + 1).encode() for n in range(day, day + 3)}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of two days, built; and beside it the folders it was taken from. To be copied, not written."""
    folder = tmp_path_factory.mktemp("whole")
    lake = Lake(folder / "home")
    for day in range(2):
        with lake.writer("a test"):
            take_folder(lake, write_cards(folder / f"day{day}", cards(day)))
            read_raw(lake, processes=1)
    with lake.writer("a test"):
        build(lake)
    return folder


@pytest.fixture
def lake(whole: Path, tmp_path: Path) -> Lake:
    return Lake(Path(shutil.copytree(whole / "home", tmp_path / "home")))


def read(lake: Lake) -> None:
    with lake.writer("a test"):
        read_raw(lake, processes=1)


def table_rows(lake: Lake) -> dict[str, list[str]]:
    manifest = lake.manifest(READER_VERSION)
    return {
        name: sorted(repr(row) for path in lake.table_paths(table, manifest) for row in read_file(path).to_pylist())
        for name, table in LAKE_TABLES.items()
    }


def looks(lake: Lake) -> list[tuple[str, str | None, bool]]:
    rows = [r for t in lake.raw_rows(OBSERVATIONS, ("model_id", "card_blob", "content")) for r in t.to_pylist()]
    return [(row["model_id"], row["card_blob"], row["content"] is not None) for row in rows]


@pytest.mark.parametrize("hurt", [flipped, truncated, lost, footless])
@pytest.mark.parametrize("table", ["card_readings", "hyperparameters", "listed_models", "generator_fields"])
def test_a_damaged_table_file_is_set_aside_and_its_rows_come_from_raw(lake: Lake, table: str, hurt: Hurt) -> None:
    before = table_rows(lake)
    name = lake.manifest(READER_VERSION).files[table][0]
    hurt(lake.tables / name)
    read(lake)
    assert table_rows(lake) == before
    (damage,) = damages(lake) if hurt is not lost else (None,)
    if damage is not None:
        assert damage.name == f"tables/{name}"
        assert (lake.home / damage.set_aside_as).exists()


def test_only_the_cards_of_the_damaged_batch_are_read_again(lake: Lake) -> None:
    truncated(lake.tables / lake.manifest(READER_VERSION).files["hyperparameters"][1])
    with lake.writer("a test"):
        report = read_raw(lake)
    assert (report.cards_read, report.cards_known) == (3, 3)


@pytest.mark.parametrize("seed", range(6))
def test_no_flipped_bit_of_a_table_file_is_believed(lake: Lake, seed: int) -> None:
    chance = random.Random(seed)
    before = table_rows(lake)
    name = chance.choice(sorted(lake.manifest(READER_VERSION).names))
    flip(lake.tables / name, chance.randrange((lake.tables / name).stat().st_size))
    read(lake)
    assert table_rows(lake) == before


@pytest.mark.parametrize("table", RAW_TABLES.values(), ids=lambda t: t.name)
def test_no_flipped_bit_in_a_page_of_raw_is_believed(lake: Lake, table: object) -> None:
    for path in [p for t in RAW_TABLES.values() if t is table for p in lake.raw_files(t)]:
        with pq.ParquetFile(path) as file:
            group = file.metadata.row_group(0)
            columns = [group.column(i) for i in range(group.num_columns)]
        for column in columns:
            good = path.read_bytes()
            flip(path, last_byte(column))
            with pytest.raises(DamagedFile, match=r"is damaged: .*'cardhouse build'"):
                read_file(path)
            path.write_bytes(good)


def test_of_a_raw_file_whose_bytes_cannot_be_read_the_looks_stay(lake: Lake) -> None:
    before = looks(lake)
    path = lake.raw_files(OBSERVATIONS)[0]
    hurt_column(path, "content")
    with lake.writer("a test"):
        (damage,) = mend(lake, READER_VERSION)
    assert damage.rows_kept == 3
    assert looks(lake) == [(m, blob, held and i >= 3) for i, (m, blob, held) in enumerate(before)]


def hurt_column(path: Path, name: str) -> None:
    with pq.ParquetFile(path) as file:
        group = file.metadata.row_group(0)
        column = group.column(file.schema_arrow.names.index(name))
    flip(path, last_byte(column))


@pytest.mark.parametrize("hurt", [lambda p: hurt_column(p, "content"), truncated], ids=["bytes", "all"])
@pytest.mark.parametrize("is_merged", [False, True], ids=["loose", "merged"])
def test_cards_whose_bytes_are_lost_are_taken_in_again(whole: Path, lake: Lake, hurt: Hurt, is_merged: bool) -> None:
    before = table_rows(lake)["hyperparameters"]
    if is_merged:
        with lake.writer("a test"):
            compact(lake, READER_VERSION, from_files=2)
            lake.remove_replaced()
    hurt(lake.raw_files(OBSERVATIONS)[-1])
    read(lake)
    for day in range(2):
        with lake.writer("a test"):
            crawl(lake, settings_for(lake, whole / f"day{day}"))
    read(lake)
    assert {blob for _, blob, _ in looks(lake)} == {blob for _, blob, held in looks(lake) if held}
    (lake.tables / f"manifest-{READER_VERSION[:12]}.json").unlink()
    read(lake)
    assert table_rows(lake)["hyperparameters"] == before


def settings_for(lake: Lake, folder: Path) -> Settings:
    return Settings.from_environment({"CARDHOUSE_SOURCE": str(folder)}, home=lake.home)


def test_what_was_taken_in_again_is_not_taken_in_a_third_time(whole: Path, lake: Lake) -> None:
    hurt_column(lake.raw_files(OBSERVATIONS)[-1], "content")
    read(lake)
    with lake.writer("a test"):
        assert take_folder(lake, whole / "day1").stored == 3
        assert take_folder(lake, whole / "day1").stored == 0


def test_a_crawl_that_meets_a_damaged_file_goes_on_without_it(whole: Path, lake: Lake) -> None:
    truncated(lake.raw_files(OBSERVATIONS)[-1])
    with lake.writer("a test"):
        report = crawl(lake, settings_for(lake, whole / "day1"))
    assert report.stored == 3


def test_a_merged_file_that_is_damaged_gives_way_to_its_parts_while_they_are_there(lake: Lake) -> None:
    before, tables = looks(lake), table_rows(lake)
    with lake.writer("a test"):
        compact(lake, READER_VERSION, from_files=2)
        for table in (OBSERVATIONS, LISTINGS, CRAWL_RUNS):
            flipped(lake.raw_files(table)[0])
        read_raw(lake, processes=1)
    assert looks(lake) == before
    assert table_rows(lake) == tables
    assert {len(lake.raw_files(table)) for table in (OBSERVATIONS, LISTINGS, CRAWL_RUNS)} == {2}


def test_mending_that_was_killed_is_finished_by_the_next(
    whole: Path, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = lake.raw_files(OBSERVATIONS)[-1]
    hurt_column(path, "content")

    def killed(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Lake, "rewrite_raw", killed)
    with pytest.raises(KeyboardInterrupt):
        read(lake)
    monkeypatch.undo()
    read(lake)
    assert [d.name for d in damages(lake)] == [lake.raw_name(path).join(["raw/", ""])]
    assert len(lake.lost_blobs()[0]) == 3


def test_a_damaged_manifest_is_set_aside_and_everything_read_again(lake: Lake) -> None:
    before = table_rows(lake)
    path = lake.tables / f"manifest-{READER_VERSION[:12]}.json"
    path.write_text(path.read_text()[:100])
    read(lake)
    assert table_rows(lake) == before
    assert damages(lake)[0].name.startswith("tables/manifest-")


def test_a_build_that_meets_damage_names_the_file_repairs_it_and_is_served(
    lake: Lake, capsys: pytest.CaptureFixture[str]
) -> None:
    cardhouse = Command(capsys)
    served = everything_served(lake.home)
    name = lake.manifest(READER_VERSION).files["hyperparameters"][0]
    truncated(lake.tables / name)
    assert cardhouse("build", "--home", lake.home).code == 0
    assert everything_served(lake.home) == served
    said = cardhouse("status", "--home", lake.home)
    assert f"tables/{name} was damaged" in said.out
    assert "read again from raw" in said.out


@pytest.mark.slow
def test_what_was_damaged_after_it_was_read_is_not_believed_either(lake: Lake) -> None:
    served = everything_served(lake.home)
    with lake.writer("a test"):
        read_raw(lake)
        flipped(lake.tables / lake.manifest(READER_VERSION).files["hyperparameters"][0])
        build(lake)
    assert everything_served(lake.home) == served


def test_what_is_lost_of_raw_is_told_with_what_to_do(lake: Lake, caplog: pytest.LogCaptureFixture) -> None:
    truncated(lake.raw_files(OBSERVATIONS)[0])
    with caplog.at_level(logging.WARNING):
        read(lake)
    assert "part-000000.parquet was damaged" in caplog.text
    assert "the next 'cardhouse crawl'" in caplog.text
