"""How fast the Hub may be asked: one bucket per resource, fed by the server's own headers, shared by all threads.

Promises: no request leaves when the server's window is known to be used up; a run ends cleanly when its budget is
spent or when it is told to stop; every wait can be interrupted.

What must not move in: what is asked, how an answer is read.
"""

from __future__ import annotations

import email.utils
import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from huggingface_hub.utils import RateLimitInfo


class Resource(StrEnum):
    """What the Hub counts requests by."""

    API = "api"
    RESOLVERS = "resolvers"


ANONYMOUS_QUOTAS: Mapping[str, tuple[int, float]] = {Resource.API: (500, 300.0), Resource.RESOLVERS: (3000, 300.0)}
"""Requests per window of seconds until the server says otherwise: the Hub's table for anonymous callers, 2025-09."""


class Ended(Exception):
    """The run is over before its work is: not an error. The message is the ledger's word for it."""


class Clock(Protocol):
    """The passing of time, so that tests need not wait for it."""

    def now(self) -> float:
        """Seconds on a clock that never goes back."""
        ...

    def wait_until(self, moment: float) -> None:
        """Let the time come, or return before if there is a reason to look up."""
        ...


class RealClock:
    """The machine's clock; `stop` ends a wait early."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop

    def now(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    def wait_until(self, moment: float) -> None:
        """Sleep, unless told to stop."""
        self._stop.wait(max(0.0, moment - self.now()))


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one run may use; None: as much as it takes."""

    max_requests: int | None = None
    max_minutes: float | None = None


@dataclass(slots=True)
class Bucket:
    """One resource's window: how many requests are left in it, and when the next one opens."""

    quota: int
    window: float
    left: int
    opens_again: float
    in_flight: int = 0
    paused_until: float = 0.0
    is_told: bool = False
    number: int = 0
    """Of the window: what an answer says of an earlier one is of no use any more."""

    def delay(self, now: float) -> float:
        """Seconds until a request may leave; 0: now."""
        if now >= self.opens_again:
            self.left = max(0, self.quota - self.in_flight)
            self.opens_again = now + self.window
            self.number += 1
        if now < self.paused_until:
            return self.paused_until - now
        return 0.0 if self.left > 0 else self.opens_again - now

    def take(self) -> None:
        """One request leaves."""
        self.left -= 1
        self.in_flight += 1

    def learn(self, info: RateLimitInfo, now: float) -> None:
        """What the server says of its window. It speaks in whole seconds, so a second is added to what it says.

        Requests still under way may be missing from its count: at the start of a window they are taken off it.
        """
        self.quota = info.limit or self.quota
        self.window = float(info.window_seconds or self.window)
        opens_again = now + info.reset_in_seconds + 1
        is_new_window = opens_again > self.opens_again + max(1.0, self.window / 2)
        if not self.is_told or is_new_window:
            self.left = max(0, info.remaining - self.in_flight)
        else:
            self.left = min(self.left, info.remaining)
        self.opens_again = opens_again
        self.is_told = True


@dataclass
class Pace:
    """Lets requests through one by one. Safe to ask from many threads."""

    clock: Clock
    stop: threading.Event = field(default_factory=threading.Event)
    budget: Budget = field(default_factory=Budget)
    quotas: Mapping[str, tuple[int, float]] = field(default_factory=lambda: ANONYMOUS_QUOTAS)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._started = self.clock.now()
        self._buckets: dict[str, Bucket] = {}
        self._let_through = 0

    def acquire(self, resource: str) -> int:
        """Return when a request may leave: the number of the window it counts in.

        Raises Ended when the budget is spent or the run is told to stop.
        """
        while True:
            with self._lock:
                self._check_end()
                bucket = self._bucket(resource)
                now = self.clock.now()
                opens = now + bucket.delay(now)
                if opens <= now:
                    bucket.take()
                    self._let_through += 1
                    return bucket.number
            self._wait_until(opens)

    def release(self, resource: str, window: int, info: RateLimitInfo | None) -> None:
        """A request let through in that window is answered, or has failed; `info`: what its RateLimit headers say."""
        with self._lock:
            bucket = self._bucket(resource)
            bucket.in_flight -= 1
            if info and window == bucket.number:
                bucket.learn(info, self.clock.now())

    def pause(self, resource: str, seconds: float) -> None:
        """Let nothing through for that resource for so long: the server said so."""
        with self._lock:
            bucket = self._bucket(resource)
            bucket.paused_until = max(bucket.paused_until, self.clock.now() + seconds)

    def wait(self, seconds: float) -> None:
        """Wait. Raises Ended at once where the wait would outlast the run's time."""
        self._wait_until(self.clock.now() + seconds)

    def _wait_until(self, moment: float) -> None:
        if self._ends_at is not None and moment > self._ends_at:
            raise Ended("budget")
        self.clock.wait_until(moment)
        if self.stop.is_set():
            raise Ended("interrupted")

    def per_second(self, resource: str) -> float:
        """Requests per second that the server's quota allows, as far as it is known."""
        with self._lock:
            bucket = self._bucket(resource)
            return bucket.quota / bucket.window

    @property
    def _ends_at(self) -> float | None:
        return None if self.budget.max_minutes is None else self._started + 60 * self.budget.max_minutes

    def _check_end(self) -> None:
        if self.stop.is_set():
            raise Ended("interrupted")
        if self.budget.max_requests is not None and self._let_through >= self.budget.max_requests:
            raise Ended("budget")
        if self._ends_at is not None and self.clock.now() >= self._ends_at:
            raise Ended("budget")

    def _bucket(self, resource: str) -> Bucket:
        if resource not in self._buckets:
            quota, window = self.quotas.get(resource, self.quotas[Resource.API])
            self._buckets[resource] = Bucket(quota, window, quota, self.clock.now() + window)
        return self._buckets[resource]


def told_wait(headers: Mapping[str, str], info: RateLimitInfo | None) -> float | None:
    """Seconds that an answer of 429 or 503 asks to wait, by RateLimit, else by Retry-After; None where it is silent."""
    if info is not None and info.remaining == 0:
        return float(info.reset_in_seconds + 1)
    given = (headers.get("retry-after") or "").strip()
    if given.isdecimal():
        return float(given) + 1
    try:
        moment = email.utils.parsedate_to_datetime(given)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds()) + 1


def jittered(seconds: float) -> float:
    """A little more than `seconds`, so that many clients told the same do not come back together."""
    return seconds * random.uniform(1.0, 1.25)  # noqa: S311 - not a secret
