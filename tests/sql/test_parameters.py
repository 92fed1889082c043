from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.sql.awkward import BASES, METHODS, WRITERS, awkward
from warehouse.answers import BadParameter, ask, query
from warehouse.database import Session, open_warehouse, run_query
from warehouse.sql_files import SqlFile, sql_files

ANSWERS = sql_files("answers")
KEPT: dict[str, tuple[str, Callable[[str, str, str], bool]]] = {
    "method": (METHODS[0], lambda m, b, w: m == METHODS[0]),
    "base": (BASES[0].upper(), lambda m, b, w: b == BASES[0]),
    "generator": (WRITERS[0], lambda m, b, w: w == WRITERS[0]),
}
"""A value for a parameter, and which cards are left where only those that have it were ever crawled."""

FRAME_OF_ALL = ("frame_listed", "frame_fetched", "frame_readable", "frame_can_state", "frame_stated")


@pytest.fixture(scope="module")
def con(awkward_home: Path) -> Session:
    return open_warehouse(awkward_home)


@pytest.fixture(scope="module")
def only(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Session]:
    return {name: awkward(tmp_path_factory.mktemp(name) / "home", keep).opened() for name, (_, keep) in KEPT.items()}


def with_parameter(name: str) -> list[SqlFile]:
    return [a for a in ANSWERS if name in dict(a.defaults)]


def plain(rows: list[dict[str, Any]], left_out: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """The rows to compare: numbers to nine digits, since sums differ in the last ones with their order."""

    def told(value: Any) -> str:
        return f"{value:.9g}" if isinstance(value, float) else str(value)

    return [{k: told(v) for k, v in row.items() if k not in left_out} for row in rows]


@pytest.mark.parametrize("answer", [a for a in ANSWERS if a.macro], ids=lambda a: a.name)
def test_the_macro_with_its_defaults_is_the_view(con: Session, answer: SqlFile) -> None:
    by_macro = run_query(con, f"FROM {answer.name}_by()").records()
    assert plain(by_macro) == plain(ask(con, answer.name).records())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "answer"),
    [(n, a) for n in KEPT for a in with_parameter(n)],
    ids=lambda v: v if isinstance(v, str) else v.name,
)
def test_a_parameter_gives_what_a_warehouse_of_nothing_else_gives(
    con: Session, only: dict[str, Session], name: str, answer: SqlFile
) -> None:
    value, _ = KEPT[name]
    # The frame follows the writer; which base or method a repo has is not known of those that state nothing.
    left_out = () if name == "generator" else FRAME_OF_ALL
    given = {name: value} | ({"method": "dpo"} if name == "generator" and "dpo" in answer.name else {})
    found = ask(con, answer.name, given).records()
    expected = ask(only[name], answer.name).records()
    if name == "base":  # repos of one base may name another parent too
        expected = [row for row in expected if row.get("parent_id", BASES[0]) == BASES[0]]
    assert plain(found, left_out) == plain(expected, left_out)


def test_many_answers_can_be_asked_of_one_method_base_and_writer() -> None:
    assert [len(with_parameter(name)) for name in KEPT] >= [15, 18, 18]


@pytest.mark.parametrize("answer", [a for a in ANSWERS if a.aggregates], ids=lambda a: a.name)
def test_the_minimum_decides_what_is_enough(con: Session, answer: SqlFile) -> None:
    minima = [name for name, _ in answer.defaults if name.startswith("minimum_")]
    none = dict.fromkeys(minima, "0")
    enough = [r["enough_data"] for r in ask(con, answer.name, none).records() if r["n_groups"]]
    assert enough
    assert all(enough)
    many = dict.fromkeys((m for m in minima if m not in ("minimum_rise", "minimum_evaluations")), "100000")
    found = ask(con, answer.name, many).records()
    assert not any(r["enough_data"] for r in found)
    assert all(r["reason"] for r in found)


@pytest.mark.parametrize("answer", [a for a in ANSWERS if a.aggregates], ids=lambda a: a.name)
def test_each_number_of_a_frame_is_a_part_of_the_one_before(con: Session, answer: SqlFile) -> None:
    for row in ask(con, answer.name).records():
        frame = [row[name] for name in (*FRAME_OF_ALL, "frame_used")]
        assert frame == sorted(frame, reverse=True)


@pytest.mark.parametrize("name", KEPT)
def test_a_word_that_nothing_bears_gives_no_run(con: Session, name: str) -> None:
    for answer in with_parameter(name):
        found = ask(con, answer.name, {name: "no such word"}).records()
        assert all(row.get("n_runs") == 0 for row in found), answer.name


@pytest.mark.parametrize("value", ["many", "nan", "inf", "-1", "", "1e400"])
def test_a_minimum_that_is_no_number_is_refused_by_name(value: str) -> None:
    answer = next(a for a in ANSWERS if a.name == "margins_by_method")
    with pytest.raises(BadParameter, match="'minimum_groups' is a number of 0 or more"):
        query(answer, {"minimum_groups": value})


def test_every_default_is_a_word_a_number_or_nothing() -> None:
    for answer in ANSWERS:
        for _, default in answer.defaults:
            number = default.replace(".", "", 1).isdigit()
            assert number or default.startswith("'") or default == "CAST(NULL AS VARCHAR)"
            assert not number or math.isfinite(float(default))
