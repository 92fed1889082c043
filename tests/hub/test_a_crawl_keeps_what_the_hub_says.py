"""One run after another against a hub that behaves: what is kept, and what is not asked again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from etl.hub.crawl import Budget, Politeness, Scope
from etl.hub.rows import read_page
from etl.hub.sample.faults import Kind
from etl.hub.sample.server import SampleHub
from etl.hub.sample.tree import SampleRepo
from tests.hub.conftest import World


def test_rows_are_stored_as_they_came_byte_for_byte(world: World) -> None:
    world.tree.many(5)
    world.tree.repo("example-a/odd", cardData={"license": "Ünïcode", "x": [1.0, 1e-5, None]}, tags=["\u2028", "a/b"])
    with world.serve(page_size=2) as hub:
        world.crawl(hub)
        served = {r["id"]: r for r in json.loads(json.dumps([repo.row for repo in hub.repos.values()]))}
    rows = {r["model_id"]: json.loads(r["row"]) for r in world.listings()}
    assert rows.keys() == served.keys()
    for model_id, row in rows.items():
        assert row == {k: served[model_id][k] for k in row}


def test_a_rows_text_is_cut_out_of_the_page_untouched() -> None:
    text = '[ {"id" : "a/b",  "x": 1.50e+00, "e": "\\u00e9\\/"} ,\n{"id":"c/d","n":18446744073709551616}]'
    repos, refused = read_page(text)
    assert [r.row for r in repos] == [
        '{"id" : "a/b",  "x": 1.50e+00, "e": "\\u00e9\\/"}',
        '{"id":"c/d","n":18446744073709551616}',
    ]
    assert refused == []


def test_cards_are_stored_as_they_came(world: World) -> None:
    cards = {
        "example-a/crlf": b"\xef\xbb\xbf# BOM\r\n\r\ntext\r\n",
        "example-a/latin": b"caf\xe9 \x00 \xff\xfe",
        "example-a/empty": b"",
        "example-a/image": bytes(range(256)) * 40,
    }
    for model_id, card in cards.items():
        world.tree.repo(model_id, card)
    world.crawl_day()
    assert world.cards() == cards


def test_a_second_crawl_asks_for_no_card(world: World) -> None:
    world.tree.many(30)
    first = world.crawl_day()
    assert (first.listed, first.stored, first.unchanged, first.statuses) == (30, 30, 0, {"ok": 30})
    with world.serve() as hub:
        second = world.crawl(hub)
        assert hub.card_requests == 0
    assert (second.listed, second.stored, second.unchanged, second.statuses) == (30, 0, 30, {})
    assert second.ended_because == "complete"


def test_a_changed_card_costs_exactly_one_request(world: World) -> None:
    world.tree.many(10)
    world.tree.repo("example-many/model-003", "# Changed\n", day=2)
    world.crawl_day()
    with world.serve(2) as hub:
        report = world.crawl(hub)
        assert hub.card_requests == 1
    assert (report.stored, report.unchanged, report.statuses) == (1, 9, {"ok": 1})
    assert world.cards()["example-many/model-003"] == b"# Changed\n"


def test_a_commit_that_leaves_the_card_alone_stores_no_bytes(world: World) -> None:
    world.tree.repo("example-a/one")
    world.tree.repo("example-a/one", None, day=2, pipeline_tag="text-generation")
    world.crawl_day()
    report = world.crawl_day(2)
    assert (report.stored, report.statuses) == (0, {"ok": 1})
    before, after = world.observations()
    assert before["card_blob"] == after["card_blob"]
    assert before["revision"] != after["revision"]
    assert after["content"] is None


def test_equal_cards_of_two_repos_are_stored_once(world: World) -> None:
    world.tree.repo("example-a/one")
    world.tree.repo("example-a/two")
    report = world.crawl_day()
    assert report.stored == 1
    assert [r["content"] is None for r in world.observations()] == [False, True]


def test_each_way_to_have_no_card_has_its_status(world: World) -> None:
    world.tree.repo("example-a/ok")
    world.tree.repo("example-a/bare", None)
    world.tree.repo("example-a/gated", _sample={"gated": "auto"})
    world.tree.repo("example-a/disabled", _sample={"disabled": True})
    report = world.crawl_day()
    assert report.statuses == {"ok": 1, "no_card": 1, "gated": 1, "disabled": 1}
    assert world.crawl_day().unchanged == 4


def test_a_listed_repo_without_a_readme_among_its_files_costs_no_request(world: World) -> None:
    world.tree.repo("example-a/bare", None)
    with world.serve() as hub:
        assert world.crawl(hub).statuses == {"no_card": 1}
        assert hub.card_requests == 0


def test_a_repo_that_a_listing_of_everything_no_longer_has_is_gone(world: World) -> None:
    world.tree.many(3)
    world.tree.repo("example-many/model-001", None, day=2, _sample={"gone": True})
    world.crawl_day()
    report = world.crawl_day(2)
    assert report.statuses == {"gone": 1}
    assert world.latest()["example-many/model-001"] == "gone"
    assert world.crawl_day(2).statuses == {}


def test_a_repo_listed_since_the_last_listing_of_everything_is_gone_with_the_next(world: World) -> None:
    world.tree.many(3)
    world.tree.repo("example-new/short-lived", day=2, lastModified="2024-06-01T00:00:00.000Z")
    world.crawl_day()
    assert world.crawl_day(2, incremental=True).statuses == {"ok": 1}
    assert world.crawl_day().statuses == {"gone": 1}
    assert world.crawl_day().statuses == {}


def test_a_repo_that_comes_back_is_looked_at_again(world: World) -> None:
    world.tree.many(3)
    world.tree.repo("example-many/model-001", None, day=2, _sample={"gone": True})
    world.crawl_day(1)
    world.crawl_day(2)
    assert world.crawl_day(1).statuses == {"ok": 1}


@pytest.mark.parametrize(
    "scope", [Scope(limit=2), Scope(authors=("example-many",)), Scope(filters=("dpo",)), Scope(search="model")]
)
def test_a_listing_of_less_than_everything_calls_nothing_gone(world: World, scope: Scope) -> None:
    world.tree.many(3)
    world.tree.repo("example-many/model-001", None, day=2, _sample={"gone": True})
    world.crawl_day()
    report = world.crawl_day(2, scope)
    assert "gone" not in report.statuses
    assert not report.run.is_full_listing


@pytest.mark.parametrize(
    ("barred", "opened"),
    [({"gated": "manual"}, {"gated": False}), ({"disabled": True}, {"disabled": False}), ({"vanishes": True}, {})],
    ids=["gated", "disabled", "gone when it was asked for"],
)
def test_a_card_that_may_be_seen_again_is_asked_for_though_no_commit_says_so(
    world: World, barred: dict[str, Any], opened: dict[str, Any]
) -> None:
    world.tree.repo("example-a/shut", "# Mine\n", sha="a" * 40, _sample=barred)
    world.tree.repo("example-a/shut", None, day=2, sha="a" * 40, _sample={}, **opened)
    world.crawl_day()
    assert world.crawl_day(2).statuses == {"ok": 1}
    assert world.crawl_day(2).statuses == {}
    assert world.cards() == {"example-a/shut": b"# Mine\n"}


@pytest.mark.parametrize("barred", [{"gated": "manual"}, {"disabled": True}])
def test_a_card_that_the_listing_says_is_barred_is_not_asked_for_again(world: World, barred: dict[str, Any]) -> None:
    world.tree.repo("example-a/shut", _sample=barred)
    world.crawl_day()
    assert world.crawl_day().requests == 1


def test_a_repo_that_is_listed_and_never_found_is_tried_less_and_less(world: World) -> None:
    world.tree.repo("example-a/hasty", _sample={"vanishes": True})
    assert [world.crawl_day().statuses for _ in range(4)] == [{"gone": 1}, {"gone": 1}, {}, {}]


def test_a_scope_asks_for_its_repos_alone(world: World) -> None:
    world.tree.repo("example-a/dpo-one", tags=["dpo", "trl"])
    world.tree.repo("example-a/dpo-two", tags=["dpo"])
    world.tree.repo("example-b/plain")
    assert world.crawl_day(scope=Scope(filters=("dpo", "trl"))).listed == 1
    assert world.crawl_day(scope=Scope(authors=("example-b",))).listed == 1
    limited = world.crawl_day(scope=Scope(limit=2))
    assert (limited.listed, limited.ended_because) == (2, "limit")


def _owners(world: World, day: int = 1) -> None:
    for n in range(4):
        for owner in ("a", "b", "c", "d"):
            changed = f"2024-0{day}-0{n + 1}T00:00:00.000Z"
            world.tree.repo(f"example-{owner}/m{n}", f"# {owner} {n} {day}\n", day=day, lastModified=changed)


def test_several_owners_are_listed_one_after_the_other(world: World) -> None:
    _owners(world)
    report = world.crawl_day(scope=Scope(authors=("example-d", "example-a", "example-nobody", "example-c")))
    assert (report.listed, report.run.is_listing_complete) == (12, True)
    assert {model_id[:9] for model_id in world.latest()} == {"example-a", "example-c", "example-d"}


def test_of_several_owners_each_is_asked_what_changed(world: World) -> None:
    scope = Scope(authors=("example-a", "example-c"))
    _owners(world)
    world.crawl_day(scope=scope)
    world.tree.repo("example-c/m2", "# changed\n", day=2, lastModified="2024-02-01T00:00:00.000Z")
    assert world.crawl_day(2, scope=scope, incremental=True).statuses == {"ok": 1}


def test_a_listing_of_several_owners_goes_on_with_the_one_where_it_stopped(world: World) -> None:
    scope = Scope(authors=("example-a", "example-b", "example-c"))
    _owners(world)
    with world.serve(page_size=3) as hub:
        world.crawl(hub, scope, politeness=Politeness(budget=Budget(max_requests=3)))
        world.crawl(hub, scope)
        assert {model_id[:9] for model_id in world.latest()} == {"example-a", "example-b", "example-c"}
        assert hub.requests[Kind.LIST] == 6
    assert set(world.latest().values()) == {"ok"}


def test_an_empty_listing_where_there_were_repos_is_refused(world: World, tmp_path: Path) -> None:
    world.tree.many(3)
    world.crawl_day()
    empty = World(tmp_path / "empty")
    with empty.serve() as hub, pytest.raises(Exception, match="lists 0 repos where it listed 3 before"):
        world.crawl(hub)
    assert set(world.latest().values()) == {"ok"}


def test_a_sharply_shrunken_listing_is_refused(world: World) -> None:
    world.tree.many(60)
    world.crawl_day()
    for i in range(30):
        world.tree.repo(f"example-many/model-{i:03d}", None, day=2, _sample={"gone": True})
    with pytest.raises(Exception, match="lists 30 repos where it listed 60 before"):
        world.crawl_day(2)
    assert set(world.latest().values()) == {"ok"}


def test_a_repo_that_vanishes_between_listing_and_fetch_is_gone(world: World) -> None:
    world.tree.many(2)
    world.tree.repo("example-a/hasty", _sample={"vanishes": True})
    assert world.crawl_day().statuses == {"gone": 1, "ok": 2}


def test_a_row_is_stored_again_only_when_more_than_its_counters_changed(world: World) -> None:
    world.tree.repo("example-a/popular", downloads=5, likes=1)
    world.tree.repo("example-a/popular", None, day=2, downloads=900, likes=7, lastModified="2024-01-01T00:00:00.000Z")
    world.tree.repo("example-a/edited", tags=["en"])
    world.tree.repo("example-a/edited", None, day=2, tags=["en", "fr"])
    world.crawl_day()
    report = world.crawl_day(2)
    assert report.unchanged == 1
    assert sorted(r["model_id"] for r in world.listings()) == [
        "example-a/edited",
        "example-a/edited",
        "example-a/popular",
    ]
    popular = [(r["downloads"], r["likes"]) for r in world.popularity() if r["model_id"] == "example-a/popular"]
    assert popular == [(5, 1), (900, 7)]


def test_a_renamed_repo_keeps_its_card_without_a_request(world: World) -> None:
    world.tree.repo("example-a/old", "# Mine\n", sha="a" * 40, _id="f" * 24)
    world.tree.repo("example-a/old", None, day=2, _sample={"renamed_to": "example-b/new"})
    world.tree.repo("example-b/new", "# Mine\n", day=2, sha="a" * 40, _id="f" * 24)
    world.crawl_day()
    with world.serve(2) as hub:
        report = world.crawl(hub)
        assert hub.card_requests == 0
    assert report.incidents["renamed"] == 1
    assert world.latest() == {"example-a/old": "gone", "example-b/new": "ok"}
    assert world.cards()["example-b/new"] == b"# Mine\n"


def test_the_ledger_tells_what_a_run_did(world: World) -> None:
    world.tree.many(30)
    with world.serve() as hub:
        run = world.crawl(hub, Scope(filters=())).run
        assert json.loads(run.requests) == {"api": hub.requests[Kind.LIST], "resolvers": hub.card_requests}
    assert run.is_full_listing
    assert run.is_listing_complete
    assert run.bytes_received > 0
    assert (run.rate_limited, run.retries, run.not_modified) == (0, 0, 0)
    assert str(run.watermark) == "2024-03-01 00:29:00"


def test_requests_name_the_project_and_a_contact(world: World) -> None:
    world.tree.many(1)
    with world.serve() as hub:
        world.crawl(hub, contact="crawler@example.org")
        (agent,) = hub.agents
    assert agent.startswith("cardhouse/")
    assert "contact/crawler@example.org" in agent


def test_nothing_but_the_card_is_asked_of_a_repo(world: World) -> None:
    world.tree.many(3)
    with world.serve() as hub:
        world.crawl(hub)
        assert all(path.startswith("/api/models?") or "/README.md" in path for path in hub.paths)


def test_a_thousand_repos_are_listed_with_one_request(world: World) -> None:
    repos = {}
    for i in range(2500):
        row = {
            "_id": f"{i:024x}",
            "id": f"example-a/{i}",
            "sha": f"{i:040x}",
            "siblings": [{"rfilename": "config.json"}],
        }
        repos[str(row["id"])] = SampleRepo(row, {str(row["sha"]): None})
    hub = SampleHub(repos, page_size=1000)
    hub.start()
    try:
        report = world.crawl(hub)
    finally:
        hub.stop()
    assert report.statuses == {"no_card": 2500}
    assert hub.requests == {Kind.LIST: 3}
