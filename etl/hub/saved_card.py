"""One repo of a saved source, as folders and dumps hand it to `saved`.

What must not move in: where it came from, what is known of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from warehouse.lake import LakeError
from warehouse.schema import CardStatus

Note = Callable[[str, str], None]
"""Takes a kind of incident and an example of it, for the ledger."""


class SourceError(LakeError):
    """A saved source that cannot be taken in: one line says why."""


@dataclass(frozen=True, slots=True)
class SavedCard:
    """One repo of a saved source."""

    model_id: str
    row: str
    at: datetime
    """The repo's last modification where the source gives it, else its file's, naive UTC."""
    status: CardStatus
    content: bytes | None = None
    detail: str | None = None
    card_bytes: int | None = None


def last_written(*paths: Path) -> datetime:
    """When the first of these that exists was last written, naive UTC."""
    for path in paths:
        try:
            return datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)
        except OSError:
            continue
    return datetime(1970, 1, 1)
