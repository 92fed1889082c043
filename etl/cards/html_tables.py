"""<table> -> rows of cells, spans filled in, with the lines they stand on."""

from __future__ import annotations

from html.parser import HTMLParser

from etl.cards import limits
from etl.cards.structure import Row, TableBlock


def read_html_table(text: str, first_line: int) -> TableBlock:
    """The table in `text`, which begins on `first_line`. The header is the first row where it has <th> cells."""
    parser = _TableParser(first_line)
    parser.feed(text)
    parser.close()
    parser.end_row()
    rows = parser.rows
    header = rows.pop(0) if rows and (parser.first_is_header or len(rows) > 1) else None
    return TableBlock(first_line, header=header, rows=rows, html=True)


class _TableParser(HTMLParser):
    def __init__(self, first_line: int) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[Row] = []
        self.first_is_header = False
        self._first_line = first_line
        self._cells: list[str] = []
        self._text: list[str] | None = None
        self._span = (1, 1)
        self._line = first_line
        self._down: dict[int, tuple[int, str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.end_row()
            self._line = self._first_line + self.getpos()[0] - 1
        elif tag in ("td", "th"):
            self._end_cell()
            self._fill_down()
            if tag == "th" and not self.rows:
                self.first_is_header = True
            given = dict(attrs)
            self._span = (_span(given.get("colspan")), _span(given.get("rowspan")))
            self._text = []
        elif tag == "br" and self._text is not None:
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table", "thead"):
            self.end_row()

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

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
        text = " ".join("".join(self._text).split())
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


def _span(text: str | None) -> int:
    return min(int(text), limits.MAX_HTML_SPAN) if text and text.isdecimal() and len(text) < 6 and int(text) > 0 else 1
