"""The names under which a card gives its own model: its repo's, its title, what its examples of use load.

Whether a label is one of them is judged in `this_model`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from functools import cached_property
from itertools import islice

from etl.cards import Paragraph
from etl.cards.inline import plain
from etl.reading.context import Context
from etl.reading.front_matter import index_names
from etl.reading.models.introductions import introduced
from etl.reading.models.model_names import Name, is_common, name, together, unsized
from etl.reading.models.usage import loaded_repo
from etl.reading.subjects.about import strings
from etl.reading.words.table_words import is_architecture
from warehouse.schema import About

_IS = re.compile(r"^\*\*([^*]{3,60})\*\* (?:is|are) ")
"""`**Name** is a model that ...`: a card without a title of its own introduces its model so."""
_CALLED = re.compile(r"([^:：]{2,60})[:：]\s+\S")
"""`Name: what it is`, as many titles are."""
_CALLED_BEFORE_A_DASH = re.compile(r"([^\s\[(]{3,30})(?: ?[\[(][^\])]{1,40}[\])])?[^-–—]{0,40} [-–—] \S")
"""`Name [spoken so] - what it is`: one word, and no word of the repo's id, as that would name the parent."""
_AN_ID = re.compile(r"(?:model )?(?:card )?(?:for |of )?[\w-]{2,40}/([\w.-]{3,95})", re.I)
"""`Model card for owner/name`"""
_NO_NAME = re.compile(r"\b(?:model|card|details?|readme|about|update|note|introduction|description|name)s?\b", re.I)
_LETTERS = re.compile(r"[a-z]{4,30}")
MAX_CALLED = 4
_TUNED = re.compile(r"(?:^|[-_. ])(?:instruct|chat|it|sft|dpo)(?:$|[-_. ])", re.I)
_RELEASE = re.compile(r"(?<![a-z0-9])v\d{1,2}(?!\d|\.\d)")


class OwnNames:
    """What the card's own model is called: by its repo's names and, where the card is a copy, by its original's.

    `parents`: the ids of what it was made from, whose names are others'.
    """

    def __init__(self, context: Context, parents: Iterable[str] = ()) -> None:
        self._context = context
        self.is_copy = context.subject.about is About.REPRINTED
        self.parent_ids = {
            *(parent.casefold() for parent in parents),
            *(s.text.strip().casefold() for s in strings(context.card.front.get("base_model"))),
        }

    @cached_property
    def loaded(self) -> str | None:
        """The repo that the examples of use load."""
        return _loaded(self._context, self.parent_ids)

    @cached_property
    def of_repo(self) -> list[str]:
        """The names of the card's own repo, as written."""
        return _of_repo(self._context, self.loaded)

    @cached_property
    def given(self) -> list[str]:
        """All names, as written: the repo's own, and of a copy its original's behind them."""
        original = self._context.subject.model
        return [*self.of_repo, *([original.rsplit("/", 1)[-1]] if self.is_copy and original else [])]

    @cached_property
    def ids(self) -> frozenset[str]:
        """Its repo ids in lower case: the card's own, and the one that the examples of use load."""
        return frozenset(filter(None, (self._context.model_id.casefold(), (self.loaded or "").casefold())))

    @cached_property
    def repos(self) -> list[str]:
        """All repos whose names are given, as they are written."""
        return [repo for repo in (self._context.model_id, self.loaded, self._context.subject.model) if repo]

    @cached_property
    def names(self) -> list[Name]:
        """All names, taken apart."""
        return [name(plain(given)) for given in self.given]

    @property
    def stretched(self) -> list[Name]:
        """The names by which a model is known from what it was stretched from; none where that one's card is pasted."""
        return [] if self._context.parts else self.names

    @cached_property
    def all(self) -> Name:
        """What all names say together."""
        return together(self.names)

    @cached_property
    def parents(self) -> list[frozenset[str]]:
        """The words of the parents' names, where they are not this model's own."""
        own = [frozenset(n.words) for n in self.names]
        parents = (frozenset(name(given.rsplit("/", 1)[-1]).words) for given in sorted(self.parent_ids))
        return [parent for parent in parents if parent and parent not in own]

    @cached_property
    def releases(self) -> frozenset[str]:
        """The releases that its names say: `v2`."""
        return frozenset(found for given in self.given for found in _RELEASE.findall(given.casefold()))

    @cached_property
    def is_distilled(self) -> bool:
        """Whether a name says that the model was distilled."""
        return any("distil" in given.casefold() for given in self.given)

    @property
    def is_tuned(self) -> bool:
        """Whether a name says that the model was instructed."""
        return any(_TUNED.search(n) for n in self.given)

    @cached_property
    def others(self) -> frozenset[str]:
        """The parents' names in lower case, and its own before it was instructed: sentences describe these, too."""
        own = {given.casefold() for given in self.given}
        parents = set() if self.is_copy else {parent.rsplit("/", 1)[-1] for parent in self.parent_ids}
        names = (repo.rsplit("/", 1)[-1].casefold() for repo in self.repos)
        untuned = {given[: tuned.start()] for given in names if (tuned := _TUNED.search(given))}
        return frozenset((parents | untuned) - own - {""})

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of all names."""
        return frozenset(word for n in self.names for word in n.words)

    @cached_property
    def heads(self) -> frozenset[str]:
        """The words by which the names are known: the first of each that is no short one (nor INT8's), or after its owner's name.

        After an architecture's, the second: `llama-harbour-7b`.
        """
        owners = [word for repo in self.repos for word in name(repo.partition("/")[0]).words]
        longs = [[w for w in n.words if len(w) > 2 and w != "int"] for n in self.names]
        seconds = (w[1] for w in longs if w[1:] and (w[0] in owners or (is_architecture(w[0]) and not is_common(w[1]))))
        return frozenset((*(words[0] for words in longs if words), *seconds))

    @property
    def is_titled(self) -> bool:
        """Whether the card has a title, and so may say in it what the model is called."""
        return bool(self._context.card.title)

    @cached_property
    def introduced(self) -> frozenset[str]:
        """The names that the card's first words introduce, glued: mostly its own."""
        return introduced(self._context.card)

    @cached_property
    def spoken(self) -> frozenset[str]:
        """The words by which the introduced names begin."""
        return frozenset(m[0] for given in self.introduced if (m := _LETTERS.match(given)))

    @cached_property
    def spelled(self) -> frozenset[str]:
        """All names in lower case."""
        return frozenset(given.casefold() for given in self.given if given)


def _of_repo(context: Context, loaded: str | None) -> list[str]:
    """The names of the card's own repo: its id's, the title, the model-index's, what the examples of use load."""
    title = context.card.title or ""
    names = [context.model_id.rsplit("/", 1)[-1], title, *index_names(context.card.front)]
    names += [m[1] for m in map(_IS.match, _first_lines(context)) if m]
    if (called := _CALLED.match(title)) and len(called[1].split()) <= MAX_CALLED and not _NO_NAME.search(called[1]):
        names.append(called[1])
    if (called := _CALLED_BEFORE_A_DASH.match(title)) and _is_proper(context, called[1]):
        names.append(called[1])
    if an_id := _AN_ID.fullmatch(title):
        names.append(an_id[1])
    if loaded:
        names.append(loaded.rsplit("/", 1)[-1])
    return names


def _loaded(context: Context, parents: Set[str]) -> str | None:
    """The repo that the examples of use load, unless a known name has another size, language or context, or the title a longer name made of its."""
    loaded = loaded_repo(context.card, parents)
    if loaded is None:
        return None
    short = loaded.rsplit("/", 1)[-1]
    called_alike = unsized(short)
    headings = (s.title for s in context.card.sections if unsized(s.title) == called_alike)
    known = [context.model_id.rsplit("/", 1)[-1], context.card.title or "", *headings]
    called = name(short)
    names = [name(plain(given)) for given in known]
    if any(n.differs(called) for n in names) or _is_sibling(called, known[0], known[1]):
        return None
    if not context.parts and any(n.contexts - called.contexts for n in names):
        return None
    return None if _goes_on(known[1], called) else loaded


def _goes_on(title: str, loaded: Name) -> bool:
    """Whether the title is one word that goes on after the name of what the examples load: `Harbour-7B-pruned`."""
    glued = "" if " " in title else name(title).glued
    return bool(loaded.glued) and loaded.glued in glued and not glued.endswith(loaded.glued)


def _is_sibling(loaded: Name, repo: str, title: str) -> bool:
    """Whether the title repeats the repo's name, which is another than that of what the examples load."""
    own = name(repo)
    return bool(own.words) and own.text in name(plain(title)).text and loaded.glued != own.glued


def _is_proper(context: Context, word: str) -> bool:
    """Whether a word of the title is a name given to this model: its id's first part would be its parent's."""
    ids = name(context.model_id.rsplit("/", 1)[-1]).words
    return bool(name(word).words) and ids[:1] != name(word).words and not _NO_NAME.search(word)


def _first_lines(context: Context) -> Iterator[str]:
    """The first lines of the card's first paragraphs."""
    paragraphs = (b for _, b in context.card.of(Paragraph))
    return (p.lines[0].text[:200] for p in islice(paragraphs, 12))
