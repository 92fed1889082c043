"""HTML tables become rows of cells on their lines, spans filled in."""

from __future__ import annotations

import pytest

from etl.cards import limits
from etl.cards.html_tables import read_html_table


def cells(text: str) -> list[tuple[str, ...]]:
    table = read_html_table(text, 1)
    return [row.cells for row in ([table.header] if table.header else []) + table.rows]


def test_rows_stand_on_the_lines_of_their_tags() -> None:
    table = read_html_table("<table>\n<tr>\n<th>a</th>\n</tr>\n<tr><td>1\n</td></tr>\n</table>", 10)
    assert table.header is not None
    assert (table.header.line, [row.line for row in table.rows]) == (11, [14])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr>", [("a", "b"), ("1", "2")]),
        ("<TR><TH>a<TH>b<TR><TD>1<TD>2", [("a", "b"), ("1", "2")]),
        ("<tr><td rowspan='2'>a</td><td>1</td></tr><tr><td>2</td></tr>", [("a", "1"), ("a", "2")]),
        ("<tr><td colspan=2>a</td><td>1</td></tr><tr><td>b<td>c<td>2</tr>", [("a", "a", "1"), ("b", "c", "2")]),
        ("<tr><td>1</td><td ROWSPAN = \"2\">a</td></tr><tr><td>2</td></tr>", [("1", "a"), ("2", "a")]),
        ("<tr><td><b>a</b> <i>b</i><br/>c &amp; d</td></tr>", [("a b c & d",)]),
        ("<tr><td>a<!-- b --></td></tr>", [("a",)]),
        ("<tr><td>1 < 2</td></tr>", [("1 < 2",)]),
        ("<tr><td title='a > b'>c</td></tr>", [("c",)]),
        ("<tr><td rowspan='x'>a</td><td colspan='0'>b</td></tr>", [("a", "b")]),
        ("", []),
        ("<table", []),
        ("<td>", [("",)]),
    ],
)  # fmt: skip
def test_cells_are_what_a_reader_sees(text: str, found: list[tuple[str, ...]]) -> None:
    assert cells(f"<table>{text}</table>") == found


def test_a_header_is_a_first_row_of_th_or_the_first_of_several() -> None:
    assert read_html_table("<tr><th>a</th></tr>", 1).header is not None
    assert read_html_table("<tr><td>a</td></tr>", 1).header is None
    assert read_html_table("<tr><td>a</td></tr><tr><td>1</td></tr>", 1).header is not None


def test_spans_and_rows_are_bounded() -> None:
    (row,) = cells("<tr>" + "<td colspan=99999>a</td>" * 20 + "</tr>")
    assert len(row) <= limits.MAX_TABLE_COLUMNS
    many = read_html_table("<tr><td>a</td></tr>" * (limits.MAX_TABLE_ROWS + 5), 1)
    assert len(many.rows) < limits.MAX_TABLE_ROWS + 1
