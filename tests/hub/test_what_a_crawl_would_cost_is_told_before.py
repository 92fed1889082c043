"""A dry run counts and stores nothing; how far the crawling has come is read from raw."""

from __future__ import annotations

import pytest

from etl.hub.crawl import Budget, Politeness, Scope
from etl.hub.estimate import PAGES_LOOKED_AT, estimate_crawl, read_outlook
from etl.hub.sample.faults import Kind
from tests.hub.conftest import World


def test_a_dry_run_says_what_the_crawl_then_asks(world: World) -> None:
    world.tree.many(40)
    world.tree.repo("example-many/bare", None)
    with world.serve(page_size=10) as hub:
        told = estimate_crawl(world.lake, Scope(), endpoint=hub.endpoint, source="sample", clock=world.clock)
        assert hub.card_requests == 0
        hub.forget_requests()
        world.crawl(hub)
        assert (told.listing_requests, told.card_requests) == (hub.requests[Kind.LIST], hub.card_requests) == (5, 40)
    assert told.is_exact
    assert told.repos == 41
    # an allowance of 1,000 and 5,000 requests in 300 seconds, as the server says it
    assert told.hours == pytest.approx((5 / (1000 / 300) + 40 / 10) / 3600)
    assert told.disk_bytes > 0


def test_a_dry_run_stores_nothing(world: World) -> None:
    world.tree.many(3)
    with world.serve() as hub:
        estimate_crawl(world.lake, Scope(), endpoint=hub.endpoint, source="sample", clock=world.clock)
    assert not world.lake.home.exists()


def test_a_dry_run_counts_only_what_is_new(world: World) -> None:
    world.tree.many(10)
    world.tree.repo("example-many/model-004", "# Changed\n", day=2)
    world.crawl_day()
    with world.serve(2) as hub:
        told = estimate_crawl(world.lake, Scope(), endpoint=hub.endpoint, source="sample", clock=world.clock)
    assert (told.repos, told.cards) == (10, 1)


def test_a_dry_run_of_a_long_listing_looks_at_its_first_pages(world: World) -> None:
    world.tree.many(30)
    with world.serve(page_size=2) as hub:
        told = estimate_crawl(world.lake, Scope(), endpoint=hub.endpoint, source="sample", clock=world.clock)
        assert hub.requests[Kind.LIST] == PAGES_LOOKED_AT
        assert not told.is_exact
        world.crawl(hub)
        again = estimate_crawl(world.lake, Scope(), endpoint=hub.endpoint, source="sample", clock=world.clock)
    assert (again.repos, again.cards, again.listing_requests) == (30, 0, 15)


def test_the_outlook_says_what_still_waits(world: World) -> None:
    world.tree.many(30)
    world.crawl_day(politeness=Politeness(budget=Budget(max_requests=2 + 12)))
    (outlook,) = read_outlook(world.lake)
    assert (outlook.source, outlook.listed, outlook.settled, outlook.waiting) == ("sample", 30, 12, 18)
    assert outlook.hours == pytest.approx(18 / 10 / 3600)
    world.crawl_day()
    (outlook,) = read_outlook(world.lake)
    assert (outlook.settled, outlook.waiting, outlook.given_up) == (30, 0, 0)
