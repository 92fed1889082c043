"""Which names a card's first words introduce: `Pier-7B is a ...`, `we release **Pier-7B**`, `Model card for Pier-7B`.

A name found here is weaker than those of `own_names`: it may be a parent's or a sibling's. It tells a row of a
comparison only where no other row is introduced, which `this_model` looks at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from etl.cards import Card, Paragraph
from etl.cards.inline import plain
from etl.reading.models.model_names import name
from etl.reading.words.table_words import is_architecture, is_metric, speaks_of_results

_SUBJECT = re.compile(
    r"[^\w]{0,6}(?:The |Our )?(\w[\w.+-]{1,50}(?: [\w.+-]{1,20}){0,3}?)(?: \([^()]{1,40}\))?,? "
    r"(?:is|are|was|has|have|features|achieves|outperforms|shows|supports|demonstrates|aims|represents|contains|uses)\b"
)
"""The subject of a paragraph's first sentence."""
_RELEASED = re.compile(
    r"\b(?:introduc\w{1,4}|present(?:s|ing)?|releas\w{1,3}|announc\w{1,3}|propos\w{1,3}|describes|contains|is) (?:the |our )?[*`\[]{1,3}([^*`\[\]\n]{3,60})[*`\]]",
    re.I,
)
"""What is released, if it is marked as a name is."""
_CARD_FOR = re.compile(r"(?:model )?card (?:for|of) (?:the )?(?:model )?(.{3,80})", re.I)
_PRONOUN = re.compile(
    r"(?:this|it|these|those|there|that|we|here|which|what|model|models|the model|training|license)\b", re.I
)
MAX_PARAGRAPHS = 12
MAX_SECTIONS = 6


def introduced(card: Card) -> frozenset[str]:
    """The names, glued as labels of tables are; not those of architectures, which every card speaks of."""
    found = (plain(text).strip() for text in _given(card))
    return frozenset(name(text).glued for text in found if _is_name(text)) - {""}


def _given(card: Card) -> Iterator[str]:
    for section in [s for s in card.sections if s.level][:MAX_SECTIONS]:
        title = section.title[:120]
        yield title
        if match := _CARD_FOR.search(title):
            yield match[1]
            yield match[1].rpartition(" ")[2]  # `Model card for Harbour Labs Pier-7B`
    for _, paragraph in islice(card.of(Paragraph), MAX_PARAGRAPHS):
        text = paragraph.lines[0].text[:400]
        if match := _SUBJECT.match(text):
            yield match[1]
        yield from (m[1] for m in _RELEASED.finditer(text))


def _is_name(text: str) -> bool:
    if len(text.split()) > 5 or _PRONOUN.match(text) or is_architecture(text.casefold()) or is_metric(text):
        return False
    return not speaks_of_results(text)
