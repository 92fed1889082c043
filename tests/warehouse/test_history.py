from __future__ import annotations

import dataclasses
import os
from datetime import timedelta
from typing import Any

import pytest

from tests.warehouse.facts import setting, tag
from tests.warehouse.kit import READER, T0, Made, blob_of, rows_of
from warehouse import swap
from warehouse.building import build_warehouse
from warehouse.checks import CheckFailed
from warehouse.database import WarehouseError, open_warehouse
from warehouse.schema import Popularity

STATES = (
    "SELECT CAST(valid_from AS DATE)::VARCHAR, CAST(valid_to AS DATE)::VARCHAR, card_status, card_blob "
    "FROM card_states ORDER BY 1"
)


def swinging(made: Made) -> None:
    """A card that is A on day 0, B on day 2, A again on day 4."""
    made.listing("a/b")
    for day, version in ((0, 1), (1, 1), (2, 2), (4, 1)):
        made.look("a/b", version=version, day=day)
    made.reading("a/b", setting("seed", 1), version=1)
    made.reading("a/b", setting("seed", 2), version=2)


def test_a_card_that_is_a_then_b_then_a_has_three_stretches_of_two_blobs(made: Made) -> None:
    swinging(made)
    one, two = blob_of("a/b", 1), blob_of("a/b", 2)
    assert rows_of(made.opened(), STATES) == [
        ("2026-01-01", "2026-01-03", "ok", one),
        ("2026-01-03", "2026-01-05", "ok", two),
        ("2026-01-05", None, "ok", one),
    ]


def test_the_facts_as_of_a_moment_are_those_of_the_card_served_then(made: Made) -> None:
    swinging(made)
    con = made.opened()
    seeds_at = {
        "2025-12-31": [],
        "2026-01-01": [1.0],
        "2026-01-02 23:00": [1.0],
        "2026-01-03": [2.0],
        "2027-01-01": [1.0],
    }
    for moment, seeds in seeds_at.items():
        found = rows_of(con, "SELECT value_number FROM hyperparameters_as_of(?)", [moment])
        assert [row[0] for row in found] == seeds
        assert len(rows_of(con, "FROM models_as_of(?)", [moment])) == len(seeds)


def test_a_gate_changes_the_status_and_keeps_the_card(made: Made) -> None:
    made.listing("a/b")
    made.look("a/b")
    made.look("a/b", "gated", day=1)
    made.look("a/b", "no_card", day=2)
    made.reading("a/b")
    blob = blob_of("a/b")
    assert [row[2:] for row in rows_of(made.opened(), STATES)] == [("ok", blob), ("gated", blob), ("no_card", None)]


def test_what_a_dump_says_after_the_hub_was_asked_is_left_out(made: Made) -> None:
    made.look("a/b", day=1)
    made.look("a/b", version=2, day=2, source="dump")
    made.look("a/b", version=3, day=0, source="dump")
    for v in (1, 2, 3):
        made.reading("a/b", version=v)
    assert [row[3] for row in rows_of(made.opened(), STATES)] == [blob_of("a/b", 3), blob_of("a/b", 1)]


def test_events_tell_what_happened_in_order(made: Made) -> None:
    made.listing("old/name", hub_id="x")
    made.listing("new/name", hub_id="x", listed_at=T0.replace(month=2))
    made.listing("a/b")
    made.look("a/b")
    made.look("a/b", version=2, day=1)
    made.look("a/b", "gone", day=2)
    for v in (1, 2):
        made.reading("a/b", version=v)
    con = made.opened()
    events = rows_of(con, "SELECT model_id, event, before, after FROM model_events ORDER BY happened_at, model_id")
    assert events == [
        ("a/b", "appeared", None, "ok"),
        ("a/b", "changed", blob_of("a/b", 1), blob_of("a/b", 2)),
        ("a/b", "status", "ok", "gone"),
        ("old/name", "renamed", "old/name", "new/name"),
    ]
    renamed = rows_of(con, "SELECT happened_at FROM model_events WHERE event = 'renamed'")
    assert renamed == [(T0.replace(month=2),)]


# -- the Hub's word -----------------------------------------------------------------------------------------


def licences_on(made: Made, *days: int) -> list[list[tuple[Any, ...]]]:
    con = made.opened()
    query = "SELECT model_id, license, card_status FROM models_as_of(?) ORDER BY model_id"
    return [rows_of(con, query, [T0 + timedelta(days=day)]) for day in days]


def test_the_hubs_word_is_the_one_of_the_moment_and_begins_with_its_first_listing(made: Made) -> None:
    for day, given in ((1, "mit"), (3, "gpl"), (5, "mit")):
        made.listing("a/b", license=given, listed_at=T0 + timedelta(days=day), crawl_id=f"c{day}")
    told = licences_on(made, 0, 1, 2, 3, 5)
    assert told == [[], *([("a/b", given, "not_fetched")] for given in ("mit", "mit", "gpl", "mit"))]


def test_what_a_dump_lists_after_the_hub_did_is_left_out_of_its_word(made: Made) -> None:
    made.listing("a/b", license="mit", listed_at=T0 + timedelta(days=1))
    made.listing("a/b", license="old", source="dump", hub_id=None, crawl_id="c2")
    made.listing("a/b", license="late", source="dump", hub_id=None, listed_at=T0 + timedelta(days=2), crawl_id="c3")
    assert [rows[0][1] for rows in licences_on(made, 0, 1, 3)] == ["old", "mit", "mit"]


def test_a_renamed_repo_stands_under_one_name_at_a_time(made: Made) -> None:
    made.card("old/name", tag("x"), listing={"hub_id": "x", "license": "mit"})
    made.listing("new/name", hub_id="x", license="mit", listed_at=T0 + timedelta(days=2), crawl_id="c2")
    assert [[row[0] for row in rows] for rows in licences_on(made, 1, 2)] == [["old/name"], ["new/name"]]
    con = open_warehouse(made.home)
    assert rows_of(con, "SELECT tag FROM model_tags_as_of(?)", [T0 + timedelta(days=1)]) == [("x",)]
    assert rows_of(con, "SELECT tag FROM model_tags_as_of(?)", [T0 + timedelta(days=2)]) == []


def test_counters_are_those_last_counted_by_then(made: Made) -> None:
    made.listing("a/b")
    made.counters += [Popularity(f"c{n}", "a/b", T0 + timedelta(days=n), n * 10, None, n) for n in (0, 2)]
    con = made.opened()
    query = "SELECT downloads, likes, listed_at FROM models_as_of(?)"
    assert rows_of(con, query, [T0 + timedelta(days=1)]) == [(0, 0, T0)]
    assert rows_of(con, query, [T0 + timedelta(days=2)]) == [(20, 2, T0 + timedelta(days=2))]


# -- the build before ---------------------------------------------------------------------------------------


def models(made: Made) -> list[tuple[Any, ...]]:
    return rows_of(open_warehouse(made.home), "SELECT model_id FROM models ORDER BY 1")


@pytest.mark.slow
def test_going_back_serves_the_build_before_and_going_back_again_the_new_one(made: Made) -> None:
    made.listing("a/b")
    made.build()
    made.listing("c/d")
    made.build()
    swap.roll_back(made.lake)
    assert models(made) == [("a/b",)]
    swap.roll_back(made.lake)
    assert models(made) == [("a/b",), ("c/d",)]


@pytest.mark.slow
def test_building_the_same_again_does_not_push_out_the_build_before(made: Made) -> None:
    made.listing("a/b")
    made.build()
    made.listing("c/d")
    made.build()
    build_warehouse(made.lake, READER)
    swap.roll_back(made.lake)
    assert models(made) == [("a/b",)]


@pytest.mark.slow
def test_at_most_two_builds_stay_on_disk(made: Made) -> None:
    for n in range(4):
        made.listing(f"a/{n}")
        made.build()
    assert sorted(p.name for p in made.home.glob("*.duckdb*")) == ["warehouse.duckdb", "warehouse.previous.duckdb"]


def test_there_is_nothing_to_go_back_to_after_the_first_build(made: Made) -> None:
    made.build()
    with pytest.raises(swap.NothingToGoBackTo):
        swap.roll_back(made.lake)


def test_a_build_without_room_is_refused_before_it_begins(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    made.listing("a/b")
    made.build()
    monkeypatch.setattr(swap, "SPARE", 1e12)  # asks for more than any disk has
    with pytest.raises(WarehouseError, match="are free"):
        made.build()
    assert models(made) == [("a/b",)]


@pytest.mark.slow
def test_losing_a_fifth_of_a_tables_rows_is_refused(made: Made) -> None:
    made.card("a/b", *(tag(f"t{n}") for n in range(60)), card_generator="trl")
    made.build()
    made.look("a/b", version=2, day=1)
    made.reading("a/b", *(tag(f"t{n}") for n in range(40)), version=2, card_generator="trl")
    with pytest.raises(CheckFailed, match=r"rows_lost.*model_tags.*rows_before=60, rows_now=40"):
        made.build()


@pytest.mark.slow
def test_the_operator_may_say_that_losing_rows_is_right(made: Made) -> None:
    made.card("a/b", *(tag(f"t{n}") for n in range(60)), card_generator="trl")
    made.build()
    made.look("a/b", version=2, day=1)
    made.reading("a/b", version=2, card_generator="trl")
    with pytest.raises(CheckFailed, match="--accept-fewer"):
        made.build()
    assert made.build(accept_fewer=True).rows["model_tags"] == 0


@pytest.mark.slow
def test_a_loss_spread_over_many_writers_is_refused(made: Made) -> None:
    for n in range(10):
        made.card(f"a/{n}", *(tag(f"t{k}") for k in range(10)), card_generator=f"tool{n}")
    made.build()
    for n in range(10):
        made.look(f"a/{n}", version=2, day=1)
        made.reading(f"a/{n}", *(tag(f"t{k}") for k in range(7)), version=2, card_generator=f"tool{n}")
    with pytest.raises(CheckFailed, match=r"card_generator=\*, rows_before=100, rows_now=70"):
        made.build()


@pytest.mark.slow
@pytest.mark.parametrize(("now", "is_served"), [(35, True), (29, False)])
def test_another_reader_may_read_fewer_rows_but_not_less_than_half(made: Made, now: int, is_served: bool) -> None:
    made.card("a/b", *(tag(f"t{n}") for n in range(60)), card_generator="trl")
    made.build()
    made.look("a/b", version=2, day=1)
    made.reading("a/b", *(tag(f"t{n}") for n in range(now)), version=2, card_generator="renamed")
    made.write()
    manifest = made.lake.manifest(READER)
    made.lake.write_manifest(dataclasses.replace(manifest, reader_version="another reader"))
    if is_served:
        build_warehouse(made.lake, "another reader")
    else:
        with pytest.raises(CheckFailed, match="rows_lost"):
            build_warehouse(made.lake, "another reader")


# -- damage -------------------------------------------------------------------------------------------------


def test_a_truncated_parquet_file_is_named_and_the_old_build_stays(made: Made) -> None:
    made.card("a/b", tag("x"))
    made.build()
    (file,) = (made.home / "tables" / "model_tags").glob("*.parquet")
    os.truncate(file, 40)
    with pytest.raises(WarehouseError, match=r"old one stays.*model_tags.*parquet"):
        build_warehouse(made.lake, READER)
    assert models(made) == [("a/b",)]


def test_an_unreadable_old_file_is_replaced(made: Made) -> None:
    made.home.mkdir()
    (made.home / "warehouse.duckdb").write_bytes(b"not a database")
    made.listing("a/b")
    made.build()
    assert models(made) == [("a/b",)]


def test_a_session_can_be_opened_in_a_home_that_nobody_may_write(made: Made) -> None:
    made.listing("a/b")
    made.build()
    made.home.chmod(0o555)
    try:
        assert models(made) == [("a/b",)]
    finally:
        made.home.chmod(0o755)


def test_what_a_killed_build_left_is_removed_by_the_next(made: Made) -> None:
    made.listing("a/b")
    made.write()
    (made.home / f"{swap.SPILL}x").mkdir()
    (made.home / ".warehouse.duckdb.1.part.wal").write_bytes(b"left")
    build_warehouse(made.lake, READER)
    assert sorted(p.name for p in made.home.iterdir()) == ["raw", "tables", "warehouse.duckdb"]
