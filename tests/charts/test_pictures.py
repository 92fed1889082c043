"""What a picture shows and says: numbers, refusals, what is not drawn."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.charts.kit import ANSWER, BARS, DOTS, KINDS, POINTS, RANGES, TILES, chart_of, row
from warehouse.charts.axes import Reach, reach, step_ends, step_names, step_of
from warehouse.charts.files import Scale
from warehouse.charts.marks import MOST_MARKS
from warehouse.charts.pictures import Picture, picture
from warehouse.charts.words import about_n, order_key
from warehouse.sql_files import sql_files


def made(text: str, rows: list[dict[str, Any]], judge: dict[str, Any] | None = None) -> Picture:
    return picture(chart_of(text), ANSWER, rows, judge)


def said(drawn: Picture) -> str:
    return "\n".join(line.text for line in drawn.lines)


def test_a_picture_says_how_many_runs_and_groups_it_rests_on() -> None:
    assert "2 rows, each of 4 to 10 runs and 6 groups" in said(made(BARS, [row(), row(name="b", n_runs=4)]))
    of_runs = [{"canonical_run_id": "r1", "group_id": "g"}, {"canonical_run_id": "r2", "group_id": "g"}]
    assert about_n(ANSWER, of_runs).text == "2 runs in 1 group"


def test_a_refusal_stands_in_the_picture_with_its_reason() -> None:
    judge = {"effect": None, "enough_data": False, "reason": "no group varies its learning rate"}
    drawn = made(POINTS, [row(), row(rate=2.0)], judge)
    assert [line.text for line in drawn.lines if line.is_alarm] == [
        "No effect is shown: no group varies its learning rate."
    ]
    assert drawn.is_refused


def test_an_effect_that_may_be_shown_is_told_with_its_number() -> None:
    drawn = made(POINTS, [row()], {"effect": 1.25, "error": 0.041, "enough_data": True, "reason": None})
    assert not drawn.is_refused
    assert "within groups: +1.25, standard error 0.041" in said(drawn)


def test_rows_with_too_few_data_are_marked_and_counted() -> None:
    drawn = made(RANGES, [row(), row(name="b", enough_data=False, reason="only 2 groups")])
    assert [m.is_thin for m in drawn.panels[0].marks] == [False, True]
    assert "too few data (1 of 2 rows: only 2 groups)" in said(drawn)


def test_where_every_row_has_too_few_data_the_picture_says_so_first() -> None:
    drawn = made(RANGES, [row(enough_data=False, reason="only 2 groups")])
    assert drawn.lines[0].is_alarm
    assert "only 2 groups" in drawn.lines[0].text


def test_what_cannot_be_drawn_is_counted_by_reason() -> None:
    rates = [1.0, None, math.nan, math.inf, 0.0, -1.0]
    drawn = made(POINTS, [row(rate=rate) for rate in rates])
    assert len(drawn.panels[0].marks) == 1
    expected = "rows not drawn: 1 without a value; 2 not finite; 2 zero or below, on a logarithmic axis"
    assert expected in said(drawn)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rows", [[], [row(rate=None, margin=None, least=None, share=None, greatest=None)]])
def test_nothing_to_draw_leaves_no_panel(kind: str, rows: list[dict[str, Any]]) -> None:
    drawn = made(KINDS[kind], rows)
    assert drawn.panels == ()
    assert "no rows" in said(drawn) if not rows else "without a value" in said(drawn)


def test_a_category_without_a_value_says_why_beside_those_that_have_one() -> None:
    drawn = made(DOTS, [row(), row(name="b", rate=None, margin=None, enough_data=False, reason="only 2 groups")])
    assert [m.note for m in drawn.panels[0].marks] == ["", "", "no value; only 2 groups"]


def test_categories_by_the_hundred_are_cut_to_the_first_ones_and_the_rest_counted() -> None:
    drawn = made(BARS, [row(name=f"name {n}") for n in range(300)])
    assert len(drawn.panels[0].y) == 25  # type: ignore[arg-type]
    assert "275 after the first 25 of 300 categories" in said(drawn)


def test_colours_go_to_the_most_frequent_and_the_rest_is_others() -> None:
    rows = [row(name=f"n{n}", kind=f"k{min(n, 8)}") for n in range(20)]
    drawn = made(BARS, rows)
    assert len(drawn.colours) == 6
    assert drawn.colours[0] == "k8"
    assert drawn.colours[-1] == "others"


def test_marks_that_would_hide_each_other_are_counted_in_squares() -> None:
    rows = [row(rate=1.0 + n % 50, margin=float(n % 40)) for n in range(MOST_MARKS + 1)]
    (panel,) = made(POINTS, rows).panels
    assert panel.is_binned
    assert sum(int(m.text) for m in panel.marks) == MOST_MARKS + 1


def test_versions_are_sorted_by_their_numbers_and_the_unknown_comes_last() -> None:
    rows = [row(other=v) for v in ("4.10", None, "4.9", "5.0.dev0", "4.9.1")]
    assert made(TILES, rows).panels[0].x == ("4.9", "4.9.1", "4.10", "5.0.dev0", "not known")


def test_numbers_of_every_sort_can_be_sorted_together() -> None:
    assert sorted([None, "b", 3, "a10", "a9", 1e-7, True], key=order_key)[:2] == [1e-7, 3]


def test_one_giant_outlier_does_not_squeeze_the_others() -> None:
    along = reach([*(float(n) for n in range(30)), 1e9], Scale.LINEAR)
    assert along.high < 100
    drawn = made(POINTS, [row(margin=float(n)) for n in range(30)] + [row(margin=1e9)])
    assert "1 mark beyond the axes' ends" in said(drawn)
    assert [m.is_beyond for m in drawn.panels[0].marks].count(True) == 1


def test_few_values_are_all_drawn_to_scale() -> None:
    assert reach([1.0, 2.0, 1000.0], Scale.LINEAR).high > 1000


@pytest.mark.parametrize("values", [[0.0], [5.0] * 10, [-1e308, 1e308], [5e-324, 1.0]])
def test_an_axis_has_two_ends_whatever_the_values(values: list[float]) -> None:
    along = reach(values, Scale.LINEAR)
    assert along.low < along.high
    assert all(0 <= along.position(along.held(v)) <= 1 for v in values)


def test_a_logarithmic_axis_has_its_ticks_at_round_numbers() -> None:
    assert Reach(1e-7, 1e-4, Scale.LOG).ticks() == [1e-7, 2e-7, 5e-7, 1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4]
    assert Reach(1e-9, 1.0, Scale.LOG).ticks() == [float(f"1e{e}") for e in range(-9, 1)]
    assert Reach(1e-9, 1.0, Scale.LOG).ticks(most=4) == [1e-9, 1e-6, 1e-3, 1.0]


@pytest.mark.parametrize("most", [1.0, 2.0, 4.0, 7.0, 358.0, 1e6])
def test_steps_of_colour_hold_every_count_and_say_which(most: float) -> None:
    ends = step_ends(most, Scale.LINEAR, 5)
    names = step_names(ends, most, Scale.LINEAR)
    assert len(set(names)) == len(names) == len(ends)
    assert step_of(1, ends) == 0
    assert step_of(most, ends) == len(ends) - 1


def test_the_sampling_frame_is_told_where_all_rows_share_it() -> None:
    rows = [row(frame_listed=100, frame_used=7), row(name="b", frame_listed=100, frame_used=7)]
    assert "repos: 100 listed › 7 used" in said(made(BARS, rows))
    rows[1]["frame_used"] = 8
    assert "listed" not in said(made(BARS, rows))


def test_parameters_that_were_set_are_told() -> None:
    drawn = picture(chart_of(BARS), ANSWER, [row()], None, {"method": "kto"})
    assert "only method = kto" in said(drawn)


def test_every_chart_makes_something_of_no_rows() -> None:
    from warehouse.charts.files import charts

    known = {a.name: a for a in sql_files("answers")}
    for name, chart in charts().items():
        assert "no rows" in said(picture(chart, known[name], []))
