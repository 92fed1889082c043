"""The loopback server that speaks the Hub's API over a tree of cards.

Promises: paging, redirects, headers and errors as `huggingface_hub` 2.4 meets them on the real Hub; counters of
requests by kind, for tests that must not trust the client's word; faults on demand.

What must not move in: anything of the crawler's.
"""

from __future__ import annotations

import base64
import contextlib
import email.utils
import itertools
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from etl.cards.card import git_blob_sha1
from etl.hub.sample.faults import Fault, Faults, Kind, Misbehaviour
from etl.hub.sample.tree import SampleRepo, read_repos
from etl.hub.sample.wire import Reply, Server, error_reply, json_reply

TREE = Path(__file__).parent
PAGE_SIZE = 25
"""Small, so that even the bundled repos fill several pages."""

EXPANDABLE = frozenset((
    "author", "baseModels", "cardData", "childrenModelCount", "config", "createdAt", "disabled", "downloads",
    "downloadsAllTime", "evalResults", "gated", "gguf", "inference", "inferenceProviderMapping", "lastModified",
    "library_name", "likes", "mask_token", "model-index", "pipeline_tag", "private", "resourceGroup", "safetensors",
    "sha", "siblings", "spaces", "tags", "transformersInfo", "trendingScore", "usedStorage", "widgetData",
))  # fmt: skip
_PLAIN = ("_id", "id", "likes", "private", "downloads", "tags", "pipeline_tag", "library_name", "createdAt")
_FULL = ("author", "sha", "lastModified", "gated", "disabled", "siblings")
_SORTABLE = frozenset(("createdAt", "lastModified", "downloads", "likes", "trendingScore"))
_REPO = r"(?P<repo>[^/]+/[^/]+|[^/]+)"
_ROUTES: Sequence[tuple[Kind, re.Pattern[str]]] = (
    (Kind.LIST, re.compile(r"/api/models/?")),
    (Kind.RESOLVE_CACHE, re.compile(rf"/api/resolve-cache/models/{_REPO}/(?P<rev>[0-9a-f]{{40}})/(?P<file>.+)")),
    (Kind.MODEL, re.compile(rf"/api/models/{_REPO}/revision/(?P<rev>[^/]+)")),
    (Kind.MODEL, re.compile(rf"/api/models/{_REPO}")),
    (Kind.RESOLVE, re.compile(rf"/{_REPO}/resolve/(?P<rev>[^/]+)/(?P<file>.+)")),
)
_RESOURCES: Mapping[Kind, str] = {Kind.RESOLVE: "resolvers", Kind.RESOLVE_CACHE: "resolvers", Kind.OTHER: "pages"}
DEFAULT_QUOTAS: Mapping[str, tuple[int, int]] = {"api": (1000, 300), "resolvers": (5000, 300), "pages": (200, 300)}
"""Requests per window of seconds, by resource: those of a free account in September 2025."""


class SampleHub:
    """A running sample hub: where it listens, what it was asked, what it answered.

    `one_hop`: it answers at /api/resolve-cache/ without having been asked at /resolve/. `poison`: a repo on whose
    account every page with it fails. `link_to`: the origin that its next pages are said to have.
    """

    def __init__(
        self,
        repos: Mapping[str, SampleRepo],
        *,
        faults: Iterable[Fault] = (),
        page_size: int = PAGE_SIZE,
        quotas: Mapping[str, tuple[int, int]] = DEFAULT_QUOTAS,
        one_hop: bool = True,
        charges_second_hop: bool = True,
        knows_fields: frozenset[str] = EXPANDABLE,
        knows_direction: bool = True,
        poison: str = "",
        link_to: str = "",
        says_limits: bool = True,
        latency: float = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.repos = dict(repos)
        self.faults = Faults(faults)
        self.page_size = page_size
        self.one_hop = one_hop
        self.charges_second_hop = charges_second_hop
        self.knows_fields = knows_fields
        self.knows_direction = knows_direction
        self.poison = poison
        self.link_to = link_to
        self.says_limits = says_limits
        self.latency = latency
        self.clock = clock
        self.requests: Counter[Kind] = Counter()
        self.answers: Counter[int] = Counter()
        self.paths: list[str] = []
        self.agents: set[str] = set()
        self.tokens: set[str] = set()
        self.remember_paths = True
        self.stopping = threading.Event()
        self._quotas = dict(quotas)
        self._windows: dict[str, tuple[float, int]] = {}
        self._lock = threading.Lock()
        self._orders: dict[tuple[str, bool], list[Mapping[str, Any]]] = {}
        self._server = Server(self)

    @property
    def endpoint(self) -> str:
        """The address to give to a crawler."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    @property
    def card_requests(self) -> int:
        """Requests for cards, each hop counted."""
        return self.requests[Kind.RESOLVE] + self.requests[Kind.RESOLVE_CACHE]

    def forget_requests(self) -> None:
        """Set all counters to zero."""
        self.requests.clear()
        self.answers.clear()
        self.paths.clear()

    def start(self) -> None:
        """Serve from a thread of its own."""
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop_stalling(self) -> None:
        """Let go of every client that is kept waiting."""
        self.stopping.set()

    def stop(self) -> None:
        """End every connection and stop serving."""
        self.stopping.set()
        self._server.shutdown()
        self._server.close_connections()
        self._server.server_close()

    # -- one request -------------------------------------------------------------------------------------

    def reply(self, target: str, headers: Mapping[str, str]) -> tuple[Reply, Fault | None]:
        """The answer to a GET of `target` (names of headers in lower case), and the fault that is to spoil it."""
        parts = urlsplit(target)
        kind, found = _route(parts.path)
        with self._lock:
            self.requests[kind] += 1
            if self.remember_paths:
                self.paths.append(target)
            self.agents.add(headers.get("user-agent") or "")
            self.tokens |= {headers["authorization"]} if "authorization" in headers else set()
        fault = self.faults.strike(kind, unquote(target))
        limits, refused = self._charge(kind)
        if self.latency:
            time.sleep(self.latency)
        query = parse_qsl(parts.query, keep_blank_values=True)
        if refused:
            reply, fault = error_reply(429, None, "We had to rate limit you."), None
        elif fault and (spoiled := _spoiled_answer(fault, target)):
            reply, fault = spoiled, None
        else:
            reply = self._answer(kind, found, query, headers)
        if fault and fault.misbehaviour is Misbehaviour.EXTRA_ROWS:
            reply = Reply(reply.status, b"[" + fault.text.encode() + b"," + reply.body[1:], reply.headers)
        if fault and fault.misbehaviour is Misbehaviour.CIRCLE:
            reply = Reply(reply.status, reply.body, {**reply.headers, "Link": f'<{target}>; rel="next"'})
        with self._lock:
            self.answers[reply.status] += 1
        return Reply(reply.status, reply.body, {**limits, **reply.headers}), fault

    def _charge(self, kind: Kind) -> tuple[dict[str, str], bool]:
        """RateLimit headers after this request, and whether it exceeds the window's quota."""
        resource = _RESOURCES.get(kind, "api")
        quota, seconds = self._quotas[resource]
        with self._lock:
            start, used = self._windows.get(resource, (self.clock(), 0))
            if self.clock() >= start + seconds:
                start, used = self.clock(), 0
            if kind is not Kind.RESOLVE_CACHE or self.charges_second_hop or self.one_hop:
                used += 1
            self._windows[resource] = (start, used)
            left = max(0, quota - used)
            reset = max(0, int(start + seconds - self.clock()))
        limits = {
            "RateLimit": f'"{resource}";r={left};t={reset}',
            "RateLimit-Policy": f'"fixed window";"{resource}";q={quota};w={seconds}',
        }
        return limits if self.says_limits else {}, used > quota

    def _answer(
        self, kind: Kind, found: Mapping[str, str], query: list[tuple[str, str]], headers: Mapping[str, str]
    ) -> Reply:
        if kind is Kind.LIST:
            return self._listing(query)
        if kind is Kind.OTHER:
            return json_reply(200, {})
        repo = self.repos.get(found["repo"])
        if repo is None or repo.control.get("gone") or repo.control.get("vanishes"):
            return error_reply(401, "RepoNotFound", "Invalid username or password.")
        if new_id := repo.control.get("renamed_to"):
            where = quote(_unsplit(kind, new_id, found))
            return Reply(307, b"Temporary Redirect", {"Location": where})
        revision = found.get("rev") or repo.head
        commit = repo.head if revision == "main" else revision
        if commit not in repo.cards:
            return error_reply(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        if kind is Kind.MODEL:
            fields = [v for k, v in query if k == "expand"]
            return json_reply(200, _shown(repo.row, fields) if fields else dict(repo.row))
        return self._file(kind, found, repo, commit, dict(query), headers)

    def _file(
        self,
        kind: Kind,
        found: Mapping[str, str],
        repo: SampleRepo,
        commit: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
    ) -> Reply:
        if repo.control.get("disabled"):
            return error_reply(403, None, "Access to this resource is disabled.")
        if repo.control.get("gated"):
            return error_reply(401, "GatedRepo", f"Access to model {found['repo']} is restricted.")
        card = repo.cards[commit] if found["file"] == "README.md" else None
        if card is None:
            return error_reply(404, "EntryNotFound", "Entry not found")
        etag = f'"{git_blob_sha1(card)}"'
        common = {"X-Repo-Commit": commit, "ETag": etag, "Accept-Ranges": "bytes"}
        if kind is Kind.RESOLVE:
            name = f"/api/resolve-cache/models/{quote(found['repo'])}/{commit}/README.md"
            asked = urlencode({f"/{found['repo']}/resolve/{found['rev']}/README.md": "", "etag": etag})
            return Reply(307, b"Temporary Redirect", {**common, "Location": f"{name}?{asked}"})
        if not self.one_hop and "etag" not in query:
            return error_reply(404, None, "Not Found")
        if headers.get("if-none-match") in (etag, "*"):
            return Reply(304, b"", common)
        return Reply(200, card, {**common, "Content-Type": "text/plain; charset=utf-8"})

    def _rows_after(self, cursor: str | None, sort: str, rising: bool) -> Iterator[Mapping[str, Any]]:
        """All rows in an order, from a place in it on. Each order is made once: repos do not change while served."""
        key = (sort, rising)
        with self._lock:
            if key not in self._orders:
                rows = sorted((r.row for r in self.repos.values()), key=lambda row: _place(row, sort))
                self._orders[key] = rows if rising else rows[::-1]
        rows = self._orders[key]
        if cursor is None:
            return iter(rows)
        passed = tuple(json.loads(base64.urlsafe_b64decode(cursor)))
        low, high = 0, len(rows)
        while low < high:
            middle = (low + high) // 2
            place = _place(rows[middle], sort)
            if place > passed if rising else place < passed:
                high = middle
            else:
                low = middle + 1
        return itertools.islice(rows, low, None)

    # -- the listing -------------------------------------------------------------------------------------

    def _listing(self, query: list[tuple[str, str]]) -> Reply:
        given = dict(query)
        filters = [f for k, v in query if k == "filter" for f in v.split(",")]
        fields = [v for k, v in query if k == "expand"]
        if unknown := [f for f in fields if f not in self.knows_fields]:
            return json_reply(400, {"error": f'Invalid value for "expand": {", ".join(unknown)}'})
        sort = given.get("sort", "trendingScore")
        if sort not in _SORTABLE:
            return json_reply(400, {"error": f'Invalid value for "sort": {sort}'})
        rising = self.knows_direction and given.get("direction") == "1"
        rows = self._rows_after(given.get("cursor"), sort, rising)
        size = min(int(given.get("limit", self.page_size)), self.page_size)
        found = (row for row in rows if _is_listed(self.repos[row["id"]], filters, given))
        page = list(itertools.islice(found, size))
        more = next(found, None) is not None
        if any(row["id"] == self.poison for row in page):
            return error_reply(500, None, "Internal Error")
        headers = {}
        if more:
            place = base64.urlsafe_b64encode(json.dumps(_place(page[-1], sort)).encode()).decode()
            following = [(k, v) for k, v in query if k != "cursor"] + [("cursor", place)]
            headers["Link"] = f'<{self.link_to or self.endpoint}/api/models?{urlencode(following)}>; rel="next"'
        return json_reply(200, [_listed_row(row, fields, given) for row in page], **headers)


def _route(path: str) -> tuple[Kind, dict[str, str]]:
    for kind, pattern in _ROUTES:
        if match := pattern.fullmatch(path):
            return kind, {k: unquote(v) for k, v in match.groupdict().items()}
    return Kind.OTHER, {}


def _unsplit(kind: Kind, model_id: str, found: Mapping[str, str]) -> str:
    if kind is Kind.RESOLVE:
        return f"/{model_id}/resolve/{found['rev']}/{found['file']}"
    if kind is Kind.RESOLVE_CACHE:
        return f"/api/resolve-cache/models/{model_id}/{found['rev']}/{found['file']}"
    return f"/api/models/{model_id}" + (f"/revision/{found['rev']}" if "rev" in found else "")


def _is_listed(repo: SampleRepo, filters: Sequence[str], given: Mapping[str, str]) -> bool:
    row = repo.row
    if repo.control.get("gone") or repo.control.get("renamed_to"):
        return False
    tags = {*row.get("tags", ()), row.get("pipeline_tag"), row.get("library_name")}
    if not tags.issuperset(filters):
        return False
    if "author" in given and row.get("author") != given["author"]:
        return False
    return given.get("search", "").lower() in str(row["id"]).lower()


def _place(row: Mapping[str, Any], sort: str) -> tuple[Any, str]:
    """A repo's place in an order: stable while others come and go."""
    return row.get(sort) or ("" if sort in ("createdAt", "lastModified") else 0), str(row["_id"])


def _shown(row: Mapping[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    return {k: row[k] for k in ("_id", "id", *fields) if k in row}


def _listed_row(row: Mapping[str, Any], fields: Sequence[str], given: Mapping[str, str]) -> dict[str, Any]:
    if fields:
        return _shown(row, fields)
    names = list(_PLAIN)
    if given.get("full") == "true":
        names += _FULL
    names += [n for n, key in (("cardData", "cardData"), ("config", "config")) if given.get(key) == "true"]
    return {**{k: row[k] for k in names if k in row}, "modelId": row["id"]}


# -- misbehaving -----------------------------------------------------------------------------------------


def _spoiled_answer(fault: Fault, target: str) -> Reply | None:
    """The answer that takes the place of the right one; None where the fault spoils the sending instead."""
    after = str(int(fault.seconds))
    date = email.utils.formatdate(time.time() + fault.seconds, usegmt=True)
    answers: Mapping[Misbehaviour, Callable[[], Reply]] = {
        Misbehaviour.STATUS: lambda: error_reply(fault.status, None, "Something went wrong"),
        Misbehaviour.RATE_LIMITED: lambda: Reply(429, b"", {"RateLimit": f'"api";r=0;t={after}'}),
        Misbehaviour.RETRY_AFTER: lambda: Reply(fault.status, b"", {"Retry-After": after}),
        Misbehaviour.RETRY_AT: lambda: Reply(fault.status, b"", {"Retry-After": date}),
        Misbehaviour.PAGE: lambda: Reply(200, fault.text.encode(), {"Content-Type": fault.media_type}),
        Misbehaviour.BAD_TOKEN: lambda: error_reply(401, None, "Invalid credentials in Authorization header"),
        Misbehaviour.ELSEWHERE: lambda: Reply(302, b"", {"Location": fault.text}),
        Misbehaviour.LOOP: lambda: Reply(307, b"", {"Location": target}),
    }
    make = answers.get(fault.misbehaviour)
    return make() if make else None


@contextlib.contextmanager
def serve_sample(
    day: int = 1, faults: Iterable[Fault] = (), *, tree: Path = TREE, **settings: Any
) -> Iterator[SampleHub]:
    """A sample hub on loopback for as long as the block runs, serving the tree as it stands on that day."""
    hub = SampleHub(read_repos(tree, day), faults=faults, **settings)
    hub.start()
    try:
        yield hub
    finally:
        hub.stop()
