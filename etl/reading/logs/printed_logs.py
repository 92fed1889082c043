"""Training logs without pipes: columns parted by tabs or blanks, as a notebook prints them -> tables.

Whether such a table is a log, and what its columns mean, is said in `training_steps`. What must not move in: tables of
Markdown, and any text without a line of names over lines of as many numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from etl.cards import Card, Fence, Item, Paragraph, Row, Section, TableBlock
from etl.cards.sieve import Words
from etl.reading import values

_COUNTS = ("Epoch", "epoch", "EPOCH", "Step", "step", "STEP")
_PARTED = Words(*(f"{name}{gap}" for name in _COUNTS for gap in ("\t", " \t", "  ")), *(f"\t{n}" for n in _COUNTS))
"""A count that a tab or two blanks part from its neighbour."""
_GAP = re.compile(r" ?\t\s*+|\s\s++")
_NAME = re.compile(r"(?:train(?:ing)?|valid(?:ation)?|eval(?:uation)?|test) [a-z]\w*+|exact match|\S++", re.I)
"""Names of columns that one blank parts, where two blanks do not part them all."""
_CELL = re.compile(r"no log|\S++", re.I)
_TIME = re.compile(r"\d{1,2}(?::\d\d){1,2}")
MAX_HEADER = 300


def printed_tables(card: Card) -> Iterator[tuple[Section, TableBlock]]:
    """Each table that is printed in a code block or among lines of text, with its section."""
    if not card.says(_PARTED):
        return
    for section, block in card.blocks():
        if isinstance(block, Fence):
            lines: Sequence[Item] = [
                Item(text, number) for number, text in enumerate(block.lines, block.line) if text.strip()
            ]  # a blank line parts no rows of one log
        elif isinstance(block, Paragraph):
            lines = block.lines
        else:
            continue
        yield from ((section, table) for table in _tables(lines))


def _tables(lines: Sequence[Item]) -> Iterator[TableBlock]:
    at = 0
    while at + 1 < len(lines):
        head, line = lines[at].text.strip(), lines[at].line
        at += 1
        if len(head) > MAX_HEADER or "|" in head or not any(name in head for name in _COUNTS):
            continue
        names = _names(head, _numbers(lines[at].text))
        rows = []
        while names and at < len(lines) and len(cells := _numbers(lines[at].text)) == len(names):
            rows.append(Row(cells, lines[at].line))
            at += 1
        if rows:
            yield TableBlock(line, header=Row(names, line), rows=rows)


def _names(head: str, numbers: Sequence[str]) -> tuple[str, ...]:
    """The names of as many columns as there are numbers; none where the line parts into another number of names."""
    for names in (_GAP.split(head), _NAME.findall(head)):
        if len(names) == len(numbers) > 1 and not any(map(_is_logged, names)):
            return tuple(names)
    return ()


def _numbers(line: str) -> tuple[str, ...]:
    """The cells of a line of nothing but numbers, times and `No log`; none of any other."""
    cells = tuple(_CELL.findall(line)) if len(line) <= MAX_HEADER else ()
    return cells if all(map(_is_logged, cells)) else ()


def _is_logged(cell: str) -> bool:
    return values.number(cell) is not None or cell.lower() in ("no log", "-") or bool(_TIME.fullmatch(cell))
