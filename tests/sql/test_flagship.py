from __future__ import annotations

import math
import random
from typing import Any

import pandas as pd
import pytest
from scipy import stats

from tests.warehouse.facts import dpo_run, method, parent, result, setting
from tests.warehouse.kit import Made, rows_of
from warehouse.answers import ask
from warehouse.database import Result

SUMMARY = "dpo_learning_rate_vs_reward_margin_summary"
FRAME = ("frame_listed", "frame_fetched", "frame_readable", "frame_can_state", "frame_stated", "frame_used")


def summary(made: Made, **parameters: str) -> dict[str, Any]:
    answer: Result = ask(made.opened(), SUMMARY, parameters)
    (record,) = answer.records()
    return record


def groups(made: Made, count: int, rates: int, slope: float, noise: float = 0.0) -> pd.DataFrame:
    """`count` authors, each at its own level, each at `rates` rates, whose margin rises by `slope` per tenfold rate."""
    chance = random.Random(7)
    rows = []
    for g in range(count):
        level = chance.uniform(-3, 3)
        for n in range(rates):
            rate = 10 ** (-7 + n / 2 - level / 10)
            margin = round(level + slope * math.log10(rate) + chance.gauss(0, noise), 6)
            rows.append({"group": g, "x": math.log10(rate), "y": margin})
            made.card(f"author{g}/m{n}", *dpo_run(rate, margin), parent("x/base"))
    return pd.DataFrame(rows)


def test_copies_count_once(made: Made) -> None:
    made.card("lab/m", *dpo_run(5e-7, 2.0))
    made.card("q/m-gguf", *dpo_run(5e-7, 2.0, about="reprinted", about_model="lab/m"))
    made.card("q/m-awq", *dpo_run(5e-7, 2.0, about="reprinted", about_model="LAB/m"))
    found = summary(made)
    assert (found["n_runs"], found["n_copies_excluded"], found["n_groups"]) == (1, 2, 1)


def test_a_handful_of_groups_that_do_not_vary_their_rate_is_refused_with_the_reason(made: Made) -> None:
    for n, rate in enumerate((5e-7, 5e-6, 1e-4)):
        made.card(f"lab{n}/m", *dpo_run(rate, 3.0 - n))
    found = summary(made)
    assert found["enough_data"] is False
    assert found["reason"] == "only 3 groups, and none varies its learning rate"
    assert found["pooled_pearson"] is found["pooled_spearman"] is found["within_group_slope"] is None


def test_many_groups_none_of_which_varies_its_rate_are_refused(made: Made) -> None:
    for n in range(6):
        made.card(f"lab{n}/m", *dpo_run(10.0**-n, 3.0 - n))
    assert summary(made)["reason"] == "no group varies its learning rate"


def test_the_sweep_of_one_author_is_no_effect_whoever_else_there_is(made: Made) -> None:
    for n in range(6):
        made.card(f"lab{n}/m", *dpo_run(1e-6, 3.0 - n))
    for n in range(5):
        made.card(f"sweeper/m{n}", *dpo_run(10.0**-n, 9.5 + n), parent("x/base"))
    found = summary(made)
    assert (found["n_groups"], found["n_groups_varying"], found["n_learning_rates_within"]) == (7, 1, 5)
    assert found["reason"] == "only 1 group varies its learning rate (5 are needed)"
    assert found["within_group_slope"] is found["pooled_pearson"] is None


def test_two_rates_within_groups_are_too_few(made: Made) -> None:
    for n in range(6):
        made.card(f"lab{n}/m", *dpo_run(1e-6, 1.0 + n))
        made.card(f"lab{n}/k", *dpo_run(2e-6, 2.5 + n))
    assert summary(made)["reason"] == "only 2 learning rates within groups (3 are needed)"


def test_nothing_at_all_is_refused_too(made: Made) -> None:
    assert summary(made)["reason"] == "no run states both a learning rate and a margin"


def test_the_effect_that_was_put_in_comes_out(made: Made) -> None:
    data = groups(made, count=8, rates=4, slope=0.8)
    found = summary(made)
    assert found["enough_data"] is True
    assert found["reason"] is None
    assert found["within_group_slope"] == pytest.approx(0.8, abs=1e-5)
    assert found["within_group_correlation"] == pytest.approx(1.0, abs=1e-6)
    assert found["n_runs"] == len(data) == 32


def test_the_numbers_are_those_that_scipy_computes_ties_included(made: Made) -> None:
    data = groups(made, count=6, rates=3, slope=0.5, noise=0.4)
    ties = zip(data.x[:4], data.y[1:5], strict=True)
    for n, (x, y) in enumerate(ties):
        made.card(f"tie{n}/m", *dpo_run(10.0**x, float(y), result("logps/chosen", -300.25 - n)))
        data.loc[len(data)] = [99 + n, x, y]
    found = summary(made)
    within = data[data.group < 99].groupby("group")[["x", "y"]].transform(lambda v: v - v.mean())
    fit = stats.linregress(within.x, within.y)
    degrees = len(within) - 2, len(within) - 6 - 1
    assert found["n_runs"] == len(data)
    assert found["pooled_pearson"] == pytest.approx(stats.pearsonr(data.x, data.y).statistic, abs=1e-9)
    assert found["pooled_spearman"] == pytest.approx(stats.spearmanr(data.x, data.y).statistic, abs=1e-9)
    assert found["within_group_correlation"] == pytest.approx(fit.rvalue, abs=1e-9)
    assert found["within_group_slope"] == pytest.approx(fit.slope, abs=1e-9)
    error = fit.stderr * math.sqrt(degrees[0] / degrees[1])
    assert found["within_group_slope_error"] == pytest.approx(error, abs=1e-9)


@pytest.mark.slow
def test_batch_sizes_and_rates_correlate_as_scipy_says_ties_included(made: Made) -> None:
    chance = random.Random(3)
    points = []
    for n in range(30):
        batch, rate = 2.0 ** chance.randint(2, 5), 10.0 ** -chance.randint(4, 6)
        points.append((math.log10(batch), math.log10(rate)))
        made.card(f"lab{n % 6}/m{n}", setting("learning_rate", rate), setting("total_train_batch_size", batch))
    (found,) = ask(made.opened(), "batch_size_vs_learning_rate").records()
    x, y = zip(*points, strict=True)
    assert found["pooled_pearson"] == pytest.approx(stats.pearsonr(x, y).statistic, abs=1e-9)
    assert found["pooled_spearman"] == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-9)


@pytest.mark.slow
def test_an_effect_under_noise_comes_out_within_its_error(made: Made) -> None:
    groups(made, count=8, rates=6, slope=0.8, noise=0.3)
    found = summary(made)
    assert 0 < found["within_group_slope_error"] < 0.2
    assert abs(found["within_group_slope"] - 0.8) < 3 * found["within_group_slope_error"]


@pytest.mark.slow
def test_copies_of_one_end_of_the_rates_change_no_number(made: Made) -> None:
    groups(made, count=8, rates=3, slope=0.8, noise=0.3)
    before = summary(made)
    for n in range(5):
        # The lowest rate of the first author, as groups() made it, printed by those who quantize it.
        made.card(
            f"q{n}/m-gguf",
            parent("author0/m0", "quantized"),
            *dpo_run(1e-9, 99.0 + n, about="reprinted", about_model="author0/m0"),
        )
    after = summary(made)
    assert after["n_copies_excluded"] == before["n_copies_excluded"] + 5
    unmoved = [k for k in before if not k.startswith("frame_") and k != "n_copies_excluded"]
    assert [after[k] for k in unmoved] == [pytest.approx(before[k], abs=1e-9) for k in unmoved]


def test_where_groups_and_runs_point_opposite_ways_the_effect_within_groups_is_told_first(made: Made) -> None:
    """Simpson's paradox: authors with higher rates have lower margins, and each author's margin rises with the rate."""
    for g in range(8):
        for n in range(3):
            x = -7 + g / 2 + n / 10
            made.card(f"author{g}/m{n}", *dpo_run(10**x, round(9 - 2 * g + 3 * n / 10, 6)), parent("x/base"))
    found = summary(made)
    assert found["within_group_slope"] == pytest.approx(3.0, abs=1e-5)
    assert found["within_group_correlation"] == pytest.approx(1.0, abs=1e-6)
    assert found["pooled_pearson"] < -0.9
    assert found["pooled_spearman"] < -0.9
    names = list(found)
    assert names.index("within_group_slope") < names.index("pooled_pearson")


def test_a_rate_without_a_logarithm_is_no_point(made: Made) -> None:
    for n, rate in enumerate((0.0, -1.0, math.nan, math.inf)):
        made.card(f"a/{n}", *dpo_run(rate, 1.0 + n))
    found = summary(made)
    assert (found["n_runs"], found["frame_stated"]) == (0, 4)


def test_a_margin_that_is_no_number_is_no_point(made: Made) -> None:
    for n, margin in enumerate((math.nan, math.inf, -math.inf, 1e200)):
        made.card(f"a/{n}", *dpo_run(1e-6, margin))
    found = summary(made)
    assert (found["n_runs"], found["frame_stated"]) == (0, 4)


def test_zero_and_negative_margins_are_points(made: Made) -> None:
    made.card("a/b", *dpo_run(1e-6, 0.0))
    made.card("a/c", *dpo_run(1e-6, -1.0))
    con = made.opened()
    assert rows_of(con, "SELECT reward_margin FROM dpo_learning_rate_vs_reward_margin ORDER BY 1") == [(-1.0,), (0.0,)]


def test_the_frame_counts_those_that_could_not_be_used(made: Made) -> None:
    made.card("a/used", *dpo_run(1e-6, 1.0))
    made.card("a/silent", setting("learning_rate", 1e-6), method("dpo"))
    made.card("a/sft", setting("learning_rate", 1e-6), method("sft"))
    made.listing("a/unseen")
    found = summary(made)
    assert [found[k] for k in FRAME] == [4, 3, 3, 3, 1, 1]
    assert (found["n_runs_of_method"], found["n_runs_stating"]) == (2, 1)


def test_another_method_can_be_asked_for(made: Made) -> None:
    made.card("a/b", *dpo_run(1e-6, 1.0), result("kl", 0.1))
    con = made.opened()
    assert ask(con, "dpo_learning_rate_vs_reward_margin").rows == []
    assert len(ask(con, "dpo_learning_rate_vs_reward_margin", {"method": "kto"}).rows) == 1
