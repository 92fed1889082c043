"""Where in a card another model's card is pasted: the headings over it, and what is the repo's own again below it.

A copy pastes its original's card under "Original model card: X"; a merge that of a source. Whose cards these are,
`about` decides; here is only where they begin and end, and which of several is the original's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from etl.cards import Card, Paragraph
from etl.cards.sieve import Words
from etl.cards.structure import Section
from etl.reading.context import OWN, Part, Subject
from etl.reading.front_matter import index_names
from warehouse.schema import About

CARD_HEADING = re.compile(r"^\W{0,4}original (?:[\w.'-]{1,40} ){0,3}?(?:card|readme)\b", re.I)
_ORIGINAL_HEADING = re.compile(rf"{CARD_HEADING.pattern}|^\W{{0,4}}original model\b", re.I)
_BASE_HEADING = re.compile(r"^\W{0,4}(?:base|source|parent) model(?:'s)?(?: card| readme)?\W{0,4}$", re.I)
_BEGINS = re.compile(r"\W{0,4}(?:(?:model|card) (?:details|description|card|summary|overview)|intended uses?)\b", re.I)
"""What stands first in a model's card."""
_NAME = re.compile(r"[^:]{1,80}:\s*(?=\w)")
"""What stands before the name of the model whose card it is."""
_BOARD = re.compile(r"\W{0,3}open llm leaderboard evaluation results\b", re.I)
"""The section that the leaderboard's bot adds at the end of a repo's card."""
_DETAILS = re.compile(r"/details_[\w.-]{1,96}?__([\w.-]{1,96})")
_WORD = re.compile(r"[a-z]{3,}")
_QUANTIZED = Words("uantiz", "uantis", "his quant", "his build")
_COPY = r"(?:quanti[sz]ed (?:model|version|checkpoint|weights)|quant|quanti[sz]ation|build)\b"
_COPY_TITLE = re.compile(
    rf"\b(?:quanti[sz]ed model|this {_COPY}|quanti[sz]ation (?:quality|accuracy|results|evaluation|loss|impact))", re.I
)
_COPY_MEASURED = re.compile(
    rf"\b(?:the|this|our) {_COPY}[^.\n]{{0,60}}\b(?:evaluated|measured|benchmarked|tested|scor(?:es|ed)|achiev(?:es|ed)|reach(?:es|ed))\b|"
    rf"\b(?:evaluat\w+|measure\w*|benchmark\w*|tested|results|accuracy|perplexity|scores)\b[^.\n]{{0,40}}\b(?:of|on|for) (?:the|this|our) {_COPY}",
    re.I,
)
"""`The quantized model was evaluated with ...`, `Results of this quant`"""
BOARD_LINES = 5
HEAD_BLOCKS = 3
MAX_TEXT = 600


def pasted_line(card: Card, heading: re.Pattern[str] = _ORIGINAL_HEADING) -> int:
    """The line of the heading below which the original's card is pasted; 0 where it is not set apart."""
    found = next(((i, s) for i, s in enumerate(card.sections) if s.level and heading.match(s.title)), None)
    if found is None or (not CARD_HEADING.match(found[1].title) and _is_closed(card.sections[found[0] :])):
        return 0
    return found[1].line


def base_line(card: Card) -> int:
    """The line of the heading below which the base's card is pasted to the end; 0 where none is.

    It is of the title's level, and the heading right below it begins a card; else the section only names the base.
    """
    for i, section in enumerate(card.sections[1:], 2):
        if section.level == 1 and _BASE_HEADING.match(section.title):
            below = card.sections[i:]
            is_card = len(below) > 2 and _BEGINS.match(below[0].title) and all(s.level > 1 for s in below)
            return section.line if is_card else 0
    return 0


def _is_closed(sections: Sequence[Section]) -> bool:
    """Whether a section below the title ends where the next of its level begins: it names the original, and no more."""
    return sections[0].level > 1 and any(s.level <= sections[0].level for s in sections[1:] if s.level)


def of_original(card: Card, line: int, original: Subject) -> tuple[Part, ...]:
    """What is pasted into a copy: cards under headings with a name are the original's where the name is most like its.

    The card of a LoRA that was merged in before stands beside it, and is another model's. Where nothing is pasted (no line),
    all is the original's but the sections that tell of the copy.
    """
    if not line:
        return _of_copy(card, original)
    named = [s for s in _from(card, line) if CARD_HEADING.match(s.title) and _NAME.match(s.title)]
    likeness = [_likeness(s, original) for s in named]
    if len(named) < 2 or original.model is None:
        return (Part(line, original),)
    other = Subject(About.REPRINTED)
    best = max(likeness)
    found = [Part(s.line, original if 0 < n == best else other) for s, n in zip(named, likeness, strict=True)]
    return (*([Part(line, original)] if found[0].line > line else []), *found)


def _from(card: Card, line: int) -> Iterator[Section]:
    return (s for s in card.sections if s.level and s.line >= line)


def _likeness(section: Section, original: Subject) -> int:
    """How many words the name in a heading shares with the original's."""
    name = section.title[match.end() :] if (match := _NAME.match(section.title)) else ""
    return len(_words(name) & _words((original.model or "").rsplit("/", 1)[-1]))


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def of_source(card: Card, model_id: str, line: int, source: Subject) -> tuple[Part, ...]:
    """What is pasted into a card that is no copy; the leaderboard's results below it are the repo's own again."""
    names = {name.casefold() for name in (model_id.rsplit("/", 1)[-1], *index_names(card.front))}  # the bot writes both
    board = next((s.line for s in _from(card, line) if _BOARD.match(s.title) and _board_name(card, s) in names), None)
    return (Part(line, source), *([Part(board, OWN)] if board else []))


def _of_copy(card: Card, original: Subject) -> tuple[Part, ...]:
    """The sections that say themselves that the copy is measured below them, and where each ends."""
    parts: list[Part] = []
    own: Section | None = None
    for section in card.sections if card.says(_QUANTIZED) else ():
        if own is not None and section.level > own.level:
            continue
        before, own = own, section if _tells_of_copy(section) else None
        if own is not None or before is not None:
            parts.append(Part(section.line, OWN if own else original))
    return (Part(0, original), *parts) if parts else ()


def _tells_of_copy(section: Section) -> bool:
    if section.level > 1 and _COPY_TITLE.search(section.title):
        return True
    first = (block.text for block in section.blocks[:HEAD_BLOCKS] if isinstance(block, Paragraph))
    return section.level > 1 and any(_COPY_MEASURED.search(text[:MAX_TEXT]) for text in first)


def of_parents_board(card: Card, model_id: str, parents: Collection[str]) -> tuple[Part, ...]:
    """The leaderboard's sections that a card keeps from a parent's: their results are of the repo whose details they link."""
    known = {p.casefold().replace("/", "__"): p for p in parents if p.casefold() != model_id.casefold()}
    parts: list[Part] = []
    for section, after in pairwise((*card.sections, None)):
        if section is None or not section.level or not _BOARD.match(section.title):
            continue
        linked = _DETAILS.search(_beginning(card, section))
        parent = known.get(linked[0].removeprefix("/details_").casefold()) if linked else None
        if parent:
            parts += [Part(section.line, Subject(About.REPRINTED, parent)), *([Part(after.line, OWN)] if after else [])]
    return tuple(parts)


def _beginning(card: Card, section: Section) -> str:
    return "\n".join(card.lines[section.line - 1 : section.line + BOARD_LINES])


def _board_name(card: Card, section: Section) -> str | None:
    """The model whose results a leaderboard's section links."""
    found = _DETAILS.search(_beginning(card, section))
    return found[1].casefold().removesuffix("_private") if found else None
