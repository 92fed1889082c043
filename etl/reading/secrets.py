"""Access tokens that people printed in their cards -> masked, in every text that leaves the reader."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import Any, TypeVar

from etl.cards import Card
from etl.cards.sieve import Words
from warehouse.schema import CardReading, Fact

_TOKENS: tuple[tuple[Words, re.Pattern[str]], ...] = (
    (Words("hf_"), re.compile(r"hf_[A-Za-z0-9]{30,}+")),
    (Words("api_org_"), re.compile(r"api_org_[A-Za-z0-9]{30,}+")),
    (Words("api_"), re.compile(r"(?<![A-Za-z0-9_])api_[A-Za-z0-9]{30,}+(?!_)")),  # as the Hub gave them until 2021
    # Not the `sk-58b9b78a-229c-...` and `sk-toggleable__label` of scikit-learn's HTML.
    (Words("sk-"), re.compile(r"(?<![A-Za-z0-9])sk-(?:(?:proj|ant|or|svcacct|admin)-[\w-]{20,}+|[A-Za-z0-9]{20,}+)")),
    (Words("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), re.compile(r"gh[pousr]_[A-Za-z0-9]{30,}+")),
    (Words("github_pat_"), re.compile(r"github_pat_\w{50,}+")),
    (Words("AKIA"), re.compile(r"AKIA[0-9A-Z]{16,}+")),
    (Words("AIza"), re.compile(r"AIza[0-9A-Za-z_-]{35}")),
    (Words("xox"), re.compile(r"xox[abpr]-[0-9A-Za-z-]{10,}+")),
    (Words("glpat-"), re.compile(r"glpat-[\w-]{20,}+")),
    (Words("eyJ"), re.compile(r"eyJ[A-Za-z0-9_-]{20,4000}\.[A-Za-z0-9_-]{20,4000}\.[A-Za-z0-9_-]{10,1000}")),
    (Words("@"), re.compile(r"https://[^\s/:@]{1,80}:[^\s/@]{6,200}@")),
    (Words("WANDB_API_KEY="), re.compile(r"(?<=WANDB_API_KEY=)[0-9a-f]{40}")),
    (Words("accessToken="), re.compile(r"(?<=accessToken=)[0-9a-z]{64}")),
)
"""Of which words a text must hold one for the pattern to be tried, and the pattern."""
_BEGINS = re.compile("|".join(re.escape(word) for words, _ in _TOKENS for word in words))
"""What every token begins with or holds: nearly no text does, and then no pattern need be tried."""
_SIGNATURE = re.compile(r"verifyToken:\s{0,9}(?:[>|]-?\s{1,40})?['\"]?$")
"""What stands before the Hub's own signature of a result that it has verified (model-index): public, and opens nothing."""
MASK = "[secret]"
BEGINNING = 8
"""So many characters of a token are no secret, and tell it from other words."""
Row = TypeVar("Row", bound=Fact | CardReading)


def secrets_in(card: Card) -> list[int]:
    """Where in the card's text tokens begin, in order."""
    said = card.said | card.said_in_front
    found = [m.start() for words, pattern in _TOKENS if words.any_of(said) for m in pattern.finditer(card.text)]
    return sorted(at for at in found if not _SIGNATURE.search(card.text[max(0, at - 70) : at]))


def beginnings(text: str, offsets: Sequence[int]) -> tuple[str, ...]:
    """How the tokens at these offsets begin: what an excerpt may still hold of one that it cuts short."""
    found = (text[at : at + BEGINNING] for at in offsets)
    return tuple({begin for begin in found if "//" not in begin})


def masked(text: str, begins: Sequence[str] = ()) -> str:
    """The text with every token replaced by `[secret]`, and every piece of one that begins like one of `begins`."""
    for _, pattern in _TOKENS if _BEGINS.search(text) else ():
        text = pattern.sub(MASK, text)
    for begin in begins:
        if begin in text:
            text = re.sub(re.escape(begin) + r"[\w.-]*+", MASK, text)
    return text


def masked_row(row: Row, begins: Sequence[str] = ()) -> Row:
    """The row with its texts masked; the same object where nothing had to be. Whose card it is, is no secret."""
    changes: dict[str, Any] = {}
    for field in dataclasses.fields(row):
        value = getattr(row, field.name)
        if field.name == "model_id":  # a repo may be called as a token begins: `task-proj-x`
            continue
        if type(value) is str and (safe := masked(value, begins)) != value:
            changes[field.name] = safe
    return dataclasses.replace(row, **changes) if changes else row
