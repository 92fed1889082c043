"""Lines with pipes -> a table: its header, its rows, and the line below it.

Rows as people and tools break them: with or without pipes at their ends, in quotations and pasted diffs, cut by line
ends, with bars inside names. A line is looked at once, and once more where a cell before it was left open.

What must not move in: which line begins a table (`etl.cards.blocks`), what a table says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from etl.cards import limits
from etl.cards.structure import Note, Row, TableBlock

_SEPARATOR = re.compile(r"^[\s+>]*+\|?(?:\s*+:?-++\s*+:?\s*+\|)++(?:\s*+:?-++\s*+:?\s*+)?\|?\s*+$")
_SPACED_BAR = re.compile(r"(?<=\s)\|(?=\s)")
_PARTED_NUMBERS = re.compile(r"(?:\d|NaN)\s{0,20}\|\s{0,20}(?:\d|NaN)")
"""A bar between two numbers stands in no name."""
_BAR = re.compile(r"(?<!\\)\|")
_NO_CELL = ("#", "- ", "* ", "<", "```")
"""How a line begins that goes on with no cell."""
MIN_HALF = 2
"""Columns of a table of which two stand side by side."""


def is_separator(line: str) -> bool:
    """Whether a line is the one below a header: `|---|---|`."""
    return "-" in line and _SEPARATOR.match(line) is not None


def split_row(line: str) -> tuple[str, ...]:
    """The cells of a table row, escaped pipes kept inside their cell."""
    line = line.strip()
    if line.startswith("|"):
        line = line[1:]
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    if "\\|" not in line:
        return tuple([cell.strip() for cell in line.split("|", limits.MAX_TABLE_COLUMNS)])
    return tuple([cell.strip().replace("\\|", "|") for cell in _BAR.split(line, limits.MAX_TABLE_COLUMNS)])


class PipeTable:
    """The table that begins on line `at` of a card's lines: afterwards `at` is the line below it.

    `table` has the rows, and `notes` what was repaired or cut; `line` is the first one, without comments, and `title`
    that of the section.
    """

    __slots__ = ("at", "lines", "notes", "numbers", "piped", "rows", "table", "title", "unpiped", "width")

    def __init__(self, lines: Sequence[str], numbers: Sequence[int], at: int, line: str, title: str) -> None:
        self.lines = lines
        self.numbers = numbers
        self.at = at
        self.title = title
        self.notes: list[Note] = []
        self.piped = line.lstrip().startswith("|")
        self.width = 0
        self.unpiped = False
        self.table = TableBlock(numbers[at])
        self.rows = self.table.rows
        self._take_header(line)
        count = len(lines)
        while self.at < count and self._goes_on(lines[self.at]):
            pass
        self._part_halves()

    def _take_header(self, line: str) -> None:
        below = self.at + 1
        if below < len(self.lines) and is_separator(self.lines[below]):
            separator = self.lines[below].lstrip("+> ")
            columns = len(split_row(separator))
            self.unpiped = separator[0] != "|"
            header = self.table.header = Row(self._row(line.strip(), columns), self.numbers[self.at])
            self.width = len(header.cells)
            self.at += 2
        elif is_separator(line):
            self.at += 1

    def _part_halves(self) -> None:
        """Set the second half below the first, where the header says the same twice: `Name | Value | Name | Value`."""
        header = self.table.header
        half = len(header.cells) // 2 if header else 0
        if header is None or half < MIN_HALF or not header.cells[0] or header.cells[:half] != header.cells[half:]:
            return
        self.table.header = Row(header.cells[:half], header.line)
        left = [Row(row.cells[:half], row.line) for row in self.rows]
        self.rows[:] = left + [Row(row.cells[half:], row.line) for row in self.rows if any(row.cells[half:])]

    def _goes_on(self, line: str) -> bool:
        """Take the line, and what belongs to the row that it ends; False where the table ended before it."""
        bare = line.strip()
        if not bare or "<!--" in line:
            return self._take_parted_cell()
        if bare[0] in ">+":
            bare = bare.lstrip("> ").removeprefix("+")
        if "|" not in line:
            return self._take_rest(bare)
        if not bare.startswith("|") and self._lacks_cells() and _may_continue(self.rows[-1], ""):
            tail = split_row(bare)
            last = self.rows[-1].cells
            self._end_row((*last[:-1], f"{last[-1]} {tail[0]}".strip(), *tail[1:]), bare)
        elif is_separator(line):
            if self.table.header is None and len(self.rows) == 1:
                self.table.header = self.rows.pop()
                self.width = len(self.table.header.cells)
        elif bare.startswith("#") or (not self.piped and bare.startswith(("- ", "* "))):
            return False
        elif len(self.rows) >= limits.MAX_TABLE_ROWS:
            self._cut()
            return False
        else:
            if len(bare) > 2 * limits.MAX_INLINE_CHARACTERS and bare.count("|") > limits.MAX_TABLE_COLUMNS:
                self._note("row_cut", bare)
            self.rows.append(Row(self._row(bare, self.width) if self.width else split_row(bare), self.numbers[self.at]))
        self.at += 1
        return True

    def _row(self, bare: str, columns: int) -> tuple[str, ...]:
        """The cells of a row; where the table's separator begins with no bar, a row's first bar ends an empty cell."""
        cells = _cells(bare, columns)
        return ("", *cells) if self.unpiped and bare[:1] == "|" and len(cells) + 1 == columns else cells

    def _lacks_cells(self) -> bool:
        return self.piped and bool(self.rows) and len(self.rows[-1].cells) < self.width

    def _end_row(self, cells: tuple[str, ...], rest: str) -> None:
        """The last row has these cells, now that the rest of it was found on a line of its own."""
        self.rows[-1] = Row(cells, self.rows[-1].line)
        self._note("row_over_lines", rest)

    def _take_rest(self, bare: str) -> bool:
        """Take a line without a pipe for the rest of the last cell; False where it is none."""
        if self.piped and self.rows and _is_open(self.rows[-1].cells[-1]) and self._take_open_cell():
            return True
        if not (self._lacks_cells() and _may_continue(self.rows[-1], bare)):
            return False
        last = self.rows[-1].cells
        self._end_row((*last[:-1], f"{last[-1]} {bare}"), bare)
        self.at += 1
        return True

    def _take_open_cell(self) -> bool:
        """Take the lines up to the next pipe for the rest of the last cell, which ended inside brackets.

        scikit-learn and torch print their objects so, and skops puts these into a table. False: they are none.
        """
        end, size, count = self.at, 0, len(self.lines)
        while end < count and "|" not in self.lines[end]:
            bare = self.lines[end].strip()
            size += len(bare)
            if not bare or bare.startswith(_NO_CELL) or size > limits.MAX_OPEN_CELL_CHARACTERS:
                return False
            end += 1
        if end == count:
            return False
        pieces = [line.strip() for line in self.lines[self.at : end]]
        closing = self.lines[end].strip()
        tail = () if closing.startswith("|") else split_row(closing)
        last = self.rows[-1].cells
        self._end_row((*last[:-1], " ".join((last[-1], *pieces, *tail[:1])), *tail[1:]), pieces[0])
        self.at = end + len(tail[:1])
        return True

    def _take_parted_cell(self) -> bool:
        """Take the lines up to those cells that make the row full, blank lines with them: a report printed into a cell.

        False: nothing says that the row goes on.
        """
        if not self._lacks_cells() or self.lines[self.at - 1].rstrip().endswith("|"):
            return False
        last, end, size = self.rows[-1].cells, self.at, 0
        while end < len(self.lines) and "|" not in (bare := self.lines[end].strip()):
            size += len(bare) + 1
            if bare.startswith(_NO_CELL) or size > limits.MAX_CONTINUED_CELL_CHARACTERS:
                return False
            end += 1
        tail = split_row(self.lines[end]) if end < len(self.lines) else ()
        if not tail or not self.lines[end].lstrip().startswith("|") or len(last) + len(tail) != self.width:
            return False
        pieces = filter(None, (line.strip() for line in self.lines[self.at : end]))
        self._end_row((*last[:-1], " ".join((last[-1], *pieces)), *tail), last[-1])
        self.at = end + 1
        return True

    def _cut(self) -> None:
        """Pass over the rows that are too many."""
        self._note("table_cut", "")
        while self.at < len(self.lines) and "|" in self.lines[self.at]:
            self.at += 1

    def _note(self, code: str, excerpt: str) -> None:
        self.notes.append(Note(code, self.numbers[self.at], self.title, excerpt[:80]))


def _cells(line: str, columns: int) -> tuple[str, ...]:
    """The cells of a row of so many columns; where a writer left a pipe inside a name unescaped, only bars between blanks part them."""
    cells = split_row(line)
    if len(cells) > columns:
        spaced = tuple(cell.strip() for cell in _SPACED_BAR.split(line.strip().strip("|")))
        if len(spaced) == columns and not any(_PARTED_NUMBERS.search(cell) for cell in spaced):
            return spaced
    return cells


def _may_continue(row: Row, bare: str) -> bool:
    """Whether a line without a pipe goes on with a row's last cell."""
    is_short = len(row.cells[-1]) < limits.MAX_CONTINUED_CELL_CHARACTERS
    return is_short and not bare.startswith(_NO_CELL) and any(row.cells)  # a row of nothing goes on nowhere


def _is_open(cell: str) -> bool:
    """Whether more brackets are opened in a cell than closed."""
    return cell.count("(") + cell.count("[") > cell.count(")") + cell.count("]")
