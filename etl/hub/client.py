"""One request to the Hub: bounded in time and size, let through by the pace, repeated where that helps, counted.

Goes through huggingface_hub's own session, token and user agent. Promises: no request outlasts its patience; a body
larger than its limit is never held, compressed or not; only addresses of the Hub's own origin are asked; no error
names a token.

What must not move in: what an answer means for a listing or a card.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2
from huggingface_hub import close_session, constants, get_session
from huggingface_hub.utils import build_hf_headers, parse_ratelimit_headers

from etl.hub.pace import Pace, jittered, told_wait
from etl.hub.rows import one_line
from warehouse.lake import LakeError

BACKOFF: Sequence[float] = (1, 2, 4, 8)
"""Seconds before each repetition of a request that failed; after the last one it has failed for good."""
RATE_LIMIT_BACKOFF: Sequence[float] = (2, 5, 10, 30, 60, 60, 60, 60)
"""Seconds to wait after an answer of 429 that does not say how long; after so many in a row the run ends."""
WORTH_REPEATING = frozenset((408, 500, 502, 503, 504))
REDIRECTS = frozenset((301, 302, 303, 307, 308))

# The client's telemetry asks the Hub's site for a list of agents before the first request of a crawl.
constants.HF_HUB_DISABLE_TELEMETRY = True


class HubRefused(LakeError):
    """The Hub will not serve this run at all, or cannot: one line says why."""


class Unanswered(Exception):
    """One request got no usable answer, even when repeated. The message says why in one line."""


class Unreachable(Unanswered):
    """No connection can be made at all."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: to connect, between two pieces of an answer, and for one answer as a whole."""

    connect: float = 10.0
    read: float = 30.0
    whole: float = 120.0


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `body` is empty where `is_too_large`."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    is_too_large: bool = False

    @property
    def error_code(self) -> str:
        """The Hub's name for what went wrong; empty where it gives none."""
        return self.headers.get("x-error-code", "")

    @property
    def error_message(self) -> str:
        """The Hub's sentence for what went wrong; empty where it gives none."""
        return self.headers.get("x-error-message", "")


class Tally:
    """What a run asked and got, for the ledger. Safe to use from many threads."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        self.answers: Counter[int] = Counter()
        self.retries = 0
        self.bytes_received = 0
        self._lock = threading.Lock()

    def asked(self, resource: str, *, again: bool) -> None:
        """A request leaves."""
        with self._lock:
            self.requests[resource] += 1
            self.retries += again

    def answered(self, status: int, size: int) -> None:
        """An answer came."""
        with self._lock:
            self.answers[status] += 1
            self.bytes_received += size


def user_agent_headers(contact: str | None) -> dict[str, str]:
    """The headers of every request: huggingface_hub's token, and a user agent that names the project and a contact."""
    said = {"contact": " ".join(contact.replace(";", ",").split())} if contact else None
    version = importlib.metadata.version("cardhouse")
    return {
        **build_hf_headers(library_name="cardhouse", library_version=version, user_agent=said),
        # Nothing else: what we cannot unpack piece by piece, we could not bound.
        "accept-encoding": "gzip",
    }


@dataclass
class HubClient:
    """Asks one Hub, inside a `with` block. Safe to use from many threads."""

    endpoint: str
    pace: Pace
    contact: str | None = None
    patience: Patience = field(default_factory=Patience)
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self.endpoint = self.endpoint.rstrip("/")
        self._headers = user_agent_headers(self.contact)
        self._watchdog = _Watchdog(self.patience.whole)

    def __enter__(self) -> HubClient:
        self._watchdog.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._watchdog.stop()
        close_session()

    @property
    def name(self) -> str:
        """The endpoint as messages and the ledger show it: without the password that an address may hold."""
        parts = urlsplit(self.endpoint)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()

    def within(self, base: str, location: str) -> str | None:
        """The address that `location` names as seen from `base`; None where it leaves the Hub's origin, or is none."""
        try:
            url = urljoin(base, location)
            ours, theirs = urlsplit(self.endpoint), urlsplit(url)
        except ValueError:  # http://[x
            return None
        return url if (ours.scheme, ours.netloc) == (theirs.scheme, theirs.netloc) else None

    def get(
        self,
        url: str,
        *,
        resource: str,
        limit: int,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer to one GET, redirects not followed; an answer of 5xx is one too, after repetitions.

        Raises Unanswered where none came, HubRefused where the Hub refuses everything, Ended where the run is over.
        """
        failures, limited = 0, 0
        while True:
            window = self.pace.acquire(resource)
            self.tally.asked(resource, again=failures + limited > 0)
            try:
                answer = self._ask(url, headers or {}, resource, window, limit)
            except FAILURES as err:
                if failures == len(BACKOFF):
                    kind = Unreachable if isinstance(err, httpx2.ConnectError | httpx2.ConnectTimeout) else Unanswered
                    raise kind(f"{type(err).__name__}: {one_line(str(err))}") from None
                self.pace.wait(jittered(BACKOFF[failures]))
                failures += 1
                continue
            if answer.status == 429:
                if limited == len(RATE_LIMIT_BACKOFF):
                    raise HubRefused(f"{self.name} keeps answering 429 Too Many Requests; try again later")
                told = told_wait(answer.headers, parse_ratelimit_headers(answer.headers))
                self.pace.pause(resource, jittered(RATE_LIMIT_BACKOFF[limited] if told is None else told))
                limited += 1
            elif answer.status in WORTH_REPEATING and failures < len(BACKOFF):
                told = told_wait(answer.headers, None)
                self.pace.wait(jittered(BACKOFF[failures]) if told is None else told)
                failures += 1
            else:
                self._refuse_if_nothing_will_help(answer)
                return answer

    def _refuse_if_nothing_will_help(self, answer: Answer) -> None:
        if answer.status == 401 and "credentials in authorization" in answer.error_message.lower():
            raise HubRefused(f"{self.name} does not accept the token; check HF_TOKEN or `hf auth login`")

    def _ask(
        self,
        url: str,
        headers: Mapping[str, str],
        resource: str,
        window: int,
        limit: int,
    ) -> Answer:
        info = None
        try:
            with self._stream(url, headers) as (response, ends_at):
                info = parse_ratelimit_headers(response.headers)
                body = read_body(response, limit, ends_at)
                self.tally.answered(response.status_code, response.num_bytes_downloaded)
                return Answer(response.status_code, response.headers, body or b"", str(response.url), body is None)
        finally:
            self.pace.release(resource, window, info)

    @contextlib.contextmanager
    def _stream(self, url: str, headers: Mapping[str, str]) -> Iterator[tuple[httpx2.Response, float]]:
        patience = self.patience
        timeout = httpx2.Timeout(patience.read, connect=patience.connect)
        ends_at = time.monotonic() + patience.whole
        try:
            with (
                self._watchdog.watching(ends_at),
                get_session().stream(
                    "GET", url, headers={**self._headers, **headers}, timeout=timeout, follow_redirects=False
                ) as response,
            ):
                yield response, ends_at
        except (httpx2.LocalProtocolError, httpx2.InvalidURL, httpx2.UnsupportedProtocol, UnicodeEncodeError):
            # These errors quote the header or address they dislike, and a header may be the token.
            raise HubRefused(f"a request to {self.name} cannot be sent: check HF_ENDPOINT and HF_TOKEN") from None


class _BodyBroken(Exception):
    """A body that did not arrive whole or in time."""


FAILURES = (
    httpx2.TimeoutException,
    httpx2.NetworkError,
    httpx2.RemoteProtocolError,
    _BodyBroken,
    RuntimeError,  # httpx2's word for a session that the watchdog closed just before the request left
)
"""What may go well when it is tried again."""


class _Watchdog:
    """Ends what a server draws out: one byte a second, even in the headers, satisfies every timeout between bytes.

    It closes the session, and with it every connection; requests under way fail, and are repeated on a new one.
    """

    def __init__(self, whole: float) -> None:
        self._every = min(1.0, whole / 4)
        self._deadlines: dict[int, float] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    @contextlib.contextmanager
    def watching(self, ends_at: float) -> Iterator[None]:
        """Keep an eye on the request made inside."""
        me = threading.get_ident()
        with self._lock:
            self._deadlines[me] = ends_at
        try:
            yield
        finally:
            with self._lock:
                self._deadlines.pop(me, None)

    def _watch(self) -> None:
        while not self._over.wait(self._every):
            with self._lock:
                is_late = any(deadline < time.monotonic() for deadline in self._deadlines.values())
                if is_late:
                    self._deadlines.clear()
            if is_late:
                close_session()


def read_body(response: httpx2.Response, limit: int, ends_at: float) -> bytes | None:
    """The body, unpacked; None where it is larger than `limit` bytes, of which no more are ever held."""
    length = response.headers.get("content-length", "")
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if not encoding and length.isdecimal() and int(length) > limit:
        return None
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise _BodyBroken(f"the body is packed in {encoding[:40]!r}, which was not asked for")
    unpacked = bytearray()
    unpack = _Unpacker() if encoding not in ("", "identity") else None
    for chunk in response.iter_raw():
        if time.monotonic() > ends_at:
            raise _BodyBroken("the answer took too long")
        unpacked += unpack.some(chunk, limit + 1 - len(unpacked)) if unpack else chunk
        if len(unpacked) > limit:
            return None
    if unpack and not unpack.is_whole:
        raise _BodyBroken("the packed body ends early")
    return bytes(unpacked)


class _Unpacker:
    """Unpacks gzip piece by piece, so that a bomb is never held."""

    def __init__(self) -> None:
        self._member: Any = zlib.decompressobj(47)
        self._is_started = False

    @property
    def is_whole(self) -> bool:
        """Whether all that came forms complete members (nothing at all does)."""
        return self._member.eof or not self._is_started

    def some(self, chunk: bytes, at_most: int) -> bytes:
        """What `chunk` unpacks to, cut after `at_most` bytes."""
        out = bytearray()
        while chunk and len(out) < at_most:
            if self._member.eof:
                self._member = zlib.decompressobj(47)
            self._is_started = True
            try:
                out += self._member.decompress(chunk, at_most - len(out))
            except zlib.error as err:
                raise _BodyBroken(f"the packed body is damaged ({err})") from None
            chunk = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
        return bytes(out)
