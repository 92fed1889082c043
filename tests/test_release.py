"""Releases: the same build gives the same bytes, nothing is overwritten, tampering is found."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.warehouse.kit import Made
from warehouse import release
from warehouse.database import NoWarehouse
from warehouse.lake import Lake
from warehouse.release import DICTIONARY, MANIFEST, ReleaseError, verify_release, write_release
from warehouse.schema import SERVED_TABLES, Hyperparameter, Source


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a built warehouse of two cards, to be copied."""
    made = Made(tmp_path_factory.mktemp("built") / "home")
    for name in ("zoe/first", "anna/second"):
        made.card(name, setting("learning_rate", "5e-7", 5e-7, line=3), setting("seed", "nan", float("nan"), line=4))
    made.build()
    return made.home


def setting(name: str, text: str, number: float, *, line: int) -> Hyperparameter:
    return Hyperparameter(name=name, raw_name=name, value_text=text, value_number=number, source=Source.LIST, line=line)


@pytest.fixture
def lake(built: Path, tmp_path: Path) -> Lake:
    """A home of one's own with the two cards."""
    return Lake(Path(shutil.copytree(built, tmp_path / "home")))


@pytest.fixture
def released(lake: Lake) -> Path:
    return write_release(lake, "1.0")


def test_a_release_holds_every_served_table_and_says_what_its_columns_mean(lake: Lake, released: Path) -> None:
    assert released == lake.releases / "1.0"
    expected = {f"{name}.parquet" for name in SERVED_TABLES} | {MANIFEST, DICTIONARY}
    assert {p.name for p in released.iterdir()} == expected
    dictionary = (released / DICTIONARY).read_text(encoding="utf-8")
    for table in SERVED_TABLES.values():
        written = pq.read_schema(released / f"{table.name}.parquet")
        assert written.equals(table.arrow_schema, check_metadata=True)
        assert all(f"| `{c.name}` | {c.duckdb_type} |" in dictionary for c in table.columns)
    assert verify_release(released) == []


def test_the_manifest_names_hash_rows_and_versions(released: Path) -> None:
    manifest = json.loads((released / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["version"] == "1.0"
    assert manifest["files"]["hyperparameters.parquet"]["rows"] == 4
    assert manifest["tables"]["models"]["rows"] == 2
    assert all(re.fullmatch(r"[0-9a-f]{64}", f["sha256"]) for f in manifest["files"].values())
    assert {"build_id", "built_at", "reader_version", "schema_version", "sql_version"} <= manifest["build"].keys()
    assert manifest["libraries"]["duckdb"] == duckdb.__version__


def test_the_same_build_released_twice_gives_the_same_bytes(lake: Lake, released: Path) -> None:
    again = write_release(lake, "1.1")
    for file in released.iterdir():
        if file.name != MANIFEST:
            assert (again / file.name).read_bytes() == file.read_bytes(), file.name
    assert (again / MANIFEST).read_text().replace('"1.1"', '"1.0"') == (released / MANIFEST).read_text()


def test_a_release_is_never_overwritten(lake: Lake, released: Path) -> None:
    before = (released / MANIFEST).read_bytes()
    with pytest.raises(ReleaseError, match=r"release 1\.0 exists"):
        write_release(lake, "1.0")
    assert (released / MANIFEST).read_bytes() == before


@pytest.mark.parametrize("version", ["", "..", "a/b", "../escape", ".hidden", "a..b", "x" * 65, "one two", "-v"])
def test_a_version_is_a_plain_name(lake: Lake, version: str) -> None:
    with pytest.raises(ReleaseError, match="is no version"):
        write_release(lake, version)
    assert not lake.releases.exists()


def test_a_release_needs_a_warehouse(tmp_path: Path) -> None:
    with pytest.raises(NoWarehouse):
        write_release(Lake(tmp_path), "1.0")
    assert not (tmp_path / "releases").exists()


def test_a_release_that_fails_half_way_leaves_nothing(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(release, "write_text", full_disk)
    with pytest.raises(OSError, match="no space left"):
        write_release(lake, "1.0")
    assert list(lake.releases.iterdir()) == []


def test_what_a_killed_release_left_is_swept_by_the_next(lake: Lake) -> None:
    left = lake.releases / ".0.9.unfinished"
    left.mkdir(parents=True)
    (left / "models.parquet").write_bytes(b"half")
    write_release(lake, "1.0")
    assert [p.name for p in lake.releases.iterdir()] == ["1.0"]


def test_no_raw_card_is_released(released: Path) -> None:
    columns = {c for p in released.glob("*.parquet") for c in pq.read_schema(p).names}
    assert "content" not in columns


def test_a_changed_byte_is_found(released: Path) -> None:
    file = released / "hyperparameters.parquet"
    content = bytearray(file.read_bytes())
    content[40] ^= 1
    file.write_bytes(content)
    assert verify_release(released) == ["hyperparameters.parquet was changed: its SHA-256 is not the manifest's"]


def test_a_shortened_file_is_found(released: Path) -> None:
    file = released / DICTIONARY
    size = file.stat().st_size
    file.write_bytes(file.read_bytes()[:-1])
    assert verify_release(released) == [f"{DICTIONARY} has {size - 1} bytes where the manifest says {size}"]


def test_missing_and_added_files_are_found(released: Path) -> None:
    (released / "models.parquet").unlink()
    (released / "extra.csv").write_text("not ours")
    assert verify_release(released) == ["models.parquet is missing", "extra.csv is not part of the release"]


def test_a_wrong_row_count_in_the_manifest_is_found(released: Path) -> None:
    file = released / MANIFEST
    file.write_text(file.read_text().replace('"rows": 4\n', '"rows": 5\n'))
    assert verify_release(released) == ["hyperparameters.parquet has 4 rows where the manifest says 5"]


def test_a_link_in_place_of_a_file_is_found(released: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere.parquet"
    (released / "models.parquet").rename(moved)
    (released / "models.parquet").symlink_to(moved)
    assert verify_release(released) == ["models.parquet is not a plain file"]


@pytest.mark.parametrize("text", ["", "[]", '{"files": 3}', '{"files": {"a": 1}}', "\x00"])
def test_a_damaged_manifest_is_one_line(released: Path, text: str) -> None:
    (released / MANIFEST).write_text(text)
    assert verify_release(released) == [f"{MANIFEST} is damaged: it does not list the files"]


def test_a_folder_without_a_manifest_is_no_release(tmp_path: Path) -> None:
    assert verify_release(tmp_path) == [f"{MANIFEST} is missing: {tmp_path} is no release"]
