"""Raw rows on their way to disk: gathered into shards, durable as they come.

Promises: a blob's bytes are written once, in the first observation of it; what is flushed survives the process.

What must not move in: which rows there are.
"""

from __future__ import annotations

import re
import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from etl.hub.known import Known
from etl.hub.rows import ListedRepo
from warehouse.lake import Lake, now
from warehouse.schema import LISTINGS, OBSERVATIONS, POPULARITY, Listing, Observation, Popularity

CARDS_PER_SHARD = 500
"""At the Hub's quota for one account these are 30 to 50 seconds of work: what a killed run loses at most."""
BYTES_PER_SHARD = 32 << 20
ROWS_PER_SHARD = 50_000
"""Of counters: a listing of everything in which little changed makes some sixty files, not thousands."""
_FORMAT = "%Y%m%dT%H%M%SZ"
_STAMP = re.compile(r"(\d{8}T\d{6}Z)-")


def new_crawl_id(lake: Lake) -> str:
    """An id that sorts after those of all earlier runs, even of one that began in the same second."""
    earlier = [match[1] for crawl_id in lake.crawl_ids() if (match := _STAMP.match(crawl_id))]
    began = now().replace(microsecond=0)
    if earlier:
        began = max(began, datetime.strptime(max(earlier), _FORMAT) + timedelta(seconds=1))
    return f"{began.strftime(_FORMAT)}-{secrets.token_hex(3)}"


@dataclass
class Recorder:
    """Gathers one run's raw rows and writes them in shards."""

    lake: Lake
    crawl_id: str
    source: str
    known: Known
    statuses: Counter[str] = field(default_factory=Counter)
    cards_stored: int = 0

    def __post_init__(self) -> None:
        self._listings: list[Listing] = []
        self._popularity: list[Popularity] = []
        self._observations: list[Observation] = []
        self._bytes = self._listing_bytes = 0
        self._shards: Counter[str] = Counter()

    def list_repo(self, repo: ListedRepo, listed_at: datetime) -> None:
        """One listed repo: its counters always, its row only where it differs from the one stored."""
        self._popularity.append(
            Popularity(self.crawl_id, repo.model_id, listed_at, repo.downloads, repo.downloads_all_time, repo.likes)
        )
        if not self.known.has_row(repo.model_id, repo.digest):
            self.list_row(repo, listed_at)

    def list_row(self, repo: ListedRepo, listed_at: datetime) -> None:
        """One row of a listing."""
        self.known.note_row(repo.model_id, repo.digest)
        self._listing_bytes += len(repo.row)
        self._listings.append(
            Listing(
                self.crawl_id,
                repo.model_id,
                repo.hub_id,
                repo.revision,
                listed_at,
                self.source,
                repo.row,
                repo.digest,
            )
        )

    @property
    def has_full_listing_shard(self) -> bool:
        """Whether enough listing rows wait to be worth a file."""
        rows = max(len(self._popularity), len(self._listings))
        return rows >= ROWS_PER_SHARD or self._listing_bytes >= BYTES_PER_SHARD

    def observe(
        self,
        model_id: str,
        hub_id: str | None,
        revision: str | None,
        observed_at: datetime,
        status: str,
        *,
        detail: str | None = None,
        card_blob: str | None = None,
        card_bytes: int | None = None,
        content: bytes | None = None,
    ) -> None:
        """One look at one card. The bytes are dropped where raw holds the blob already."""
        self.statuses[status] += 1
        if card_blob and content is not None and not self.known.is_stored(card_blob):
            self.known.note_stored(card_blob)
            self.cards_stored += 1
            self._bytes += len(content)
        else:
            content = None
        self._observations.append(
            Observation(
                self.crawl_id,
                hub_id,
                model_id,
                revision,
                observed_at,
                self.source,
                status,
                detail,
                card_blob,
                card_bytes,
                content,
            )
        )
        if len(self._observations) >= CARDS_PER_SHARD or self._bytes >= BYTES_PER_SHARD:
            self.flush_observations()

    def flush(self) -> None:
        """Write everything that waits."""
        self.flush_listings()
        self.flush_observations()

    def flush_listings(self) -> None:
        """Write the listing rows and counters that wait."""
        if self._listings:
            self.lake.write_raw(LISTINGS, self.crawl_id, self._next_shard("listings"), self._listings)
            self._listings, self._listing_bytes = [], 0
        if self._popularity:
            self.lake.write_raw(POPULARITY, self.crawl_id, self._next_shard("popularity"), self._popularity)
            self._popularity = []

    def flush_observations(self) -> None:
        """Write the observations that wait."""
        if self._observations:
            self.lake.write_raw(OBSERVATIONS, self.crawl_id, self._next_shard("cards"), self._observations)
            self._observations, self._bytes = [], 0

    def _next_shard(self, what: str) -> int:
        self._shards[what] += 1
        return self._shards[what] - 1
