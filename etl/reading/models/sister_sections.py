"""Sections of a card that sister models share, each headed by the language of one: `Finnish model` beside `Swedish model`.

What must not move in: sections headed by a model's name (`this_model`), items about a sister (`told_of`).
"""

from __future__ import annotations

from etl.cards import Section
from etl.reading.context import Context
from etl.reading.models.model_names import LANGUAGES, name
from etl.reading.models.own_names import OwnNames

MAX_WORDS = 6


def heads_sister(context: Context, own: OwnNames, section: Section) -> bool:
    """Whether a section is of a model in another language: its heading says so, and one beside it is headed by this model's."""
    theirs = _language(section.title)
    if theirs is None:
        return False
    mine = frozenset(language for repo in own.repos for language in name(repo.rsplit("/", 1)[-1]).languages)
    if theirs in mine:
        return False
    beside = (s for s in context.card.sections if s.level == section.level and s.path == section.path)
    return any(_language(s.title) in mine for s in beside)


def _language(title: str) -> str | None:
    """The language with which the heading over a model begins."""
    words = title.casefold().split()
    return LANGUAGES.get(words[0]) if 1 < len(words) <= MAX_WORDS and words[1] == "model" else None
