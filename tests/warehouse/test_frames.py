"""Answers as Arrow, pandas and Polars tables."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Iterator

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import warehouse
from tests.warehouse.facts import method, result, setting
from tests.warehouse.kit import Made
from warehouse import ask, ask_arrow, ask_pandas, ask_polars
from warehouse.answers import BadParameter, NoSuchAnswer, answer_named, answers
from warehouse.database import Session
from warehouse.frames import NotInstalled

FLAGSHIP = "dpo_learning_rate_vs_reward_margin"


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    made = Made(tmp_path_factory.mktemp("frames") / "home")
    for n in range(3):
        loss = math.nan if n == 0 else None
        made.card(
            f"o{n}/m", method("dpo"), setting("learning_rate", 1e-6), result("rewards/margins", float(n)),
            *([result("loss", loss)] if loss is not None else []),
        )  # fmt: skip
    made.card("o9/k", method("kto"), setting("learning_rate", 1e-5), result("rewards/margins", 9.0))
    with made.opened() as session:
        yield session


def test_the_doors_are_those_that_the_package_names() -> None:
    assert {"ask", "ask_arrow", "ask_pandas", "ask_polars", "open_warehouse"} == set(warehouse.__all__)
    assert FLAGSHIP in {a.name for a in answers()}


@pytest.mark.parametrize("answer", [FLAGSHIP, "margins_by_method", "card_statuses"])
def test_every_table_has_the_answers_columns_and_rows(con: Session, answer: str) -> None:
    rows, arrow = ask(con, answer), ask_arrow(con, answer)
    pandas, polars = ask_pandas(con, answer), ask_polars(con, answer)
    columns = [name for name, _ in answer_named(answer).columns]
    assert arrow.column_names == list(pandas.columns) == polars.columns == columns
    assert arrow.num_rows == len(pandas) == len(polars) == len(rows.rows)
    assert isinstance(pandas, pd.DataFrame)
    assert isinstance(polars, pl.DataFrame)


def types_of(con: Session, answer: str) -> list[pa.DataType]:
    return list(ask_arrow(con, answer).schema.types)


def test_counts_are_integers_whatever_duckdb_sums_into(con: Session) -> None:
    arrow = ask_arrow(con, "margins_by_method")
    assert arrow.schema.field("n_runs").type == pa.int64()
    assert not any(pa.types.is_decimal(t) for name in ("seeds_in_use", "card_statuses") for t in types_of(con, name))


def test_a_null_stays_apart_from_a_nan(con: Session) -> None:
    losses = ask_pandas(con, FLAGSHIP).set_index("model_id")["loss"]
    assert losses.isna().sum() == 2
    assert [value is not pd.NA and math.isnan(value) for value in losses].count(True) == 1
    assert ask_polars(con, FLAGSHIP)["loss"].null_count() == 2


def test_parameters_are_set_by_name_and_may_be_numbers(con: Session) -> None:
    assert ask_arrow(con, FLAGSHIP, {"method": "kto"})["reward_margin"].to_pylist() == [9.0]
    assert ask_polars(con, "margins_by_method", {"minimum_groups": 1})["enough_data"].to_list() == [True, True]


@pytest.mark.parametrize("door", [ask_arrow, ask_pandas, ask_polars])
def test_what_cannot_be_asked_is_refused_as_by_the_command(con: Session, door: object) -> None:
    assert callable(door)
    with pytest.raises(NoSuchAnswer, match="did you mean margins_by_method"):
        door(con, "margins_by_metod")
    with pytest.raises(BadParameter, match="no parameter 'colour'"):
        door(con, FLAGSHIP, {"colour": "red"})


@pytest.mark.parametrize(("door", "library"), [(ask_pandas, "pandas"), (ask_polars, "polars")])
def test_a_library_that_is_not_installed_is_named(
    con: Session, monkeypatch: pytest.MonkeyPatch, door: object, library: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    assert callable(door)
    with pytest.raises(NotInstalled, match=f"{library} is not installed"):
        door(con, FLAGSHIP)


def test_no_data_frame_library_is_loaded_before_one_is_asked_for() -> None:
    code = "import sys, warehouse; print({'pandas', 'polars', 'altair', 'jinja2'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "set()\n"
