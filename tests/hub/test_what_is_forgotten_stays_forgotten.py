"""Forgetting erases a repo or an owner from raw and the tables, and no later run brings it back."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.hub.forgetting import forget
from etl.hub.saved import take_dump
from tests.hub.conftest import World
from warehouse.lake import LakeError
from warehouse.schema import POPULARITY
from warehouse.swap import previous_file

SECRET = "# Secret\n\n- learning_rate: 0.123\n"


@pytest.fixture
def crawled(world: World) -> World:
    world.tree.repo("example-me/one", SECRET, tags=["mine"])
    world.tree.repo("example-me/two", "# Two\n")
    world.tree.repo("example-you/copy", SECRET)
    world.tree.repo("example-you/own", "# Own\n")
    world.crawl_day()
    world.tables()
    return world


def _everything(world: World) -> bytes:
    """All that stands in the home, unpacked; the tombstones aside."""
    texts = [repr(pq.read_table(p).to_pylist()).encode() for p in world.lake.home.rglob("*.parquet")]
    others = [p for p in world.lake.home.rglob("*") if p.is_file() and p.suffix not in (".parquet",)]
    return b"".join([*texts, *(p.read_bytes() for p in others if p.name != "forgotten.json")])


def test_a_forgotten_repo_stands_nowhere(crawled: World) -> None:
    report = forget(crawled.lake, ["Example-Me/One"])
    assert report.models == ("example-me/one",)
    assert report.raw_rows == 3
    assert report.table_rows > 0
    assert b"example-me/one" not in _everything(crawled)
    assert set(crawled.latest()) == {"example-me/two", "example-you/copy", "example-you/own"}


def test_a_forgotten_owner_goes_with_every_repo(crawled: World) -> None:
    assert forget(crawled.lake, ["example-me"]).models == ("example-me/one", "example-me/two")
    assert b"example-me" not in _everything(crawled)


def test_bytes_that_another_repo_shares_stay_with_it(crawled: World) -> None:
    forget(crawled.lake, ["example-me"])
    forget(crawled.lake, ["example-me"])
    assert crawled.cards() == {"example-you/copy": SECRET.encode(), "example-you/own": b"# Own\n"}
    forget(crawled.lake, ["example-you/copy"])
    assert b"Secret" not in _everything(crawled)


def test_no_later_run_brings_the_forgotten_back(crawled: World) -> None:
    forget(crawled.lake, ["example-me"])
    report = crawled.crawl_day()
    assert report.incidents["forgotten"] == 2
    dump = crawled.lake.home.parent / "dump.parquet"
    pq.write_table(pa.table({"modelId": ["example-me/one", "example-new/x"], "card": [SECRET, "# New"]}), dump)
    assert take_dump(crawled.lake, dump).listed == 1
    assert b"example-me" not in _everything(crawled)
    assert "gone" not in crawled.latest().values()


def test_the_tables_afterwards_are_those_of_a_crawl_that_never_met_it(crawled: World) -> None:
    forget(crawled.lake, ["example-me"])
    calm = World(crawled.lake.home.parent / "calm")
    calm.tree.repo("example-you/copy", SECRET)
    calm.tree.repo("example-you/own", "# Own\n")
    calm.crawl_day()
    assert crawled.tables() == calm.tables()


@pytest.fixture
def builds(crawled: World) -> tuple[Path, Path]:
    files = crawled.lake.warehouse_file, previous_file(crawled.lake)
    for file in files:
        file.write_bytes(b"as if")
    return files


def test_the_builds_that_held_it_are_taken_away(crawled: World, builds: tuple[Path, Path]) -> None:
    forget(crawled.lake, ["example-nobody"])
    assert [file.exists() for file in builds] == [True, True]
    forget(crawled.lake, ["example-me"])
    assert [file.exists() for file in builds] == [False, False]


def test_no_build_outlives_what_raw_has_lost(crawled: World, builds: tuple[Path, Path]) -> None:
    (counters,) = crawled.lake.raw_files(POPULARITY)
    counters.write_bytes(b"no Parquet: erasing ends here")
    with pytest.raises(LakeError):
        forget(crawled.lake, ["example-me"])
    assert set(crawled.latest()) == {"example-you/copy", "example-you/own"}
    assert [file.exists() for file in builds] == [False, False]


def test_a_name_that_names_nobody_is_refused(crawled: World) -> None:
    with pytest.raises(LakeError, match="neither a repo nor an owner"):
        forget(crawled.lake, ["../.."])
