from __future__ import annotations

import json
import math
from datetime import datetime

import pytest

from tests.warehouse.kit import Made
from warehouse.answers import BadParameter, NoSuchAnswer, answer_named, answers, ask
from warehouse.formats import as_csv, as_json, as_markdown, as_record, as_table

COLUMNS = ("name", "value")
ROWS = [("a|b", 1.0), ("line\nbreak", math.nan), (None, -math.inf), ("\x1b[31mred", 5e-07)]


def test_every_answer_has_a_theme_and_a_question() -> None:
    assert all(a.theme and a.question.endswith("?") for a in answers())


def test_an_unknown_answer_names_those_that_are_close() -> None:
    with pytest.raises(NoSuchAnswer, match="did you mean dpo_learning_rate_vs_reward_margin"):
        answer_named("dpo_learning_rate_vs_reward_margins")


def test_an_unknown_parameter_is_refused_with_those_there_are(made: Made) -> None:
    with pytest.raises(BadParameter, match="it has: method, base, generator"):
        ask(made.opened(), "dpo_learning_rate_vs_reward_margin", {"metod": "kto"})


def test_a_parameter_that_has_to_be_a_number_is_refused_otherwise(made: Made) -> None:
    with pytest.raises(BadParameter, match="is a number"):
        ask(made.opened(), "dpo_learning_rate_vs_reward_margin_summary", {"minimum_groups": "many"})


def test_a_parameters_value_is_no_part_of_the_statement(made: Made) -> None:
    assert ask(made.opened(), "dpo_learning_rate_vs_reward_margin", {"method": "x') FROM models --"}).rows == []


def test_a_table_for_people_holds_no_line_breaks_and_no_control_characters() -> None:
    text = as_table(COLUMNS, ROWS)
    assert len(text.splitlines()) == 2 + len(ROWS)
    assert "\x1b" not in text


def test_a_table_cuts_what_is_too_wide_and_a_record_does_not() -> None:
    assert "…" in as_table(("x",), [("y" * 100,)])
    assert "y" * 100 in as_record(("x",), ("y" * 100,))


def test_an_empty_table_still_has_its_header() -> None:
    assert as_table(COLUMNS, []).splitlines()[0].split() == ["name", "value"]


def test_json_is_strict_and_keeps_null_apart_from_nan() -> None:
    found = json.loads(as_json(COLUMNS, ROWS), parse_constant=lambda _: pytest.fail("not strict JSON"))
    assert [r["value"] for r in found] == [1.0, "NaN", "-Infinity", 5e-07]
    assert found[2]["name"] is None


def test_csv_gives_the_shortest_text_that_reads_back_as_the_number() -> None:
    assert as_csv(("x",), [(0.1 + 0.2,), (64.0,), (None,), (True,), (datetime(2026, 1, 2),)]).splitlines() == [
        "x",
        "0.30000000000000004",
        "64",
        '""',
        "true",
        "2026-01-02 00:00:00",
    ]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("a|b <script> [l](u)", "a\\|b \\<script\\> \\[l\\](u)"),
        ("`code` *bold* ~gone~ &lt;", "\\`code\\` \\*bold\\* \\~gone\\~ \\&lt;"),
        ("_slanted_ but snake_case", "\\_slanted\\_ but snake_case"),
        ("two\nlines\r\nthree\u2028four", "two lines  three four"),
        ("\u202egnp.exe", "\\\\u202egnp.exe"),
        ("back\\slash|", "back\\\\slash\\|"),
    ],
)
def test_markdown_cells_cannot_break_the_table_or_carry_markup(cell: str, shown: str) -> None:
    text = as_markdown((cell,), [(cell,)])
    assert text.splitlines() == [f"| {shown} |", "| --- |", f"| {shown} |"]
