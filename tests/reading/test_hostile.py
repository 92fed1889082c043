"""No card hangs the reader, crashes it or takes its process along: its cost is bounded by its size."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

from etl.cards import limits
from etl.reading import Reading, read_card
from tests.reading.hostile import PLACES, UNITS, unit_card

ROOT = Path(__file__).resolve().parents[2]
SECONDS_PER_BYTE = 30e-6
"""CPU time that a byte may cost at the very most; of real cards it costs a hundredth of that."""


def went_wrong(what: str, size: int, seconds: float) -> list[str]:
    """What went wrong with the hostile cards of a kind, in a process of their own."""
    command = [sys.executable, "-m", "tests.reading.hostile", what, str(size), str(seconds)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    wrong = [line for line in lines if line.startswith("wrong")]
    if not lines or lines[-1] != "done":
        wrong.append(f"the process ended with {done.returncode} {lines[-1:]} {done.stderr[-500:]}")
    return wrong


@pytest.mark.slow
def test_structures_repeated_cost_little() -> None:
    assert not went_wrong("units", 15_000, 15_000 * SECONDS_PER_BYTE)


@pytest.mark.slow
def test_structures_repeated_in_large_cards_cost_little() -> None:
    assert not went_wrong("units", 250_000, 250_000 * SECONDS_PER_BYTE)


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_fragments_repeated_in_a_place_cost_little(place: str) -> None:
    assert not went_wrong(place, 60_000, 60_000 * SECONDS_PER_BYTE)


def steps(card: bytes, model_id: str = "a/b") -> int:
    """Calls of functions, in Python and in C, that reading the card takes: the same on every machine."""
    count = 0

    def counting(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += 1

    before = sys.getprofile()
    sys.setprofile(counting)
    try:
        read_card(card, model_id=model_id)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("name", UNITS)
def test_twice_the_card_takes_about_twice_the_steps(name: str) -> None:
    small, large = (steps(unit_card(name, size)) for size in (6_000, 12_000))
    assert large < 2.6 * small + 3_000


def test_twice_the_rows_that_bear_the_models_name_take_about_twice_the_steps() -> None:
    head = "# Dunlin-M\n\n## Evaluation results\n\n| Model | Seed | acc |\n|---|---|---|\n"
    cards = [head + "".join(f"| Dunlin-M (a{i}) | {i} | 0.5 |\n" for i in range(rows)) for rows in (600, 1_200)]
    small, large = (steps(card.encode(), "waders/Dunlin-M") for card in cards)
    assert large < 2.6 * small + 3_000


LARGE: dict[str, Callable[[], bytes]] = {
    "a card of 50 MB": lambda: (
        b"# m\n\n" + b"a line of words like any other, with a [link](x) and **bold**\n" * 800_000
    ),
    "a million pipes on a line": lambda: b"# m\n\n" + b"|" * 1_000_000 + b"\n|---|---|\n| a | b |\n",
    "a hundred thousand quotes": lambda: b"> " * 100_000 + b"a",
    "a hundred thousand nested lists": lambda: "".join(f"{' ' * min(i, 300)}- a\n" for i in range(100_000)).encode(),
    "a hundred thousand dashes": lambda: b"- " * 100_000 + b"a",
    "a hundred thousand comments": lambda: b"<!-- a\n" * 100_000,
    "a hundred thousand fences": lambda: b"```a\n" * 100_000,
    "25,000 YAML lists in lists": lambda: b"---\na: " + b"[" * 25_000 + b"]" * 25_000 + b"\nlicense: mit\n---\n# m\n",
    "25,000 YAML lists in a code block": lambda: (
        b"# Training hyperparameters\n\n```yaml\na: " + b"[" * 25_000 + b"\n```\n"
    ),
    "25,000 YAML lists by indentation": lambda: (
        b"---\na:\n" + b"".join(b" " * i + b"-\n" for i in range(2_000)) + b"---\n"
    ),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_card_is_read_as_far_as_the_limits_go(name: str) -> None:
    card = LARGE[name]()
    one = read_card(card, model_id="a/b")
    assert one.card.card_status == "ok"
    assert one.card.card_bytes == len(card)


def codes(one: Reading) -> set[str]:
    return {row.code for row in one.tables["findings"]}  # type: ignore[attr-defined]


def test_a_card_that_is_too_long_is_cut_and_what_was_read_is_kept() -> None:
    head = b"---\nlicense: mit\n---\n# m\n\nIt achieves the following results on the evaluation set:\n- Loss: 0.5\n\n"
    one = read_card(head + b"words and words\n" * (limits.MAX_CARD_CHARACTERS // 15), model_id="a/b")
    assert one.card.license == "mit"
    assert [row.value for row in one.tables["eval_metrics"]] == [0.5]  # type: ignore[attr-defined]
    assert "card_cut" in codes(one)


def test_a_line_that_is_too_long_is_cut_and_the_next_is_read() -> None:
    card = (
        b"# m\n\n" + b"a" * (limits.MAX_LINE_CHARACTERS + 10) + b"\n\n### Framework versions\n\n- Transformers 4.1.0\n"
    )
    one = read_card(card, model_id="a/b")
    assert "line_cut" in codes(one)
    assert len(one.tables["framework_versions"]) == 1


def test_front_matter_that_is_too_deep_costs_itself_only() -> None:
    card = b"---\na: " + b"[" * 25_000 + b"]" * 25_000 + b"\nlicense: mit\n---\n# m\n"
    one = read_card(card, model_id="a/b")
    assert "yaml_too_deep" in codes(one)
    assert one.card.license == "mit"


def test_a_bomb_of_aliases_is_refused_by_its_count() -> None:
    lines = [f"{b}: &{b} [{','.join(['*' + a] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    card = "---\nlicense: mit\na: &a [x,x,x,x,x,x,x,x,x]\n" + "\n".join(lines) + "\n---\n# m\n"
    one = read_card(card.encode(), model_id="a/b")
    assert codes(one) & {"yaml_too_large", "yaml_too_many_aliases"}
    assert one.card.license == "mit"


def test_an_alias_of_itself_is_no_trap() -> None:
    one = read_card(b"---\nlicense: mit\na: &a\n  b: *a\n---\n# m\n", model_id="a/b")
    assert "yaml_error" in codes(one)
    assert one.card.license == "mit"


@pytest.mark.parametrize("junk", [b"\x00", b"\xed\xa0\x80", b"\xff", b"\xe2\x80\xae", b"\xf4\x90\x80\x80", b"\x1b[31m"])
def test_junk_among_the_words_costs_no_fact(junk: bytes) -> None:
    card = (
        b"# m " + junk + b"\n\nIt achieves the following results on the evaluation set:\n- Loss: 0.5\n" + b"words " * 50
    )
    one = read_card(card, model_id="a/b")
    assert [row.value for row in one.tables["eval_metrics"]] == [0.5]  # type: ignore[attr-defined]


def test_a_card_full_of_faults_names_each_kind_a_thousand_times_at_most() -> None:
    one = read_card(b"<!-- a\n" * 5_000, model_id="a/b")
    assert len(one.tables["findings"]) == 1_001
    assert "findings_cut" in codes(one)


def test_a_cell_without_values_beside_a_data_set_whose_parts_are_no_names_is_read() -> None:
    card = (
        b"# RESULTS\n\n### WER\n\n|dataset|Snt|Wrd|Corr|Sub|Del|Ins|Err|S.Err|\n|---|---|---|---|---|---|---|---|---|\n"
        b"|a(b)c/d|130|900|96.1|a.b/c|1.1|0.6|4.5|30.2|\n"
    )
    found = {row.raw_name: row.value for row in read_card(card, model_id="a/b").tables["eval_metrics"]}  # type: ignore[attr-defined]
    assert found["Corr"] == 96.1
    assert "Sub" not in found
