from __future__ import annotations

import pytest

from warehouse.schema import LAKE_TABLES
from warehouse.sql_files import sql_files
from warehouse.upstream import tables_behind

DPO = {"hyperparameters", "eval_metrics", "training_steps", "training_methods", "model_relations", "model_datasets"}


@pytest.mark.parametrize(
    ("answer", "sources", "strangers"),
    [
        ("card_statuses", {"listed_models", "card_readings"}, {"findings"}),
        ("quantization_offers", {"quantized_files", "listed_models"}, {"findings"}),
        ("deepest_lineages", {"model_relations", "listed_models"}, {"hyperparameters", "eval_metrics"}),
        ("dpo_learning_rate_vs_reward_margin", DPO, {"quantized_files", "findings"}),
        ("seeds_in_use", {"hyperparameters"}, {"findings"}),
    ],
)
def test_an_answer_comes_from_the_tables_that_its_views_read(
    answer: str, sources: set[str], strangers: set[str]
) -> None:
    assert sources <= tables_behind(answer)
    assert not strangers & tables_behind(answer)


@pytest.mark.parametrize("answer", [a.name for a in sql_files("answers")])
def test_every_answer_comes_from_the_lake(answer: str) -> None:
    assert tables_behind(answer)
    assert tables_behind(answer) <= LAKE_TABLES.keys()
    assert len(tables_behind(answer)) < len(LAKE_TABLES), "an answer of everything is none of its tables'"
