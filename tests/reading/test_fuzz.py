"""Cards hurt in every way we know are read; the fuzzer finds what it is there to find."""

from __future__ import annotations

import random

import pytest

from benchmarks import fuzz
from benchmarks.corpus import sample
from etl.reading import read_card

SEEDS = sample()


def test_the_same_seed_gives_the_same_cards() -> None:
    assert fuzz.mutant(random.Random("1:2"), SEEDS) == fuzz.mutant(random.Random("1:2"), SEEDS)


def test_a_hundred_mutants_of_the_sample_are_read() -> None:
    mutants = (fuzz.mutant(random.Random(f"7:{number}"), SEEDS)[:50_000] for number in range(100))
    assert [read_card(card, model_id="a/b").card.card_bytes for card in mutants]


@pytest.mark.slow
def test_two_thousand_mutants_of_the_sample_are_read_and_none_is_slow_or_deadly() -> None:
    outcome = fuzz.fuzz(SEEDS, seconds=600, seed=7, workers=2, most=2_000)
    assert outcome.read == 2_000
    assert not outcome.wrong
