"""What the Hub lists: pages of its API as raw JSON, each row untouched, read only as far as the crawl needs.

Promises: a row's JSON text is kept byte for byte; a row that is no object or has no usable id is counted, never
guessed at; a page that cannot be had is asked for in smaller pieces, then from the other end.

`HfApi.list_models` will not do: it waits for ever (no timeout), one odd row ends it, and what its dataclasses do not
know is lost (huggingface_hub 2.4).

What must not move in: cards, what is already known, files.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qsl, urlencode, urlsplit

from etl.hub.client import Answer, HubClient, HubRefused, Unanswered, Unreachable
from etl.hub.pace import Resource
from etl.hub.rows import ListedRepo, one_line, read_page

PAGE_SIZE = 1000
PAGE_LIMIT = 256 << 20
"""Bytes of one page at most; a page of 1000 rows is some megabytes."""

FIELDS: Sequence[str] = (
    "sha", "lastModified", "createdAt", "downloads", "downloadsAllTime", "likes", "tags", "pipeline_tag",
    "library_name", "gated", "disabled", "cardData", "safetensors", "gguf", "siblings",
)  # fmt: skip
"""What is asked for: what the tables use, and the files, which tell at no cost that a repo has no card."""
INDISPENSABLE: Sequence[str] = ("sha", "lastModified", "createdAt", "downloads", "likes", "tags")


class Order(StrEnum):
    """The order of a listing. Creation never changes, so a listing of everything misses no repo that moves meanwhile;
    modification brings what changed to the front."""

    CREATED = "createdAt"
    MODIFIED = "lastModified"


@dataclass(frozen=True, slots=True)
class Scope:
    """What to crawl: tags that must all be carried, owners, a search term, and at most so many repos."""

    filters: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    search: str | None = None
    limit: int | None = None

    @property
    def is_everything(self) -> bool:
        """Whether no repo is left out."""
        return self == Scope()

    def as_json(self) -> str:
        """The scope as the ledger keeps it."""
        return json.dumps(dataclasses.asdict(self))

    def params(self, author: str | None) -> list[tuple[str, str]]:
        """The scope as query parameters, all but the limit. A hub is asked for one owner at a time."""
        given = [("filter", f) for f in self.filters]
        given += [(k, v) for k, v in (("author", author), ("search", self.search)) if v]
        return given


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its repos, the rows that were none (each with the reason), and the address of the next page."""

    repos: tuple[ListedRepo, ...]
    refused: tuple[str, ...]
    next_url: str | None


@dataclass
class Walk:
    """One walk through the pages of a listing, owner by owner: where it stands, and what it could not get.

    `next_url` is the path and query of the page to come; None when the walk is over.
    """

    client: HubClient
    scope: Scope
    order: Order = Order.CREATED
    page_size: int = PAGE_SIZE
    next_url: str | None = None
    is_complete: bool = False
    was_restarted: bool = False
    """Whether the server refused the page to resume at, and the walk began anew."""
    skipped: list[str] = field(default_factory=list)
    fields: Sequence[str] = FIELDS
    is_rising: bool = False
    """Whether the order is asked for from its other end, which not every server knows."""
    after_this_author: str | None = None
    """Path and query of the next owner's first page; None where the page in hand is of the last owner."""
    _successes: int = 0

    def first_url(self, author: str | None = None) -> str:
        """Path and query of the first page, or of the first page of one owner."""
        author = author or next(iter(self.scope.authors), None)
        size = min(self.page_size, self.scope.limit or self.page_size)
        asked = [("expand", f) for f in self.fields] if self.fields else [("full", "true"), ("cardData", "true")]
        rising = [("direction", "1")] if self.is_rising else []
        given = [*self.scope.params(author), *rising, ("sort", str(self.order)), ("limit", str(size)), *asked]
        return "/api/models?" + urlencode(given)

    def fetch_pages(self) -> Iterator[Page]:
        """The pages from `next_url` (or the first) on. After each, `next_url` is where a later walk can go on."""
        is_resumed, has_begun = self.next_url is not None, False
        self.next_url = self.next_url or self.first_url()
        while self.next_url is not None:
            self.after_this_author = self._after_author_of(self.next_url)
            try:
                page = self._fetch_page(self.next_url, is_first=not is_resumed)
            except HubRefused:
                if not is_resumed or has_begun:
                    raise
                self.next_url, self.was_restarted, is_resumed = self.first_url(), True, False
                continue
            except Unanswered as err:
                smaller = self._with_smaller_pages(self.next_url)
                if smaller and not isinstance(err, Unreachable):
                    self.next_url = smaller
                    continue
                if not has_begun:
                    raise HubRefused(f"{self.client.name} cannot be listed: {err}") from None
                self.skipped.append(f"the listing stops at {one_line(self.next_url, 300)}: {err}")
                if self.after_this_author is None:
                    return
                self.next_url = self.after_this_author
                continue
            is_resumed = has_begun = True
            self.next_url = page.next_url or self.after_this_author
            yield page
        self.is_complete = not self.skipped

    def _after_author_of(self, url: str) -> str | None:
        """The first page of the owner after the one that the address asks for."""
        asked, authors = _author_of(url), self.scope.authors
        later = authors[authors.index(asked) + 1 :] if asked in authors else ()
        return self.first_url(later[0]) if later else None

    def fetch_from_the_other_end(self) -> Iterator[Page]:
        """The pages in rising order, for a walk that could not get past a page. The caller ends it at known ground."""
        other = dataclasses.replace(self, next_url=None, is_rising=True, skipped=[])
        try:
            yield from other.fetch_pages()
        except HubRefused as err:
            self.skipped.append(f"there is no listing from the other end: {err}")
        self.skipped += other.skipped

    def _fetch_page(self, url: str, *, is_first: bool) -> Page:
        answer = self.client.get(
            self.client.endpoint + url, resource=Resource.API, limit=PAGE_LIMIT, headers={"accept": "application/json"}
        )
        if answer.status == 400 and is_first and self.fields:
            self.fields = _fewer_fields(self.fields, answer)
            return self._fetch_page(self.first_url(), is_first=True)
        if answer.status in (400, 401, 403, 404, 410):
            raise HubRefused(f"{self.client.name} refuses the listing: HTTP {answer.status} {_said(answer)}")
        if answer.status != 200 or answer.is_too_large:
            raise Unanswered("the page is too large" if answer.is_too_large else f"HTTP {answer.status}")
        return self._read(answer)

    def _read(self, answer: Answer) -> Page:
        try:
            repos, refused = read_page(answer.body.decode("utf-8"))
        except ValueError as err:  # PageBroken, or bytes that are no UTF-8
            raise Unanswered(f"the page cannot be read: {one_line(str(err))}") from None
        return Page(tuple(repos), tuple(refused), self._next(answer))

    def _next(self, answer: Answer) -> str | None:
        """Path and query of the next page. Whatever origin the link names (mirrors pass on the Hub's), ours is asked.

        None after the last page.
        """
        link = next_link(answer.headers.get("link", ""))
        if link is None:
            return None
        try:
            parts = urlsplit(link)
        except ValueError:  # http://[x
            parts = urlsplit("")
        if not parts.path.endswith("/api/models"):
            raise HubRefused(f"the listing's next page is none: {one_line(link, 100)}")
        query, author = parts.query, _author_of(answer.url)
        if author and not _author_of(link):  # where the walk stands must be told by the address alone
            query += f"&{urlencode([('author', author)])}"
        return self._with_larger_pages(f"/api/models?{query}")

    def _with_smaller_pages(self, url: str) -> str | None:
        size = _size_of(url, self.page_size)
        self._successes = 0
        return _sized(url, size // 10 or 1) if size > 1 else None

    def _with_larger_pages(self, url: str) -> str:
        """Pages grow again once ten smaller ones have covered what one full page could not."""
        size = _size_of(url, self.page_size)
        self._successes += 1
        if size >= self.page_size or self.scope.limit or self._successes < 10:
            return url
        self._successes = 0
        return _sized(url, min(size * 10, self.page_size))


def _fewer_fields(fields: Sequence[str], answer: Answer) -> Sequence[str]:
    """The fields to ask for after a refusal: without those it names, else the indispensable, else none by name."""
    said = set(re.findall(r"[\w-]+", answer.body[:5000].decode("utf-8", "replace")))
    left = [f for f in fields if f not in said]
    if left and len(left) < len(fields):
        return left
    return INDISPENSABLE if len(fields) > len(INDISPENSABLE) else ()


def next_link(header: str) -> str | None:
    """The address that a Link header calls `next`; None if there is none."""
    for address, params in re.findall(r"<([^>]*)>((?:\s*;[^,<]*)*)", header):
        if re.search(r"""\brel\s*=\s*"?next\b""", params):
            return str(address)
    return None


def _author_of(url: str) -> str | None:
    return dict(parse_qsl(urlsplit(url).query)).get("author")


def _size_of(url: str, otherwise: int) -> int:
    given = dict(parse_qsl(urlsplit(url).query)).get("limit", "")
    return int(given) if given.isdecimal() else otherwise


def _sized(url: str, size: int) -> str:
    parts = urlsplit(url)
    given = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k != "limit"]
    return f"{parts.path}?{urlencode([*given, ('limit', str(size))])}"


def _said(answer: Answer) -> str:
    return one_line(answer.error_message or answer.body[:300].decode("utf-8", "replace"), 120)
