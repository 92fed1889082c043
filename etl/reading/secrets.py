"""Access tokens that people printed in their cards -> masked, in every text that leaves the reader."""

from __future__ import annotations

import dataclasses
import re
from typing import Any, TypeVar

from warehouse.schema import Fact

_TOKEN = re.compile(
    r"\b(?:hf_[A-Za-z0-9]{30,40}|api_org_[A-Za-z0-9]{30,40}|sk-(?:proj-|ant-)?[A-Za-z0-9_-]{20,200}|gh[pousr]_[A-Za-z0-9]{30,255}|"
    r"github_pat_\w{50,100}|AKIA[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{35}|xox[abpr]-[0-9A-Za-z-]{10,100}|glpat-[\w-]{20,40})\b"
    r"|eyJ[A-Za-z0-9_-]{20,4000}\.[A-Za-z0-9_-]{20,4000}\.[A-Za-z0-9_-]{10,1000}"
    r"|(?<=https://)[^\s/:@]{1,80}:[^\s/@]{6,200}(?=@)"
    r"|(?<=WANDB_API_KEY=)[0-9a-f]{40}"
)
_HINTS = ("hf_", "api_org_", "sk-", "gh", "AKIA", "AIza", "xox", "glpat-", "eyJ", "@", "WANDB_API_KEY")
MASK = "[secret]"
Row = TypeVar("Row", bound=Fact)


def secrets_in(text: str) -> list[int]:
    """Where in the text tokens begin."""
    if not any(hint in text for hint in _HINTS):
        return []
    return [m.start() for m in _TOKEN.finditer(text)]


def masked(text: str) -> str:
    """The text with every token replaced by `[secret]`."""
    return _TOKEN.sub(MASK, text) if any(hint in text for hint in _HINTS) else text


def masked_row(row: Row) -> Row:
    """The row with its texts masked; the same object where nothing had to be."""
    changes: dict[str, Any] = {}
    for field in dataclasses.fields(row):
        value = getattr(row, field.name)
        if type(value) is str and masked(value) != value:
            changes[field.name] = masked(value)
    return dataclasses.replace(row, **changes) if changes else row
