"""Rows as text: what a person reads, and what a program reads."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from etl.printing import age_text, blocks_text, counts_text, printable, rows_text, shown, size_text, table_text

COLUMNS = ("name", "value")


def test_a_table_is_aligned_numbers_to_the_right() -> None:
    text = table_text(COLUMNS, [("a", 1), ("long name", 12.5), ("none", None)])
    assert text.splitlines() == [
        "name       value",
        "---------  -----",
        "a              1",
        "long name   12.5",
        "none        NULL",
    ]


def test_a_table_without_rows_shows_its_columns() -> None:
    assert table_text(COLUMNS, []) == "name  value\n----  -----\n"


def test_a_table_wider_than_the_terminal_becomes_blocks() -> None:
    assert table_text(COLUMNS, [("x" * 20, 1), ("y", 2)], width=10) == blocks_text(
        COLUMNS, [("x" * 20, "1"), ("y", "2")]
    )
    assert blocks_text(COLUMNS, [("y", "2")]) == "name   y\nvalue  2\n"


def test_what_a_card_says_cannot_move_the_cursor_of_who_reads_it() -> None:
    hostile = "\x1b[2Jgone\nnext\u202eline\r"
    assert printable(hostile) == "\\x1b[2Jgone\\nnext\\u202eline\\r"
    assert shown(["\x1b"]) == '["\\u001b"]'
    assert "\x1b" not in table_text(("\x1b",), [("\x1b[31m",)])
    assert printable("Zephyr 7B β, 日本語") == "Zephyr 7B β, 日本語"


def test_a_long_fraction_is_cut_for_people_only() -> None:
    third = 0.1 + 0.2
    assert shown(third) == "0.3"
    assert shown(5e-07) == "5e-07"
    assert shown(float("nan")) == "nan"
    assert rows_text(("x",), [(third,)], "csv") == "x\n0.30000000000000004\n"


def test_csv_keeps_what_was_said() -> None:
    rows = [("a,b", None), ('say "x"\n', float("nan")), (True, datetime(2026, 1, 2, 3, 4, 5)), ([1, None], b"\x00\xff")]
    assert rows_text(COLUMNS, rows, "csv") == (
        'name,value\n"a,b",\n"say ""x""\n",nan\ntrue,2026-01-02 03:04:05\n"[1, null]",00ff\n'
    )


def test_json_is_json_though_numbers_may_not_be() -> None:
    rows = [(1, float("nan")), (2, float("-inf")), (3, None), (4, Decimal("1.5")), (5, {"k": [datetime(2026, 1, 2)]})]
    given = json.loads(rows_text(COLUMNS, rows, "json"), parse_constant=pytest.fail)
    assert [r["value"] for r in given] == ["nan", "-inf", None, 1.5, {"k": ["2026-01-02T00:00:00"]}]
    assert json.loads(rows_text(COLUMNS, [], "json")) == []


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
