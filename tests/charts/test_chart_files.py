"""The declarations: one beside each answer that is better looked at than read, held against the answer's header."""

from __future__ import annotations

import pytest

from tests.charts.kit import BARS, KINDS, POINTS, chart_of
from warehouse.charts.files import ChartFileError, charts
from warehouse.charts.words import units
from warehouse.sql_files import sql_files

BETTER_READ = {
    "copy_rules": "counts that differ by few of many thousands",
    "deepest_lineages": "a list of repos",
    "dpo_learning_rate_vs_reward_margin_summary": "one row; it judges the picture of the runs",
    "duplicate_cards": "a list of repos",
    "result_conflicts": "a list of contradictions, each of its own metric",
}


def test_every_answer_is_drawn_or_said_to_be_better_read() -> None:
    assert {f.name for f in sql_files("answers")} - charts().keys() == BETTER_READ.keys()


def test_every_answer_says_in_its_header_what_it_counts() -> None:
    counting = [a for a in sql_files("answers") if "n_runs" in dict(a.columns)]
    assert all(unit in " ".join(dict(a.columns).values()) for a in counting for unit in units(a))
    assert {units(a) for a in counting} <= {("runs", "groups"), ("repos", "authors"), ("repos", "originals")}


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_of_each_kind_is_read(kind: str) -> None:
    assert chart_of(KINDS[kind]).kind == kind


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (POINTS.replace('["margin"]', '["margni"]'), "the answer made_up has no 'margni'; did you mean margin"),
        (POINTS.replace("joined", "jioned"), "a chart has no 'jioned'; did you mean joined"),
        (POINTS.replace('scale = "log"', 'scale = "logarithmic"'), "has no 'logarithmic'"),
        (POINTS.replace('"points"', '"pionts"'), "did you mean points"),
        (POINTS.replace('answer = "judge"', 'answer = "jugde"'), "did you mean judge"),
        (POINTS.replace('effect = "effect"', 'effect = "efect"'), "the answer judge has no 'efect'"),
        (POINTS.replace('columns = ["rate"]', 'columns = ["rate"]\nnames = ["a", "b"]'), "1 columns and 2 names"),
        (POINTS.replace('title = "Margins by rate"', ""), "says no title"),
        ('kind = "tiles"\ntitle = "t"\n', "tiles need y and value"),
        (BARS + "\n[x", "made_up.chart.toml: "),
        (BARS.replace('label = "rate"', ""), "KeyError('label')"),
    ],
)  # fmt: skip
def test_a_chart_file_that_is_wrong_is_refused_with_the_place(text: str, complaint: str) -> None:
    with pytest.raises(ChartFileError, match=r"sql/answers/made_up\.chart\.toml") as refused:
        chart_of(text)
    assert complaint in str(refused.value)
