"""Front matter -> tags, languages, data sets, and what the card says of itself as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from etl.cards.yaml_nodes import Mapping, Node, Scalar, Sequence, is_null, mappings
from etl.reading.context import Context
from warehouse.schema import ModelDataset, ModelLanguage, ModelTag, Source

_LABELS = frozenset(("name", "id", "type", "path", "dataset", "language", "tag"))
"""Keys of an item that say no more than what is listed."""
_SEVERAL = re.compile(r"[\w.-]+(?:/[\w.-]+)?(?:, ?[\w.-]+(?:/[\w.-]+)?)+")
"""Ids in one text, which none of them could hold: `squad,owner/reeds`."""
INDEX = ("model-index", "model_index")
"""The key of the model-index; transformers 4.7 to 4.9 wrote the second."""


def read_tags(context: Context) -> Iterator[ModelTag]:
    """Each tag once. The key is also found as `Tags` and `tag`."""
    for text, line in _distinct(context, "tags", "Tags", "tag"):
        yield ModelTag(source=Source.FRONT_MATTER, line=line, tag=text)


def read_languages(context: Context) -> Iterator[ModelLanguage]:
    """Each language once; `no` is Norwegian, not false."""
    for text, line in _distinct(context, "language", "languages", "Language", "lang"):
        yield ModelLanguage(source=Source.FRONT_MATTER, line=line, language=text)


def read_datasets(context: Context) -> Iterator[ModelDataset]:
    """Each data set once, by id or by name as the card gives it. In a copy they are the original's."""
    subject = context.subject
    for text, line in _distinct(context, "datasets", "Datasets", "dataset"):
        for name in text.split(",") if _SEVERAL.fullmatch(text) else (text,):
            yield ModelDataset(
                about=subject.about, about_model=subject.model, source=Source.FRONT_MATTER, line=line,
                dataset_id=name.strip(),
            )  # fmt: skip


def first(context: Context, *names: str) -> str | None:
    """The first text of a key that holds one text or a list of texts."""
    return next((text for text, _ in _distinct(context, *names)), None)


def _distinct(context: Context, *names: str) -> Iterator[tuple[str, int]]:
    """(text, line) of each text once; what a template left to be filled in is none."""
    seen: set[str] = set()
    front = context.card.front
    for scalar in _scalars(front.get(*names)):
        text = scalar.text.strip()
        if text and not is_null(scalar) and text not in seen and not text.startswith("TODO"):
            seen.add(text)
            yield text, scalar.line + 1


def _scalars(node: Node | None) -> Iterator[Scalar]:
    """The scalars of a text, a list of texts, or a list of one-key mappings (`- name: x`, `- voices: Voices of 2020`)."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _scalars(item)
    elif isinstance(node, Mapping) and node.pairs and not node.get("results"):
        name, value = node.pairs[0]
        if name.text.startswith("TODO"):
            return
        if name.text in _LABELS or not isinstance(value, Scalar):
            yield from _scalars(value)
        else:
            yield name if is_null(value) else Scalar(f"{name.text}: {value.text}", name.line)


def license_of(context: Context) -> str | None:
    """The licence; TRL's `licence: license` is none."""
    found = first(context, "license", "License", "licence", "licenses", "licence_id")
    return None if found == "license" else found


def index_models(front: Mapping) -> list[Mapping]:
    """The models of the model-index."""
    return [model for key in INDEX for model in mappings(front.get(key))]


def index_names(front: Mapping) -> list[str]:
    """The names that the model-index gives the model."""
    names = (model.get("name") for model in index_models(front))
    return [name.text.strip() for name in names if isinstance(name, Scalar) and not is_null(name) and name.text.strip()]
