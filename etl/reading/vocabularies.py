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
_IN_BOTH = re.compile(
    "(?P<first>[A-Za-z][\\w -]*?[A-Za-z]|[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]+)\\s?[ /(（]\\s?"
    "(?P<second>[A-Za-z][\\w -]*[A-Za-z]|[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]+)[)）]?"
)
"""A name in English and in a language without blanks, which say the same: `学习率 learning_rate`."""
_BESIDE = re.compile(r"\s?[(（]([A-Za-z]+(?:[ _-][A-Za-z]+){1,3})[)）]$")
"""`Yığın Boyutu (Batch Size)`: two words or more, for a single one in brackets is often a unit."""
_PARTED = re.compile("(?<=[\u3040-\u30ff\u4e00-\u9fff])_|_(?=[\u3040-\u30ff\u4e00-\u9fff])")
_FORMULA = re.compile(r"(?<=\w)\s{0,4}\$[^$]{1,40}\$$")
"""`discount factor $\\gamma$`: the letter is another name of the same."""
_SPOKEN_ABROAD = ("settings", "metrics")
_EDGES = " \t:*_`\"'="
_DECORATION = re.compile("^[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\ufe0f\u200d\\s]+")
"""Arrows and pictures before a name."""


@remembered(longest=200, texts=65_536)
def key(name: str) -> str:
    """The form in which names are looked up: lower case, blanks and dashes as one underscore."""
    name = name if name[:1].isascii() else _DECORATION.sub("", name)
    name = name.replace("\\", "") if "\\" in name else name
    if name[-1:] == "$":
        name = _FORMULA.sub("", name)
    return re.sub(r"_{2,}", "_", _GAP.sub("_", name.strip(_EDGES).casefold())).strip("_")


def unspaced(name: str) -> str:
    """A key without what parts Chinese and Japanese from other letters, which some write and some do not: `F1_值`."""
    return name if name.isascii() else _PARTED.sub("", name)


def _unbracketed(name: str) -> str:
    """`LoRA rank (r)` -> `LoRA rank`; brackets that make another setting of it stay (`batch size (total)`)."""
    if not name.rstrip().endswith(")"):
        return name
    head, bracket, inside = name.rpartition("(")
    return name if not bracket or not head.strip() or _OTHER_SETTING.search(inside.lower()) else head


def _bare(name: str) -> str:
    """The key of a name without its brackets."""
    return unspaced(key(_unbracketed(name)))


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
        """The canonical name of a spelling; an unknown spelling's own key, in English where `english` knows it."""
        return self._listed(raw) or key(english(raw))

    def knows(self, raw: str) -> bool:
        """Whether the spelling is listed."""
        return self._listed(raw) is not None

    def _look_up(self, raw: str) -> str | None:
        if len(raw) > self._longest:  # a sentence in a table's first cell
            return None
        name = unspaced(key(raw))
        found = self.names.get(name) or self.names.get(_bare(raw)) or self.names.get(_unprefixed(name))
        return found or (None if name.isascii() or in_english(raw) else self._look_up_abroad(raw))

    def _look_up_abroad(self, raw: str) -> str | None:
        """Of a name that says the same in English, too: what it says there."""
        if found := self.names.get(_TRANSLATED.sub("", key(raw))):
            return found
        if beside := _BESIDE.search(raw):
            return self.names.get(key(beside[1]))
        both = _IN_BOTH.fullmatch(raw)
        known = {self._listed(both[side]) for side in ("first", "second")} if both else set()
        return known.pop() if len(known) == 1 else None


@functools.cache
def load(name: str) -> Vocabulary:
    """The vocabulary `vocabulary/<name>.csv`: columns canonical and synonyms (parted by |); `<name>_abroad.csv` beside it."""
    names: dict[str, str] = {}
    for row in (*rows(name), *rows_abroad(name)):
        for spelling in (row["canonical"], *filter(None, row["synonyms"].split("|"))):
            names.setdefault(unspaced(key(spelling)), row["canonical"])
    return Vocabulary(names)


@functools.cache
def rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of `vocabulary/<name>.csv`, each a mapping of column to text."""
    text = resources.files("etl.reading").joinpath("vocabulary", f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def rows_abroad(name: str) -> tuple[Mapping[str, str], ...]:
    """The same names in other languages than English, where there are so many that they have a file of their own."""
    return rows(f"{name}_abroad") if name in _SPOKEN_ABROAD else ()


_ABROAD = {
    unspaced(key(spelling)): row["english"] for row in rows("abroad") for spelling in row["spellings"].split("|")
}


_LONGEST_ABROAD = 3 * max(map(len, _ABROAD))


@remembered(longest=_LONGEST_ABROAD, texts=32_768)
def in_english(name: str) -> str | None:
    """What a name in another language is called in English where `vocabulary/abroad.csv` has it.

    Of what stands beside settings and results (a base model, hardware, the data): their own names are in their
    vocabularies.
    """
    if len(name) > _LONGEST_ABROAD:
        return None
    return _ABROAD.get(unspaced(key(name))) or _ABROAD.get(_bare(name))


def english(name: str) -> str:
    """A name in English, as far as that is known; else as it is."""
    return in_english(name) or name


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
