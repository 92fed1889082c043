"""Of which model a text tells that names a parent: where it is another one's, the parent is, too.

The card's own model is known by its id and its title. Which relation the words tell, `parent_words` knows.
"""

from __future__ import annotations

import re

from etl.cards.inline import plain
from etl.cards.structure import Section
from etl.reading.context import OWN, Context
from etl.reading.models.model_names import name as name_of
from etl.reading.models.model_names import together
from etl.reading.subjects.about import copy_stem
from etl.reading.words.mentions import Mention, mentions
from etl.reading.words.parent_words import is_about_previous

_OF_MANY = re.compile(
    r"\W{0,4}(?:(?:risks?|bias(?:es)?|limitations?|out[- ]of[- ]scope|acknowledge?ments?|citations?|disclaimer)\b)",
    re.I,
)
"""Headings over what is said of models in general, or of other people."""
_ITEM_NAME = re.compile(r"\W{0,6}(\w[\w .+-]{1,40}?)(?:\W{0,3}(?:[:(,]|\sis\s|\s[-–]\s))")
"""What an item of a list says of a model that it names first."""
_COPIES = re.compile(r"quanti[sz]|quants?\b|convert|conversion|\bfork of\b", re.I)
"""What an item says of the original that a copy was made of."""
MAX_NAME_WORDS = 5


def is_of_another(context: Context, section: Section) -> bool:
    """Whether a section below the title is headed by nothing but a link to another model, of which it then speaks."""
    if section.level < 2:
        return False
    if _OF_MANY.match(section.title):
        return True
    line = context.card.lines[section.line - 1].strip("# *\t")
    headed = mentions(line)[:1] if "](" in line else ()
    return any(m.start == 0 and m.end == len(line) and not _is_own(context, m) for m in headed)


def is_of_sister(context: Context, text: str) -> bool:
    """Whether an item begins with the name of another size, or language, of the card's model: `Heron-13B, based on`."""
    label = _ITEM_NAME.match(text)
    its = name_of(label[1]) if label else None
    if its is None or not its.words:
        return False
    own = [name_of(context.model_id.rsplit("/", 1)[-1]), name_of(context.card.title or "")]
    return any(set(mine.words) & set(its.words) for mine in own) and together(own).differs(its)


def _is_own(context: Context, mention: Mention) -> bool:
    """Whether a repo is the card's, by its id or by its title."""
    name = mention.repo.rsplit("/", 1)[-1].casefold()
    return mention.repo.casefold() == context.model_id.casefold() or _is_titled(context, name)


def _is_titled(context: Context, name: str) -> bool:
    title = plain(context.card.title or "").casefold()
    return name in (title.replace(" ", "-"), title)


def tells_of(context: Context, other: Mention, mention: Mention) -> bool:
    """Whether the words before a name are about the other model that is linked right before them."""
    if not other.is_link or other.repo.casefold() == mention.repo.casefold() or _is_own(context, other):
        return False
    return is_about_previous(mention)


def is_linked_of_another(context: Context, text: str, mention: Mention) -> bool:
    """Whether a name stands in a link of which the words before it are about the model linked before."""
    linked = mentions(text)
    inside = (i for i, x in enumerate(linked) if i and x.start <= mention.start < x.end)
    return any(tells_of(context, linked[i - 1], linked[i]) for i in inside)


def is_subject(context: Context, mention: Mention) -> bool:
    """Whether a sentence begins with the card's own name: that is its subject, and no parent."""
    name = mention.repo.rsplit("/", 1)[-1].casefold()
    return not mention.before.strip(" *_`\"'[") and _is_titled(context, name)


def is_named(mention: Mention, link: str) -> bool:
    """Whether a link has the repo's name, or a short one; a sentence that is a link names no source of a merge."""
    words = name_of(link.split("](")[0]).words
    return len(words) < MAX_NAME_WORDS or not set(words).isdisjoint(name_of(mention.repo).words)


def is_original(context: Context, mention: Mention) -> bool:
    """Whether a link leads to the original of which the card is a copy, whatever is said around it."""
    original = context.subject.model
    return mention.is_link and original is not None and mention.repo.casefold() == original.casefold()


def is_told_of_copy(context: Context, mention: Mention) -> bool:
    """Whether an item that names what was quantized tells of this repo: in a copy's lists other copies are linked, too."""
    return context.subject is OWN or (is_original(context, mention) and bool(_COPIES.search(mention.before)))


def copies_own(context: Context, repo: str) -> bool:
    """Whether a repo is a copy of the card's own model, or of the original that the card is a copy of: no parent."""
    stem, is_copy = copy_stem(repo)
    names = [context.model_id, context.card.title or "", context.subject.model or ""]
    return is_copy and any(stem == copy_stem(name.strip())[0] for name in names if name)
