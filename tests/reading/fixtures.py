"""The card fixtures: `cards/<what it shows>.md`, and beside each a sidecar with the rows that a person reads there.

A sidecar's first key is `why`. Its other keys are tables, each with all the rows expected and no others, all rows of
a table with the same fields: those that matter. `hyperparameters` are the statements, `hyperparameter_parts` the rows
with `is_part`. `card` holds the fields of the card as a whole that matter; `model_id` the repo, if it matters.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from etl.reading import Reading, read_card

CARDS = Path(__file__).resolve().parent / "cards"
NOT_TABLES = {"why", "card", "model_id"}
STEMS = sorted(path.stem for path in CARDS.glob("*.md"))

Row = Mapping[str, Any]


@functools.cache
def sidecar(stem: str) -> Row:
    """What a person says the card states."""
    side: Row = json.loads((CARDS / f"{stem}.json").read_text(encoding="utf-8"))
    return side


def content(stem: str) -> bytes:
    """The card's bytes."""
    return (CARDS / f"{stem}.md").read_bytes()


@functools.cache
def reading(stem: str) -> Reading:
    """What the reader says."""
    return read_card(content(stem), model_id=sidecar(stem).get("model_id", f"example-owner/{stem.replace('_', '-')}"))


def rows_read(stem: str, table: str) -> list[dict[str, Any]]:
    """The rows that were read for a key of the sidecar."""
    if table == "hyperparameters":
        return [r for r in reading(stem).records(table) if not r["is_part"]]
    if table == "hyperparameter_parts":
        return [r for r in reading(stem).records("hyperparameters") if r["is_part"]]
    return reading(stem).records(table)


def listed(rows: Sequence[Row], fields: Sequence[str]) -> list[str]:
    """The rows cut to the fields, as sorted lines: NaN equals NaN, -0.0 is not 0.0."""
    return sorted(", ".join(f"{f}={_plain(row[f])!r}" for f in fields) for row in rows)


def _plain(value: object) -> object:
    return str(value) if isinstance(value, StrEnum) else value
