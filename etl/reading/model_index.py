"""The front matter's `model-index` (and `model_index`, 4.7 to 4.9) -> results, in every shape that writers gave it.

Shapes: a list of models or one mapping (transformers up to 4.13); `results` a list or one mapping; `metrics` a list,
one mapping, or `metric` (4.7 to 4.9); `dataset` absent (spaCy); value a number, a text, a list, a mapping. Nested by hand:
`results` beside the index, or in the list above where the key `model-index` was left out; metrics within `task` or
`tasks` (spaCy's first); task, data set and metrics as items of their own; results in the front matter's list `metrics`.
Source of the format: Papers with Code's model-index, huggingface_hub's `eval_results_to_model_index`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from etl.cards.yaml_nodes import Mapping, Node, Scalar, Sequence, is_null, leaves, mappings
from etl.reading import values
from etl.reading.context import OWN, Context, Subject
from etl.reading.front_matter import INDEX, index_models
from etl.reading.subjects.about import copy_stem, strings
from etl.reading.words.metric_names import metric_of_kind
from warehouse.schema import About, EvalMetric, Source

_PLACES = re.compile(r"\d{1,3}\.\d{3,8}")
"""A number with so many places that another result is hardly the same."""
_ASKED = re.compile(r"leaderboard\?query=([\w.-]{1,96}/[\w.-]{1,96})$")
_RESULT_KEYS = frozenset(("dataset", "datasets", "metrics", "metric"))


def read_model_index(context: Context) -> Iterator[EvalMetric]:
    """One row per metric of each result."""
    results = [(model, _results(model)) for model in _models(context.card.front)]
    for model, found in results:
        # A copy that was evaluated itself says so in the name: `harbor-7b-GPTQ-4bit`.
        subject = OWN if copy_stem(_text(model.get("name")) or "")[1] else context.subject_at(None)
        for result in found:
            task, whose = _task(result), _measured_on(context, result) or subject
            for metric in _metrics(result.get("metrics", "metric")):
                yield from _metric(context, whose, task, metric)
    if not any(found for _, found in results):
        for metric in _metrics(context.card.front.get("metrics")):
            yield from _metric(context, context.subject_at(None), _task(Mapping(0)), metric)


def _measured_on(context: Context, result: Mapping) -> Subject | None:
    """The parent whose results on the leaderboard a card has kept: its source asks for that repo."""
    asked = _ASKED.search(_text(_mapping(result.get("source")).get("url")) or "") if context.subject is OWN else None
    if asked is None or asked[1].casefold() == context.model_id.casefold():
        return None
    parents = (s.text.strip() for s in strings(context.card.front.get("base_model")))
    parent = next((parent for parent in parents if parent.casefold() == asked[1].casefold()), None)
    return Subject(About.REPRINTED, parent) if parent else None


def _models(front: Mapping) -> list[Mapping]:
    """What has the `results` of a model: the index, or what stands where it was meant to stand."""
    models = index_models(front)
    if any(model.get("results") is not None for model in models):
        return models
    if front.get("results") is not None and front.get(*INDEX) is not None:
        names = [pair for model in models for pair in model.pairs if pair[0].text == "name"]
        return [Mapping(front.line, [*names, *(pair for pair in front.pairs if pair[0].text == "results")])]
    items = (x for _, node in front.pairs if isinstance(node, Sequence) for x in node.items)
    return models + [x for x in items if isinstance(x, Mapping) and x.get("results") and x.get("name")]


def _results(model: Mapping) -> list[Mapping]:
    """The results of a model, each with what stands within its task; those whose keys became items of a list as one."""
    results = mappings(model.get("results"))
    if len(results) > 1 and {len(result.pairs) for result in results} == {1}:
        pairs = [result.pairs[0] for result in results]
        if len({key.text for key, _ in pairs}) == len(pairs):
            return [Mapping(results[0].line, pairs)]
    return [_unnested(result) for result in results]


def _metrics(node: Node | None) -> list[Mapping]:
    """The metrics of a result; of a mapping of nothing but numbers (`accuracy: 0.9`), each as name and value."""
    return [metric for found in mappings(node) for metric in _spelled_out(found)]


def _spelled_out(metric: Mapping) -> list[Mapping]:
    if metric.get("type", "name", "value") is not None:
        return [metric]
    numbers = [
        (name, value)
        for name, value in metric.pairs
        if isinstance(value, Scalar) and values.number(value.text) is not None
    ]
    if len(numbers) != len(metric.pairs):
        return [metric]
    return [Mapping(n.line, [(Scalar("name", n.line), n), (Scalar("value", n.line), v)]) for n, v in numbers]


def _unnested(result: Mapping) -> Mapping:
    if result.get("metrics", "metric") is not None:
        return result
    within = _mapping(result.get("task", "tasks")).pairs
    return Mapping(result.line, [*(pair for pair in within if pair[0].text in _RESULT_KEYS), *result.pairs])


def measured_here(index: Iterable[EvalMetric], printed: Iterable[EvalMetric]) -> Iterator[EvalMetric]:
    """The results of an index; in a copy, its own are those that its own table prints, rounded to some places.

    Intel's quantized models keep their original's index by its name, with the value put in that they were measured at.
    """
    own = [text for row in printed if row.about is About.OWN and _PLACES.fullmatch(text := row.value_text or "")]
    rounded = {(len(text) - text.index(".") - 1, float(text)) for text in own}
    places = {n for n, _ in rounded}
    for row in index:
        value = row.value if row.about is About.REPRINTED else None
        is_own = value is not None and any((n, round(value, n)) in rounded for n in places)
        yield dataclasses.replace(row, about=About.OWN, about_model=None) if is_own else row


class _Task(NamedTuple):
    """What all metrics of a result were measured on."""

    kind: str | None
    name: str | None
    id: str | None
    config: str | None
    split: str | None
    revision: str | None


def _task(result: Mapping) -> _Task:
    datasets = mappings(result.get("dataset", "datasets"))
    task = result.get("task", "tasks")
    dataset = datasets[0] if len(datasets) == 1 else Mapping(0)  # of several, nobody tells on which
    return _Task(
        _text(_mapping(task).get("type")) or _text(task),
        _text(dataset.get("name")) or _text(result.get("dataset")),
        _text(dataset.get("type")),
        _text(dataset.get("config")) or _args(dataset.get("args")),
        _text(dataset.get("split")),
        _text(dataset.get("revision")),
    )


def _metric(context: Context, subject: Subject, task: _Task, metric: Mapping) -> Iterator[EvalMetric]:
    kind = _text(metric.get("type"))
    name = _text(metric.get("name")) or kind
    if not name:
        return
    value = metric.get("value")
    for key, text, line in _texts(value):
        yield EvalMetric(
            about=subject.about,
            about_model=subject.model,
            source=Source.MODEL_INDEX,
            line=line + 1,
            metric=metric_of_kind(kind, name),
            raw_name=f"{name}.{key}" if key else name,
            value=values.number(text),
            value_text=text,
            unit=values.unit(text),
            dataset_name=task.name,
            dataset_id=task.id,
            dataset_config=task.config,
            dataset_split=task.split,
            dataset_revision=task.revision,
            task_type=task.kind,
            is_verified=values.truth(_text(metric.get("verified"))),
        )


def _texts(value: Node | None) -> Iterator[tuple[str, str, int]]:
    """(key, text, line) of each value stated: one for a scalar, a row per leaf of a mapping, the items of a list joined."""
    if isinstance(value, Scalar):
        if not is_null(value):
            yield "", value.text.strip(), value.line
    elif value is not None:
        for key, leaf in leaves(value):
            if isinstance(leaf, Scalar):
                if not is_null(leaf):
                    yield key, leaf.text.strip(), leaf.line
            else:
                texts = [x.text for x in leaf.items if isinstance(x, Scalar)]
                if texts:
                    yield key, ", ".join(texts), leaf.line


def _mapping(node: Node | None) -> Mapping:
    found = mappings(node)
    return found[0] if found else Mapping(0)


def _text(node: Node | None) -> str | None:
    return node.text.strip() or None if isinstance(node, Scalar) and not is_null(node) else None


def _args(node: Node | None) -> str | None:
    """transformers up to 4.20 writes the configuration as `args: <text>`; leaderboards write a mapping."""
    return _text(node) if isinstance(node, Scalar) else None
