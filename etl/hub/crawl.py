"""One run of the crawler: list, compare with what is known, fetch what is new, record.

Promises: a row in the ledger however the run ends; an unchanged card costs no request; a repo is called gone only when
a complete listing of everything no longer has it; whatever was fetched before an interruption is kept. The caller
holds the lake's writer lock.

What must not move in: one request's fate (`client`), one card's (`fetching`), what the endpoint is.
"""

from __future__ import annotations

import contextlib
import json
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from huggingface_hub import constants

from etl.hub.checkpoint import Checkpoint, drop_checkpoint, read_checkpoint, write_checkpoint
from etl.hub.client import HubClient, HubRefused, Patience
from etl.hub.fetching import CardDesk, Look, Target
from etl.hub.known import LastLook, PastRun, read_known, read_listed, read_past_runs, scope_key
from etl.hub.ledger import CrawlReport, Run
from etl.hub.listing import ListedRepo, Order, Page, Scope, Walk
from etl.hub.pace import Budget, Clock, Ended, Pace, RealClock
from etl.hub.stopping import told_to_stop
from etl.watch import SILENT, Watch
from warehouse.lake import Lake, now
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
LOOKS_AHEAD = 16
"""Cards asked for ahead of the one being recorded, per thread: so much may one slow card delay before all wait."""
SETTLED = frozenset((CardStatus.OK, CardStatus.NO_CARD, CardStatus.TOO_LARGE))


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
    watch: Watch = SILENT,
    clock: Clock | None = None,
) -> CrawlReport:
    """Crawl what the scope names, and report. `endpoint`: another Hub than huggingface_hub's own setting.

    `incremental`: list only what changed since the last complete listing of this scope. A run that is told to stop
    (SIGTERM, Ctrl-C) or has spent its budget ends well, its report says so, and the next run takes up the rest.
    Raises HubRefused (a LakeError) where the Hub refuses, or where its listing cannot be right.
    """
    asked = politeness or Politeness(contact=contact)
    with told_to_stop() as stop:
        pace = Pace(clock or RealClock(stop), stop, asked.budget)
        with HubClient(endpoint or constants.ENDPOINT, pace, asked.contact or contact, asked.patience) as client:
            return _Crawl(lake, scope, source, client, asked.threads, incremental, watch).run()


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
        watch: Watch,
    ) -> None:
        self.lake, self.scope, self.source, self.client = lake, scope, source, client
        self.threads, self.watch = threads, watch
        self.scope_asked = {
            "filters": list(scope.filters), "author": scope.author, "search": scope.search, "limit": scope.limit
        }  # fmt: skip
        self.key = scope_key(json.dumps(self.scope_asked))
        self.past = read_past_runs(lake, source)
        self.known = read_known(lake, source)
        self.log = Run(lake, source, self.scope_asked, self.known, client.tally)
        self.desk = CardDesk(client)
        self.seen: set[str] = set()
        self.targets: list[tuple[datetime, Target]] = []
        self.troubles = 0
        self.earlier_ids: tuple[str, ...] = ()
        watermark = self._watermark() if incremental else None
        self.since = watermark - OVERLAP if watermark else None

    def run(self) -> CrawlReport:
        """Do it, and leave a row in the ledger however it ends."""
        with self.log.recorded():
            try:
                self._list()
                self._bury_the_gone()
                self._fetch([target for _, target in sorted(self.targets, key=lambda t: t[0], reverse=True)])
            finally:
                self.watch.end()
            if self.scope.limit and len(self.seen) >= self.scope.limit:
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
        checkpoint = None if self.since else read_checkpoint(self.lake, self.source, self.key)
        if checkpoint:
            walk.next_url, self.earlier_ids = checkpoint.next_url, checkpoint.crawl_ids
        self.log.scope = {
            **self.scope_asked,
            **({"since": self.since.isoformat()} if self.since else {}),
            **({"continues": list(self.earlier_ids)} if checkpoint else {}),
        }
        try:
            self._take_pages(walk, checkpoint)
        finally:
            self._remember(walk, checkpoint)
        for skipped in walk.skipped:
            self.log.incidents.note("pages_skipped", skipped)
        self.log.is_listing_complete = walk.is_complete
        self.log.is_full_listing = walk.is_complete and self.scope.is_everything and self.since is None
        if walk.is_complete:
            self._refuse_if_shrunken(len(self.seen) + (checkpoint.listed if checkpoint else 0))
            drop_checkpoint(self.lake, self.source, self.key)

    def _take_pages(self, walk: Walk, checkpoint: Checkpoint | None) -> None:
        for page in walk.fetch_pages():
            if self._take_page(page):
                walk.is_complete, walk.next_url = True, None
                return
            if self.log.recorder.has_full_listing_shard:
                self._remember(walk, checkpoint)
        if walk.is_complete:
            return
        for page in walk.fetch_from_the_other_end():
            on_known_ground = any(repo.model_id in self.seen for repo in page.repos)
            self._take_page(page)
            if on_known_ground:
                return

    def _remember(self, walk: Walk, checkpoint: Checkpoint | None) -> None:
        """Make the rows durable, and then the place from which another run may go on."""
        self.log.recorder.flush_listings()
        if walk.next_url and not self.since:
            began_at = checkpoint.began_at if checkpoint else self.log.started_at.isoformat()
            listed = len(self.seen) + (checkpoint.listed if checkpoint else 0)
            at = Checkpoint(walk.next_url, (*self.earlier_ids, self.log.crawl_id), listed, began_at)
            write_checkpoint(self.lake, self.source, self.key, at)

    def _take_page(self, page: Page) -> bool:
        """Take in one page; whether the listing may end here."""
        listed_at = now()
        for reason in page.refused:
            self.log.incidents.note("rows_refused", reason)
        for repo in page.repos:
            if self.since and repo.last_modified and repo.last_modified < self.since:
                return True
            if repo.model_id in self.seen:
                self.log.incidents.note("listed_twice", repo.model_id)
                continue
            self._take_repo(repo, listed_at)
            if self.scope.limit and len(self.seen) >= self.scope.limit:
                return True
        return False

    def _take_repo(self, repo: ListedRepo, listed_at: datetime) -> None:
        self.seen.add(repo.model_id)
        self.log.listed += 1
        if repo.last_modified and (self.log.watermark is None or repo.last_modified > self.log.watermark):
            self.log.watermark = repo.last_modified
        self.log.recorder.list_repo(repo, listed_at)
        self._compare(repo)
        self.watch.advance()

    def _refuse_if_shrunken(self, listed: int) -> None:
        if self.since:
            return
        before = [r.listed for r in self._same_scope() if r.is_listing_complete and "since" not in json.loads(r.scope)]
        expected = before[-1] if before else 0
        if expected and (listed == 0 or (listed < SHRUNKEN * expected and expected - listed >= FEWER)):
            self.log.is_listing_complete = self.log.is_full_listing = False
            raise HubRefused(
                f"{self.client.endpoint} lists {listed:,} repos where it listed {expected:,} before; "
                "nothing is called gone and no card is fetched"
            )

    # -- comparing ---------------------------------------------------------------------------------------

    def _compare(self, repo: ListedRepo) -> None:
        """Decide what a listed repo needs: nothing, a note, or a request."""
        look = self.known.looks.get(repo.model_id)
        if self._needs_nothing(repo, look):
            return
        if old := self._known_under_another_name(repo):
            self.log.incidents.note("renamed", f"{self.known.names[repo.hub_id or '']} -> {repo.model_id}")
            self._observe(repo, old.status, old.card_blob, old.card_bytes)
        elif repo.has_card is False:
            self._observe(repo, CardStatus.NO_CARD)
        else:
            blob = look.card_blob if look and look.status == CardStatus.OK else None
            target = Target(repo.model_id, repo.hub_id, repo.revision, blob)
            self.targets.append((repo.last_modified or datetime.min, target))

    def _needs_nothing(self, repo: ListedRepo, look: LastLook | None) -> bool:
        if look and repo.revision and look.revision == repo.revision and look.status == CardStatus.FAILED:
            if look.is_due(now()):
                return False
            self.log.incidents.note("retry_postponed")
            return True
        is_known = bool(look and repo.revision and look.revision == repo.revision)
        if is_known or (look is None and self._is_as_dumped(repo)):
            self.log.unchanged += 1
            return True
        return False

    def _is_as_dumped(self, repo: ListedRepo) -> bool:
        """Whether a dump took the card when the repo was last changed when it still is: then it is that card."""
        dumped = self.known.dumped.get(repo.model_id)
        if dumped is None or dumped.status not in SETTLED or repo.last_modified is None:
            return False
        return dumped.observed_at.replace(microsecond=0) == repo.last_modified.replace(microsecond=0)

    def _known_under_another_name(self, repo: ListedRepo) -> LastLook | None:
        name = self.known.names.get(repo.hub_id or "")
        old = self.known.looks.get(name) if name and name != repo.model_id else None
        same = old and repo.revision and old.revision == repo.revision and old.status in SETTLED
        return old if same else None

    def _observe(
        self, repo: ListedRepo, status: str, card_blob: str | None = None, card_bytes: int | None = None
    ) -> None:
        self.log.recorder.observe(
            repo.model_id, repo.hub_id, repo.revision, now(), status, card_blob=card_blob, card_bytes=card_bytes
        )

    def _bury_the_gone(self) -> None:
        """Note every repo that an earlier listing of everything had and this one has not."""
        if not self.log.is_full_listing:
            return
        earlier = {i for run in self.past if run.is_full_listing for i in (run.crawl_id, *_continued(run))}
        present = self.seen | read_listed(self.lake, self.earlier_ids)
        for model_id in sorted(read_listed(self.lake, earlier) - present):
            look = self.known.looks.get(model_id)
            if look is None or look.status != CardStatus.GONE:
                self.log.recorder.observe(model_id, None, None, now(), CardStatus.GONE)

    # -- fetching ----------------------------------------------------------------------------------------

    def _fetch(self, targets: list[Target]) -> None:
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
            now(),
            look.status,
            detail=look.detail,
            card_blob=look.card_blob,
            card_bytes=look.card_bytes,
            content=look.content,
        )
        self.troubles = self.troubles + 1 if look.is_trouble else 0
        if self.troubles >= TROUBLES_IN_A_ROW:
            raise HubRefused(f"{self.client.endpoint} fails: {look.detail} ({self.troubles} cards in a row)")


def _continued(run: PastRun) -> list[str]:
    given: dict[str, Any] = json.loads(run.scope)
    return list(given.get("continues", ()))


def looks_at(targets: Iterable[Target], desk: CardDesk, threads: int) -> Generator[Look]:
    """A look at each target, in their order, fetched by several threads.

    When the run is over before the targets are, what is under way is still handed out; then Ended is raised.
    """
    pending: deque[Future[Look]] = deque()
    ended: Ended | None = None
    with ThreadPoolExecutor(threads, thread_name_prefix="cards") as pool:
        waiting = iter(targets)
        try:
            while True:
                while ended is None and len(pending) < threads * LOOKS_AHEAD:
                    if (target := next(waiting, None)) is None:
                        break
                    pending.append(pool.submit(desk.fetch_card, target))
                if not pending:
                    break
                try:
                    yield pending.popleft().result()
                except Ended as end:
                    ended = end
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    if ended:
        raise ended
