"""The cards that speed is measured on: the corpus of real ones beside the checkout, else the bundled sample."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
CORPUS = SHARED / "corpus" / "cards.parquet"
SAMPLE = ROOT / "etl" / "hub" / "sample" / "repos"

Card = tuple[str, bytes]
"""model_id, content."""


def cards(limit: int | None = None) -> list[Card]:
    """The corpus, or its first `limit` cards; without ../shared the sample's cards."""
    if CORPUS.exists():
        table = pq.read_table(CORPUS, columns=["modelId", "card"]).slice(0, limit)
        return list(zip(table["modelId"].to_pylist(), table["card"].to_pylist(), strict=True))
    return sample()[:limit]


def sample() -> list[Card]:
    """The cards of the bundled sample hub."""
    files = sorted(SAMPLE.glob("*/*/README.md"))
    return [(file.parent.relative_to(SAMPLE).as_posix(), file.read_bytes()) for file in files]


def where() -> str:
    """What `cards` gives, in words."""
    return "the corpus" if CORPUS.exists() else "the bundled sample (no ../shared beside this checkout)"
