"""The names under which a card gives its own model: its repo's, its title, what its examples of use load.

Whether a label is one of them is judged in `this_model`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from itertools import islice

from etl.cards import Paragraph
from etl.reading.context import Context, words
from etl.reading.model_index import model_names
from etl.reading.model_names import name, unsized
from etl.reading.usage import loaded_repo

_IS = re.compile(r"^\*\*([^*]{3,60})\*\* (?:is|are) ")
"""`**Name** is a model that ...`: a card without a title of its own introduces its model so."""
_CALLED = re.compile(r"([^:：]{2,60})[:：]\s+\S")
"""`Name: what it is`, as many titles are."""
_CALLED_BEFORE_A_DASH = re.compile(r"([^\s\[(]{3,30})(?: ?[\[(][^\])]{1,40}[\])])?[^-–—]{0,40} [-–—] \S")
"""`Name [spoken so] - what it is`: one word, and no word of the repo's id, as that would name the parent."""
_NO_NAME = re.compile(r"\b(?:model|card|details?|readme|about|update|note|introduction|description|name)s?\b", re.I)
MAX_CALLED = 4


def own_names(context: Context, loaded: str | None) -> list[str]:
    """The names of the card's own repo: its id's, the title, the model-index's, what the examples of use load."""
    title = context.card.title or ""
    names = [context.model_id.rsplit("/", 1)[-1], title, *model_names(context)]
    names += [m[1] for m in map(_IS.match, _first_lines(context)) if m]
    if (called := _CALLED.match(title)) and len(called[1].split()) <= MAX_CALLED and not _NO_NAME.search(called[1]):
        names.append(called[1])
    if (called := _CALLED_BEFORE_A_DASH.match(title)) and _is_proper(context, called[1]):
        names.append(called[1])
    if loaded:
        names.append(loaded.rsplit("/", 1)[-1])
    return names


def loaded_name(context: Context, parents: Set[str]) -> str | None:
    """The repo that the examples of use load, unless its size or language is another than a known name's."""
    loaded = loaded_repo(context.card, parents)
    if loaded is None:
        return None
    short = loaded.rsplit("/", 1)[-1]
    called_alike = unsized(short)
    headings = (s.title for s in context.card.sections if unsized(s.title) == called_alike)
    known = [context.model_id.rsplit("/", 1)[-1], context.card.title or "", *headings]
    called = name(short)
    return None if any(name(words(given)).differs(called) for given in known) else loaded


def _is_proper(context: Context, word: str) -> bool:
    """Whether a word of the title is a name given to this model: its id's first part would be its parent's."""
    ids = name(context.model_id.rsplit("/", 1)[-1]).words
    return bool(name(word).words) and ids[:1] != name(word).words and not _NO_NAME.search(word)


def _first_lines(context: Context) -> Iterator[str]:
    """The first lines of the card's first paragraphs."""
    paragraphs = (b for _, b in context.card.of(Paragraph))
    return (p.lines[0].text[:200] for p in islice(paragraphs, 12))
