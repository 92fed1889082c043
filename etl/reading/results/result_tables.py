"""A table of results as its readers want it: one name for each column, and the groups that columns and rows stand in.

A table may have several header rows (`MMLU | MMLU` over `0-shot | 5-shot`), and rows of one cell that head the rows
below. Markup is off, lines are kept. What the cells mean is read in `table_layouts`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from etl.cards import Block, Row, Section, TableBlock
from etl.reading import values
from etl.reading.context import heading
from etl.reading.results.table_told import NOTHING, Told, told
from etl.reading.words.table_words import (
    DATASET_HEADER,
    LABEL_HEADER,
    LANGUAGES,
    LEVEL,
    MEASURE,
    MODEL_HEADER,
    SAMPLES,
    VALUE_HEADER,
    is_metric,
    speaks_of_results,
)
from warehouse.schema import Source

_ROW_NUMBER = re.compile(r"\d{1,6}")
_NUMBER_HEADER = re.compile(r"\W*+(?:no|nr|index|idx|s\.?no)?\W*+", re.I)
_DIFFERENCE = "difference"
_SPLIT_IN_CORNER = re.compile(r"[A-Z][\w -]{1,30} \((?:test|dev|val|validation|eval)(?: set)?\)", re.I)
MAX_CELLS = 20_000
MAX_LEVELS = 3


@dataclass(frozen=True, slots=True)
class ResultTable:
    """A table with its words: header and rows, cells plain; the raw rows for their lines."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    source: Source
    place: str
    written_header: tuple[str, ...]
    written_rows: tuple[tuple[str, ...], ...]
    """The cells with their marks: which model a row is, its links may tell."""
    column_groups: tuple[str, ...]
    """What the other header rows say of each column; blank where there is one header row."""
    row_groups: tuple[str, ...]
    """The one-cell row that heads each row, where the table has two rows of that name."""
    is_sample: bool = False
    """Whether the words before it announce examples of the data."""
    datasets: frozenset[str] = frozenset()
    """Data sets that the list above the table names (sentence-transformers: one column for each)."""
    has_levels: bool = False
    """Whether there is more than one header row."""
    told: Told = NOTHING
    """What the corner or the words over the table say of all its cells."""


def result_table(section: Section, block: Block, table: TableBlock, datasets: frozenset[str]) -> ResultTable | None:
    """The table; None where it has no header or no rows, or is too large to be one of results."""
    if table.header is None or not table.rows or len(table.rows) * len(table.header.cells) > MAX_CELLS:
        return None
    first, rows = _stacked(*_unnumbered(_widened(_cornered(table.header, table.rows), table.rows[0]), table.rows))
    if not any(c.strip() for c in first.cells[1:]) and len(rows) > 1:  # an empty header over the real one, or over none
        if not any(_starts_as_number(cell) for cell in rows[0].words[1:]):
            first, rows = rows[0], rows[1:]
        elif len(first.cells) == 2 and (speaks_of_results(section.title) or _lists_losses(rows)):
            first = Row(("", "Value"), first.line)
    header = tuple(_counted(heading(c)) for c in first.cells)
    count = _levels(header, rows)
    names, groups = _measured_in_corner(*_named([header, *(row.words for row in rows[:count])]))
    rows = rows[count:]
    place = " ".join((*section.path[-1:], section.title, block.lead[-160:]))
    return ResultTable(
        names,
        tuple([row.words for row in rows]),
        tuple(row.line for row in rows),
        Source.HTML if table.html else Source.TABLE,
        place,
        first.cells,
        tuple([row.cells for row in rows]),
        groups,
        _row_groups(rows),
        bool(SAMPLES.match(block.lead)),
        datasets,
        count > 0,
        told(first.cells, names, [row.words[0] for row in rows if row.words], place),
    )


def _cornered(header: Row, rows: Sequence[Row]) -> Row:
    """The header with the empty first cell that it lacks where all rows are longer by their label."""
    if not header.cells or LABEL_HEADER.match(header.words[0]) or MODEL_HEADER.match(header.words[0]):
        return header
    longer = all(len(row.cells) == len(header.cells) + 1 and not _starts_as_number(row.words[0]) for row in rows)
    if not longer or not all(_starts_as_number(row.words[1]) or not row.words[1] for row in rows):
        return header
    return Row(("", *header.cells), header.line)


def _widened(header: Row, below: Row) -> Row:
    """The header whose last text stands over more columns than it says: the row below it has words in them."""
    row = _without_blank_end(below.words)
    missing = len(row) - len(header.cells)
    if not 0 < missing < len(header.cells) or header.cells[-1] != header.cells[-2] or row[0].strip(" -"):
        return header
    return Row((*header.cells, *header.cells[-1:] * missing), header.line)


def _without_blank_end(row: Sequence[str]) -> Sequence[str]:
    count = len(row)
    while count and not row[count - 1].strip():
        count -= 1
    return row[:count]


def _lists_losses(rows: Sequence[Row]) -> bool:
    """Whether the rows without a header are what a Trainer saves of a run: `train_loss`, `eval_loss`."""
    return sum(bool(row.cells) and row.cells[0].endswith("_loss") for row in rows) > 1


def _unnumbered(header: Row, rows: Sequence[Row]) -> tuple[Row, Sequence[Row]]:
    """The table without a first column that numbers its rows."""
    if len(header.cells) < 3 or not rows[0].cells or not _ROW_NUMBER.fullmatch(rows[0].cells[0]):
        return header, rows
    start = int(rows[0].cells[0])
    if start > 1 and header.cells[0].strip() != "#":
        return header, rows
    if not _NUMBER_HEADER.fullmatch(header.cells[0]) or any(
        not row.cells or row.cells[0].strip("*") != str(n) for n, row in enumerate(rows, start)
    ):
        return header, rows
    return Row(header.cells[1:], header.line), [Row(row.cells[1:], row.line) for row in rows]


def _stacked(header: Row, rows: Sequence[Row]) -> tuple[Row, Sequence[Row]]:
    """The table whose second half stood beside its first: `Metric | Value | Metric | Value`."""
    half, odd = divmod(len(header.cells), 2)
    heads = [word.casefold() for word in header.words]
    if odd or half < 2 or heads[:half] != heads[half:] or not LABEL_HEADER.match(header.words[0]):
        return header, rows
    halves = (Row(cells, row.line) for row in rows for cells in (row.cells[:half], row.cells[half:]) if any(cells))
    return Row(header.cells[:half], header.line), list(halves)


def _counted(head: str) -> str:
    """`# Value`, `#Value` and `# EM` are a value and no count."""
    named = head.removeprefix("#").lstrip()
    return named if head.startswith("#") and (VALUE_HEADER.match(named) or MEASURE.match(named)) else head


def _levels(header: Sequence[str], rows: Sequence[Row]) -> int:
    """How many of the first rows are header rows: no label of their own, and words where others have numbers."""
    count = 0
    while count < min(MAX_LEVELS, len(rows) - 1) and _is_level(header, rows[count].words):
        count += 1
    return count


def _is_level(header: Sequence[str], row: Sequence[str]) -> bool:
    row = _without_blank_end(row)
    if not row or len(row) > len(header) or not (LEVEL.match(row[0]) or row[0] == header[0]):
        return False
    filled = [cell for cell in row[1:] if cell.strip(" -")]
    if _are_conditions(header, row):
        return True
    return len(filled) > 1 and not any(len(cell) > 30 or _starts_as_number(cell) for cell in filled)


def _are_conditions(header: Sequence[str], row: Sequence[str]) -> bool:
    """Whether whole numbers stand below the one text that stands over all columns but the first: `Input length`."""
    return len(row) > 2 and len(set(header[1:])) == 1 and bool(header[1].strip()) and all(map(str.isdecimal, row[1:]))


def _starts_as_number(cell: str) -> bool:
    return values.number(cell.split("/")[0].strip()) is not None


def _named(levels: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Each column's name and group: the lowest header row that names metrics gives the names, or conditions; else the first."""
    levels = [_with_differences(row) for row in levels]
    if len(levels) == 1:
        return tuple(levels[0]), ("",) * len(levels[0])
    lowest = int(_are_conditions(levels[0], levels[1]))
    level = next((n for n in range(len(levels) - 1, 0, -1) if _names_metrics(levels[n])), lowest)
    names, groups, above = [_corner(levels)], [""], ""
    between = [""] * len(levels)
    for i in range(1, len(levels[0])):
        texts = [_inside(row[i]) if i < len(row) else "" for row in levels]
        for n in range(1, len(levels) - 1):  # so does one below it
            between[n] = texts[n] or ("" if texts[0] or not any(texts[n + 1 :]) else between[n])
            texts[n] = between[n]
        above = texts[0] or above if any(texts[1:]) else texts[0]  # a header over two columns stands over the first
        name = _DIFFERENCE if _DIFFERENCE in texts else texts[level] or above
        names.append(name)
        groups.append(" ".join(text for text in dict.fromkeys([above, *texts]) if _is_group(text) and text != name))
    return tuple(names), tuple(groups)


def _measured_in_corner(names: Sequence[str], groups: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names and groups; what all columns were measured on, where that stands in the corner over models: `NQ (Test)`."""
    if not _SPLIT_IN_CORNER.fullmatch(names[0]) or any(groups):
        return tuple(names), tuple(groups)
    return ("Model", *names[1:]), ("", *[names[0]] * (len(names) - 1))


def _with_differences(row: Sequence[str]) -> Sequence[str]:
    """The headers, each that subtracts one beside it from another called what it is: `Pro | Anti | Pro - Anti`."""
    if not any(" - " in head for head in row):
        return row
    heads = frozenset(row)
    return [_DIFFERENCE if " - " in head and heads.issuperset(head.split(" - ", 1)) else head for head in row]


def _inside(text: str) -> str:
    """The text without the brackets around the whole of it."""
    return text[1:-1].strip() if text.startswith("(") and text.endswith(")") else text


def _is_group(text: str) -> bool:
    return bool(text.strip(" -–—")) and not DATASET_HEADER.match(text)


def _corner(levels: Sequence[Sequence[str]]) -> str:
    """The first cell where it heads the rows: a word for models, or one for languages beside all header rows."""
    found = next((row[0] for row in reversed(levels) if MODEL_HEADER.match(row[0])), "")
    return found or (levels[0][0] if LANGUAGES.fullmatch(levels[0][0]) and len({row[0] for row in levels}) == 1 else "")


def _names_metrics(row: Sequence[str]) -> bool:
    filled = [cell for cell in row[1:] if cell]
    return sum(map(is_metric, filled)) * 2 >= len(filled)


def _row_groups(rows: Sequence[Row]) -> tuple[str, ...]:
    names = Counter(row.words[0] for row in rows if row.words)
    group, groups = "", []
    for row in rows:
        alone = bool(row.words and row.words[0]) and not any(row.words[1:])
        group = row.words[0] if alone else group
        groups.append(group if row.words and names[row.words[0]] > 1 and not alone else "")
    return tuple(groups)
