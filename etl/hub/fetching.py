"""One card at one commit, and what became of it; many of them by several threads.

Promises: bytes are a card only when their git blob sha1 is the ETag they came with, so no error page passes for one;
one request where the server answers in one hop; nothing but README.md is ever asked for, so nothing counts as a
download.

What must not move in: which repos to look at, what is stored.
"""

from __future__ import annotations

import hashlib
import threading
from collections import deque
from collections.abc import Collection, Generator, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal
from urllib.parse import quote

from etl.cards.card import git_blob_sha1
from etl.hub.client import REDIRECTS, Answer, HubClient, Unanswered
from etl.hub.pace import Ended, Resource
from etl.hub.rows import one_line
from warehouse.schema import CardStatus

CARD_LIMIT = 64 << 20
"""Bytes of a card at most; a larger one is not kept."""
MOST_HOPS = 5
LOOKS_AHEAD = 16
"""Cards asked for ahead of the one being recorded, per thread: so much may one slow card delay before all wait."""
BYTES_AHEAD = 64 << 20
"""So much of them: cards may be of any size, and their authors ill-disposed."""
_DISABLED = "Access to this resource is disabled."


@dataclass(frozen=True, slots=True)
class Target:
    """One card to look at."""

    model_id: str
    hub_id: str | None
    revision: str | None
    """The listed commit; None where the listing does not say: then what stands there now is fetched."""
    known_blob: str | None = None
    """The blob last seen, worth an If-None-Match where the commit says nothing."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at one card found."""

    target: Target
    status: CardStatus
    detail: str | None = None
    card_blob: str | None = None
    content: bytes | None = None
    card_bytes: int | None = None
    was_moved: bool = False
    is_trouble: bool = False
    """The server or the network failed, rather than this card."""


class Astray(Unanswered):
    """Redirects that lead to another origin, or nowhere."""


class _Absent(StrEnum):
    """Reasons that the Hub gives in X-Error-Code for not serving a file."""

    GATED = "GatedRepo"
    GONE = "RepoNotFound"
    NO_CARD = "EntryNotFound"
    OLD_REVISION = "RevisionNotFound"


STATUSES: Mapping[str, CardStatus] = {
    _Absent.GATED: CardStatus.GATED,
    _Absent.GONE: CardStatus.GONE,
    _Absent.NO_CARD: CardStatus.NO_CARD,
}
"""The Hub's reasons that settle what became of a card."""

OneHop = Literal["untried", "works", "refused"]


@dataclass
class CardDesk:
    """Fetches cards, and remembers whether this server answers in one hop. Safe to use from many threads."""

    client: HubClient
    limit: int = CARD_LIMIT
    one_hop: OneHop = "untried"
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fetch_card(self, target: Target) -> Look:
        """The card at the target's commit. Never raises for what is wrong with one card."""
        try:
            return self._look(target)
        except Unanswered as err:
            return Look(target, CardStatus.FAILED, one_line(str(err)), is_trouble=True)

    def _look(self, target: Target) -> Look:
        if target.revision and self.one_hop != "refused":
            straight = self._straight(target, target.revision)
            if straight and straight.status in (CardStatus.OK, CardStatus.TOO_LARGE):
                self._learn("works")
                return straight
        look = self._through_resolve(target)
        if target.revision and look.status is CardStatus.OK and self.one_hop == "untried":
            self._learn("refused")
        return look

    def _straight(self, target: Target, revision: str) -> Look | None:
        """What one hop gives; None where it leads astray."""
        try:
            answer, was_moved = self._get(_cache_path(target.model_id, revision), target)
        except Astray:
            return None
        return self._read(target, answer, was_moved)

    def _learn(self, one_hop: OneHop) -> None:
        with self._lock:
            if self.one_hop == "untried":
                self.one_hop = one_hop

    def _through_resolve(self, target: Target) -> Look:
        answer, was_moved = self._get(_resolve_path(target.model_id, target.revision or "main"), target)
        if target.revision and answer.error_code == _Absent.OLD_REVISION:
            # The repo was rewritten between listing and fetch: what stands there now is as near as one can get.
            answer, was_moved = self._get(_resolve_path(target.model_id, "main"), target)
            look = self._read(target, answer, was_moved)
            served = one_line(answer.headers.get("x-repo-commit", "unknown"), 64)
            return _with_detail(look, f"the listed commit is gone; served at {served}")
        return self._read(target, answer, was_moved)

    def _get(self, path: str, target: Target) -> tuple[Answer, bool]:
        """The answer at the end of same-origin redirects, and whether the repo's name changed on the way."""
        url, was_moved = self.client.endpoint + path, False
        asked = quote(target.model_id)
        headers = {"if-none-match": f'"{target.known_blob}"'} if target.known_blob and not target.revision else {}
        for _ in range(MOST_HOPS):
            answer = self.client.get(url, resource=Resource.RESOLVERS, limit=self.limit, headers=headers)
            if answer.status not in REDIRECTS:
                return answer, was_moved
            location = self.client.within(answer.url, answer.headers.get("location", ""))
            if location is None:
                raise Astray("redirected to another origin, or nowhere")
            was_moved = was_moved or asked not in location.split("?", 1)[0]
            url = location
        raise Astray(f"redirected more than {MOST_HOPS} times")

    def _read(self, target: Target, answer: Answer, was_moved: bool) -> Look:
        status = _status_of(answer)
        if status is None and answer.status == 200:
            return _checked(target, answer, was_moved)
        if status is None and answer.status == 304:
            return Look(target, CardStatus.OK, None, target.known_blob, None, None, was_moved)
        if status is None:
            said = one_line(answer.error_message or answer.error_code, 120)
            return Look(
                target, CardStatus.FAILED, f"HTTP {answer.status} {said}".strip(), is_trouble=answer.status >= 500
            )
        return Look(target, status, was_moved=was_moved)


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
                while ended is None and _has_room(pending, threads):
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


def _has_room(pending: Collection[Future[Look]], threads: int) -> bool:
    """Whether another card may be asked for: not too many wait to be recorded, and not too much."""
    if len(pending) < threads:
        return True
    done = (f.result() for f in pending if f.done() and f.exception() is None)
    return len(pending) < threads * LOOKS_AHEAD and sum(len(look.content or b"") for look in done) < BYTES_AHEAD


def _status_of(answer: Answer) -> CardStatus | None:
    """What the answer's status and headers settle; None: the body must be looked at, or it settles nothing."""
    if answer.is_too_large:
        return CardStatus.TOO_LARGE
    if answer.status < 400:
        return None
    if answer.error_message == _DISABLED:
        return CardStatus.DISABLED
    if answer.error_code:
        return STATUSES.get(answer.error_code)
    # Without a reason 401 is what the Hub answers for repos that do not exist or may not be seen.
    return CardStatus.GONE if answer.status in (401, 410) else None


def _checked(target: Target, answer: Answer, was_moved: bool) -> Look:
    """The body as a card, if it is what its ETag says."""
    etag = answer.headers.get("etag", "").removeprefix("W/").strip('"').removesuffix("-gzip")
    blob = git_blob_sha1(answer.body)
    if etag == blob or (len(etag) == 64 and etag == hashlib.sha256(answer.body).hexdigest()):
        return Look(target, CardStatus.OK, None, blob, answer.body, len(answer.body), was_moved)
    reason = "the body is not what its ETag says" if etag else "no ETag to check the body against"
    kind = one_line(answer.headers.get("content-type", ""), 40)
    return Look(target, CardStatus.FAILED, f"{reason} ({len(answer.body)} bytes of {kind})", is_trouble=True)


def _with_detail(look: Look, detail: str) -> Look:
    return Look(
        look.target, look.status, look.detail or detail, look.card_blob, look.content, look.card_bytes, look.was_moved
    )


def _cache_path(model_id: str, revision: str) -> str:
    return f"/api/resolve-cache/models/{quote(model_id)}/{revision}/README.md"


def _resolve_path(model_id: str, revision: str) -> str:
    return f"/{quote(model_id)}/resolve/{revision}/README.md"
