"""What tells apart several rows of this model: `0-shot`, `+ 4-gram`, `Greedy`, `seed 2`.

Which rows are its, is said in `model_rows`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import takewhile

from etl.cards.inline import plain
from etl.reading import values
from etl.reading.models.model_labels import BRACKETS
from etl.reading.results.model_rows import dataset_of
from etl.reading.results.result_tables import ResultTable
from etl.reading.words.table_words import DATASET_HEADER, is_skipped

_POINTS = re.compile(r"\([^()]{0,60}\b(?:below|above)\)")
"""`(demonstration below)`"""
_LINK = re.compile(r"links?|urls?|\w{0,12}_url|files?|downloads?|checkpoints?", re.I)


def remarks(table: ResultTable, names: Sequence[str], rows: Sequence[int], first: int) -> Mapping[int, str]:
    """Of each row what its label says beyond the others', then the cells that differ until all are told apart."""
    if len(rows) < 2:
        return {}
    said = [[text] if text else [] for text in _beyond([plain(names[at]) for at in rows])]
    behind = [i for i in range(first, len(table.header)) if table.header[i].strip() and is_skipped(table.header[i])]
    data = [dataset_of(table, at, first) for at in rows]
    for i in (*range(1, first), *behind):
        if len({(dataset, *parts) for dataset, parts in zip(data, said, strict=True)}) == len(rows):
            break
        cells = [table.rows[at][i] if i < len(table.rows[at]) else "" for at in rows]
        if len(set(cells)) > 1 and not (DATASET_HEADER.match(table.header[i]) or _LINK.fullmatch(table.header[i])):
            for parts, cell in zip(said, cells, strict=True):
                parts += [_named(table.header[i], cell)] if cell else []
    return {at: ", ".join(parts) for at, parts in zip(rows, said, strict=True) if parts}


def _beyond(labels: Sequence[str]) -> list[str]:
    """What the labels say behind their common beginning, without brackets that several of them have."""
    if len(set(labels)) < 2:
        return [""] * len(labels)
    same = takewhile(lambda letters: len(set(letters)) == 1, zip(*labels, strict=False))
    common = "".join(letters[0] for letters in same)
    if common not in labels or any(label[len(common) :][:1].isalnum() for label in labels):
        common = common[: common.rfind(" ") + 1]
    rests = [_POINTS.sub("", label[len(common) :]) for label in labels]
    rows_with = Counter(text for rest in rests for text in set(BRACKETS.findall(rest)))
    return [_bare(BRACKETS.sub(lambda m: "" if rows_with[m[0]] > 1 else m[0], rest)) for rest in rests]


def _bare(rest: str) -> str:
    rest = rest.strip(" +-–_,:")
    return rest[1:-1].strip() if rest.startswith("(") and rest.endswith(")") and rest.count("(") == 1 else rest


def _named(header: str, cell: str) -> str:
    """A cell that says enough, or a number with what it counts."""
    return f"{header} {cell}" if values.number(cell) is not None and header else cell
