"""Every code of a finding is explained in sql/finding_codes.csv, and no code is that the reader never gives."""

from __future__ import annotations

import ast
import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.reading import read_card, values
from warehouse.schema import Outcome

ROOT = Path(__file__).resolve().parent.parent.parent
LISTED = (ROOT / "sql" / "finding_codes.csv").read_text(encoding="utf-8").splitlines()
EXPLAINED = {row["code"]: row for row in csv.DictReader(LISTED)}
GIVEN_BY = {"Note": 0, "note": 0, "_note": 0, "YamlRefused": 0, "_unreadable": 1}
"""What is called with a code, and which argument the code is."""
NUMBERS = {
    "0,85": ["decimal_comma"],
    "1,234": ["thousands_separator"],
    "12 345": ["thousands_separator"],
    "3×10^-5": ["power_of_ten"],
    "3×10⁻⁵": ["other_digits", "power_of_ten"],
    "$10^{-4}$": ["power_of_ten"],
    "84.2¹": ["number_with_remark"],
    "2k": ["power_of_ten"],
    "82.4 %": ["percent_sign"],
    "٠.٥": ["other_digits"],
    "0.54 ± 0.02": ["number_with_remark"],
    "0.54 (+0.05)": ["number_with_remark"],
    "84,5 % (best)": ["number_with_remark", "percent_sign", "decimal_comma"],
    "{'f1': 0.5}": ["number_in_collection"],
    "{'f1': np.float64(0.5)}": ["number_in_collection", "number_in_collection"],
    "0.5": [],
    "-0.5": [],
    "5e-05": [],
    "two": [],
    "nan": [],
    "No log": [],
    "{'f1': 0.5, 'n': 3}": [],
}


def codes_in_the_source() -> Iterator[str]:
    for module in (ROOT / "etl").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if "hub" not in module.parts and name in GIVEN_BY and len(node.args) > GIVEN_BY[name]:
                    yield from texts_of(node.args[GIVEN_BY[name]])
                yield from (t for k in node.keywords if k.arg == "code" for t in texts_of(k.value))


def texts_of(node: ast.expr) -> list[str]:
    """The texts that an expression may be: one, or either of a condition's."""
    if isinstance(node, ast.IfExp):
        return [*texts_of(node.body), *texts_of(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def test_every_code_is_explained_and_every_explained_code_is_given() -> None:
    given = {*codes_in_the_source(), *(code for codes in NUMBERS.values() for code in codes)}
    given |= {"short_log_row", "long_log_row"}  # chosen in a variable
    assert given == set(EXPLAINED)


def test_the_codes_are_sorted_and_their_outcomes_are_of_the_vocabulary() -> None:
    assert list(EXPLAINED) == sorted(EXPLAINED)
    assert {row["outcome"] for row in EXPLAINED.values()} == set(Outcome)


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_that_is_not_written_as_one_tells_what_was_done(text: str) -> None:
    assert list(values.repairs(text)) == NUMBERS[text]


def test_each_kind_of_repair_is_told_once_a_card_with_its_first_line() -> None:
    card = "# m\n\n## Results\n\n- Accuracy: 84,5\n- Loss: 0,5\n\n### Hyperparameters\n\n- batch_size: 1,024\n"
    found = read_card(card.encode(), model_id="a/b").records("findings")
    assert [(f["code"], f["line"], f["place"], f["excerpt"]) for f in found] == [
        ("decimal_comma", 5, "eval_metrics", "84,5"),
        ("thousands_separator", 10, "hyperparameters", "1,024"),
    ]


def test_a_row_that_a_line_end_cut_is_told() -> None:
    card = "# m\n\n| Loss | Epoch | Accuracy | F1 |\n|---|---|---|---|\n| 0.5 | 1.0 | {'accuracy':\n0.9} | 0.8 |\n"
    one = read_card(card.encode(), model_id="a/b")
    assert [row["value"] for row in one.records("training_steps")] == [0.5, 0.9, 0.8]
    assert [(f["code"], f["line"]) for f in one.records("findings")] == [
        ("number_in_collection", 5),
        ("row_over_lines", 6),
    ]


def test_a_table_of_results_of_which_none_is_certainly_this_models_is_told() -> None:
    card = "# m\n\n## Evaluation\n\n| Model | F1 |\n|---|---|\n| heron | 0.5 |\n| egret | 0.6 |\n"
    one = read_card(card.encode(), model_id="a/stork")
    assert one.records("eval_metrics") == []
    assert [(f["code"], f["line"], f["place"], f["excerpt"]) for f in one.records("findings")] == [
        ("results_not_taken", 5, "Evaluation", "Model | F1")
    ]
    assert read_card(card.encode(), model_id="a/egret").records("findings") == []


def test_settings_that_are_tried_or_anothers_are_told() -> None:
    tried = "# m\n\nWe searched these hyperparameters:\n\n- learning rates: 1e-5, 3e-5\n- batch sizes: 8, 16\n"
    advice = "# m\n\n## Recommended training settings\n\n- learning_rate: 2e-5\n- num_train_epochs: 3\n"
    for card, place, names in (
        (tried, "m", "learning rates, batch sizes"),
        (advice, "Recommended training settings", "learning_rate, num_train_epochs"),
    ):
        one = read_card(card.encode(), model_id="a/b")
        assert one.records("hyperparameters") == []
        assert [(f["code"], f["line"], f["place"], f["excerpt"]) for f in one.records("findings")] == [
            ("settings_not_taken", 5, place, names)
        ]


def test_one_name_of_a_setting_and_a_log_are_not_told_as_settings_not_taken() -> None:
    alone = "# m\n\n## Training hyperparameters\n\n- Epochs: see the paper\n"
    log = "# m\n\n## Training hyperparameters\n\n| Epoch | Step | Learning Rate |\n|---|---|---|\n| 1 | 10 | 1e-5 |\n"
    for card in (alone, log):
        found = read_card(card.encode(), model_id="a/b").records("findings")
        assert "settings_not_taken" not in [f["code"] for f in found]
