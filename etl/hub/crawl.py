"""One run of the crawler: list, compare with what is known, fetch what is new, record.

Promises: a row in the ledger however the run ends; an unchanged card costs no request; a repo is called gone only when
a complete listing of everything no longer has it; whatever was fetched before an interruption is kept. The caller
holds the lake's writer lock.

What must not move in: one request's fate (`client`), one card's (`fetching`), what the endpoint is.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from huggingface_hub import constants

from etl.hub.backlog import read_backlog
from etl.hub.checkpoint import Checkpoint, drop_checkpoint, read_checkpoint, write_checkpoint
from etl.hub.client import HubClient, HubRefused, Patience
from etl.hub.comparing import Need, compare
from etl.hub.fetching import CardDesk, Look, Target, looks_at
from etl.hub.known import PastRun, read_known, read_listed, read_past_runs, scope_key
from etl.hub.ledger import CrawlReport, Run
from etl.hub.listing import Order, Page, Scope, Walk
from etl.hub.pace import Budget, Clock, Pace, RealClock
from etl.hub.rows import ListedRepo
from etl.hub.stopping import told_to_stop
from etl.watch import SILENT, Watch
from warehouse.lake import Lake, LakeError, free_bytes
from warehouse.schema import CardStatus

__all__ = ["Budget", "CrawlReport", "Politeness", "Scope", "crawl_hub"]

SHRUNKEN = 0.8
"""A listing with fewer repos than this share of the last complete one is refused, if it lacks at least `FEWER`: the
Hub grows by 3,200 repos a day, so a fifth does not disappear in a week, while a failing search index looks just so."""
FEWER = 10
OVERLAP = timedelta(hours=1)
"""How far an incremental listing reaches back before the newest change seen: for changes that were indexed late."""
TROUBLES_IN_A_ROW = 40
"""So many cards in a row that failed by the server's or the network's fault: it is down, the rest would fail too."""
BARREN_PAGES = 20
"""So many pages in a row that name no repo we have not seen in this listing, and it goes round in circles. A repo that
moves meanwhile stands on two pages; thousands in a row do not."""
SPACE_PER_CARD = 4 << 10
"""Bytes on disk for a card in raw, its rows in the tables and in the warehouse twice (old and new): a generous guess
from the 11,490 cards of the corpus, 1.1 KiB each in raw."""
SPACE_PER_ROW = 1 << 10
"""Bytes on disk for a listed repo: its row and one row of counters in raw, and its row in the tables."""
SPACE_RESERVE = 256 << 20


@dataclass(frozen=True, slots=True)
class Politeness:
    """How the Hub is asked: who asks, how many at once, how long to wait for an answer, how much in all."""

    contact: str | None = None
    threads: int = 4
    budget: Budget = field(default_factory=Budget)
    patience: Patience = field(default_factory=Patience)


def crawl_hub(
    lake: Lake,
    scope: Scope,
    *,
    endpoint: str | None = None,
    source: str = "hub",
    contact: str | None = None,
    politeness: Politeness | None = None,
    incremental: bool = False,
    accept_fewer: bool = False,
    watch: Watch = SILENT,
    clock: Clock | None = None,
) -> CrawlReport:
    """Crawl what the scope names, and report. `endpoint`: another Hub than huggingface_hub's own setting.

    `incremental`: list only what changed since the last complete listing of this scope. `accept_fewer`: believe a
    listing although it lacks much of what the last one had. A run that is told to stop
    (SIGTERM, Ctrl-C) or has spent its budget ends well, its report says so, and the next run takes up the rest.
    Raises HubRefused (a LakeError) where the Hub refuses, or where its listing cannot be right.
    """
    asked = politeness or Politeness(contact=contact)
    with told_to_stop() as stop:
        pace = Pace(clock or RealClock(stop), stop, asked.budget)
        with HubClient(endpoint or constants.ENDPOINT, pace, asked.contact or contact, asked.patience) as client:
            return _Crawl(lake, scope, source, client, asked.threads, incremental, accept_fewer, watch).run()


class _Crawl:
    """One run's state."""

    def __init__(
        self,
        lake: Lake,
        scope: Scope,
        source: str,
        client: HubClient,
        threads: int,
        incremental: bool,
        accept_fewer: bool,
        watch: Watch,
    ) -> None:
        self.lake, self.scope, self.source, self.client = lake, scope, source, client
        self.threads, self.accept_fewer, self.watch = threads, accept_fewer, watch
        self.scope_asked = {
            "filters": list(scope.filters), "authors": list(scope.authors), "search": scope.search, "limit": scope.limit
        }  # fmt: skip
        self.key = scope_key(json.dumps(self.scope_asked))
        self.past = read_past_runs(lake, source)
        self.known = read_known(lake, source)
        self.log = Run(lake, source, self.scope_asked, self.known, client.tally)
        self.desk = CardDesk(client)
        self.seen: set[str] = set()
        self.targets: list[tuple[datetime, Target]] = []
        self.troubles = 0
        self.checkpoint: Checkpoint | None = None
        watermark = self._watermark() if incremental else None
        self.since = watermark - OVERLAP if watermark else None

    def run(self) -> CrawlReport:
        """Do it, and leave a row in the ledger however it ends."""
        with self.log.recorded():
            try:
                self._list()
                self._bury_the_gone()
                self._fetch([*newest_first(self.targets), *newest_first(self._backlog())])
            finally:
                self.watch.end()
            if self._limit_is_reached:
                self.log.ended_because = "limit"
        return self.log.report()

    # -- listing -----------------------------------------------------------------------------------------

    def _same_scope(self) -> list[PastRun]:
        return [run for run in self.past if scope_key(run.scope) == self.key]

    def _watermark(self) -> datetime | None:
        """The newest change seen by a complete listing of this scope."""
        return max((r.watermark for r in self._same_scope() if r.is_listing_complete and r.watermark), default=None)

    def _list(self) -> None:
        self.watch.start("listing")
        walk = Walk(self.client, self.scope, Order.MODIFIED if self.since else Order.CREATED)
        self.checkpoint = None if self.since else read_checkpoint(self.lake, self.source, self.key)
        walk.next_url = self.checkpoint.next_url if self.checkpoint else None
        try:
            self._take_pages(walk)
        finally:
            self._remember(walk)
            self.log.scope = {
                **self.scope_asked,
                **({"since": self.since.isoformat()} if self.since else {}),
                **({"continues": list(self.checkpoint.crawl_ids)} if self.checkpoint else {}),
            }
        for skipped in walk.skipped:
            self.log.incidents.note("pages_skipped", skipped)
        self.log.is_listing_complete = walk.is_complete
        self.log.is_full_listing = walk.is_complete and self.scope.is_everything and self.since is None
        if walk.is_complete:
            self._refuse_if_shrunken(self._listed)
            if self.log.watermark:  # what changed on a page after it was listed must not be passed over
                self.log.watermark = min(self.log.watermark, datetime.fromisoformat(self._began_at))
            drop_checkpoint(self.lake, self.source, self.key)

    @property
    def _began_at(self) -> str:
        """When the listing began, in an earlier run perhaps."""
        return self.checkpoint.began_at if self.checkpoint else self.log.started_at.isoformat()

    @property
    def _listed(self) -> int:
        """Repos in the listing so far, those of earlier runs that it goes on from included."""
        return len(self.seen) + (self.checkpoint.listed if self.checkpoint else 0)

    @property
    def _limit_is_reached(self) -> bool:
        return self.scope.limit is not None and self._listed >= self.scope.limit

    def _take_pages(self, walk: Walk) -> None:
        for page in self._while_new(walk, walk.fetch_pages()):
            if walk.was_restarted:
                self.checkpoint = None
            if self._take_page(page):
                walk.next_url = None if self._limit_is_reached else walk.after_this_author
                if walk.next_url is None:
                    walk.is_complete = not walk.skipped
                    return
            if self.log.recorder.has_full_listing_shard:
                self._remember(walk)
        if walk.is_complete:
            return
        for page in self._while_new(walk, walk.fetch_from_the_other_end()):
            on_known_ground = any(repo.model_id in self.seen for repo in page.repos)
            self._take_page(page)
            if on_known_ground:
                return

    def _while_new(self, walk: Walk, pages: Iterator[Page]) -> Iterator[Page]:
        """The pages, until too many in a row bring nothing: then the listing is left, incomplete."""
        barren = 0
        for page in pages:
            is_new = any(repo.model_id not in self.seen for repo in page.repos)
            barren = 0 if is_new else barren + 1
            if barren > BARREN_PAGES:
                walk.next_url = None
                walk.skipped.append(f"{BARREN_PAGES} pages in a row bring nothing new: the listing goes in circles")
                return
            yield page

    def _remember(self, walk: Walk) -> None:
        """Make the rows durable, and then the place from which another run may go on."""
        self.log.recorder.flush_listings()
        if walk.next_url and not self.since:
            before = self.checkpoint
            at = Checkpoint(
                walk.next_url,
                (*(before.crawl_ids if before else ()), self.log.crawl_id),
                self._listed,
                self._began_at,
            )
            write_checkpoint(self.lake, self.source, self.key, at)

    def _take_page(self, page: Page) -> bool:
        """Take in one page; whether the listing may end here."""
        listed_at = self.log.now()
        for reason in page.refused:
            self.log.incidents.note("rows_refused", reason)
        for repo in page.repos:
            if self.since and repo.last_modified and repo.last_modified < self.since:
                return True
            if repo.model_id in self.known.forgotten:
                self.log.incidents.note("forgotten")
                continue
            if repo.model_id in self.seen:
                self.log.incidents.note("listed_twice", repo.model_id)
                continue
            self._take_repo(repo, listed_at)
            if self._limit_is_reached:
                return True
        return False

    def _take_repo(self, repo: ListedRepo, listed_at: datetime) -> None:
        self.seen.add(repo.model_id)
        self.log.listed += 1
        if repo.last_modified and (self.log.watermark is None or repo.last_modified > self.log.watermark):
            self.log.watermark = repo.last_modified
        self.log.recorder.list_repo(repo, listed_at)
        self._compare(repo, self.targets)
        self.watch.advance()

    def _refuse_if_shrunken(self, listed: int) -> None:
        if self.since or self.accept_fewer:
            return
        before = [r.listed for r in self._same_scope() if r.is_listing_complete and "since" not in json.loads(r.scope)]
        expected = before[-1] if before else 0
        if expected and (listed == 0 or (listed < SHRUNKEN * expected and expected - listed >= FEWER)):
            self.log.is_listing_complete = self.log.is_full_listing = False
            raise HubRefused(
                f"{self.client.name} lists {listed:,} repos where it listed {expected:,} before; "
                "nothing is called gone and no card is fetched (--accept-fewer if that is right)"
            )

    def _compare(self, repo: ListedRepo, targets: list[tuple[datetime, Target]]) -> None:
        """Note what a listed repo needs, or put it among the targets."""
        found = compare(repo, self.known, self.log.started_at)
        if found.need is Need.NOTHING:
            self.log.unchanged += 1
        elif found.need is Need.WAIT:
            self.log.incidents.note("retry_postponed")
        elif found.need is Need.NO_CARD:
            self._observe(repo, CardStatus.NO_CARD)
        elif found.earlier and found.need is Need.SAME_CARD:
            self.log.incidents.note("renamed", f"{self.known.names[repo.hub_id or '']} -> {repo.model_id}")
            self._observe(repo, found.earlier.status, found.earlier.card_blob, found.earlier.card_bytes)
        elif found.target:
            targets.append((repo.last_modified or datetime.min, found.target))

    def _observe(
        self, repo: ListedRepo, status: str, card_blob: str | None = None, card_bytes: int | None = None
    ) -> None:
        self.log.recorder.observe(
            repo.model_id,
            repo.hub_id,
            repo.revision,
            self.log.now(),
            status,
            card_blob=card_blob,
            card_bytes=card_bytes,
        )

    def _bury_the_gone(self) -> None:
        """Note every repo that was listed since the last listing of everything, or in it, and is not in this one.

        What was missing in that one is noted already.
        """
        if not self.log.is_full_listing:
            return
        full = [i for i, run in enumerate(self.past) if run.is_full_listing]
        since = self.past[full[-1] if full else 0 :]
        earlier = {i for run in since for i in (run.crawl_id, *_continued(run))}
        present = self.seen | read_listed(self.lake, self.checkpoint.crawl_ids if self.checkpoint else ())
        for model_id in sorted(read_listed(self.lake, earlier) - present):
            look = self.known.looks.get(model_id)
            if look is None or look.status != CardStatus.GONE:
                self.log.recorder.observe(model_id, None, None, self.log.now(), CardStatus.GONE)

    def _backlog(self) -> list[tuple[datetime, Target]]:
        """What earlier runs of this scope listed and this one did not, and nobody has looked at yet."""
        if not self.since and not self.checkpoint and self.log.is_listing_complete:
            return []  # everything in scope has just been listed
        ids = {i for run in self._same_scope() for i in (run.crawl_id, *_continued(run))}
        left: list[tuple[datetime, Target]] = []
        only = read_listed(self.lake, ids) - self.seen
        for repo in read_backlog(self.lake, self.source, self.known, self.log.started_at, only=only):
            self._compare(repo, left)
        return left

    # -- fetching ----------------------------------------------------------------------------------------

    def _fetch(self, targets: list[Target]) -> None:
        self.lake.home.mkdir(parents=True, exist_ok=True)
        needed = SPACE_RESERVE + len(targets) * SPACE_PER_CARD
        if free_bytes(self.lake.home) < needed:
            raise LakeError(
                f"{len(targets):,} cards may need {needed >> 20:,} MiB in {self.lake.home}, "
                f"where {free_bytes(self.lake.home) >> 20:,} are free"
            )
        self.watch.start("cards", len(targets))
        with contextlib.closing(looks_at(targets, self.desk, self.threads)) as looks:
            for look in looks:
                self._record(look)
                self.watch.advance()

    def _record(self, look: Look) -> None:
        target = look.target
        if look.was_moved:
            self.log.incidents.note("moved", target.model_id)
        self.log.recorder.observe(
            target.model_id,
            target.hub_id,
            target.revision,
            self.log.now(),
            look.status,
            detail=look.detail,
            card_blob=look.card_blob,
            card_bytes=look.card_bytes,
            content=look.content,
        )
        self.troubles = self.troubles + 1 if look.is_trouble else 0
        if self.troubles >= TROUBLES_IN_A_ROW:
            raise HubRefused(f"{self.client.name} fails: {look.detail} ({self.troubles} cards in a row)")


def newest_first(targets: Iterable[tuple[datetime, Target]]) -> Iterator[Target]:
    """The targets in the order in which a budget is best spent: what changed last comes first."""
    return (target for _, target in sorted(targets, key=lambda t: t[0], reverse=True))


def _continued(run: PastRun) -> list[str]:
    given: dict[str, Any] = json.loads(run.scope)
    return list(given.get("continues", ()))
