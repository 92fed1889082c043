"""What a person reads."""

from __future__ import annotations

from datetime import timedelta

import pytest

from etl.printing import age_text, counts_text, size_text, table_text
from warehouse.plain_text import printable

COLUMNS = ("name", "value")


def test_a_table_wider_than_the_terminal_becomes_blocks() -> None:
    rows = [("x" * 20, 1), ("y", 2)]
    assert table_text(COLUMNS, rows, width=30).splitlines()[0] == "name                  value"
    assert table_text(COLUMNS, rows, width=10) == f"name   {'x' * 20}\nvalue  1\n\nname   y\nvalue  2\n"


def test_a_cell_is_shown_whole() -> None:
    assert "x" * 500 in table_text(COLUMNS, [("x" * 500, 1)])


def test_what_a_card_says_cannot_move_the_cursor_of_who_reads_it() -> None:
    hostile = "\x1b[2Jgone\nnext\u202eline\r"
    assert printable(hostile) == "\\x1b[2Jgone\\nnext\\u202eline\\r"
    assert "\x1b" not in table_text(COLUMNS, [("\x1b[31m", "a\rb")])
    assert printable("Zephyr 7B β, 日本語") == "Zephyr 7B β, 日本語"


def test_counts_are_lined_up_and_nothing_is_said_to_be_nothing() -> None:
    assert counts_text("cards", [("ok", 1234), ("gone", 5)]) == "cards\n  ok    1,234\n  gone      5\n"
    assert counts_text("cards", []) == "cards\n  (none)\n"


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (123_456, "123 kB"), (2_500_000_000_000, "2.5 TB")]
)
def test_sizes_are_said_in_their_unit(size: int, text: str) -> None:
    assert size_text(size) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(5, "less than a minute"), (60, "1 minute"), (7300, "2 hours"), (86_400 * 3, "3 days")]
)
def test_ages_are_said_in_their_largest_unit(seconds: int, text: str) -> None:
    assert age_text(timedelta(seconds=seconds)) == text
