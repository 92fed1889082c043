"""One frozen Settings from the environment; nothing else in `etl` reads the environment.

The Hub's own settings (HF_ENDPOINT, HF_TOKEN and the like) stay with huggingface_hub, which reads them itself.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from warehouse.lake import LakeError

DEFAULT_HOME = Path("data")
DEFAULT_SOURCE = "hub"


class BadSetting(LakeError):
    """A variable of the environment says what cannot be meant."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the data live, what is crawled from where, and who asks the Hub."""

    home: Path
    source: str = DEFAULT_SOURCE
    filters: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    search: str | None = None
    limit: int | None = None
    contact: str | None = None
    changed_only: bool = False
    accept_fewer: bool = False
    max_requests: int | None = None
    max_minutes: int | None = None
    threads: int = 4
    sample_day: int = 1

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ, home: Path | None = None) -> Settings:
        """Settings from the environment; `home` beats CARDHOUSE_HOME. Raises BadSetting.

        CARDHOUSE_HOME (default ./data), CARDHOUSE_SOURCE (hub, sample, a folder, a Parquet file; default hub),
        CARDHOUSE_FILTERS and CARDHOUSE_AUTHOR (tags, owners, separated by commas), CARDHOUSE_SEARCH, CARDHOUSE_LIMIT,
        CARDHOUSE_CONTACT (goes into the user agent), CARDHOUSE_CHANGED_ONLY (1: list only what changed),
        CARDHOUSE_MAX_REQUESTS and CARDHOUSE_MAX_MINUTES (a run's budget), CARDHOUSE_THREADS (default 4),
        CARDHOUSE_SAMPLE_DAY (1 or 2).
        """
        chosen = home or Path(environ.get("CARDHOUSE_HOME") or DEFAULT_HOME)
        return cls(
            home=chosen.expanduser().resolve(),
            source=environ.get("CARDHOUSE_SOURCE") or DEFAULT_SOURCE,
            filters=_words(environ, "CARDHOUSE_FILTERS"),
            authors=_words(environ, "CARDHOUSE_AUTHOR"),
            search=environ.get("CARDHOUSE_SEARCH") or None,
            limit=_count(environ, "CARDHOUSE_LIMIT"),
            contact=environ.get("CARDHOUSE_CONTACT") or None,
            changed_only=environ.get("CARDHOUSE_CHANGED_ONLY") == "1",
            max_requests=_count(environ, "CARDHOUSE_MAX_REQUESTS"),
            max_minutes=_count(environ, "CARDHOUSE_MAX_MINUTES"),
            threads=_count(environ, "CARDHOUSE_THREADS") or 4,
            sample_day=_count(environ, "CARDHOUSE_SAMPLE_DAY") or 1,
        )


def whole_number(text: str) -> int:
    """A whole number above zero. Raises ValueError."""
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"'{text}' is no whole number above zero")
    return int(text)


def _words(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Words separated by commas, each once."""
    return tuple(dict.fromkeys(word for part in environ.get(name, "").split(",") if (word := part.strip())))


def _count(environ: Mapping[str, str], name: str) -> int | None:
    """A whole number above zero; None where the variable is not set."""
    text = environ.get(name)
    try:
        return whole_number(text) if text else None
    except ValueError as error:
        raise BadSetting(f"{name}: {error}") from None
