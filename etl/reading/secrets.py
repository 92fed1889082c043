"""Access tokens that people printed in their cards -> masked, in every text that leaves the reader."""

from __future__ import annotations

import dataclasses
import re
from typing import Any, TypeVar

from warehouse.schema import Fact

_TOKENS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("hf_", re.compile(r"hf_[A-Za-z0-9]{30,}+")),
    ("api_org_", re.compile(r"api_org_[A-Za-z0-9]{30,}+")),
    ("sk-", re.compile(r"(?<![A-Za-z0-9])sk-(?:proj-|ant-)?[A-Za-z0-9_-]{20,}+")),
    *((f"gh{kind}_", re.compile(rf"gh{kind}_[A-Za-z0-9]{{30,}}+")) for kind in "pousr"),
    ("github_pat_", re.compile(r"github_pat_\w{50,}+")),
    ("AKIA", re.compile(r"AKIA[0-9A-Z]{16,}+")),
    ("AIza", re.compile(r"AIza[0-9A-Za-z_-]{35}")),
    ("xox", re.compile(r"xox[abpr]-[0-9A-Za-z-]{10,}+")),
    ("glpat-", re.compile(r"glpat-[\w-]{20,}+")),
    ("eyJ", re.compile(r"eyJ[A-Za-z0-9_-]{20,4000}\.[A-Za-z0-9_-]{20,4000}\.[A-Za-z0-9_-]{10,1000}")),
    ("@", re.compile(r"https://[^\s/:@]{1,80}:[^\s/@]{6,200}@")),
    ("WANDB_API_KEY=", re.compile(r"(?<=WANDB_API_KEY=)[0-9a-f]{40}")),
)
"""What a text must hold for the pattern to be tried, and the pattern."""
MASK = "[secret]"
Row = TypeVar("Row", bound=Fact)


def secrets_in(text: str) -> list[int]:
    """Where in the text tokens begin, in order."""
    return sorted(m.start() for hint, pattern in _TOKENS if hint in text for m in pattern.finditer(text))


def masked(text: str) -> str:
    """The text with every token replaced by `[secret]`."""
    for hint, pattern in _TOKENS:
        if hint in text:
            text = pattern.sub(MASK, text)
    return text


def masked_row(row: Row) -> Row:
    """The row with its texts masked; the same object where nothing had to be."""
    changes: dict[str, Any] = {}
    for field in dataclasses.fields(row):
        value = getattr(row, field.name)
        if type(value) is str and masked(value) != value:
            changes[field.name] = masked(value)
    return dataclasses.replace(row, **changes) if changes else row
