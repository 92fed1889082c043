from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from etl.hub.saved import take_folder
from etl.stations import build
from etl.tables import READER_VERSION, read_raw
from warehouse.database import WarehouseError
from warehouse.lake import Lake, Manifest
from warehouse.schema import HYPERPARAMETERS

OLD = "0" * 40
OLD_FILE = "hyperparameters/000000000000-000000.parquet"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A lake with one card read by this reader, and with what an earlier reader version left."""
    card = tmp_path / "cards" / "example-lab" / "one" / "README.md"
    card.parent.mkdir(parents=True)
    card.write_text("## Training hyperparameters\n- learning_rate: 1e-05\n- seed: 42\n")
    lake = Lake(tmp_path / "home")
    with lake.writer("a test"):
        take_folder(lake, tmp_path / "cards")
        read_raw(lake)
    current = lake.tables / lake.manifest(READER_VERSION).files["hyperparameters"][0]
    (lake.tables / OLD_FILE).write_bytes(current.read_bytes())
    lake.write_manifest(Manifest(OLD, {"hyperparameters": (OLD_FILE,)}))
    return lake


def test_a_served_build_ends_what_an_earlier_reader_version_left(lake: Lake) -> None:
    with lake.writer("a test"):
        build(lake)
    named = {lake.tables / name for files in lake.manifest(READER_VERSION).files.values() for name in files}
    assert set(lake.tables.rglob("*.parquet")) == named
    assert lake.manifest(OLD).files == {}


def test_a_build_that_fails_leaves_what_an_earlier_reader_version_left(lake: Lake) -> None:
    manifest = lake.manifest(READER_VERSION)
    rows = pq.read_table(lake.tables / manifest.files["hyperparameters"][0])
    twice = lake.write_table(HYPERPARAMETERS, rows, manifest)
    lake.write_manifest(manifest.plus({"hyperparameters": twice}))
    with lake.writer("a test"), pytest.raises(WarehouseError):
        build(lake)
    assert (lake.tables / OLD_FILE).exists()
    assert lake.manifest(OLD).files == {"hyperparameters": (OLD_FILE,)}
