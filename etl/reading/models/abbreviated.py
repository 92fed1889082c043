"""Rows that abbreviate how a model was trained: `Tern-MT-TF-Base` for tern_base_reeds_multitask_finetune.

Pure text: which rows are asked, `model_rows` decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from etl.cards.inline import plain
from etl.reading.models.model_names import Name, name

_LABEL = re.compile(r"(?P<stem>[A-Za-z]{3,20})(?P<short>(?:-[A-Z]{2,3}){1,3})-(?P<size>[A-Za-z]{2,8})")
_UNSAID = "-ST"
"""A single task: what the name of such a model leaves out, beside those of several tasks."""
MIN_ROWS = 4
"""Fewer rows of one stem are no family of models."""
MAX_SKIPPED = 2
"""Words that an abbreviation may leave out: `TF` is transfer learning and fine-tuning."""


def index_abbreviated(own: Name, labels: Sequence[str]) -> int | None:
    """Which of many rows of one stem and all sizes abbreviates the last words of the name, and has its size."""
    found = [_LABEL.fullmatch(plain(label)) for label in labels]
    stems = {match["stem"].casefold() for match in found if match}
    if len(stems) != 1 or sum(map(bool, found)) < MIN_ROWS or not own.glued.startswith(next(iter(stems))):
        return None
    sized = [(i, m["short"]) for i, m in enumerate(found) if m and name(m["size"]).scales & own.scales]
    held = [i for i, short in sized if _abbreviates(short.replace("-", "").casefold(), own.words)]
    held = held or [i for i, short in sized if short == _UNSAID]
    return held[0] if len(held) == 1 else None


def _abbreviates(letters: str, spelled: Sequence[str]) -> bool:
    """Whether letters are taken from the last of these words and words before it, of each from its first letter on."""
    if not letters or not spelled:
        return not letters
    for cut in range(len(letters)):
        if _runs_through(letters[cut:], spelled[-1]):
            ends = range(len(spelled) - 1, max(len(spelled) - 2 - MAX_SKIPPED, -1), -1)
            if not cut or any(_abbreviates(letters[:cut], spelled[:end]) for end in ends if end):
                return True
    return False


def _runs_through(letters: str, word: str) -> bool:
    """Whether the letters stand in the word in their order, the first of them first."""
    rest = iter(word)
    return word[:1] == letters[:1] and all(letter in rest for letter in letters)
