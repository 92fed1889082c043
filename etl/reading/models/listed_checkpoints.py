"""Lists of several checkpoints, each with what it was trained with: what this model's own item states is this model's.

What must not move in: tables of several models (`setting_tables`), and whose parent an item names (`told_of`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from etl.cards import Item
from etl.reading.models.model_names import name
from etl.reading.models.own_names import OwnNames
from etl.reading.words.mentions import hub_id

_FILE = re.compile(r"\W{0,4}`([\w.-]{2,80}\.(?:ckpt|safetensors|pth?|bin|gguf))`")
_LINK = re.compile(r"\W{0,4}\[[`*\w. -]{2,80}\]\((https?://[^\s()]{8,160})\)(?!\W{0,3}(?:is|was)\b)")
FEWEST = 2
"""So many checkpoints make a list of them: one alone is what this model is, or was made from."""


def of_other_checkpoints(own: OwnNames, items: Sequence[Item]) -> frozenset[int]:
    """The lines of the items that begin with the name of a checkpoint which is not this model's."""
    told = {item.line: found for item in items if (found := _checkpoint(item.text))}
    if len(set(told.values())) < FEWEST:
        return frozenset()
    called = {n.glued for n in own.names}
    others = {line for line, checkpoint in told.items() if name(checkpoint.rsplit("/", 1)[-1]).glued not in called}
    return frozenset(line for item in items if item.line in others for line in _lines(item))


def _checkpoint(text: str) -> str | None:
    """The file of weights, or the repo of a model, that an item begins with."""
    if "`" not in text[:5] and "[" not in text[:5]:
        return None
    if found := _FILE.match(text):
        return found[1]
    link = _LINK.match(text)
    return hub_id(link[1]) if link else None


def _lines(item: Item) -> range:
    return range(item.line, item.line + item.text.count("\n") + 1)
