"""Cards that say of themselves that they are another repo's weights in another form, whose card they reprint.

What is quantized or packed, `about` knows by its name and its own words. Mirrors, and forks in the same form, are no
copies here: people read their cards as their own. The words must be said of this repo, and end right before the
other's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from etl.cards import Card, ListBlock, Paragraph
from etl.cards.sieve import Words
from etl.reading.words.mentions import Mention, mentions

_HINTS = Words("ork of ", "onverted from", "-version of [", " with ONNX weights", "hese files are ")
_FORM = r"(?:megatron|pytorch|tensorflow|tf|jax|flax|onnx|safetensors|transformers|hf)"
_THIS = r"(?:^[\W_]{0,6}|\bthis (?:is|model|repo\w*|checkpoint|version)\b[^.\n]{0,40}?\b)"
_CONVERTED = re.compile(
    rf"{_THIS}converted from (?:(?:the|original|model|checkpoint|{_FORM}) ){{0,4}}\W{{0,4}}$|"
    rf"\bthis is (?:an? |the )?{_FORM}-version of \W{{0,2}}$|{_THIS}{_FORM} fork of (?:the )?\W{{0,4}}$",
    re.I,
)
_FILES = re.compile(r"\bthese files are (?:\w+ ){0,3}fp16 (?:\w+ ){0,3}model files for (?:the )?\W{0,3}$", re.I)
_FORK = re.compile(rf"{_THIS}fork of (?:the )?\W{{0,4}}$|^\W{{0,4}}$", re.I)
"""What stands before the original's name; nothing, in the copies for Transformers.js."""
_IN_FORM = re.compile(rf"\W{{0,4}}(?:model )?with {_FORM} weights\b", re.I)
_GOES_ON = re.compile(
    r"[^.\n]{0,160}?\b(?:trained|training|tuned|tuning|merged|extended|pruned|distill?ed|add(?:s|ed|ing)?|that (?:has|supports))\b",
    re.I,
)
"""After the name: something was done to it, and the card tells of that."""
HEAD_BLOCKS = 14
HEAD_LINES = 3


def restated_original(card: Card, own: str) -> str | None:
    """The repo of which the card's head says that this one is a conversion; `own` in lower case."""
    if not card.says(_HINTS):
        return None
    found = (m for text in _head(card) for m in mentions(text)[:2] if m.repo.casefold() != own and _is_original(m))
    return next((m.repo for m in found), None)


def _head(card: Card) -> Iterator[str]:
    """The card's first headings as written, paragraphs, and first items of lists."""
    yield from (card.lines[s.line - 1] for s in card.sections[:HEAD_LINES] if s.level)
    for _, block in [x for x in card.blocks() if isinstance(x[1], Paragraph | ListBlock)][:HEAD_BLOCKS]:
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, ListBlock):
            yield from (item.text for item in block.items[:HEAD_LINES])


def _is_original(mention: Mention) -> bool:
    if mention.follows:
        return False  # it may be the model named before that is a fork
    before = mention.before.replace("\n", " ")
    is_said = (
        _CONVERTED.search(before) or _FILES.search(before) or (_IN_FORM.match(mention.after) and _FORK.search(before))
    )
    return bool(is_said) and not _GOES_ON.match(mention.after)
