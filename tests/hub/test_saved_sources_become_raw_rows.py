"""A folder of repos and a bulk dump are taken in as a crawl would: every repo a row, nothing twice, nothing trusted."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.hub import recording
from etl.hub.crawl import CrawlReport
from etl.hub.saved import SourceError, take_dump, take_folder
from tests.hub.conftest import World
from warehouse.schema import LISTINGS

AWARE = datetime.fromisoformat("2024-05-06T07:08:09+00:00")
NAIVE = AWARE.replace(tzinfo=None)


def _write(folder: Path, model_id: str, card: bytes | None = b"# A card\n", metadata: str | None = None) -> Path:
    repo = folder / model_id
    repo.mkdir(parents=True, exist_ok=True)
    if card is not None:
        (repo / "README.md").write_bytes(card)
        os.utime(repo / "README.md", (1_700_000_000, 1_700_000_000))
    if metadata is not None:
        (repo / "metadata.json").write_text(metadata, encoding="utf-8")
    return repo


def _folder(world: World, folder: Path, **settings: Any) -> CrawlReport:
    with world.lake.writer("test"):
        return take_folder(world.lake, folder, **settings)


def _dump(world: World, columns: dict[str, Any], name: str = "dump.parquet", **settings: Any) -> CrawlReport:
    path = world.lake.home.parent / name
    pq.write_table(pa.table(columns), path)
    with world.lake.writer("test"):
        return take_dump(world.lake, path, **settings)


def test_a_folder_of_cards_is_taken_in_as_it_is(world: World, tmp_path: Path) -> None:
    row = '{"id": "example-a/one",  "likes": 3, "lastModified": "2024-05-06T07:08:09.000Z"}'
    _write(tmp_path / "d", "example-a/one", b"\xff\x00card", row)
    _write(tmp_path / "d", "example-b/two", b"")
    _write(tmp_path / "d", "example-b/bare", None, '{"id": "example-b/bare"}')
    report = _folder(world, tmp_path / "d")
    assert (report.listed, report.statuses) == (3, {"no_card": 1, "ok": 2})
    assert world.cards() == {"example-a/one": b"\xff\x00card", "example-b/two": b""}
    listed = {r["model_id"]: r for r in world.listings()}
    assert listed["example-a/one"]["row"] == row
    assert listed["example-a/one"]["listed_at"] == NAIVE
    assert listed["example-b/two"]["listed_at"] == datetime(2023, 11, 14, 22, 13, 20)
    assert json.loads(listed["example-b/two"]["row"]) == {"id": "example-b/two"}
    assert {r["revision"] for r in world.observations()} == {None}


def test_taking_a_folder_in_again_stores_nothing_and_says_so(world: World, tmp_path: Path) -> None:
    _write(tmp_path / "d", "example-a/one")
    _write(tmp_path / "d", "example-a/bare", None, "{}")
    _folder(world, tmp_path / "d")
    before = (world.listings(), world.observations())
    report = _folder(world, tmp_path / "d")
    assert (report.listed, report.stored, report.unchanged, report.statuses) == (2, 0, 2, {})
    assert (world.listings(), world.observations()) == before


def test_a_changed_card_of_a_folder_is_one_more_observation(world: World, tmp_path: Path) -> None:
    _write(tmp_path / "d", "example-a/one")
    _write(tmp_path / "d", "example-a/two")
    _folder(world, tmp_path / "d")
    _write(tmp_path / "d", "example-a/two", b"# Changed\n")
    report = _folder(world, tmp_path / "d")
    assert (report.stored, report.unchanged) == (1, 1)


def test_what_lies_inside_a_repo_is_no_repo(world: World, tmp_path: Path) -> None:
    _write(tmp_path / "d", "example-a/one")
    _write(tmp_path / "d", "example-a/one/onnx")
    _write(tmp_path / "d", "gpt-legacy")
    _write(tmp_path / "d", "backup/2024/example-b/deep")
    (tmp_path / "d" / "example-c" / "no-card").mkdir(parents=True)
    (tmp_path / "d" / "README.md").write_text("about this folder")
    _folder(world, tmp_path / "d")
    assert set(world.latest()) == {"example-a/one", "gpt-legacy", "example-b/deep"}


def test_a_folder_that_is_itself_a_repo_is_named_by_its_name(world: World, tmp_path: Path) -> None:
    _write(tmp_path, "my-model")
    _folder(world, tmp_path / "my-model")
    assert set(world.latest()) == {"my-model"}


def test_what_cannot_be_read_is_failed_with_its_reason(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "d"
    (folder / "example-a" / "directory" / "README.md").mkdir(parents=True)
    (folder / "example-a" / "dangling").mkdir()
    (folder / "example-a" / "dangling" / "README.md").symlink_to("nowhere")
    (folder / "example-a" / "pipe").mkdir()
    os.mkfifo(folder / "example-a" / "pipe" / "README.md")
    _write(folder, "example-a/bad-metadata", b"# Fine\n", "{not json")
    report = _folder(world, folder)
    assert report.statuses == {"failed": 3, "ok": 1}
    assert report.incidents["metadata_unreadable"] == 1
    details = {r["model_id"]: r["detail"] for r in world.observations()}
    assert details["example-a/directory"] == "README.md is no regular file"
    assert details["example-a/pipe"] == "README.md is no regular file"
    assert details["example-a/dangling"] == "README.md cannot be read: No such file or directory"


def test_links_that_lead_out_of_the_folder_are_not_followed(world: World, tmp_path: Path) -> None:
    secret = _write(tmp_path / "elsewhere", "example-z/secret", b"secret") / "README.md"
    _write(tmp_path / "d", "example-a/inside")
    (tmp_path / "d" / "example-a" / "card").mkdir()
    (tmp_path / "d" / "example-a" / "card" / "README.md").symlink_to(secret)
    (tmp_path / "d" / "example-a" / "repo").symlink_to(secret.parent)
    (tmp_path / "d" / "example-a" / "again").symlink_to(tmp_path / "d")
    report = _folder(world, tmp_path / "d")
    assert world.latest() == {"example-a/inside": "ok", "example-a/card": "failed"}
    assert report.incidents["links_ignored"] == 2
    assert b"secret" not in world.cards().values()


def test_a_folder_name_that_is_no_id_is_refused_and_counted(world: World, tmp_path: Path) -> None:
    _write(tmp_path / "d", "example-a/with space")
    os.mkdir(bytes(tmp_path / "d" / "example-a") + b"/\xff\xfe")
    (tmp_path / "d" / "example-a" / os.fsdecode(b"\xff\xfe") / "README.md").write_text("x")
    _write(tmp_path / "d", "example-a/模型")
    report = _folder(world, tmp_path / "d")
    assert set(world.latest()) == {"example-a/模型"}
    assert report.incidents["ids_refused"] == 2


@pytest.mark.parametrize("make", [lambda p: p / "absent", lambda p: p], ids=["no folder", "no repo in it"])
def test_a_folder_without_repos_is_said_in_one_line(world: World, tmp_path: Path, make: Any) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError) as error:
        _folder(world, make(tmp_path / "empty"))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("card_type", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
def test_cards_of_a_dump_may_be_text(world: World, card_type: pa.DataType) -> None:
    cards = pa.array(["# Ünï\n", None, ""]).cast(card_type)
    report = _dump(world, {"modelId": ["example-a/x", "example-a/none", "example-a/empty"], "card": cards})
    assert report.statuses == {"no_card": 1, "ok": 2}
    assert world.cards() == {"example-a/x": "# Ünï\n".encode(), "example-a/empty": b""}


@pytest.mark.parametrize("card_type", [pa.binary(), pa.large_binary()])
def test_cards_of_a_dump_may_be_bytes(world: World, card_type: pa.DataType) -> None:
    _dump(world, {"model_id": ["example-a/x"], "card": pa.array([b"\xff\x00"], card_type)})
    assert world.cards() == {"example-a/x": b"\xff\x00"}


def _not_utf8(*texts: bytes) -> pa.Array:
    """A column of text that holds other bytes, as writers make it that do not look."""
    return pa.array(texts, pa.binary()).view(pa.string())


def test_text_of_a_dump_that_is_no_utf_8_is_taken_as_its_bytes(world: World) -> None:
    tags = pa.ListArray.from_arrays([0, 1, 2], _not_utf8(b"caf\xe9", b"en"))
    cards, owners = _not_utf8(b"# caf\xe9\n", b"# A\n"), _not_utf8(b"\xff", b"a")
    _dump(world, {"modelId": ["example-a/x", "example-a/y"], "card": cards, "author": owners, "tags": tags})
    assert world.cards() == {"example-a/x": b"# caf\xe9\n", "example-a/y": b"# A\n"}
    first = json.loads(next(r["row"] for r in world.listings() if r["model_id"] == "example-a/x"))
    assert (first["author"], first["tags"]) == ("\ufffd", ["caf\ufffd"])


def test_an_id_that_is_no_utf_8_does_not_end_a_dump(world: World) -> None:
    _dump(world, {"modelId": _not_utf8(b"example-a/\xff", b"example-a/y"), "card": ["# 1", "# 2"]})
    assert set(world.latest()) == {"example-a/\ufffd", "example-a/y"}


@pytest.mark.parametrize(
    "times",
    [
        pa.array(["2024-05-06T07:08:09.000Z"]),
        pa.array(["2024-05-06 07:08:09+00:00"]),
        pa.array([AWARE], pa.timestamp("s", "UTC")),
        pa.array([AWARE], pa.timestamp("ns", "Europe/Berlin")),
        pa.array([NAIVE], pa.timestamp("us")),
        pa.array([AWARE], pa.timestamp("us", "Nowhere/Atlantis")),
    ],
    ids=["api text", "other text", "seconds", "nanoseconds elsewhere", "naive", "a zone that is none"],
)
def test_times_of_a_dump_may_be_text_or_timestamps(world: World, times: pa.Array) -> None:
    _dump(world, {"modelId": ["example-a/x"], "card": ["# A\n"], "last_modified": times, "createdAt": times})
    (row,) = world.listings()
    assert row["listed_at"] == NAIVE
    assert json.loads(row["row"])["createdAt"] == "2024-05-06T07:08:09.000Z"
    assert world.observations()[0]["observed_at"] == NAIVE


@pytest.mark.parametrize("unit", ["ms", "us"])
def test_a_time_that_no_calendar_has_is_none(world: World, unit: str) -> None:
    times = pa.array([-(2**62), 2**62, 0], pa.timestamp(unit, "UTC"))
    _dump(world, {"modelId": ["example-a/1", "example-a/2", "example-a/3"], "card": ["# 1"] * 3, "createdAt": times})
    created = [json.loads(row["row"]).get("createdAt") for row in world.listings()]
    assert created == [None, None, "1970-01-01T00:00:00.000Z"]


def test_a_date_of_a_dump_is_its_midnight(world: World) -> None:
    _dump(world, {"modelId": ["example-a/x"], "card": ["# A"], "last_modified": pa.array([NAIVE.date()])})
    assert world.listings()[0]["listed_at"] == datetime(2024, 5, 6)


def test_of_two_columns_for_one_thing_the_dumps_own_counts(world: World) -> None:
    _dump(world, {"model_id": ["example-a/not"], "modelId": ["example-a/this"], "card": ["# A"]})
    assert set(world.latest()) == {"example-a/this"}


def test_values_of_another_kind_are_left_out_and_counted(world: World) -> None:
    columns = {"tags": ["['dpo']", "", None], "downloads": ["12", None, None], "likes": [1.0, float("nan"), 2.0]}
    report = _dump(world, {"modelId": [f"example-a/{n}" for n in range(3)], "card": ["# A"] * 3, **columns})
    assert report.incidents["values_left_out"] == 2
    assert report.incidents["examples"]["values_left_out"][0] == "example-a/0: downloads that is str"


def test_columns_of_a_dump_become_a_row_in_the_apis_shape(world: World) -> None:
    columns = {
        "modelId": ["example-a/x"], "card": ["# A\n"], "author": ["example-a"], "downloads": [7], "likes": [3.0],
        "library_name": ["peft"], "pipeline_tag": [None], "tags": [["en", "license:mit"]], "family": ["ignored"],
    }  # fmt: skip
    _dump(world, columns)
    assert json.loads(world.listings()[0]["row"]) == {
        "id": "example-a/x", "author": "example-a", "downloads": 7, "likes": 3, "library_name": "peft",
        "tags": ["en", "license:mit"],
    }  # fmt: skip


def test_taking_a_dump_in_again_stores_nothing(world: World) -> None:
    columns = {"modelId": [f"example-a/{i}" for i in range(1200)], "card": [f"# {i}" for i in range(1200)]}
    assert _dump(world, columns).stored == 1200
    before = len(world.listings())
    path = world.lake.home.parent / "dump.parquet"
    report = take_dump(world.lake, path)
    assert (report.listed, report.stored, report.unchanged) == (1200, 0, 1200)
    assert len(world.listings()) == before == 1200


def test_of_several_rows_with_one_id_the_last_one_wins(world: World) -> None:
    report = _dump(world, {"modelId": ["example-a/x", "example-a/y", "example-a/x"], "card": ["# 1", "# 2", "# 3"]})
    assert (report.listed, report.incidents["listed_twice"]) == (2, 1)
    assert world.cards() == {"example-a/x": b"# 3", "example-a/y": b"# 2"}


def test_ids_that_try_to_escape_are_refused_and_counted(world: World) -> None:
    ids = ["../../etc/passwd", "a/../b", "nul\0/x", "x" * 300, "", " ", "a/b/c", "/abs", "a\\b", None, "example-a/fine"]
    report = _dump(world, {"modelId": ids, "card": ["# A"] * len(ids)})
    assert report.incidents["ids_refused"] == 10
    assert set(world.latest()) == {"example-a/fine"}
    inside = {p.parts[-3] for p in world.lake.raw.rglob("*.parquet")}
    assert inside <= {"raw", "cards", "listings", "home"}


def test_a_dump_of_several_files_is_one_source(world: World, tmp_path: Path) -> None:
    for number in (1, 2):
        pq.write_table(pa.table({"modelId": [f"example-a/{number}"], "card": ["# A"]}), tmp_path / f"{number}.parquet")
    report = take_dump(world.lake, [tmp_path / "1.parquet", tmp_path / "2.parquet"])
    assert (report.listed, report.stored) == (2, 1)


def test_a_dump_is_written_shard_by_shard(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "ROWS_PER_SHARD", 100)
    _dump(world, {"modelId": [f"a/{i}" for i in range(1050)], "card": [f"# {i}" for i in range(1050)]})
    assert len(world.lake.raw_files(LISTINGS)) == 11
    assert len(world.listings()) == 1050


def test_a_limit_takes_so_many(world: World) -> None:
    report = _dump(world, {"modelId": ["example-a/1", "example-a/2"], "card": ["# 1", "# 2"]}, limit=1)
    assert (report.listed, report.ended_because) == (1, "limit")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"modelId": ["a/b"]}, "no column card"),
        ({"card": ["# A"]}, "no column modelId or model_id"),
        ({"modelId": ["a/b"], "card": [3]}, "column card is int64"),
    ],
)
def test_a_dump_without_its_columns_is_said_in_one_line(world: World, columns: dict[str, Any], message: str) -> None:
    with pytest.raises(SourceError, match=message) as error:
        _dump(world, columns)
    assert "\n" not in str(error.value)


def test_a_column_that_stands_twice_is_said_in_one_line(world: World, tmp_path: Path) -> None:
    table = pa.Table.from_arrays(
        [pa.array([text]) for text in ("a/b", "# 1", "# 2")], names=["modelId", "card", "card"]
    )
    pq.write_table(table, tmp_path / "twice.parquet")
    with pytest.raises(SourceError, match="has the column card 2 times"):
        take_dump(world.lake, tmp_path / "twice.parquet")


def test_a_file_that_is_no_dump_is_said_in_one_line(world: World, tmp_path: Path) -> None:
    nonsense = tmp_path / "nonsense.parquet"
    nonsense.write_bytes(os.urandom(4000))
    for path in (nonsense, tmp_path / "absent.parquet", tmp_path):
        with pytest.raises(SourceError) as error:
            take_dump(world.lake, path)
        assert "\n" not in str(error.value)


def test_a_dump_cut_in_the_middle_keeps_what_came_before_and_says_so(world: World, tmp_path: Path) -> None:
    path = tmp_path / "cut.parquet"
    columns = {"modelId": [f"example-a/{i}" for i in range(2000)], "card": [os.urandom(200).hex() for _ in range(2000)]}
    pq.write_table(pa.table(columns), path, row_group_size=500, compression="none", use_dictionary=False)
    content = bytearray(path.read_bytes())
    damaged = pq.ParquetFile(path).metadata.row_group(2).column(1)
    content[damaged.data_page_offset : damaged.data_page_offset + 1000] = bytes(1000)
    path.write_bytes(content)
    with pytest.raises(SourceError, match="cannot be read to its end"):
        take_dump(world.lake, path)
    assert len(world.latest()) == 1000
