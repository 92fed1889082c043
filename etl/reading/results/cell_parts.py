"""The values of a cell that holds several, each with the name that it goes under: `90.1 / 88.4` below `F1 / EM`.

The names stand in the header or label of the cell, in the data set that it is of (`MNLI-m/mm`), or in the table's corner
over all cells (`XQuAD (F1/EM)`). Two values that nothing names stay one text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from etl.reading import values
from etl.reading.words.table_words import LABEL_HEADER, MEASURE, MODEL_HEADER, is_metric

_PART = re.compile(r"[a-z][a-z -]{0,14}$", re.I)
_MEASURED = re.compile(r"([^()]{1,60}/[^()]{1,20}?) ?\([^()/]{1,12}\)")
"""A pair and its metric: `MNLI-m/mm (acc)`."""
_BRACKETED = re.compile(r"(?:([^/]{1,60}?) ?\()?([^()]{3,120})\)?")
LONGEST_PART = 30
MAX_SUFFIX = 3
"""`m` and `mm`: a longer word is a name of its own."""
_STANDS_FOR = {"p": "pearson", "s": "spearman"}
"""In `P/S`"""
_ROUGE = {"r1": "rouge1", "r2": "rouge2", "rl": "rougel"}
"""Where two of them stand side by side, one with the L."""
LONGEST_ROUGE = 3


@dataclass(frozen=True, slots=True)
class Parts:
    """What all values of a cell are of, where their name says it; and each one's name, what it stands for, its text."""

    of: str
    values: tuple[tuple[str, str, str], ...]


def parts_in(name: str, text: str) -> Parts | None:
    """The values of a cell that its name tells apart: metrics, or parts of what is measured.

    Parts of what is measured are names with it: `MNLI-(m/mm)`, `MNLI-m/mm (acc)`, `MMMU (val / test)`.
    """
    sign = _sign(text)
    if not sign or sign.strip() not in name:
        return None
    texts = values_in(text)
    if not texts:
        return None
    if (measured := _MEASURED.fullmatch(name)) is not None:
        name = measured[1]
    of, names = _listed(name, sign)
    if len(names) != len(texts):
        return None
    if [part.casefold() for part in names] == list(_STANDS_FOR):
        return _together(of, names, [_STANDS_FOR[part.casefold()] for part in names], texts)
    if not any(map(is_metric, names)):
        of, names = _of_one(of, names)
        return _together("", names, names, texts) if names else None
    if len(names) == 2:
        names = _suffixed(*names)
    first, _, last = names[0].rpartition(" ")
    if not of and first and not MEASURE.match(names[0]) and all(map(MEASURE.match, (last, *names[1:]))):
        of, names = first, (last, *names[1:])  # `SQuAD F1/EM`
    return _together(of, names, rouge_or_not(names), texts)


def parts_of_data(dataset: str, text: str) -> list[tuple[str, str]]:
    """The values of a cell whose data set is two or more: `MNLI-m/mm`, `dev / test`."""
    sign = _sign(text)
    if not sign or sign.strip() not in dataset or not ("." in text or "%" in text):  # so many of so many
        return []
    texts = values_in(text)
    of, names = _listed(dataset, sign)
    if not texts or len(names) != len(texts):
        return []
    if len(names) == 2 and not of:
        names = _suffixed(*names)
    before = of or names[0].rpartition(" ")[0]
    if before and not any(" " in name for name in names[1:]):
        names = (names[0] if not of else f"{of} {names[0]}", *(f"{before} {name}" for name in names[1:]))
    return list(zip(names, texts, strict=True))


def corner_parts(corner: str) -> tuple[str, tuple[str, ...]]:
    """What all cells of a table are of, and the metrics that they hold, where the first header names both or several."""
    of, names = _listed(corner, "/" if "/" in corner else " - ")
    if not all(map(MEASURE.match, names)) or (not of and len(names) < 2):
        return "", ()
    return ("" if LABEL_HEADER.match(of) or MODEL_HEADER.match(of) else of), names


def values_in(text: str) -> list[str]:
    """The values of a cell that holds several, of which some may be missing: `84.6/83.4`, `-/83.4`."""
    sign = _sign(text)
    texts = [part.strip() for part in text.split(sign)] if sign else []
    numbers = [values.number(part) is not None for part in texts]
    is_said = (number or not part.strip("-–— ") for number, part in zip(numbers, texts, strict=True))
    return texts if any(numbers) and all(is_said) else []


def rouge_or_not(names: Sequence[str]) -> Sequence[str]:
    """What names of metrics stand for: `R1`, `R2` beside `RL` are ROUGE's, and no coefficients."""
    short = [name.casefold().replace("-", "") for name in names]
    if "rl" not in short or not {"r1", "r2"}.intersection(short):
        return names
    return [_ROUGE.get(key, name) for key, name in zip(short, names, strict=True)]


def _sign(text: str) -> str:
    return "/" if "/" in text else " - " if " - " in text else ""


def _listed(name: str, sign: str) -> tuple[str, tuple[str, ...]]:
    """What stands before a bracket, and the names that are listed in it, or in a name without one."""
    match = _BRACKETED.fullmatch(name)
    if match is None:
        return "", ()
    names = tuple(part.strip() for part in match[2].split(sign))
    return match[1] or "", names if all(0 < len(part) <= LONGEST_PART for part in names) else ()


def _of_one(of: str, names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Parts of what is measured, each with its name; none where nothing says what that is."""
    if not of and len(names) > 2 and " " in names[0]:  # `Moorings group/text/image`
        of, _, first = names[0].rpartition(" ")
        names = (first, *names[1:])
    of = of.rstrip(" -–_")
    return (of, tuple(f"{of} {name}" for name in names)) if of and all(map(_PART.match, names)) else ("", ())


def _suffixed(one: str, other: str) -> tuple[str, str]:
    """`MNLI-m` and `MNLI-mm` of `MNLI-m/mm`"""
    kind, dash, part = one.rpartition("-")
    is_suffix = dash and len(part) <= MAX_SUFFIX and part.isalpha() and len(other) <= MAX_SUFFIX and other.isalpha()
    return one, f"{kind}-{other}" if is_suffix else other


def _together(of: str, names: Sequence[str], metrics: Sequence[str], texts: Sequence[str]) -> Parts:
    return Parts(of, tuple(zip(names, metrics, texts, strict=True)))
