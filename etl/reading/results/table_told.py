"""What is said of all results of a table at once: their metrics and data set, in its corner or in the words over it.

The words over a table are asked for its metric only where its headers link to data sets, and are no metrics.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from etl.reading.results.cell_parts import corner_parts
from etl.reading.words.table_words import MEASURE, measure_told

_DATA = re.compile(
    r"\[([^\]\n]{1,80})\]\(https?://(?:www\.)?(?:huggingface\.co|hf\.co)/datasets/([\w.-]{1,96}(?:/[\w.-]{1,96})?)/?\)"
)
_SPLIT = re.compile(r"\b(train(?:ing)?|validation|dev|test) (?:split|set)\b", re.I)


@dataclass(frozen=True, slots=True)
class Told:
    """The metrics of each cell, the data set of all; the split; the ids of the data sets that head columns."""

    measures: tuple[str, ...] = ()
    dataset: str = ""
    split: str | None = None
    ids: Mapping[str, str] = field(default_factory=dict)


NOTHING = Told()


def told(written_header: Sequence[str], header: Sequence[str], labels: Sequence[str], place: str) -> Told:
    """What the corner says of all cells, `XQuAD (F1/EM)`, or the line over columns of data sets: `Validation accuracy`."""
    ids = {match[1]: match[2] for cell in written_header if "/datasets/" in cell and (match := _DATA.fullmatch(cell))}
    is_listed = "(" in header[0] or "/" in header[0] or " - " in header[0]
    if not (ids or is_listed) or any(map(MEASURE.match, (*header[1:], *labels))):
        return NOTHING
    if ids and (measure := measure_told(place)):
        written = re.search(re.escape(measure), place, re.I)
        split = _SPLIT.search(place)
        return Told((written[0] if written else measure,), "", split[1].lower() if split else None, ids)
    of, measures = corner_parts(header[0]) if is_listed else ("", ())
    return Told(measures, of) if measures else NOTHING
