"""Which row or column of a comparison is about the card's own model: by its names, or by "ours" and "this model"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice

from etl.cards import Paragraph
from etl.reading.context import Context, words
from etl.reading.model_index import model_names
from warehouse.schema import About

_TOKEN = re.compile(r"[a-z]+|\d+(?:\.\d+)?")
_OURS = re.compile(r"\bours?\b|\bthis (?:model|work|one|repo)\b|\(this\)|\bour model\b|^this$|➡|👉", re.I)
_NOISE = frozenset(
    ("model", "the", "a", "of", "for", "card", "hf", "our", "gguf", "gptq", "awq", "ggml", "exl", "original")
)
_TUNED = re.compile(r"(?:^|[-_. ])(?:instruct|chat|it|sft|dpo)(?:$|[-_. ])", re.I)
_IS = re.compile(r"^\*\*([^*]{3,60})\*\* (?:is|are) ")
"""`**Name** is a model that ...`: a card without a title of its own introduces its model so."""
_GREEK = str.maketrans({"α": " alpha ", "β": " beta ", "γ": " gamma ", "δ": " delta ", "ω": " omega "})
MIN_LIKENESS = 0.5


class ThisModel:
    """The names under which the card's own model (of a copy: its original) may head a row or a column."""

    def __init__(self, context: Context) -> None:
        card = context.card
        names = [context.model_id.rsplit("/", 1)[-1], card.title or "", *model_names(context)]
        names += [m[1] for m in map(_IS.match, _first_lines(context)) if m]
        if context.subject.about is About.REPRINTED and context.subject.model:
            names.append(context.subject.model.rsplit("/", 1)[-1])
        self._given = names

    @cached_property
    def _names(self) -> list[frozenset[str]]:
        return [t for t in (_tokens(words(n)) for n in self._given) if t]

    @property
    def is_tuned(self) -> bool:
        """Whether a name says that the model was instructed."""
        return any(_TUNED.search(n) for n in self._given)

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


def _first_lines(context: Context) -> Iterator[str]:
    """The first lines of the card's first paragraphs."""
    paragraphs = (b for _, b in context.card.of(Paragraph))
    return (p.lines[0].text[:200] for p in islice(paragraphs, 12))


def _tokens(text: str) -> frozenset[str]:
    return frozenset(_TOKEN.findall(text.casefold().translate(_GREEK))) - _NOISE
