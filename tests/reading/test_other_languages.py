"""What a card states in other languages than English: the same card in each, which says the same in all."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from etl.reading import Reading, read_card

BASE = "quarrybank/larimar-7b"
SETTINGS = {
    "learning_rate": "2e-4",
    "batch_size": "8",
    "gradient_accumulation_steps": "4",
    "num_epochs": "3",
    "optimizer": "AdamW",
    "lr_scheduler_type": "cosine",
    "lr_scheduler_warmup_ratio": "0.03",
    "weight_decay": "0.01",
    "max_seq_length": "1024",
    "seed": "42",
    "training_steps": "1500",
    "total_train_batch_size": "32",
}
METRICS = {"accuracy": "0.912", "f1": "0.874", "precision": "0.881", "recall": "0.868", "validation_loss": "0.2841"}
UNTOLD = {
    "precision": {"fr", "es", "pt", "it", "ru", "ar"},
    "accuracy": {"uk", "ar"},
    "recall": {"tr", "pl", "ar"},
}
"""Words that some use for another metric, too, and so keep their own name."""


def _languages() -> dict[str, dict[str, str]]:
    """How each language calls what the card speaks of: its headings, settings and metrics."""
    with (Path(__file__).resolve().parent / "other_languages.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {language: {row["word"]: row[language] for row in rows} for language in list(rows[0])[1:]}


LANGUAGES = _languages()


def _table(*rows: tuple[str, ...]) -> str:
    head, *others = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([head, "|" + "---|" * len(rows[0]), *others])


def _named(words: dict[str, str], values: dict[str, str]) -> list[tuple[str, str]]:
    return [(words[name], value) for name, value in values.items()]


def _list(pairs: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"- **{name}**: {value}" for name, value in pairs)


def _below(heading: str, text: str) -> str:
    return f"## {heading}\n\n{text}"


def _read(*parts: str) -> Reading:
    text = "\n\n".join(("# Tavish Wren 7B", *parts, ""))
    return read_card(text.encode(), model_id="quarrybank/tavish-wren-7b")


def _rows(reading: Reading, table: str) -> list[dict[str, Any]]:
    return [dataclasses.asdict(row) for row in reading.tables[table]]


def _settings(reading: Reading) -> dict[str, str]:
    return {row["name"]: row["value_text"] for row in _rows(reading, "hyperparameters") if not row["is_part"]}


def _metrics(language: str, reading: Reading) -> None:
    """Every value once, under its metric's name where the language has a word for that metric alone."""
    rows = _rows(reading, "eval_metrics")
    assert [row["value_text"] for row in rows] == list(METRICS.values())
    told = {row["metric"] for row in rows}
    assert told >= {name for name in METRICS if language not in UNTOLD.get(name, ())}


def _parents(reading: Reading) -> set[str]:
    return {row["base_model_id"] for row in _rows(reading, "model_relations")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_of_settings_and_one_of_results_say_the_same_in_every_language(language: str) -> None:
    words = LANGUAGES[language]
    settings = _table(
        (words["parameter"], words["value"]), (words["base model"], BASE), *_named(words, SETTINGS),
        (words["hardware"], "2x A100"), (words["training time"], "3 h"),
    )  # fmt: skip
    results = _table((words["metric"], words["value"]), *_named(words, METRICS))
    reading = _read(_below(words["hyperparameters"], settings), _below(words["results"], results))
    assert _settings(reading) == SETTINGS
    assert _parents(reading) == {BASE}
    _metrics(language, reading)


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_say_the_same_in_every_language(language: str) -> None:
    words = LANGUAGES[language]
    settings = _list((*_named(words, SETTINGS), (words["hardware"], "2x A100")))
    results = _list(_named(words, METRICS))
    base = _list([(words["base model"], BASE)])
    reading = _read(base, _below(words["training"], settings), _below(words["results"], results))
    assert _settings(reading) == SETTINGS
    assert _parents(reading) == {BASE}
    _metrics(language, reading)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_tells_the_parent_and_a_row_this_model(language: str) -> None:
    words = LANGUAGES[language]
    others = ("Larimar 7B", *("0.5" for _ in METRICS))
    table = _table(("Model", *(words[name] for name in METRICS)), others, (words["this model"], *METRICS.values()))
    link = f"[{BASE}](https://huggingface.co/{BASE})"
    reading = _read(words["told"].format(p=link), _below(words["results"], table))
    assert _parents(reading) == {BASE}
    _metrics(language, reading)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_few_settings_stand_below_a_training_among_other_facts(language: str) -> None:
    words = LANGUAGES[language]
    few = {name: SETTINGS[name] for name in ("learning_rate", "num_epochs", "batch_size", "max_seq_length")}
    table = _table(
        (words["parameter"], words["value"]), *_named(words, few),
        (words["training time"], "3 h"), (words["training data"], "12 000"),
    )  # fmt: skip
    assert _settings(_read(_below(words["training"], table))) == few


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_training_log_is_none_of_results_in_every_language(language: str) -> None:
    words = LANGUAGES[language]
    names = ("epoch", "step", "training_loss", "validation_loss")
    log = _table(tuple(words[name] for name in names), ("1", "100", "0.91", "0.82"), ("2", "200", "0.51", "0.42"))
    reading = _read(_below(words["training"], log))
    assert not reading.tables["eval_metrics"]
    told = [(row["epoch"], row["step"], row["value"]) for row in _rows(reading, "training_steps")]
    assert {(1.0, 100, 0.91), (1.0, 100, 0.82), (2.0, 200, 0.51), (2.0, 200, 0.42)} <= set(told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_model_was_trained_with_is_told_below_its_environment(language: str) -> None:
    words = LANGUAGES[language]
    table = _table((words["parameter"], words["value"]), ("Python", "3.12.3"), ("PyTorch", "2.8.0+cu128"))
    reading = _read(_below(words["environment"], table))
    assert [row["framework"] for row in _rows(reading, "framework_versions")] == ["python", "pytorch"]
    assert not _settings(reading)


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("Yığın boyutu (batch size)", "batch_size"),
        ("LoRA秩", "lora_r"),
        ("GPU 数量", "num_devices"),
    ],
)
def test_a_name_in_two_scripts_is_the_one_that_is_known(name: str, canonical: str) -> None:
    assert set(_settings(_read(f"## Hyperparameters\n\n- {name}: 16"))) == {canonical}


def test_a_percent_sign_stands_before_its_number_in_turkish() -> None:
    reading = _read("## Sonuçlar", _table(("Metrik", "Değer"), ("Doğruluk", "%91,4"), ("F1 skoru", "~%88")))
    assert [(row["metric"], row["value"], row["unit"]) for row in _rows(reading, "eval_metrics")] == [
        ("accuracy", 91.4, "%"),
        ("f1", 88.0, "%"),
    ]
