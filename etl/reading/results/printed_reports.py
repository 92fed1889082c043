"""scikit-learn's classification reports, printed: columns parted by blanks -> tables.

The report may stand in a code block or among text, and behind a name (`Report:  precision  recall ...`). Whether its
results are the model's, and what the cells mean, is said in `eval_tables` and `table_layouts`. What must not move in:
any other printed table.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import attrgetter

from etl.cards import Card, Row, Section, TableBlock
from etl.cards.sieve import Words

_SAID = Words("recall  f1-score", "recall f1-score", "recall   f1-score", "recall    f1-score", "recall\tf1-score")
_HEADER = re.compile(r"(?:[\w* -]{0,40}:)?\s*+precision\s++recall\s++f1-score(?:\s++support)?+\s*+", re.I)
_NUMBER = r"\d{1,3}(?:\.\d{1,20})?"
_ROW = re.compile(
    rf"\s*+(\S(?:\S| (?! )){{0,79}})\s++({_NUMBER})\s++({_NUMBER})\s++({_NUMBER})(?:\s++(\d{{1,12}}))?+\s*+"
)
_ONE_VALUE = re.compile(rf"\s*+(accuracy)\s++({_NUMBER})(?:\s++(\d{{1,12}}))?+\s*+")
"""Of all classes together there is an accuracy, which stands below the F1 scores."""
MAX_ROWS = 1_000


def printed_reports(card: Card) -> Iterator[tuple[Section, TableBlock]]:
    """Each printed report with its section."""
    if not card.says(_SAID):
        return
    for at, line in enumerate(card.lines):
        if "f1-score" in line and len(line) < 200 and "|" not in line and _HEADER.fullmatch(line.lstrip("- >")):
            rows = _rows(card.lines, at + 1)
            if rows:
                yield _section(card, at + 1), TableBlock(at + 1, _lead(card.lines, at), _header(rows, at + 1), rows)


def _header(rows: Sequence[Row], line: int) -> Row:
    return Row(("", "precision", "recall", "f1-score", "support")[: max(len(row.cells) for row in rows)], line)


def _rows(lines: Sequence[str], at: int) -> list[Row]:
    """The report's rows from a line on, up to the first line that is none; blank lines part its groups."""
    rows: list[Row] = []
    for number, line in enumerate(lines[at : at + MAX_ROWS], at + 1):
        if row := _ROW.fullmatch(line) if len(line) < 200 else None:
            rows.append(Row(tuple(cell for cell in row.groups() if cell is not None), number))
        elif rows and (row := _ONE_VALUE.fullmatch(line)):
            rows.append(Row((row[1], "", "", row[2], row[3] or ""), number))
        elif line.strip():
            break
    return rows


def _lead(lines: Sequence[str], at: int) -> str:
    """What stands above the report, and the fence if it is in one."""
    above = (line.strip() for line in reversed(lines[max(at - 4, 0) : at + 1]))
    return next((line for line in above if line and not line.startswith(("`", "~")) and "f1-score" not in line), "")


def _section(card: Card, line: int) -> Section:
    return card.sections[max(bisect_right(card.sections, line, key=attrgetter("line")) - 1, 0)]
