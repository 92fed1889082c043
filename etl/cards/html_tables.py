"""<table> -> rows of cells, spans filled in, with the lines they stand on.

A scan for tags and no HTML parser: the standard library's takes time quadratic in tags that never end.
"""

from __future__ import annotations

import html
import re

from etl.cards import limits
from etl.cards.structure import Row, TableBlock

_TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9:-]{0,30})((?:"[^"<]{0,500}"|'[^'<]{0,500}'|[^<>])*+)>""")
_SPAN = re.compile(r"""\b(col|row)span\s*+=\s*+["']?(\d{1,5})\b""", re.I)


def read_html_table(text: str, first_line: int) -> TableBlock:
    """The table in `text`, which begins on `first_line`. The header is the first row where it has <th> cells."""
    table = _Table(first_line)
    text, at, line = _without_comments(text), 0, first_line
    for tag in _TAG.finditer(text):
        table.take_text(text[at : tag.start()])
        line += text.count("\n", at, tag.start())
        if tag[1]:
            table.take_end(tag[2].lower())
        else:
            table.take_start(tag[2].lower(), tag[3], line)
        at = tag.start()
        line += text.count("\n", at, tag.end())
        at = tag.end()
    table.take_text(text[at:])
    table.end_row()
    rows = table.rows
    header = rows.pop(0) if rows and (table.first_is_header or len(rows) > 1) else None
    return TableBlock(first_line, header=header, rows=rows, html=True)


def _without_comments(text: str) -> str:
    """The text without its comments, their line ends kept; one that never ends is text."""
    kept, at = [], 0
    while (begin := text.find("<!--", at)) >= 0 and (end := text.find("-->", begin)) >= 0:
        kept += [text[at:begin], "\n" * text.count("\n", begin, end)]
        at = end + 3
    return "".join((*kept, text[at:]))


class _Table:
    """The table as far as it was read."""

    def __init__(self, first_line: int) -> None:
        self.rows: list[Row] = []
        self.first_is_header = False
        self._cells: list[str] = []
        self._text: list[str] | None = None
        self._span = (1, 1)
        self._line = first_line
        self._down: dict[int, tuple[int, str]] = {}

    def take_start(self, tag: str, attributes: str, line: int) -> None:
        """A tag that opens."""
        if tag == "tr":
            self.end_row()
            self._line = line
        elif tag in ("td", "th"):
            self._end_cell()
            self._fill_down()
            if tag == "th" and not self.rows:
                self.first_is_header = True
            given = {name.lower(): _span(number) for name, number in _SPAN.findall(attributes)}
            self._span = (given.get("col", 1), given.get("row", 1))
            self._text = []
        elif tag == "br" and self._text is not None:
            self._text.append(" ")

    def take_end(self, tag: str) -> None:
        """A tag that closes."""
        if tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table", "thead"):
            self.end_row()

    def take_text(self, text: str) -> None:
        """What stands between two tags."""
        if self._text is not None and text:
            self._text.append(text)

    def end_row(self) -> None:
        """Close the row that is open, if one is."""
        self._end_cell()
        if self._cells:
            self._fill_down()
            if len(self.rows) < limits.MAX_TABLE_ROWS:
                self.rows.append(Row(tuple(self._cells), self._line))
        self._cells = []

    def _end_cell(self) -> None:
        if self._text is None:
            return
        text = " ".join(html.unescape("".join(self._text)).split())
        self._text = None
        across, down = self._span
        for _ in range(min(across, limits.MAX_TABLE_COLUMNS - len(self._cells))):
            if down > 1:
                self._down[len(self._cells)] = (down - 1, text)
            self._cells.append(text)

    def _fill_down(self) -> None:
        """Cells that a row span of an earlier row puts at this place."""
        while (here := self._down.get(len(self._cells))) is not None:
            left, text = here
            if left == 1:
                del self._down[len(self._cells)]
            else:
                self._down[len(self._cells)] = (left - 1, text)
            self._cells.append(text)


def _span(text: str) -> int:
    return min(int(text), limits.MAX_HTML_SPAN) if int(text) > 0 else 1
