"""Which row or column of a comparison is about the card's own model: by its names, or by "ours" and "this model"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from etl.cards import Section
from etl.cards.inline import plain
from etl.reading import values
from etl.reading.context import OWN, Context, Subject
from etl.reading.models.model_labels import BRACKETS, Label, read_label, tells
from etl.reading.models.model_names import SHAPE, SIZE, Name, name, unsized
from etl.reading.models.other_labels import (
    TUNINGS,
    UNTRAINED,
    adapted_beside_untrained,
    beside_untrained,
    is_another,
    trained,
)
from etl.reading.models.own_names import OwnNames
from etl.reading.models.pointed_at import is_measured_anew, says_ours, says_this, says_this_alone
from etl.reading.subjects.about import is_packed
from etl.reading.words.table_words import CHANGE, FAMILY, is_architecture, speaks_of_results

_STUDENT = re.compile(r"\W*student\b", re.I)
_KIND = r"(?:(?:int|fp|bf|nf|w|mxfp|nvfp)\d{1,2}(?:a\d{1,2})?|awq|gptq)"
_PACKING = re.compile(rf"{_KIND}(?:[ /-]{_KIND}){{0,2}}", re.I)
_QUANTIZED = re.compile(r"(?:the |this )?(?:quanti[sz]ed|quant)(?: (?:model|version|weights))?", re.I)
"""What a copy is called beside its original."""
_EVALUATED = re.compile(r"shot|cot|maj|pass|beam|greedy|epoch|vot(?:e|ing)|\(\d{1,2}\)", re.I)
"""What brackets say of how a model was evaluated, and of no other model."""
_SCALE = re.compile(r"nano|tiny|mini|small|medium|base|large|huge|giant|xx?")
_CITED = re.compile(r"[A-Z][\w.&, -]{0,40} et al\b")
"""`Vaswani et al. (2017)`"""
MIN_LIKENESS = 0.5
MAX_WORDS = 12
"""A longer title is a sentence, which may name others."""


class ThisModel:
    """What heads a row or a column of the card's own model (of a copy: its original's); `own` has its names."""

    def __init__(self, context: Context, parents: Iterable[str] = ()) -> None:
        self.own = OwnNames(context, parents)
        self._context = context

    def index_in(self, labels: Sequence[str], *, by_family: bool = True) -> int | None:
        """Which of the labels is this model's, if exactly one clearly is; of equal labels, the first.

        In this order: "this model", its repo id, the whole of its name (its own before the original's, the longest),
        "ours", its packing or its size where these are all that labels say, what is most like one of its names, its
        family (not asked of what may be data sets), its brand, the word that it is called by. A label of another size, language or tuning is another
        model's.
        """
        left = _read(labels)
        for choose in (
            self._pointed_at, self._with_id, self._named, self._ours, self._packed, self._sized, self._likest,
            self._family, self._branded, self._called, self._owned,
        ):  # fmt: skip
            if not by_family and choose == self._family:
                continue
            found = choose(left)
            if len(found) == 1:
                return _where(labels, found)
            left = found or left
        return None

    def index_inside(self, labels: Sequence[str]) -> int | None:
        """Which row is called by what stands in the repo's name or the title behind its task: `mT5` in reading-hurc-mt5-harborish."""
        own = [n for n in self.own.names[:2] if len(n.words) <= MAX_WORDS]  # the repo's, and the title
        if any(says_ours(label) for label in labels):
            return None
        told = [x for x in _read(labels) if tells(x.name) and not is_another(self.own, x)]
        held = [x for x in told if any(x.name.text in n.text and not n.text.startswith(x.name.text) for n in own)]
        held = [x for x in held if not any(x is not y and x.name.text in y.name.text for y in held)]
        return _where(labels, held)

    def index_named(self, labels: Sequence[str]) -> int | None:
        """Which of the labels is this model's beyond doubt: "this model", its repo id or the whole of its name."""
        left = _read(labels)
        for found in (self._pointed_at(left), self._with_id(left), [x for x in left if self._is_whole(x)]):
            if len(found) == 1:
                return _where(labels, found)
        return None

    def index_owned(self, labels: Sequence[str]) -> int | None:
        """Which of the labels is this model's whole name, "this model", "ours" or what was trained, if exactly one is."""
        named = self.index_named(labels)
        return _where(labels, self._ours(_read(labels))) if named is None else named

    def index_certain(self, labels: Sequence[str]) -> int | None:
        """Which of the labels is this model's whole name, or the name of its family, if only one is."""
        named = self.index_named(labels)
        return _where(labels, self._family(_read(labels))) if named is None else named

    def named_alike(self, labels: Sequence[str]) -> list[int]:
        """The labels that are all the whole of its name, told apart by how it was evaluated: `Reef-7B (0-shot)`."""
        left = [(i, read_label(text)) for i, text in enumerate(labels)]
        held = [(i, x) for i, x in left if self._is_whole(x) and all(map(_EVALUATED.search, BRACKETS.findall(x.words)))]
        if len({name(BRACKETS.sub(" ", x.words)) for _, x in held}) > 1:  # another of its names may be a sibling's
            own = self.own.names[0].glued
            held = [(i, x) for i, x in held if name(BRACKETS.sub(" ", x.words)).glued == own]
        return [i for i, _ in held] if len(held) > 1 else []

    def index_of_size(self, labels: Sequence[str]) -> int | None:
        """Which of the labels states this model's number of parameters, if exactly one does."""
        own = self.own.all.counts
        found = [i for i, label in enumerate(labels) if own & name(label).counts]
        return found[0] if len(found) == 1 else None

    def row_with_id(self, rows: Sequence[Sequence[str]]) -> int | None:
        """The only row in which any cell links or spells the repo's id; not one around a number, which is that number's."""
        found = [i for i, row in enumerate(rows) if any(map(self._bears_id, row))]
        whole = [i for i in found if self._whole_id.search(" ".join(rows[i]).casefold())]
        if len(whole) > 1:  # a branch of the repo has the id, too: `owner/name/tree/branch`
            whole = [i for i in whole if not self._branch.search(" ".join(rows[i]).casefold())]
        return whole[0] if len(whole) == 1 else None

    def _bears_id(self, cell: str) -> bool:
        return any(own in cell.casefold() for own in self.own.ids) and values.number(plain(cell)) is None

    @cached_property
    def _whole_id(self) -> re.Pattern[str]:
        ids = "|".join(map(re.escape, sorted(self.own.ids)))
        return re.compile(rf"(?<![\w-])(?:{ids})(?![\w-]|\.\w)")

    @cached_property
    def _branch(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{'|'.join(map(re.escape, sorted(self.own.ids)))})/tree/(?!main\b)")

    def subject_of(self, label: str) -> Subject | None:
        """Whom a label in a copy's table names: the copy, by the suffix, or the original; None if neither, and in other cards."""
        if not self.own.is_copy:
            return None
        said = BRACKETS.sub("", plain(label)).strip()
        if is_packed(said) or _QUANTIZED.fullmatch(said):
            return OWN
        original = self._context.subject
        is_named = original.model and name(said).glued == name(original.model.rpartition("/")[2]).glued
        return original if is_named else None

    @staticmethod
    def is_pointed_at(labels: Sequence[str]) -> bool:
        """Whether a label says "this model"."""
        return any(says_this(label) for label in labels)

    def is_beside(self, section: Section) -> bool:
        """Whether a section is another model's: one beside it, or beside what it is a part of, is headed by this name."""
        path = (*section.path, section.title)
        return bool(self._headed) and any(self._is_sibling(path[:depth], path[depth]) for depth in range(len(path)))

    def _is_sibling(self, path: tuple[str, ...], title: str) -> bool:
        if title.casefold() in self.own.spelled or not 0 < len(title.split()) <= 4 or speaks_of_results(title):
            return False
        return path in self._headed

    @cached_property
    def _headed(self) -> frozenset[tuple[str, ...]]:
        """Where sections are headed by this model's name, other than the whole card."""
        titled = (s for s in self._context.card.sections[1:] if s.title.casefold() in self.own.spelled)
        return frozenset(s.path for s in titled if s.title != self._context.card.title)

    def holds(self, text: str) -> bool:
        """Whether every word of a heading is one of the repo's own name, or of the title."""
        theirs = set(name(text).words)
        return bool(theirs) and any(theirs <= set(own.words) for own in self.own.names[:2])

    def may_be(self, text: str) -> bool:
        """Whether a lone row can be this model's: nothing in its label says that it is another's."""
        label = read_label(text)
        if _CITED.match(label.words) or CHANGE.search(label.words) or (label.ids and not self._with_id([label])):
            return False
        theirs = label.name
        if (
            theirs.words
            and theirs.counts
            and not any(len(word) > 2 and word in self.own.words for word in theirs.words)
        ):
            return False  # a name with a size, and no word of it is this model's
        return not is_another(self.own, label)

    def _likeness(self, given: Name, families: Sequence[Name]) -> float:
        """Shared words of the label and the nearest name, as a share of all their words: 0 to 1.

        A name that says how the model was tuned is not meant by a label that says nothing of it: that is its parent.
        `families`: names that several labels hold, and that therefore tell none of them.
        """
        theirs = frozenset(given.words)
        tuned = bool(given.kinds & TUNINGS)
        names = [n for n in self.own.names if n.words and n not in families]
        own = [frozenset(n.words) for n in names if tuned or not n.kinds & TUNINGS]
        return max((len(theirs & words) / len(theirs | words) for words in own), default=0.0)

    def _may_be_like(self, label: Label) -> bool:
        """Whether a label that is none of the names may be a spelling of one.

        Not with a number (a version, a size) that no name has, nor with numbers alone in common; and what has no other
        words than a name, but not the one that it is known by, is the name of what that model was made from. What shares
        words with that one alone, and has another of its own, was made from it, too.
        """
        theirs = unsized(BRACKETS.sub(" ", label.words)) or frozenset(label.name.words)
        if any(word[0].isdigit() for word in theirs - self.own.words):
            return False
        shared = {word for word in theirs & self.own.words if len(word) > 2 and not word[0].isdigit()}
        is_sibling = any(shared <= parent for parent in self.own.parents)
        if not shared or (is_sibling and any(len(word) > 2 for word in theirs - self.own.words)):
            return False
        return bool(theirs - self.own.words or theirs & self.own.heads or says_ours(label.words))

    def _pointed_at(self, labels: list[Label]) -> list[Label]:
        """Labels that say "this model"; of several, the one that says no more of it: `(this model, from scratch)`."""
        found = [label for label in labels if says_this(label.words)]
        return [label for label in found if says_this_alone(label.words)] or found if len(found) > 1 else found

    def _with_id(self, labels: list[Label]) -> list[Label]:
        """Labels that link or spell its repo id; without one, those with its very name under another owner."""
        own = {n.words for n in self.own.names[: len(self.own.of_repo)]}
        with_ids = [x for x in labels if x.ids]
        exact = [x for x in with_ids if self.own.ids & x.ids]
        return exact or [x for x in with_ids if any(name(i.partition("/")[2]).words in own for i in x.ids)]

    def _named(self, labels: list[Label]) -> list[Label]:
        """The label that is one of the names, or else the one that holds the longest name."""
        ranks = [(rank, label) for label in labels if (rank := self._rank(label)) and not is_another(self.own, label)]
        best = max((rank for rank, _ in ranks), default=None)
        found = [label for rank, label in ranks if rank == best]
        if len(found) > 1:  # `Reef*` beside `Reef` is another way to have it
            return [label for label in found if label.words.strip().casefold() in self.own.spelled] or found
        return found

    def _rank(self, label: Label) -> tuple[bool, bool, int] | None:
        """(is it an own name, is it the whole label, its length) of the best name that the label holds.

        The name of the repo itself, if it is the whole label, is longer than any: examples may load a sibling.
        """
        theirs = label.name
        bare = name(BRACKETS.sub(" ", label.words)) if "(" in label.words else theirs
        own = len(self.own.of_repo)
        glued = {theirs.glued, bare.glued} if label.words.rstrip().endswith(")") else {theirs.glued}
        held = [
            (i < own, n.glued in glued or n.words == bare.words, 99 if not i and n.glued in glued else len(n.words))
            for i, n in enumerate(self.own.names)
            if n.words and (n.glued in glued or n.text in theirs.text)
        ]
        return max((rank for rank in held if rank[1] or rank[2] > 1), default=None)

    def _is_whole(self, label: Label) -> bool:
        rank = self._rank(label)
        return rank is not None and rank[1] and not is_another(self.own, label)

    def _ours(self, labels: list[Label]) -> list[Label]:
        ours = [
            label
            for label in labels
            if (says_ours(label.words) and not is_measured_anew(label.words))
            or (self.own.is_distilled and _STUDENT.match(label.words))
        ] or trained(labels)
        ours = ours or beside_untrained(self.own, labels) or adapted_beside_untrained(self.own, labels)
        return [label for label in ours if not self.own.all.differs(label.name)]

    def _packed(self, labels: list[Label]) -> list[Label]:
        """`INT8` beside `FP32`, where a name says that the model is one of INT8; `Quantized` where the card is a copy's."""
        own = self.own.all.kinds
        packed = [x for x in labels if x.name.kinds and x.name.kinds <= own and _PACKING.fullmatch(x.words.strip())]
        return packed or [
            x for x in labels if _QUANTIZED.fullmatch(BRACKETS.sub("", x.words).strip()) and self.own.is_copy
        ]

    def _sized(self, labels: list[Label]) -> list[Label]:
        """`large model` beside `base model`, where its name says that it is a large one."""
        sizes = [x for x in labels if x.name.scales and all(map(_SCALE.fullmatch, x.name.words))]
        return [x for x in sizes if x.name.scales == self.own.all.scales] if len(sizes) > 1 else []

    def _likest(self, labels: list[Label]) -> list[Label]:
        families = self._families(labels)
        others = (is_another(self.own, label) or not self._may_be_like(label) for label in labels)
        scores = [
            0.0 if other else self._likeness(x.unsized, families) for x, other in zip(labels, others, strict=True)
        ]
        best = max(scores, default=0.0)
        found = [x for x, score in zip(labels, scores, strict=True) if score == best >= MIN_LIKENESS]
        return [x for x in found if self.own.words.issuperset(x.name.words)] or found if len(found) > 1 else found

    def _families(self, labels: list[Label]) -> list[Name]:
        return [n for n in self.own.names if n.words and sum(n.text in label.name.text for label in labels) > 1]

    def _branded(self, labels: list[Label]) -> list[Label]:
        """Labels of a family's name and nothing but own words: `BETO-cased` for bert-base-spanish-wwm-cased, called BETO."""
        families = self._families(labels)
        held = (x for x in labels if any(n.text in x.name.text for n in families) and not is_another(self.own, x))
        tuned = self.own.all.kinds & TUNINGS  # what says nothing of it is its parent
        return [x for x in held if self.own.words.issuperset(x.name.words) and (not tuned or x.name.kinds & TUNINGS)]

    def _family(self, labels: list[Label]) -> list[Label]:
        """Labels that begin a name which says no more behind them than its size or shape: `NomicBERT` for nomic-bert-2048.

        And the name with a size that it does not say itself.
        """
        bare = [(x, name(BRACKETS.sub(" ", x.words))) for x in labels if not is_another(self.own, x)]
        found = [x for x, own in bare if len(own.glued) > 3 and self._begins(own)]
        if found:
            return found
        sized = [x for x, _ in bare if self._sized_name(x)]
        kin = [x for x in labels if sized and x.name.words[:1] == sized[0].name.words[:1]]
        return sized if len(kin) == 1 else []

    def _called(self, labels: list[Label]) -> list[Label]:
        """The label of the one word that begins title and repo, beside known families: `Petrel` for Petrel-Lore-32B-LoRA."""
        if not self.own.is_titled or self.own.is_tuned or self.own.all.kinds & TUNINGS:
            return []
        first = {n.words[0] for n in self.own.names[:2] if len(n.words) > 1}
        if len(first) != 1 or not self.own.heads >= first or is_architecture(*first):
            return []
        begun = [x for x in labels if x.name.words[:1] == tuple(first) and not is_another(self.own, x)]
        if len(begun) != 1 or len(begun[0].name.words) != 1:
            return []
        others = (x.words for x in labels if x != begun[0])
        return begun if any(FAMILY.match(words) or UNTRAINED.fullmatch(words) for words in others) else []

    def _owned(self, labels: list[Label]) -> list[Label]:
        """Labels that are the owner's name: `M-FAC` beside `Adam` in a card of M-FAC's."""
        owner = name(self._context.model_id.partition("/")[0])
        return [x for x in labels if x.name.words and x.name.glued == owner.glued]

    def _sized_name(self, label: Label) -> bool:
        """Whether a label is a name that says no size, and its size: `Pier-110M` for pier."""
        bare = "".join(name(SIZE.sub(" ", label.words)).words) if label.name.counts else ""
        return len(bare) > 3 and any(
            bare == own.glued and not own.counts for own in self.own.names[: len(self.own.of_repo)]
        )

    def _begins(self, label: Name) -> bool:
        for own in self.own.names[: len(self.own.of_repo)]:
            held = next((i for i in range(len(own.words)) if "".join(own.words[: i + 1]) == label.glued), None)
            if held is not None and all(map(SHAPE.fullmatch, own.words[held + 1 :])):
                return True
        return False


def _read(labels: Sequence[str]) -> list[Label]:
    """The labels, each once."""
    return [read_label(text) for text in dict.fromkeys(labels)]


def _where(labels: Sequence[str], found: Sequence[Label]) -> int | None:
    """Which of the labels was found, if exactly one was."""
    return list(labels).index(found[0].written) if len(found) == 1 else None
