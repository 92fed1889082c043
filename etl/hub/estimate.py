"""What a crawl would cost, and how far the crawling has come: requests, hours, disk.

Stores nothing. What must not move in: printing.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass

from huggingface_hub import constants

from etl.hub.client import HubClient
from etl.hub.comparing import Need, compare
from etl.hub.crawl import SPACE_PER_CARD, SPACE_PER_ROW, Politeness
from etl.hub.known import LIVE_SOURCES, RETRY_AFTER, Known, read_known, read_past_runs, scope_key
from etl.hub.listing import Order, Scope, Walk
from etl.hub.pace import ANONYMOUS_QUOTAS, Clock, Pace, RealClock, Resource
from etl.hub.stopping import told_to_stop
from etl.watch import SILENT, Watch
from warehouse.lake import Lake, now
from warehouse.schema import CRAWL_RUNS, LISTINGS

PAGES_LOOKED_AT = 10
"""Of a longer listing the rest is taken to be like these pages."""
REPOS_ON_THE_HUB = 3_000_000
"""Public model repos, November 2026; 3,200 more a day."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one crawl would ask and store. `is_exact` where the listing was read to its end."""

    repos: int
    cards: int
    listing_requests: int
    card_requests: int
    hours: float
    disk_bytes: int
    is_exact: bool

    @property
    def requests(self) -> int:
        """Requests in all."""
        return self.listing_requests + self.card_requests


def estimate_crawl(
    lake: Lake,
    scope: Scope,
    *,
    endpoint: str | None = None,
    source: str = "hub",
    politeness: Politeness | None = None,
    watch: Watch = SILENT,
    clock: Clock | None = None,
) -> Estimate:
    """What a crawl of this scope would cost, from the first pages of its listing and what is known already."""
    asked = politeness or Politeness()
    known = read_known(lake, source)
    needs: Counter[Need] = Counter()
    with told_to_stop() as stop:
        pace = Pace(clock or RealClock(stop), stop)
        with HubClient(endpoint or constants.ENDPOINT, pace, asked.contact, asked.patience) as client:
            walk = Walk(client, scope, Order.CREATED)
            watch.start("listing")
            pages = 0
            for page in walk.fetch_pages():
                needs.update(compare(repo, known, now()).need for repo in page.repos)
                watch.advance(len(page.repos))
                pages += 1
                if pages == PAGES_LOOKED_AT or (scope.limit and needs.total() >= scope.limit):
                    break
            watch.end()
            rates = {r: pace.per_second(r) for r in Resource}
    is_exact = walk.is_complete or bool(scope.limit and needs.total() >= scope.limit)
    seen = max(1, needs.total())
    repos = needs.total() if is_exact else max(seen, _size_before(lake, source, scope))
    cards = math.ceil(needs[Need.FETCH] / seen * repos)
    listing_requests = math.ceil(repos / max(1, seen / max(1, pages)))
    seconds = listing_requests / rates[Resource.API] + cards / rates[Resource.RESOLVERS]
    disk = cards * SPACE_PER_CARD + repos * SPACE_PER_ROW
    return Estimate(repos, cards, listing_requests, cards, seconds / 3600, disk, is_exact)


def _size_before(lake: Lake, source: str, scope: Scope) -> int:
    key = scope_key(scope.as_json())
    listed = [run.listed for run in read_past_runs(lake, source) if scope_key(run.scope) == key]
    return max([*listed, REPOS_ON_THE_HUB if scope.is_everything and source == "hub" else 0])


@dataclass(frozen=True, slots=True)
class Outlook:
    """How far the crawling of one source has come. `hours`: to the end of what waits, at the pace of the last run."""

    source: str
    listed: int
    settled: int
    waiting: int
    given_up: int
    hours: float


def read_outlook(lake: Lake) -> list[Outlook]:
    """How far each crawled source has come."""
    listed: dict[str, dict[str, str | None]] = {}
    for rows in lake.raw_rows(LISTINGS, ("model_id", "source", "revision")):
        for row in rows.to_pylist():
            listed.setdefault(str(row["source"]), {})[str(row["model_id"])] = row["revision"]
    return [_outlook(lake, s, repos) for s, repos in sorted(listed.items()) if s in LIVE_SOURCES]


def _outlook(lake: Lake, source: str, repos: dict[str, str | None]) -> Outlook:
    known = read_known(lake, source)
    waiting = sum(_waits(known, m, revision) for m, revision in repos.items())
    given_up = sum(look.has_failed and look.failures > len(RETRY_AFTER) for look in known.looks.values())
    settled = len(repos) - waiting - given_up
    return Outlook(source, len(repos), settled, waiting, given_up, waiting / _cards_per_second(lake, source) / 3600)


def _waits(known: Known, model_id: str, revision: str | None) -> bool:
    look = known.looks.get(model_id)
    if look is None:
        return model_id not in known.dumped
    if look.has_failed:
        return look.failures <= len(RETRY_AFTER)
    return look.status != "gone" and revision is not None and not look.is_at(revision)


def _cards_per_second(lake: Lake, source: str) -> float:
    """Looks per second in the last run that made a hundred of them; else what the Hub allows anonymous callers."""
    quota, window = ANONYMOUS_QUOTAS[Resource.RESOLVERS]
    found = quota / window
    for table in lake.raw_rows(CRAWL_RUNS, ("source", "started_at", "ended_at", "statuses")):
        for row in table.to_pylist():
            looks = sum(_counts(row["statuses"]).values())
            if row["source"] == source and row["ended_at"] and looks >= 100:
                found = looks / max(1.0, (row["ended_at"] - row["started_at"]).total_seconds())
    return found


def _counts(text: str) -> dict[str, int]:
    return dict(json.loads(text))
