"""Vocabularies: what many spellings mean, as CSV beside this module, loaded once at import."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Mapping
from importlib import resources

from etl.cards.remembered import remembered
from warehouse.schema import GeneratorField

_GAP = re.compile(r"[\s\-./]+")
_OTHER_SETTING = re.compile(
    r"total|effective|global|eval|valid|test|train|warm|min|final|end|decoder|encoder|stage|phase|"
    r"micro|macro|weighted|large|small|base|token|sample|[mb]illion|^[kmbt]\)$"
)
_OF_TRAINING = re.compile(r"(?:fine_?tun(?:ing|e)|finetuned|training|sft|dpo|orpo|kto)_(?!loss$|precision$)")
_TRANSLATED = re.compile("^[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]+(?=[a-z])")
"""`学习率lr`: the same name twice, in a language and as tools write it."""
_FORMULA = re.compile(r"(?<=\w)\s{0,4}\$[^$]{1,40}\$$")
"""`discount factor $\\gamma$`: the letter is another name of the same."""
_EDGES = " \t:*_`\"'="
_DECORATION = re.compile("^[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\ufe0f\u200d\\s]+")
"""Arrows and pictures before a name."""


@remembered(longest=200, texts=65_536)
def key(name: str) -> str:
    """The form in which names are looked up: lower case, blanks and dashes as one underscore."""
    name = name if name[:1].isascii() else _DECORATION.sub("", name)
    if name[-1:] == "$":
        name = _FORMULA.sub("", name)
    return re.sub(r"_{2,}", "_", _GAP.sub("_", name.strip(_EDGES).casefold())).strip("_")


def _unbracketed(name: str) -> str:
    """`LoRA rank (r)` -> `LoRA rank`; brackets that make another setting of it stay (`batch size (total)`)."""
    if not name.rstrip().endswith(")"):
        return name
    head, bracket, inside = name.rpartition("(")
    return name if not bracket or not head.strip() or _OTHER_SETTING.search(inside.lower()) else head


def _unprefixed(name: str) -> str:
    """`fine_tuning_lr` -> `lr`: a setting of this training, as any is. (Of a pre-training it is another's.)"""
    match = _OF_TRAINING.match(name)
    return name[match.end() :] if match else name


class Vocabulary:
    """Spellings (as `key` gives them) -> canonical names."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self._longest = 3 * max(map(len, names), default=0)
        self._listed = remembered(longest=200, texts=65_536)(self._look_up)

    def canonical(self, raw: str) -> str:
        """The canonical name of a spelling; an unknown spelling's own key."""
        return self._listed(raw) or key(raw)

    def knows(self, raw: str) -> bool:
        """Whether the spelling is listed."""
        return self._listed(raw) is not None

    def _look_up(self, raw: str) -> str | None:
        if len(raw) > self._longest:  # a sentence in a table's first cell
            return None
        name = key(raw)
        found = self.names.get(name) or self.names.get(key(_unbracketed(raw))) or self.names.get(_unprefixed(name))
        return found or (None if name.isascii() else self.names.get(_TRANSLATED.sub("", name)))


@functools.cache
def load(name: str) -> Vocabulary:
    """The vocabulary `vocabulary/<name>.csv`: columns canonical and synonyms (parted by |)."""
    names: dict[str, str] = {}
    for row in rows(name):
        for spelling in (row["canonical"], *filter(None, row["synonyms"].split("|"))):
            names.setdefault(key(spelling), row["canonical"])
    return Vocabulary(names)


@functools.cache
def rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of `vocabulary/<name>.csv`, each a mapping of column to text."""
    text = resources.files("etl.reading").joinpath("vocabulary", f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


SETTINGS = load("settings")
FRAMEWORKS = load("frameworks")


def generator_fields() -> list[GeneratorField]:
    """What each card writer can state, and what its silence means."""
    return [
        GeneratorField(
            generator=row["generator"],
            from_version=row["from_version"] or None,
            to_version=row["to_version"] or None,
            table_name=row["table_name"],
            name=row["name"],
            can_state=row["can_state"] == "yes",
            means_when_absent=row["means_when_absent"] or None,
        )
        for row in rows("generator_fields")
    ]
