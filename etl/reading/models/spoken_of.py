"""Which of several models a card is about, where its names do not tell: by its first words, or by what it sets off.

Asked only of labels that are models for certain. What the names tell is known in `this_model`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from etl.reading.models.model_labels import BRACKETS, Label, read_label
from etl.reading.models.model_names import LANGUAGES, SHAPE, name
from etl.reading.models.other_labels import is_another, is_told_apart
from etl.reading.models.this_model import ThisModel
from etl.reading.words.table_words import is_architecture

_BOLD = re.compile(r"\s*(?:\[|<(?:a\b[^<>]{0,200}|su[bp]|ins|u|br ?/?)>\s*){0,3}(?:\*\*|__|<(?:b|strong)>)")
"""A label in bold, or a link so: people set off the model that the card is about.

Of 97 tables of the corpus with one label in bold and a row known by its name, it is that row's in 94 (2026-11-21).
"""
MIN_WORD = 4
"""Shorter words are in many names."""


def index_told(this: ThisModel, labels: Sequence[str]) -> int | None:
    """Which of these models is the card's own, if exactly one is introduced by it, or set off in bold."""
    read = [x for x in map(read_label, dict.fromkeys(labels)) if x.name.words and not _is_of_a_family(x)]
    known = any(word in x.name.glued for x in read for word in this.own.heads if len(word) >= MIN_WORD)
    left = [x for x in read if not (is_another if known else is_told_apart)(this.own, x)]
    found = _introduced(this, left)
    if len(found) != 1:
        found = _set_off(this, labels, left, known)
    return list(labels).index(found[0].written) if len(found) == 1 else None


def _introduced(this: ThisModel, labels: Sequence[Label]) -> list[Label]:
    """Labels of the names that the card's first words introduce."""
    told = this.own.introduced
    return [x for x in labels if x.name.glued in told or name(BRACKETS.sub(" ", x.words)).glued in told]


def _set_off(this: ThisModel, labels: Sequence[str], left: Sequence[Label], known: bool) -> list[Label]:
    """The only label in bold, if a word of it is one by which this model is known; where nothing is, if it has no kin.

    Beside nothing but baselines it needs no such word.
    """
    bold = [text for text in dict.fromkeys(labels) if _BOLD.match(text)]
    if len(bold) != 1 or not any(text.strip() for text in labels if text != bold[0]):
        return []
    found = [x for x in left if x.written == bold[0]]
    if all("baseline" in text.lower() for text in labels if text != bold[0]):
        return found
    if found and not known and not this.own.is_titled:
        kin = [x for x in map(read_label, dict.fromkeys(labels)) if x.name.words[:1] == found[0].name.words[:1]]
        return found if len(kin) == 1 else []
    known_by = this.own.heads | this.own.spoken
    return [x for x in found if any(word in x.name.glued for word in known_by if len(word) >= MIN_WORD)]


def _is_of_a_family(label: Label) -> bool:
    """Whether a label says no more than an architecture, its shape and its language: every card speaks of these."""
    words = name(BRACKETS.sub(" ", label.words)).words
    return all(is_architecture(word) or SHAPE.fullmatch(word) or word in LANGUAGES for word in words)
