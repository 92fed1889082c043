"""The reader's accuracy never falls below what was once reached: labelled cards, and cards that the tools wrote."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.oracles import Miss, additions, by_reason, misses, reasons, unexplained
from benchmarks.score import Figure, below, build, built_oracles, labelled, measure, raised, read_floors

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where everything is built, once."""
    return tmp_path_factory.mktemp("score")


@pytest.fixture(scope="module")
def figures(shared: Path, folder: Path) -> Mapping[str, list[Figure]]:
    """Everything measured once."""
    assert (shared / "gold").is_dir()
    return measure(folder)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["seeds", "gold", "oracles"])
def test_no_figure_is_below_its_floor(figures: Mapping[str, list[Figure]], name: str) -> None:
    assert not below(figures[name], read_floors()[name])


@pytest.mark.slow
def test_every_kind_of_fact_measured_has_a_floor(figures: Mapping[str, list[Figure]]) -> None:
    floors = read_floors()
    for name, measured in figures.items():
        assert {f.name for f in measured} <= set(floors[name])


@pytest.mark.slow
def test_every_fact_missed_in_the_tools_own_cards_has_its_reason(
    figures: Mapping[str, list[Figure]], folder: Path
) -> None:
    found = misses(*built_oracles(folder / "oracles"))
    assert not unexplained(found, reasons())
    assert 0 not in by_reason(found, reasons()).values(), "a reason that explains nothing any more"


@pytest.mark.slow
def test_every_row_beyond_the_facts_given_stands_in_its_card(figures: Mapping[str, list[Figure]], folder: Path) -> None:
    added = list(additions(*built_oracles(folder / "oracles")))
    assert added
    assert [a for a in added if not a.printed] == []


def test_a_miss_without_a_reason_is_found() -> None:
    odd = Miss("trl", "hyperparameters", "trl-0.9 | learning_rate | 1e-05 | []")
    assert unexplained([odd], reasons()) == [odd]


def test_the_seeds_are_not_below_their_floors(shared: Path, tmp_path: Path) -> None:
    warehouse = build(shared / "seeds" / "cards", tmp_path)
    assert not below(labelled(warehouse, shared / "seeds" / "labels", "seeds"), read_floors()["seeds"])


def test_floors_are_raised_and_never_lowered() -> None:
    assert raised([Figure("a", 1.0, 10), Figure("b", 0.5, 10)], {"b": 0.9, "c": 0.3}) == {
        "a": 0.9995,
        "b": 0.9,
        "c": 0.3,
    }


def test_a_figure_below_its_floor_or_gone_is_told() -> None:
    told = below([Figure("a", 0.5, 10)], {"a": 0.6, "b": 0.1})
    assert told == ["b: no longer measured", "a: 0.5000 is below 0.6"]
