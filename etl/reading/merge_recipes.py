"""The models of a mergekit recipe, wherever a card prints it: in a code block of its own, below prose, or as plain text.

A recipe is known by its keys. Where it is no YAML (prose above it, lines that lost their indentation) its lines are
read one by one. Whose parents they are, `relations` decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from etl.cards import Fence
from etl.cards.yaml_nodes import Mapping, Scalar, YamlRefused, compose, leaves
from etl.reading.context import Context
from etl.reading.mentions import hub_id

_KEYS = ("merge_method", "layer_range")
_MODEL_KEYS = ("model", "base_model")
_LINE = re.compile(r"^\s*(?:-\s+)?(?:base_)?model\s*:\s*[\"']?([^\s\"'#+]{3,200})")
_FENCE_MARK = re.compile(r"^\s*(?:```|~~~)")
_HEADING = re.compile(r"^#{1,6}\s")


def recipe_models(context: Context) -> Iterator[tuple[str, int]]:
    """(repo id, line) of each model that a recipe of the card names."""
    if not any(key in context.card.body for key in _KEYS):
        return
    fenced: set[int] = set()
    for _, block in context.card.of(Fence):
        fenced.update(range(block.line, block.line + len(block.lines)))
        if _is_recipe(block.lines):
            for repo, offset in _models(block.lines):
                yield repo, block.line + (0 if context.card.is_flat else offset)
    if not context.card.is_flat:
        yield from _plain_text(context, fenced)


def _is_recipe(lines: Sequence[str]) -> bool:
    return any(key in line for line in lines for key in _KEYS)


def _models(lines: Sequence[str]) -> Iterator[tuple[str, int]]:
    """(repo id, offset of its line in the block)."""
    try:
        root = compose("\n".join(lines))
    except YamlRefused:
        root = None
    if not isinstance(root, Mapping):
        yield from _by_line(enumerate(lines))
        return
    for name, leaf in leaves(root):
        if isinstance(leaf, Scalar) and name.rsplit(".", 1)[-1] in _MODEL_KEYS:
            found = hub_id(leaf.text.split("+")[0])
            if found:
                yield found, leaf.line


def _plain_text(context: Context, fenced: set[int]) -> Iterator[tuple[str, int]]:
    """A recipe outside any code block: the lines below one heading that have its keys."""
    part: list[tuple[int, str]] = []
    for number, line in enumerate((*context.card.lines, "# end"), 1):
        if _HEADING.match(line) and number not in fenced:
            if any(text.lstrip().startswith("merge_method:") for _, text in part):
                yield from _by_line(part)
            part = []
        elif number not in fenced and number >= context.card.sections[0].line:
            part.append((number, line))


def _by_line(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[str, int]]:
    for number, line in lines:
        if (match := _LINE.match(line)) and (found := hub_id(match[1])):
            yield found, number
