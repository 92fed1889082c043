"""Which row or column of a comparison is about the card's own model: by its names, or by "ours" and "this model"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from etl.reading.context import Context, words
from etl.reading.model_index import model_names
from warehouse.schema import About

_TOKEN = re.compile(r"[a-z]+|\d+(?:\.\d+)?")
_OURS = re.compile(r"\bours?\b|\bthis (?:model|work|one|repo)\b|\(this\)|\bour model\b|^this$|➡|👉", re.I)
_NOISE = frozenset(
    ("model", "the", "a", "of", "for", "card", "hf", "our", "gguf", "gptq", "awq", "ggml", "exl", "original")
)
_TUNED = re.compile(r"(?:^|[-_. ])(?:instruct|chat|it|sft|dpo)(?:$|[-_. ])", re.I)
MIN_LIKENESS = 0.5


class ThisModel:
    """The names under which the card's own model (of a copy: its original) may head a row or a column."""

    def __init__(self, context: Context) -> None:
        card = context.card
        names = [context.model_id.rsplit("/", 1)[-1], card.title or "", *model_names(context)]
        if context.subject.about is About.REPRINTED and context.subject.model:
            names.append(context.subject.model.rsplit("/", 1)[-1])
        self.is_tuned = any(_TUNED.search(n) for n in names)
        self._names = [t for t in (_tokens(words(n)) for n in names) if t]

    def index_in(self, labels: Sequence[str]) -> int | None:
        """Which of the labels is this model's, if exactly one is clearly nearest to one of its names."""
        ours = [i for i, label in enumerate(labels) if _OURS.search(label)]
        if len(ours) == 1:
            return ours[0]
        scores = [self.likeness(label) for label in labels]
        best = max(scores, default=0.0)
        return scores.index(best) if best >= MIN_LIKENESS and scores.count(best) == 1 else None

    def likeness(self, label: str) -> float:
        """Shared words of the label and the nearest name, as a share of all their words: 0 to 1."""
        given = _tokens(label)
        if not given:
            return 0.0
        return max((len(given & name) / len(given | name) for name in self._names), default=0.0)


def _tokens(text: str) -> frozenset[str]:
    return frozenset(_TOKEN.findall(text.casefold())) - _NOISE
