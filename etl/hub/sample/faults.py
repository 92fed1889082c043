"""How the sample hub can be told to misbehave: a closed vocabulary of the ways in which real servers fail.

What must not move in: how an answer is sent (`server`).
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a request asks for: how requests are counted, and where a fault strikes."""

    LIST = "list"
    MODEL = "model"
    RESOLVE = "resolve"
    RESOLVE_CACHE = "resolve-cache"
    OTHER = "other"


class Misbehaviour(StrEnum):
    """One way to fail."""

    STATUS = "status"
    """Answers `status`, without a reason."""
    RATE_LIMITED = "rate_limited"
    """Answers 429 with RateLimit headers that say: `seconds` until the next window."""
    RETRY_AFTER = "retry_after"
    """Answers `status` with Retry-After in seconds."""
    RETRY_AT = "retry_at"
    """Answers `status` with Retry-After as an HTTP date, `seconds` from now."""
    STALL = "stall"
    """Never answers."""
    DRIBBLE = "dribble"
    """Sends its body one byte every `seconds`."""
    DRIBBLE_HEADERS = "dribble_headers"
    """Sends even its headers one byte every `seconds`."""
    RESET = "reset"
    """Resets the connection in mid-body."""
    SHORT_BODY = "short_body"
    """Closes the connection before Content-Length is reached."""
    PAGE = "page"
    """Answers 200 with `text` as the whole body, of type `media_type`, without an ETag."""
    WRONG_BYTES = "wrong_bytes"
    """Keeps the ETag and sends other bytes."""
    EXTRA_ROWS = "extra_rows"
    """Puts `text`, raw JSON values separated by commas, before the rows of a page."""
    CIRCLE = "circle"
    """Says that the page after this one is this one."""
    CUT_JSON = "cut_json"
    """Sends a page whose JSON ends in the middle."""
    ELSEWHERE = "elsewhere"
    """Redirects to `text`, an address of another origin."""
    LOOP = "loop"
    """Redirects to the address asked for."""
    BOMB = "bomb"
    """Sends `size` zero bytes, compressed a thousandfold."""
    BAD_TOKEN = "bad_token"  # noqa: S105 - the name of a fault
    """Answers 401: the token is none."""
    NO_ETAG = "no_etag"
    """Sends the right bytes without an ETag."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: what goes wrong, for which requests, how often."""

    misbehaviour: Misbehaviour
    on: Kind | None = None
    path: str = ""
    """Strikes only where this stands in the request's path and query."""
    times: int | None = 1
    """Strikes so often; None: always."""
    skip: int = 0
    """Lets so many matching requests pass first."""
    status: int = 503
    seconds: float = 0
    text: str = ""
    media_type: str = "text/html; charset=utf-8"
    size: int = 0


class Faults:
    """The faults still to strike. Safe to ask from many threads."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._faults = list(faults)
        self._lock = threading.Lock()

    def strike(self, kind: Kind, path: str) -> Fault | None:
        """The fault that befalls this request; None if none does."""
        with self._lock:
            for i, fault in enumerate(self._faults):
                if fault.on not in (None, kind) or fault.path not in path or fault.times == 0:
                    continue
                if fault.skip:
                    self._faults[i] = dataclasses.replace(fault, skip=fault.skip - 1)
                    continue
                if fault.times is not None:
                    self._faults[i] = dataclasses.replace(fault, times=fault.times - 1)
                return fault
            return None
