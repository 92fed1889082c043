"""What earlier runs have seen: the latest look at each card, the blobs that are stored, the rows that are listed.

Derived from raw alone, so that nothing can disagree with it. Memory grows with the number of repos, by a few hundred
bytes each, and with nothing else; an id is held once (interned), however many know it.

What must not move in: the network, what to do about it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from etl.hub.forgetting import Forgotten, read_forgotten
from warehouse.lake import Lake
from warehouse.schema import CRAWL_RUNS, LISTINGS, OBSERVATIONS, POPULARITY, CardStatus

LIVE_SOURCES = frozenset(("hub", "sample"))
"""Sources that are crawled; the others are taken from disk."""
RETRY_AFTER = tuple(timedelta(hours=h) for h in (0, 1, 6, 24, 72, 168))
"""How long after the nth failure in a row a card is tried again; after the last it is given up until its commit
changes."""


SETTLED = frozenset((CardStatus.OK, CardStatus.NO_CARD, CardStatus.TOO_LARGE))
"""Statuses that say what the card is, rather than why it could not be had."""


class LastLook:
    """The latest look at one repo's card. Held for every repo there is: hashes are kept as bytes, not as digits."""

    __slots__ = ("_revision", "blob", "card_bytes", "failures", "observed_at", "status")

    def __init__(
        self, revision: str | None, status: str, observed_at: datetime, card_blob: str | None, card_bytes: int | None
    ) -> None:
        self._revision = _packed(revision)
        self.blob = _packed(card_blob)
        self.status = sys.intern(str(status))
        self.observed_at = observed_at
        self.card_bytes = card_bytes
        self.failures = 0
        """Looks in a row at this commit that did not get to the card: failed, gated, disabled, gone."""

    @property
    def card_blob(self) -> str | None:
        """The blob seen; None where none was."""
        return self.blob.hex() if self.blob else None

    def is_at(self, revision: str | None) -> bool:
        """Whether it looked at that commit; never where the commit is not known."""
        return revision is not None and self._revision == _packed(revision)

    def is_like(self, other: LastLook) -> bool:
        """Whether another look was at the same commit, known or not."""
        return self._revision == other._revision

    @property
    def has_failed(self) -> bool:
        """Whether the server or the network failed: then the next run looks again, whatever the listing says."""
        return self.status == CardStatus.FAILED

    def is_due(self, now: datetime) -> bool:
        """Whether a look that did not get to the card is to be repeated now."""
        return self.failures <= len(RETRY_AFTER) and now >= self.observed_at + RETRY_AFTER[self.failures - 1]


def _packed(digits: str | None) -> bytes | None:
    return bytes.fromhex(digits) if digits else None


@dataclass
class Known:
    """What one source is known to hold."""

    looks: dict[str, LastLook] = field(default_factory=dict)
    dumped: dict[str, LastLook] = field(default_factory=dict)
    """The latest card of a repo as a folder or dump had it."""
    names: dict[str, str] = field(default_factory=dict)
    """Repo id by hub_id, as last observed."""
    blobs: set[bytes] = field(default_factory=set)
    forgotten: Forgotten = field(default_factory=Forgotten)
    digests: dict[str, int] = field(default_factory=dict)
    """Digest of each repo's row as last stored."""

    def has_row(self, model_id: str, digest: str) -> bool:
        """Whether the repo's row as last stored has this digest."""
        return self.digests.get(model_id) == int(digest, 16)

    def note_row(self, model_id: str, digest: str) -> None:
        """A row is about to be stored."""
        self.digests[model_id] = int(digest or "0", 16)

    def is_stored(self, blob: str) -> bool:
        """Whether the blob's bytes are in raw already."""
        return bytes.fromhex(blob) in self.blobs

    def note_stored(self, blob: str) -> None:
        """The blob's bytes are about to be written."""
        self.blobs.add(bytes.fromhex(blob))

    def note(self, model_id: str, hub_id: str | None, look: LastLook) -> None:
        """Take in one more look, later than all before."""
        before = self.looks.get(model_id)
        if look.status not in SETTLED:
            look.failures = 1 + (before.failures if before and before.is_like(look) else 0)
        self.looks[model_id] = look
        if hub_id:
            self.names[hub_id] = model_id


def read_known(lake: Lake, source: str) -> Known:
    """What raw holds of a source."""
    known = Known(forgotten=read_forgotten(lake))
    columns = (
        "model_id",
        "hub_id",
        "revision",
        "observed_at",
        "source",
        "status",
        "card_blob",
        "card_bytes",
        "crawl_id",
    )
    lost, up_to_crawl = lake.lost_blobs()
    for table in lake.raw_rows(OBSERVATIONS, columns):
        for model_id, hub_id, revision, at, by, status, blob, size, crawl_id in zip(
            *(table.column(c).to_pylist() for c in columns), strict=True
        ):
            if blob in lost and crawl_id <= up_to_crawl:
                continue  # its bytes are gone: as if nobody had looked
            look = LastLook(revision, status, at, blob, size)
            if look.blob:
                known.blobs.add(look.blob)
            if by == source:
                known.note(sys.intern(model_id), hub_id, look)
            elif by not in LIVE_SOURCES:
                known.dumped[model_id] = look
    for table in lake.raw_rows(LISTINGS, ("model_id", "source", "digest")):
        for model_id, by, digest in zip(*(c.to_pylist() for c in table.columns), strict=True):
            if by == source:
                known.note_row(sys.intern(model_id), digest)
    return known


@dataclass(frozen=True, slots=True)
class PastRun:
    """One earlier run as the ledger has it."""

    crawl_id: str
    source: str
    scope: str
    is_full_listing: bool
    is_listing_complete: bool
    listed: int
    watermark: datetime | None


def read_past_runs(lake: Lake, source: str) -> list[PastRun]:
    """The ledger's runs of one source, oldest first."""
    columns = ("crawl_id", "source", "scope", "is_full_listing", "is_listing_complete", "listed", "watermark")
    runs = [
        PastRun(**{c: row[c] for c in columns})
        for table in lake.raw_rows(CRAWL_RUNS, columns)
        for row in table.to_pylist()
    ]
    return [run for run in runs if run.source == source]


def read_listed(lake: Lake, crawl_ids: Container[str]) -> set[str]:
    """Every repo that the named runs listed."""
    tables = lake.raw_rows(POPULARITY, ("model_id",), crawl_ids)
    return {sys.intern(model_id) for table in tables for model_id in table.column(0).to_pylist()}


def scope_key(scope: str) -> str:
    """What makes two runs' scopes the same: everything asked for, not how far the run was to go."""
    given = json.loads(scope)
    authors = given.get("authors") or [a for a in (given.get("author"),) if a]  # as ledgers had it: one at most
    return json.dumps({"authors": authors, **{k: given.get(k) for k in ("filters", "search", "limit")}}, sort_keys=True)
