"""Each card fixture gives the rows of its sidecar: all of them and no others."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.reading.fixtures import CARDS, NOT_TABLES, STEMS, listed, reading, rows_read, sidecar

PAIRS = [(stem, table) for stem in STEMS for table in sidecar(stem) if table not in NOT_TABLES]


def known_gaps() -> dict[tuple[str, str], str]:
    """(card, table) -> why the reader does not say yet what a person says. The list can only become shorter."""
    with (Path(__file__).resolve().parent / "gaps.csv").open(encoding="utf-8", newline="") as file:
        return {(row["card"], row["table"]): row["reason"] for row in csv.DictReader(file)}


GAPS = known_gaps()


@pytest.fixture(autouse=True)
def _gap(request: pytest.FixtureRequest) -> None:
    """A known gap must fail: when the reader closes it, its line in gaps.csv has to go."""
    params = getattr(getattr(request.node, "callspec", None), "params", {})
    if reason := GAPS.get((params.get("stem", ""), params.get("table", ""))):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True, raises=AssertionError))


def test_every_card_has_a_sidecar_that_begins_with_why() -> None:
    for stem in STEMS:
        assert next(iter(sidecar(stem))) == "why", stem
        assert len(sidecar(stem)["why"]) > 20, stem
    assert {path.stem for path in CARDS.glob("*.json")} == set(STEMS)


def test_every_expected_row_of_a_table_has_the_same_fields() -> None:
    for stem, table in PAIRS:
        assert len({tuple(row) for row in sidecar(stem)[table]}) <= 1, (stem, table)


def test_every_known_gap_names_a_card_and_a_table() -> None:
    assert set(GAPS) <= {*PAIRS, *((stem, "card") for stem in STEMS)}


@pytest.mark.parametrize(("stem", "table"), PAIRS, ids=[f"{stem}-{table}" for stem, table in PAIRS])
def test_a_card_gives_the_expected_rows_and_no_others(stem: str, table: str) -> None:
    expected, read = sidecar(stem)[table], rows_read(stem, table)
    fields = list(expected[0]) if expected else list(read[0]) if read else []
    assert listed(read, fields) == listed(expected, fields), sidecar(stem)["why"]


WHOLE = [stem for stem in STEMS if "card" in sidecar(stem)]


@pytest.mark.parametrize(("stem", "table"), [(stem, "card") for stem in WHOLE], ids=WHOLE)
def test_a_card_as_a_whole_is_what_its_sidecar_says(stem: str, table: str) -> None:
    expected = sidecar(stem)[table]
    assert {field: getattr(reading(stem).card, field) for field in expected} == expected
