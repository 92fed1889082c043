"""The sample's public models carry the figures of their public cards: compared with labels made from the real ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

EXPECTED = Path(__file__).resolve().parent / "expected"
LABELS = {
    "unknown-author-a__TinyLlama-1.1B-Chat-v1.0": "seeds/labels/000",
    "TheBloke__zephyr-7B-alpha-GPTQ": "seeds/labels/001",
    "unknown-author-b__reward_llama3_rm_responses": "seeds/labels/002",
    "chaoweihuang__FactAlign-LLaMA-3-8B": "seeds/labels/003",
    "HuggingFaceH4__mistral-7b-sft-beta": "seeds/labels/004",
    "HuggingFaceH4__zephyr-7b-alpha": "gold/labels/59639727a5a1",
    "HuggingFaceH4__zephyr-7b-beta": "gold/labels/10237ddf69f4",
    "HuggingFaceH4__starchat2-15b-v0.1": "gold/labels/1669f6af7928",
    "TheBloke__zephyr-7B-alpha-GGUF": "gold/labels/b28d62194aee",
    "fblgit__juanako-7b-v1": "gold/labels/088d0f264afe",
    "argilla__notux-8x7b-v1": "gold/labels/c60368c7e0ec",
    "unknown-author-c__mix_0.25": "gold/labels/5be227ef1482",
    "unknown-author-c__mix_0.5": "gold/labels/cd054898c1ac",
    "unknown-author-c__mix_0.75": "gold/labels/e2786890c401",
    "unknown-author-c__mix_1": "gold/labels/f56990a44a57",
    "unknown-author-c__sigmoid": "gold/labels/7a2b204abad4",
}
pytestmark = [pytest.mark.shared, pytest.mark.parametrize("stem", LABELS)]


def side_of(stem: str) -> dict[str, Any]:
    side: dict[str, Any] = json.loads((EXPECTED / f"{stem}.json").read_text(encoding="utf-8"))
    return side


def label_of(shared: Path, stem: str) -> dict[str, Any]:
    label: dict[str, Any] = json.loads((shared / f"{LABELS[stem]}.json").read_text(encoding="utf-8"))
    return label


def whose(row: dict[str, Any]) -> str:
    return "own" if row.get("about", "own") == "own" else "original"


def test_settings_results_and_versions_are_the_public_ones(shared: Path, stem: str) -> None:
    side, label = side_of(stem), label_of(shared, stem)
    assert [(r["raw_name"], r["value_text"], whose(r)) for r in side["hyperparameters"]] == [
        (r["name"], r["value"], r["belongs_to"]) for r in label["hyperparameters"] if not r.get("prose")
    ]
    assert [(r["raw_name"], r["value_text"], whose(r)) for r in side["eval_metrics"] if r["source"] == "summary"] == [
        (r["name"], r["value_text"], r["belongs_to"]) for r in label["eval_metrics"] if r["source"] == "summary"
    ]
    assert [(r["raw_name"], r["version"]) for r in side["framework_versions"]] == [
        (r["name"], r["version"]) for r in label["framework_versions"]
    ]


def test_the_log_has_the_public_number_of_rows_and_last_row(shared: Path, stem: str) -> None:
    log, tables = side_of(stem)["training_log"], label_of(shared, stem)["training_tables"]
    assert log.get("n_rows", []) == [t["n_rows"] for t in tables]
    if tables:
        assert log["last_row"] == dict(zip(tables[0]["columns"], tables[0]["rows"][-1], strict=True))


def test_lineage_method_and_offered_files_are_the_public_ones(shared: Path, stem: str) -> None:
    side, label = side_of(stem), label_of(shared, stem)
    assert side["base_models"] == label["front_matter"]["base_model"]
    assert side["datasets"] == label["front_matter"]["datasets"]
    assert side["license"] == label["front_matter"]["license"]
    assert side["training_method"] == label["training_method"]
    assert side["quantized_files"] == (label.get("n_quantized_files") or len(label["quantized_files"]))
