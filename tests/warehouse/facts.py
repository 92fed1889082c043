"""Short ways to write facts in tests."""

from __future__ import annotations

from typing import Any

from warehouse.schema import (
    EvalMetric,
    FrameworkVersion,
    Hyperparameter,
    ModelDataset,
    ModelRelation,
    ModelTag,
    TrainingMethodEvidence,
    TrainingStep,
)


def setting(name: str, value: float | str | bool | None, run: int = 0, **given: Any) -> Hyperparameter:
    """A setting of a run."""
    number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
    row: dict[str, Any] = {
        "name": name,
        "raw_name": name,
        "value_text": str(value),
        "value_number": number,
        "value_bool": value if isinstance(value, bool) else None,
        "source": "list",
        "line": 1,
        "run": run,
    }
    return Hyperparameter(**(row | given))


def result(metric: str, value: float | None, text: str | None = None, run: int | None = 0, **given: Any) -> EvalMetric:
    """A headline result of a run."""
    row: dict[str, Any] = {
        "metric": metric,
        "raw_name": metric,
        "value": value,
        "value_text": text or str(value),
        "source": "summary",
        "line": 2,
        "run": run,
    }
    return EvalMetric(**(row | given))


def step(position: int, metric: str, value: float | None, run: int = 0, **given: Any) -> TrainingStep:
    """One metric in one row of a log; the step is a hundred times the row."""
    row: dict[str, Any] = {
        "log": 0,
        "position": position,
        "step": 100 * (position + 1),
        "epoch": float(position + 1),
        "metric": metric,
        "raw_name": metric,
        "value": value,
        "value_text": "No log" if value is None else str(value),
        "source": "table",
        "line": 3 + position,
        "run": run,
    }
    return TrainingStep(**(row | given))


def method(name: str, kind: str = "tag", words: str | None = None, **given: Any) -> TrainingMethodEvidence:
    """Evidence of a training method."""
    row: dict[str, Any] = {"method": name, "kind": kind, "evidence": words or name, "source": "prose", "line": 4}
    return TrainingMethodEvidence(**(row | given))


def parent(model_id: str, relation: str | None = "finetune", **given: Any) -> ModelRelation:
    """A parent in the front matter."""
    row: dict[str, Any] = {"base_model_id": model_id, "relation": relation, "source": "front_matter", "line": 5}
    return ModelRelation(**(row | given))


def dataset(dataset_id: str, **given: Any) -> ModelDataset:
    """A data set in the front matter."""
    row: dict[str, Any] = {"dataset_id": dataset_id, "source": "front_matter", "line": 6}
    return ModelDataset(**(row | given))


def tag(word: str, **given: Any) -> ModelTag:
    """A tag in the front matter."""
    row: dict[str, Any] = {"tag": word, "source": "front_matter", "line": 7}
    return ModelTag(**(row | given))


def version(framework: str, text: str, **given: Any) -> FrameworkVersion:
    """A library version."""
    parts = [int(p) for p in text.split("+")[0].split(".")[:3] if p.isdigit()] + [None, None, None]
    row: dict[str, Any] = {
        "framework": framework,
        "raw_name": framework,
        "version": text,
        "version_major": parts[0],
        "version_minor": parts[1],
        "version_patch": parts[2],
        "local_label": None,
        "is_prerelease": False,
        "source": "list",
        "line": 8,
        "run": 0,
    }
    return FrameworkVersion(**(row | given))


def dpo_run(rate: float, margin: float, *more: Any, **given: Any) -> list[Any]:
    """What a Trainer's card states of a DPO run. Pass about="reprinted" and about_model for a copy."""
    return [
        setting("learning_rate", rate, **given),
        result("loss", 0.5138, "0.5138", **given),
        result("rewards/chosen", margin - 1.2345, **given),
        result("rewards/rejected", -1.2345, **given),
        result("rewards/margins", margin, **given),
        *more,
    ]
