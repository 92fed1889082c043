"""Every way in which a hub may fail, one by one: what was disturbed is made up for, nothing false is stored.

Each test ends in the same place: the tables equal those of a crawl that nothing disturbed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from etl.hub.client import HubRefused, Patience
from etl.hub.crawl import CrawlReport, Politeness, Scope, crawl_hub
from etl.hub.sample.faults import Fault, Kind, Misbehaviour
from tests.hub.conftest import World

IMPATIENT = Politeness(patience=Patience(connect=2, read=0.25, whole=0.5))
PATIENT = Politeness()
"""Where nothing is slow: on a busy machine an answer may take longer than IMPATIENT waits, and a fault strikes once."""
SLOW = {Misbehaviour.STALL, Misbehaviour.DRIBBLE, Misbehaviour.DRIBBLE_HEADERS}
CARD = Kind.RESOLVE_CACHE
ONE = "model-004"
SHORT_CARD = "# Model\n\n- learning_rate: 1e-05\n"


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.tree.many(6)
    world.tree.repo("example-many/bare", None)
    world.tree.repo("example-many/gated", _sample={"gated": "auto"})
    return world


@pytest.fixture
def undisturbed(world: World, tmp_path: Path) -> World:
    calm = World(tmp_path / "calm", world.tree)
    calm.crawl_day()
    return calm


def _crawl(
    world: World, faults: Sequence[Fault], page_size: int = 3, politeness: Politeness | None = None
) -> CrawlReport:
    politeness = politeness or (IMPATIENT if any(f.misbehaviour in SLOW for f in faults) else PATIENT)
    with world.serve(faults=faults, page_size=page_size) as hub:
        return world.crawl(hub, politeness=politeness)


PASSING = {
    "a page 429 with RateLimit": Fault(Misbehaviour.RATE_LIMITED, on=Kind.LIST, seconds=40),
    "a page 429 with Retry-After": Fault(Misbehaviour.RETRY_AFTER, on=Kind.LIST, status=429, seconds=40),
    "a page 429 with a date": Fault(Misbehaviour.RETRY_AT, on=Kind.LIST, status=429, seconds=40),
    "a page 429 without a word": Fault(Misbehaviour.STATUS, on=Kind.LIST, status=429, times=3),
    "a card 429 with RateLimit": Fault(Misbehaviour.RATE_LIMITED, on=CARD, seconds=40),
    "cards 429 without a word": Fault(Misbehaviour.STATUS, on=CARD, status=429, times=4),
    "pages 500": Fault(Misbehaviour.STATUS, on=Kind.LIST, status=500, times=3),
    "pages 502": Fault(Misbehaviour.STATUS, on=Kind.LIST, status=502, times=3),
    "cards 503": Fault(Misbehaviour.STATUS, on=CARD, status=503, times=4),
    "cards 503 with Retry-After": Fault(Misbehaviour.RETRY_AFTER, on=CARD, status=503, seconds=40, times=2),
    "cards 504": Fault(Misbehaviour.STATUS, on=CARD, status=504, times=3, skip=2),
    "a page that never comes": Fault(Misbehaviour.STALL, on=Kind.LIST),
    "a card that never comes": Fault(Misbehaviour.STALL, on=CARD),
    "a page of one byte a moment": Fault(Misbehaviour.DRIBBLE, on=Kind.LIST, seconds=0.1),
    "a card of one byte a moment": Fault(Misbehaviour.DRIBBLE, on=CARD, seconds=0.1),
    "headers of one byte a moment": Fault(Misbehaviour.DRIBBLE_HEADERS, on=CARD, seconds=0.1),
    "a page reset in its middle": Fault(Misbehaviour.RESET, on=Kind.LIST),
    "a card reset in its middle": Fault(Misbehaviour.RESET, on=CARD),
    "a page shorter than announced": Fault(Misbehaviour.SHORT_BODY, on=Kind.LIST),
    "a card shorter than announced": Fault(Misbehaviour.SHORT_BODY, on=CARD),
    "a page of half its JSON": Fault(Misbehaviour.CUT_JSON, on=Kind.LIST),
    "a page of HTML": Fault(Misbehaviour.PAGE, on=Kind.LIST, text="<html>Please wait</html>"),
    "a page that is an object": Fault(Misbehaviour.PAGE, on=Kind.LIST, text='{"error": "try later"}'),
    "a page of too deep JSON": Fault(Misbehaviour.PAGE, on=Kind.LIST, text="[" * 100_000),
    "an HTML page for a card": Fault(Misbehaviour.PAGE, on=CARD, text="<html>Please wait</html>"),
    "a JSON error for a card": Fault(Misbehaviour.PAGE, on=CARD, text='{"error":"x"}', media_type="application/json"),
    "'Entry not found' for a card": Fault(Misbehaviour.PAGE, on=CARD, text="Entry not found", media_type="text/plain"),
    "'Invalid username' for a card": Fault(Misbehaviour.PAGE, on=CARD, text="Invalid username or password."),
    "other bytes than the ETag's": Fault(Misbehaviour.WRONG_BYTES, on=CARD),
    "a card without an ETag": Fault(Misbehaviour.NO_ETAG, on=CARD),
    "a card at another origin": Fault(Misbehaviour.ELSEWHERE, on=CARD, text="http://127.0.0.1:9/README.md"),
    "a card at an address that is none": Fault(Misbehaviour.ELSEWHERE, on=CARD, text="http://[x/README.md"),
    "a card that redirects to itself": Fault(Misbehaviour.LOOP, on=CARD, times=5),
    "404 without a reason": Fault(Misbehaviour.STATUS, on=CARD, status=404),
    "the same repo on two pages": Fault(
        Misbehaviour.EXTRA_ROWS, on=Kind.LIST, skip=1, text='{"_id": "f", "id": "example-many/model-005", "sha": "f"}'
    ),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_what_passes_is_made_up_for_within_the_run(world: World, undisturbed: World, fault: Fault) -> None:
    report = _crawl(world, [fault])
    assert report.ended_because == "complete"
    assert report.run.is_full_listing
    assert "failed" not in report.statuses
    assert world.tables() == undisturbed.tables()
    assert world.cards() == undisturbed.cards()


LASTING = {
    "503": Fault(Misbehaviour.STATUS, status=503, path=ONE, times=None),
    "never comes": Fault(Misbehaviour.STALL, path=ONE, times=None),
    "one byte a moment": Fault(Misbehaviour.DRIBBLE, path=ONE, seconds=0.1, times=None, on=CARD),
    "reset": Fault(Misbehaviour.RESET, path=ONE, times=None, on=CARD),
    "short": Fault(Misbehaviour.SHORT_BODY, path=ONE, times=None, on=CARD),
    "HTML": Fault(Misbehaviour.PAGE, path=ONE, times=None, text="<html>"),
    "other bytes": Fault(Misbehaviour.WRONG_BYTES, path=ONE, times=None),
    "other origin": Fault(Misbehaviour.ELSEWHERE, path=ONE, times=None, text="http://127.0.0.1:9/README.md"),
    "loop": Fault(Misbehaviour.LOOP, path=ONE, times=None),
    "418": Fault(Misbehaviour.STATUS, status=418, path=ONE, times=None),
}


@pytest.mark.parametrize("fault", LASTING.values(), ids=LASTING)
def test_a_card_that_always_fails_is_failed_with_its_reason_and_tried_in_the_next_run(
    world: World, undisturbed: World, fault: Fault
) -> None:
    report = _crawl(world, [fault])
    assert report.ended_because == "complete"
    assert report.statuses == {"failed": 1, "gated": 1, "no_card": 1, "ok": 5}
    (failed,) = [row for row in world.observations() if row["status"] == "failed"]
    assert failed["detail"]
    assert "\n" not in failed["detail"]
    assert failed["card_blob"] is failed["content"] is None
    assert _crawl(world, []).statuses == {"ok": 1}
    assert world.tables() == undisturbed.tables()


def test_a_failed_look_never_displaces_a_good_card(world: World) -> None:
    world.crawl_day()
    world.tree.repo("example-many/model-004", "# New\n", day=2)
    with world.serve(2, faults=[LASTING["503"]]) as hub:
        assert world.crawl(hub).statuses == {"failed": 1}
    assert world.cards()["example-many/model-004"] == b"# Model 4\n"


def test_a_card_that_keeps_failing_is_tried_less_and_less_and_then_given_up(world: World) -> None:
    first = _crawl(world, [LASTING["418"]])
    second = _crawl(world, [LASTING["418"]])
    third = _crawl(world, [LASTING["418"]])
    assert [r.statuses.get("failed", 0) for r in (first, second, third)] == [1, 1, 0]
    assert third.incidents["retry_postponed"] == 1


def test_a_hub_that_is_down_ends_the_run_instead_of_failing_every_card(world: World) -> None:
    world.tree.many(80)
    down = Fault(Misbehaviour.STATUS, status=503, times=None, path="README.md")
    with pytest.raises(HubRefused, match="cards in a row"):
        _crawl(world, [down], page_size=100)
    assert world.ledger()[-1]["ended_because"].endswith("cards in a row)")
    assert world.latest().keys() < {r["model_id"] for r in world.listings()}
    assert _crawl(world, [], page_size=100).ended_because == "complete"
    assert set(world.latest().values()) == {"ok", "no_card", "gated"}


def test_a_hub_that_answers_nothing_but_429_is_left_alone(world: World) -> None:
    always = Fault(Misbehaviour.STATUS, status=429, times=None)
    with world.serve(faults=[always]) as hub, pytest.raises(HubRefused, match="keeps answering 429"):
        world.crawl(hub)
    assert world.clock.waited > 200


def test_a_page_that_always_fails_is_walked_round_in_smaller_pages_and_from_the_other_end(
    world: World, tmp_path: Path
) -> None:
    with world.serve(page_size=3, poison="example-many/model-003") as hub:
        report = world.crawl(hub)
    assert report.incidents["pages_skipped"] == 2
    assert not report.run.is_listing_complete
    listed = {r["model_id"] for r in world.listings()}
    assert listed == {r["model_id"] for r in _listed_everything(world, tmp_path)} - {"example-many/model-003"}
    assert set(world.latest().values()) == {"ok", "no_card", "gated"}


def test_a_poisoned_listing_calls_nothing_gone_and_the_next_one_completes(world: World, undisturbed: World) -> None:
    world.crawl_day()
    with world.serve(page_size=3, poison="example-many/model-003") as hub:
        assert "gone" not in world.crawl(hub).statuses
    assert _crawl(world, []).run.is_full_listing
    assert world.tables() == undisturbed.tables()


def test_a_listing_that_goes_in_circles_is_left_incomplete(world: World, undisturbed: World) -> None:
    with world.serve(faults=[Fault(Misbehaviour.CIRCLE, on=Kind.LIST, skip=1, times=None)], page_size=3) as hub:
        report = world.crawl(hub)
        assert hub.requests[Kind.LIST] < 60
    assert (report.ended_because, report.run.is_listing_complete) == ("complete", False)
    assert "goes in circles" in report.incidents["examples"]["pages_skipped"][0]
    world.crawl_day()
    assert world.tables() == undisturbed.tables()


def test_a_server_that_knows_no_other_end_ends_the_listing_incomplete(world: World) -> None:
    with world.serve(page_size=3, poison="example-many/model-003", knows_direction=False) as hub:
        report = world.crawl(hub)
    assert not report.run.is_listing_complete
    assert report.ended_because == "complete"
    assert "example-many/model-005" in world.latest()


@pytest.mark.parametrize("status", [400, 500])
def test_a_server_that_refuses_the_other_end_ends_the_listing_incomplete(world: World, status: int) -> None:
    refusal = Fault(Misbehaviour.STATUS, on=Kind.LIST, path="direction=1", status=status, times=None)
    with world.serve(page_size=3, poison="example-many/model-003", faults=[refusal]) as hub:
        report = world.crawl(hub)
    assert not report.run.is_listing_complete
    assert report.ended_because == "complete"
    assert report.incidents["pages_skipped"] == 2
    assert "example-many/model-005" in world.latest()


def _listed_everything(world: World, tmp_path: Path) -> list[dict[str, object]]:
    calm = World(tmp_path / "calm", world.tree)
    calm.crawl_day()
    return calm.listings()


BAD_ROWS = {
    "null": "null",
    "a number": "12",
    "a list": "[1]",
    "no id": '{"sha": "aa"}',
    "an id that is a number": '{"id": 7}',
    "an id that climbs": '{"id": "../../etc/passwd"}',
    "an id that climbs inside": '{"id": "a/../b"}',
    "an id with NUL": '{"id": "a/\\u0000b"}',
    "an id of 300 characters": '{"id": "' + "x" * 300 + '"}',
    "an id with half a character": '{"id": "a/\\ud800"}',
    "an id with a line break": '{"id": "a/b\\nc"}',
}


@pytest.mark.parametrize("row", BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_row_that_names_no_repo_is_counted_and_nothing_else(world: World, undisturbed: World, row: str) -> None:
    report = _crawl(world, [Fault(Misbehaviour.EXTRA_ROWS, on=Kind.LIST, text=row)])
    assert report.incidents["rows_refused"] == 1
    assert len(report.incidents["examples"]["rows_refused"]) == 1
    assert world.tables() == undisturbed.tables()


ODD_ROWS = {
    "nothing but an id": '{"id": "example-odd/x"}',
    "odd types everywhere": '{"id": "example-odd/x", "sha": 5, "_id": [], "lastModified": "yesterday",'
    ' "downloads": "many", "siblings": {"a": 1}, "tags": null, "likes": 1e400, "cardData": [], "gated": {}}',
    "a commit of 41 digits": '{"id": "example-odd/x", "sha": "' + "a" * 41 + '"}',
    "another script": '{"id": "example-odd/模型-модель"}',
}


@pytest.mark.parametrize("row", ODD_ROWS.values(), ids=ODD_ROWS)
def test_a_row_with_odd_fields_is_kept_and_its_card_looked_for(world: World, row: str) -> None:
    report = _crawl(world, [Fault(Misbehaviour.EXTRA_ROWS, on=Kind.LIST, text=row)])
    assert report.statuses == {"gated": 1, "gone": 1, "no_card": 1, "ok": 6}
    assert row in {r["row"] for r in world.listings()}
    assert world.crawl_day().statuses == {}


def test_a_bomb_is_never_unpacked_beyond_the_limit(world: World) -> None:
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bomb = Fault(Misbehaviour.BOMB, on=CARD, path=ONE, size=1 << 30, times=None)
    patient = Politeness(patience=Patience(read=10, whole=60))
    report = _crawl(world, [bomb], politeness=patient)
    assert report.statuses == {"gated": 1, "no_card": 1, "ok": 5, "too_large": 1}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400 << 10


def test_a_card_above_the_limit_is_too_large_and_not_read(world: World) -> None:
    world.tree.repo("example-many/huge", b"x" * ((64 << 20) + 1))
    report = world.crawl_day()
    assert report.statuses["too_large"] == 1
    assert report.run.bytes_received < 1 << 20


def test_a_listed_commit_that_is_gone_is_answered_with_what_stands_there_now(world: World) -> None:
    row = '{"_id": "1", "id": "example-many/model-001", "sha": "' + "b" * 40 + '"}'
    with world.serve(faults=[Fault(Misbehaviour.EXTRA_ROWS, on=Kind.LIST, text=row)]) as hub:
        report = world.crawl(hub)
        assert report.statuses["ok"] == 6
    (look,) = [r for r in world.observations() if r["model_id"] == "example-many/model-001"]
    assert (look["revision"], look["status"]) == ("b" * 40, "ok")
    assert look["detail"].startswith("the listed commit is gone; served at ")


def test_a_repo_renamed_between_listing_and_fetch_is_followed(world: World) -> None:
    world.tree.repo("example-many/new", "# Renamed\n", sha="c" * 40)
    row = '{"_id": "1", "id": "example-many/old", "sha": "' + "c" * 40 + '"}'
    world.tree.repo("example-many/old", _sample={"renamed_to": "example-many/new"})
    report = _crawl(world, [Fault(Misbehaviour.EXTRA_ROWS, on=Kind.LIST, text=row)])
    assert report.incidents["moved"] == 1
    assert world.cards()["example-many/old"] == b"# Renamed\n"


def test_a_server_that_does_not_answer_in_one_hop_is_probed_once(world: World, undisturbed: World) -> None:
    with world.serve(one_hop=False) as hub:
        report = world.crawl(hub, politeness=Politeness(threads=1))
        # the probe, then two hops for each of 6 cards, and one for the gated repo
        assert hub.card_requests == 1 + 2 * 6 + 1
    assert report.statuses == {"gated": 1, "no_card": 1, "ok": 6}
    assert world.tables() == undisturbed.tables()


@pytest.mark.parametrize("left_out", ["gguf", "siblings", "sha"])
def test_a_server_that_refuses_a_field_is_asked_without_it(world: World, left_out: str) -> None:
    from etl.hub.sample.server import EXPANDABLE

    with world.serve(knows_fields=EXPANDABLE - {left_out}) as hub:
        report = world.crawl(hub)
    assert report.ended_because == "complete"
    assert report.statuses == {"gated": 1, "no_card": 1, "ok": 6}


def test_a_server_that_refuses_every_field_is_asked_in_the_old_way(world: World) -> None:
    with world.serve(knows_fields=frozenset()) as hub:
        assert world.crawl(hub).statuses == {"gated": 1, "no_card": 1, "ok": 6}
        assert any("full=true" in path for path in hub.paths)


def test_where_no_commit_is_listed_an_unchanged_card_is_answered_304(world: World) -> None:
    from etl.hub.sample.server import EXPANDABLE

    knows = EXPANDABLE - {"sha"}
    with world.serve(knows_fields=knows) as hub:
        world.crawl(hub)
    with world.serve(knows_fields=knows) as hub:
        again = world.crawl(hub)
    assert again.run.not_modified == 6
    assert again.stored == 0
    assert again.statuses["ok"] == 6


def test_a_refused_listing_is_said_in_one_line(world: World) -> None:
    forbidden = Fault(Misbehaviour.STATUS, on=Kind.LIST, status=403, times=None)
    with pytest.raises(HubRefused, match="refuses the listing: HTTP 403"):
        _crawl(world, [forbidden])


def test_a_next_page_said_to_be_at_another_origin_is_asked_of_the_hub_itself(world: World, undisturbed: World) -> None:
    with world.serve(page_size=3, link_to="http://127.0.0.1:9") as hub:
        assert world.crawl(hub).run.is_full_listing
    assert world.tables() == undisturbed.tables()


def test_a_next_page_at_an_address_that_is_none_is_said_in_one_line(world: World) -> None:
    with world.serve(page_size=3, link_to="http://[x") as hub, pytest.raises(HubRefused, match="next page is none"):
        world.crawl(hub)


def test_a_hub_that_cannot_be_reached_is_said_in_one_line(world: World) -> None:
    with world.serve() as hub:
        pass
    with pytest.raises(HubRefused, match="cannot be listed"):
        world.crawl(hub)


def test_a_password_in_the_hubs_address_is_neither_said_nor_kept(world: World) -> None:
    address = "http://me:opensesame@127.0.0.1:9"
    with pytest.raises(HubRefused, match=r"http://127\.0\.0\.1:9 cannot be listed") as error:
        crawl_hub(world.lake, Scope(), endpoint=address, clock=world.clock)
    assert "opensesame" not in f"{error.value} {world.ledger()}"
