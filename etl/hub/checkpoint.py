"""Where an unfinished listing stands, so that the next run of the same scope goes on from there.

A checkpoint is written only after the rows before it are durable. It names the runs whose rows make up the listing so
far: together they are as good as one.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from warehouse.lake import Lake, now, write_text

STALE_AFTER = timedelta(days=2)
"""An older listing is begun anew: what it listed first has changed too much since."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The next page of an unfinished listing (path and query), and the runs that have listed what stands before it."""

    next_url: str
    crawl_ids: tuple[str, ...]
    listed: int
    began_at: str

    @property
    def is_stale(self) -> bool:
        """Whether the listing began too long ago to be gone on with."""
        return now() - datetime.fromisoformat(self.began_at) > STALE_AFTER


def read_checkpoint(lake: Lake, source: str, scope: str) -> Checkpoint | None:
    """Where the last listing of this scope stopped; None where none did, or too long ago."""
    path = _path(lake, source, scope)
    if not path.exists():
        return None
    given = json.loads(path.read_text(encoding="utf-8"))
    checkpoint = Checkpoint(given["next_url"], tuple(given["crawl_ids"]), given["listed"], given["began_at"])
    return None if checkpoint.is_stale else checkpoint


def write_checkpoint(lake: Lake, source: str, scope: str, checkpoint: Checkpoint) -> None:
    """Remember where the listing stands; its rows must be durable already."""
    write_text(_path(lake, source, scope), json.dumps(dataclasses.asdict(checkpoint), indent=1) + "\n")


def drop_checkpoint(lake: Lake, source: str, scope: str) -> None:
    """The listing is complete, or to be begun anew."""
    _path(lake, source, scope).unlink(missing_ok=True)


def _path(lake: Lake, source: str, scope: str) -> Path:
    key = hashlib.sha1(f"{source} {scope}".encode(), usedforsecurity=False).hexdigest()[:12]
    return lake.raw / "crawls" / f"unfinished-{key}.json"
