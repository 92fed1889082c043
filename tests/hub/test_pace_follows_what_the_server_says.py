"""The pace: one bucket per resource, fed by headers; waits as told; budgets; nothing here waits for real."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from huggingface_hub.utils import RateLimitInfo

from etl.hub import crawl
from etl.hub.known import RETRY_AFTER, Known, LastLook
from etl.hub.pace import ANONYMOUS_QUOTAS, Budget, Ended, Pace, Resource, jittered, told_wait
from tests.hub.conftest import FakeClock, World
from warehouse.lake import LakeError
from warehouse.schema import CardStatus


def _info(left: int, reset: int, quota: int = 100, window: int = 300) -> RateLimitInfo:
    return RateLimitInfo("api", left, reset, quota, window)


def _take(pace: Pace, times: int, resource: str = Resource.API) -> None:
    for _ in range(times):
        pace.release(resource, pace.acquire(resource), None)


def test_until_the_server_speaks_the_anonymous_quota_holds() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    quota, window = ANONYMOUS_QUOTAS[Resource.API]
    _take(pace, quota)
    assert clock.waited == 0
    _take(pace, 1)
    assert clock.waited == pytest.approx(window)


def test_what_the_server_says_replaces_it_up_and_down() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    pace.release(Resource.API, pace.acquire(Resource.API), _info(left=2, reset=40))
    _take(pace, 2)
    assert clock.waited == 0
    _take(pace, 1)
    assert clock.waited == pytest.approx(41)  # it speaks in whole seconds: one more, to be sure
    _take(pace, 99)
    assert clock.waited == pytest.approx(41)


def test_resources_do_not_wait_for_each_other() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    pace.release(Resource.API, pace.acquire(Resource.API), _info(left=0, reset=200))
    _take(pace, 50, Resource.RESOLVERS)
    assert clock.waited == 0


def test_requests_under_way_are_taken_off_what_the_server_says_first() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    windows = [pace.acquire(Resource.API) for _ in range(4)]
    pace.release(Resource.API, windows[0], _info(left=5, reset=100))
    _take(pace, 2)
    assert clock.waited == 0
    _take(pace, 1)
    assert clock.waited > 0


def test_a_pause_holds_all_threads_of_a_resource() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    pace.pause(Resource.API, 30)
    pace.acquire(Resource.API)
    assert clock.waited == pytest.approx(30)


def test_a_wait_that_would_outlast_the_budget_ends_the_run_at_once() -> None:
    clock = FakeClock()
    pace = Pace(clock, budget=Budget(max_minutes=1))
    with pytest.raises(Ended, match="budget"):
        pace.wait(61)
    assert clock.waited == 0


def test_a_told_stop_ends_the_next_request_and_the_present_wait() -> None:
    pace = Pace(FakeClock())
    pace.stop.set()
    for ask in (lambda: pace.acquire(Resource.API), lambda: pace.wait(1)):
        with pytest.raises(Ended, match="interrupted"):
            ask()


def test_waits_are_read_from_ratelimit_then_seconds_then_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert told_wait({"retry-after": "7"}, _info(left=0, reset=20)) == 21
    assert told_wait({"retry-after": "7"}, _info(left=3, reset=20)) == 8
    assert told_wait({"retry-after": later}, None) == pytest.approx(91, abs=3)
    assert told_wait({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, None) == 1
    for silent in ({}, {"retry-after": ""}, {"retry-after": "soon"}, {"retry-after": "-5"}):
        assert told_wait(silent, None) is None


def test_jitter_only_ever_adds() -> None:
    assert all(10 <= jittered(10) <= 12.5 for _ in range(100))


def test_a_failing_card_is_tried_after_longer_and_longer_and_then_given_up() -> None:
    known, at = Known(), datetime(2026, 1, 1)
    for pause in RETRY_AFTER:
        known.note("a/b", None, LastLook("a" * 40, CardStatus.FAILED, at, None, None))
        look = known.looks["a/b"]
        assert not look.is_due(at + pause - timedelta(seconds=1))
        assert look.is_due(at + pause)
    known.note("a/b", None, LastLook("a" * 40, CardStatus.FAILED, at, None, None))
    assert not known.looks["a/b"].is_due(at + timedelta(days=3650))
    known.note("a/b", None, LastLook("b" * 40, CardStatus.FAILED, at, None, None))
    assert known.looks["a/b"].is_due(at), "another commit begins anew"


def test_a_crawl_that_would_not_fit_on_the_disk_is_refused_before_it_fetches(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.tree.many(3)
    monkeypatch.setattr(crawl, "SPACE_PER_CARD", 1 << 60)
    with world.serve() as hub:
        with pytest.raises(LakeError, match="3 cards may need"):
            world.crawl(hub)
        assert hub.card_requests == 0
