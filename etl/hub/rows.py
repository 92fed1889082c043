"""Rows of the Hub's API as raw JSON, read only as far as a crawl needs. Pure.

Promises: a row's text is kept byte for byte; a row that is no object or has no usable id is named, never guessed at.

What must not move in: the network, what is known, files.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

LONGEST_ID = 200
"""The Hub allows 96 characters for each part of an id."""
TRUSTED_SIBLINGS = 500
"""A longer list of files might have been cut by the server: its silence on README.md proves nothing."""
COUNTERS = frozenset(("downloads", "downloadsAllTime", "likes", "trendingScore", "childrenModelCount", "usedStorage"))
"""What changes without anybody touching the repo: not part of a row's digest."""
_ID = re.compile(r"[^\s/\\]+(/[^\s/\\]+)?")


@dataclass(frozen=True, slots=True)
class ListedRepo:
    """One row of a listing, read as far as a crawl needs."""

    model_id: str
    hub_id: str | None
    revision: str | None
    last_modified: datetime | None
    has_card: bool | None
    """Whether README.md is among the files listed; None where that cannot be told."""
    is_gated: bool | None
    """Whether its files are behind a gate; None where the listing does not say."""
    is_disabled: bool | None
    downloads: int | None
    downloads_all_time: int | None
    likes: int | None
    row: str
    digest: str


class PageBroken(ValueError):
    """A page that is no JSON list of rows. The message says why."""


def read_page(text: str) -> tuple[list[ListedRepo], list[str]]:
    """The rows of one page, and why each of the others was refused. Raises PageBroken where it is no list."""
    repos: list[ListedRepo] = []
    refused: list[str] = []
    try:
        for value, source in _read_items(text):
            row = read_row(value, source)
            if isinstance(row, ListedRepo):
                repos.append(row)
            else:
                refused.append(row)
    except (ValueError, RecursionError) as err:
        raise PageBroken(one_line(str(err))) from None
    return repos, refused


def _read_items(text: str) -> Iterator[tuple[Any, str]]:
    """Each value of a JSON list with the very text it was written in."""
    decoder = json.JSONDecoder()
    at = _past_space(text, 0)
    if text[at : at + 1] != "[":
        raise PageBroken(f"the page is no JSON list: {one_line(text[:80])!r}")
    at = _past_space(text, at + 1)
    while text[at : at + 1] != "]":
        value, end = decoder.raw_decode(text, at)
        yield value, text[at:end]
        at = _past_space(text, end)
        if text[at : at + 1] == ",":
            at = _past_space(text, at + 1)
        elif text[at : at + 1] != "]":
            raise PageBroken("the page's JSON ends in the middle")


def _past_space(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\n", "\r", "\t"):
        at += 1
    return at


def read_row(value: Any, source: str) -> ListedRepo | str:
    """One row of the API, `source` being its JSON; or why it cannot be used."""
    if not isinstance(value, Mapping):
        return f"a row that is no object: {one_line(source, 60)}"
    model_id = value.get("id", value.get("modelId"))
    if reason := refuse_id(model_id):
        return reason
    return ListedRepo(
        model_id=sys.intern(str(model_id)),
        hub_id=_text(value.get("_id")),
        revision=_commit(value.get("sha")),
        last_modified=read_time(value.get("lastModified")),
        has_card=_has_card(value.get("siblings")),
        is_gated=_is_set(value.get("gated")),
        is_disabled=_is_set(value.get("disabled")),
        downloads=_count(value.get("downloads")),
        downloads_all_time=_count(value.get("downloadsAllTime")),
        likes=_count(value.get("likes")),
        row=source,
        digest=digest_of(value),
    )


def refuse_id(model_id: object) -> str | None:
    """Why this cannot be a repo's id; None if it can. Other scripts than Latin are no reason."""
    if not isinstance(model_id, str):
        return f"an id that is no text: {one_line(repr(model_id), 60)}"
    shown = one_line(ascii(model_id), 60)
    if len(model_id) > LONGEST_ID:
        return f"an id of {len(model_id)} characters: {shown}"
    if not model_id.isprintable() or not _ID.fullmatch(model_id) or {".", ".."} & set(model_id.split("/")):
        return f"an id that names no repo: {shown}"
    return None


def digest_of(row: Mapping[str, Any], without: frozenset[str] = COUNTERS) -> str:
    """A digest of a row that stays the same while only its counters change."""
    stable = json.dumps({k: v for k, v in row.items() if k not in without}, sort_keys=True)
    return hashlib.blake2b(stable.encode(), digest_size=8).hexdigest()


def read_time(value: object) -> datetime | None:
    """A time of the API as naive UTC; None where it is none."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.isprintable() else None


def _commit(value: object) -> str | None:
    return value if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", value) else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63 else None


def _is_set(value: object) -> bool | None:
    """Whether a field that is false or says how it is true (gated: auto, manual) is true; None where it is neither."""
    return value if isinstance(value, bool) else bool(value) if isinstance(value, str) else None


def _has_card(siblings: object) -> bool | None:
    if not isinstance(siblings, list) or len(siblings) > TRUSTED_SIBLINGS:
        return None
    names = [s.get("rfilename") if isinstance(s, Mapping) else None for s in siblings]
    return None if None in names else "README.md" in names


def one_line(text: str, length: int = 200) -> str:
    """The text in one line, cut to `length`: for errors, details and the ledger."""
    return " ".join(text.split())[:length]
