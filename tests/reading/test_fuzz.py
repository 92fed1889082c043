"""Cards hurt in every way we know are read; the fuzzer finds what it is there to find."""

from __future__ import annotations

import random
import re

import pytest

from benchmarks import fuzz
from benchmarks.corpus import sample
from benchmarks.near_misses import MOST_REPEATED, near_miss, patterns
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


def test_a_near_miss_is_made_of_what_its_pattern_asks_for() -> None:
    pattern = re.compile(r"tuned (?:[ab]+c)*d{2}(?!e)[^f]")
    texts = {near_miss(random.Random(seed), pattern) for seed in range(50)}
    assert all("tuned ".startswith(text[:6]) for text in texts)
    assert any(pattern.fullmatch(text) for text in texts)
    assert any(pattern.match(text) is None for text in texts)
    assert max(map(len, texts)) > MOST_REPEATED


def test_every_pattern_of_the_reader_gives_near_misses() -> None:
    found = patterns()
    assert len(found) > 500
    assert {re.compile(r"a").flags, re.compile(r"a", re.I).flags} <= {pattern.flags for pattern in found}
    texts = [near_miss(random.Random(number), pattern) for number, pattern in enumerate(found)]
    assert sum(bool(text) for text in texts) > 0.95 * len(found)
