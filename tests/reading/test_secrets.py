"""No access token leaves the reader, in whole or in part."""

from __future__ import annotations

import pytest

from etl.reading import read_card

BODY = "AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh"
TOKENS = (
    "hf" + "_" + BODY,
    "api" + "_" + BODY,
    "sk" + "-proj-" + BODY,
    "gh" + "p_" + BODY + "12",
    "github" + "_pat_" + BODY + BODY,
    "AKIA" + "ABCDEFGHIJKLMNOP",
    "glpat" + "-" + BODY[:22],
    "xoxb" + "-" + BODY,
    "eyJ" + BODY + "." + BODY + "." + BODY,
)
PLACES = (
    "{}",
    "---\nlicense: {}\n---\n# m\n",
    "---\nlibrary_name: {}\npipeline_tag: {}\ntags:\n- {}\nbase_model: a/{}\n---\n# m\n",
    "# {}\n\ntext\n",
    "# m\n\n### Training hyperparameters\n\n- learning_rate: {}\n- {}: 5\n",
    "# m\n\n| Metric | Value |\n|---|---|\n| accuracy | {} |\n| {} | 0.5 |\n",
    "# m\n\n```yaml\nlearning_rate: 1\nhub_token: {}\nnum_epochs: 2\n```\n",
    "# m\n\n<!-- {}\n",
    "---\nkey: it: is {}\nother: [\n---\n# m\n",
    "# m\n\nThis model was trained with DPO, see {} for more.\n",
)


@pytest.mark.parametrize("token", TOKENS, ids=lambda token: token[:5])
@pytest.mark.parametrize("place", PLACES)
def test_a_token_is_masked_wherever_it_stands(place: str, token: str) -> None:
    one = read_card(place.replace("{}", token).encode(), model_id="a/b")
    assert token not in repr(one)
    assert token[10:] not in repr(one)
    assert "secret_masked" in {row.code for row in one.tables["findings"]}  # type: ignore[attr-defined]


@pytest.mark.parametrize("model_id", ["a/" + TOKENS[0], "a/ta" + TOKENS[2][:8] + "-notes"])
def test_a_repo_that_is_called_like_a_token_keeps_its_name(model_id: str) -> None:
    card = f"# m\n\n{TOKENS[0]} {TOKENS[2]}\n\n### Training hyperparameters\n\n- learning_rate: 5e-07\n- seed: 42\n"
    one = read_card(card.encode(), model_id=model_id)
    assert one.model_id == one.card.model_id == model_id


@pytest.mark.parametrize("before", range(120, 161, 3))
def test_an_excerpt_that_cuts_a_token_short_shows_nothing_of_it(before: int) -> None:
    row = "x" * (before - 20)
    card = f"# m\n\n### Training results\n\n| Epoch | Step | Loss |\n|---|---|---|\n| 1 | {row} {TOKENS[0]} |\n"
    one = read_card(card.encode(), model_id="a/b")
    assert TOKENS[0][:12] not in repr(one)


@pytest.mark.parametrize(
    "word", ["multi-task-specific-fine-tuning-with-adapters", "risk-assessment-of-many-things", "hf_hub"]
)
def test_a_word_that_looks_like_the_beginning_of_a_token_is_left_alone(word: str) -> None:
    one = read_card(f"---\ntags:\n- {word}\n---\n# m\n".encode(), model_id="a/b")
    assert [row.tag for row in one.tables["model_tags"]] == [word]  # type: ignore[attr-defined]
    assert not one.tables["findings"]


@pytest.mark.parametrize("value", ["{}", ">-\n            {}", "'{}'"])
def test_the_hubs_signature_of_a_verified_result_is_no_secret(value: str) -> None:
    signature = value.replace("{}", TOKENS[-1])
    metric = f"      - type: accuracy\n        value: 0.9\n        verified: true\n        verifyToken: {signature}\n"
    front = f"model-index:\n- name: m\n  results:\n  - task:\n      type: text-classification\n    metrics:\n{metric}"
    one = read_card(f"---\n{front}---\n# m\n".encode(), model_id="a/b")
    assert [row.is_verified for row in one.tables["eval_metrics"]] == [True]  # type: ignore[attr-defined]
    assert not one.tables["findings"]
    assert read_card(f"---\n{front}---\n{TOKENS[-1]}\n".encode(), model_id="a/b").tables["findings"]
