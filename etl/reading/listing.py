"""One raw listing row -> the Hub's words on a repo, typed. A field that is missing or odd is NULL, never an error."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from etl.reading.secrets import masked
from warehouse.schema import ListedModel, Listing, Relation

_TAG_RELATIONS = frozenset(Relation)
_GATED = {False: "no", True: "auto", "auto": "auto", "manual": "manual"}


def read_listing(listing: Listing) -> ListedModel:
    """The typed row. Fields as the Hub's `/api/models` names them; sizes from safetensors, else from GGUF headers."""
    row = _object(_json(listing.row))
    card = _object(row.get("cardData"))
    tags = _texts(row.get("tags"))
    return ListedModel(
        model_id=listing.model_id,
        listed_at=listing.listed_at,
        source=listing.source,
        crawl_id=listing.crawl_id,
        hub_id=listing.hub_id,
        revision=listing.revision,
        created_at=_time(row.get("createdAt")),
        last_modified=_time(row.get("lastModified")),
        downloads=_count(row.get("downloads")),
        downloads_all_time=_count(row.get("downloadsAllTime")),
        likes=_count(row.get("likes")),
        gated=_gated(row.get("gated")),
        disabled=row.get("disabled") if isinstance(row.get("disabled"), bool) else None,
        library_name=_text(row.get("library_name")),
        pipeline_tag=_text(row.get("pipeline_tag")),
        license=next(iter(_texts(card.get("license"))), None) or _after("license:", tags),
        parameters=_count(_object(row.get("safetensors")).get("total"))
        or _count(_object(row.get("gguf")).get("total")),
        tags=tags,
        languages=_texts(card.get("language")),
        datasets=_distinct((*_texts(card.get("datasets")), *_all_after("dataset:", tags))),
        base_models=_parents(tags),
    )


def _parents(tags: Iterable[str]) -> tuple[str, ...]:
    """`base_model:quantized:owner/name` -> `quantized:owner/name`; bare only where no relation is given."""
    found: dict[str, str] = {}
    for given in _all_after("base_model:", tags):
        relation, colon, rest = given.partition(":")
        known = colon and relation in _TAG_RELATIONS
        model, said = (rest, relation) if known else (given, "")
        if model and not found.get(model):
            found[model] = said
    return tuple(f"{relation}:{model}" for model, relation in found.items())


def _all_after(prefix: str, tags: Iterable[str]) -> list[str]:
    return [tag[len(prefix) :] for tag in tags if tag.startswith(prefix)]


def _after(prefix: str, tags: Iterable[str]) -> str | None:
    return next(iter(_all_after(prefix, tags)), None)


def _distinct(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    """A text as tables can hold it: JSON can write half a character, and people write tokens into tags, too."""
    if not isinstance(value, str):
        return None
    whole = value if value.isprintable() else value.encode("utf-8", "replace").decode("utf-8")
    return masked(whole.strip()) or None


def _texts(value: Any) -> tuple[str, ...]:
    """The texts of a text or a list of texts, each once."""
    given = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(dict.fromkeys(text for item in given if (text := _text(item))))


def _count(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value < 2**62 else None


def _gated(value: Any) -> str | None:
    return _GATED.get(value) if isinstance(value, bool | str) else None


def _time(value: Any) -> datetime | None:
    """The Hub's ISO time (2024-01-31T12:00:00.000Z) as naive UTC."""
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value)
        return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time
    except (ValueError, OverflowError):  # the first and the last hours of the calendar are in no other zone
        return None
