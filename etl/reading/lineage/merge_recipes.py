"""The models of a mergekit recipe, wherever a card prints it: in a code block of its own, below prose, or as plain text.

A recipe is known by its keys. Where it is no YAML (prose above it, lines that lost their indentation) its lines are
read one by one. Whose parents they are, `relations` decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from etl.cards import Fence, items_of
from etl.cards.sieve import Words
from etl.cards.yaml_nodes import Mapping, Scalar, leaves
from etl.cards.yaml_text import YamlRefused, compose
from etl.reading.context import Context
from etl.reading.words.mentions import hub_id, is_folder, mentions

_KEYS = Words("merge_method", "layer_range", "layer_slices", "source_model")
_METHOD_KEY = Words("merge_method:")
_MODEL_KEYS = ("model", "base_model", "source_model")
_LINE = re.compile(r"^\s*(?:-\s+)?(?:base_|source_)?model\s*:\s*[\"']?([^\s\"'#+]{3,200})")
_PLACEHOLDER = re.compile(r"[A-Z_]*PATH[A-Z_]*/")
_NAMED = re.compile(r"(?<![a-z])(?:base_|source_)?model[\"']?\s*:\s*[^\s#]{0,200}/")
"""A model by its repo or path; ESPnet's encoders have a `merge_method`, too, and a `bpemodel`."""
_YAML_LINE = re.compile(r"^\s*(?:$|-\s|[\w.-]{1,60}\s*:(?:\s|$))")
_METHOD = re.compile(r"^\s*merge_method\s*:")
_BEGIN = re.compile(r"^\s*(?:-\s+)?(?:merge_method|base_model|model|models|slices|sources)\s*:")
_HEADING = re.compile(r"^#{1,6}\s")


def recipe_models(context: Context) -> Iterator[tuple[str, int]]:
    """(repo id, line) of each model that a recipe of the card names."""
    yield from repos(recipe_names(context))


def repos(names: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """(repo id, line) of those names that are repos."""
    for name, line in names:
        if (found := hub_id(name.split("+")[0])) and not _is_local(name):
            yield found, line


def folders(names: Iterable[tuple[str, int]]) -> frozenset[str]:
    """The folders, in lower case, of those names that are local paths, or have no owner."""
    paths = (name.rstrip("/") for name, _ in names if _is_local(name) or not hub_id(name))
    return frozenset(path.rsplit("/", 1)[-1].casefold() for path in paths)


def named_as(context: Context, merged: frozenset[str]) -> Iterator[tuple[str, int]]:
    """(repo id, line) of what the card names elsewhere, of which a recipe merges the folder: `name`, or `owner_name`."""
    for text, line in _texts(context) if merged else ():
        for mention in mentions(text) if "/" in text else ():
            owner, _, name = mention.repo.casefold().partition("/")
            if name in merged or f"{owner}_{name}" in merged:
                yield mention.repo, line


def _texts(context: Context) -> Iterator[tuple[str, int]]:
    """The lines of text, the items of lists and the headings, with their numbers."""
    for section in context.card.sections:
        if section.level:
            yield context.card.lines[section.line - 1], section.line
        for block in section.blocks:
            yield from ((item.text, item.line) for item in items_of(block))


def recipes_text(context: Context) -> str:
    """What stands in the code blocks with a recipe, in lower case: some say above it of what its parts were made."""
    if context.recipes_text is None:
        fences = (block.lines for _, block in context.card.of(Fence) if _is_recipe(block.lines))
        context.recipes_text = "\n".join(line for lines in fences for line in lines).casefold()
    return context.recipes_text


def recipe_names(context: Context) -> Sequence[tuple[str, int]]:
    """(repo or path, line) of each model in a recipe of the card."""
    if context.recipe_names is None:
        context.recipe_names = tuple(_recipe_names(context)) if context.card.says(_KEYS) else ()
    return context.recipe_names


def _recipe_names(context: Context) -> Iterator[tuple[str, int]]:
    for _, block in context.card.of(Fence):
        if _is_recipe(block.lines):
            for name, offset in _models(block.lines):
                yield name, block.line + offset
    for part in _plain_parts(context):
        yield from _by_line(part)


def _is_local(name: str) -> bool:
    """Whether a path only looks like a repo: `LOCAL_PATH/pier-7b`, or `output/pier-7b`, which is a folder."""
    return bool(_PLACEHOLDER.match(name)) or is_folder(name)


def recipe_lines(context: Context) -> frozenset[int]:
    """The lines of recipes outside any code block, whose `dtype: bfloat16` is no setting of a training."""
    if not context.card.says(_METHOD_KEY):
        return frozenset()
    return frozenset(number for part in _plain_parts(context) for number, _ in part)


def _is_recipe(lines: Sequence[str]) -> bool:
    if not any(key in line for line in lines for key in _KEYS):
        return False
    return any(
        ("/" in line and "model" in line and _NAMED.search(line)) or line.lstrip("- \t").startswith("layer_range:")
        for line in lines
    )


def _models(lines: Sequence[str]) -> Iterator[tuple[str, int]]:
    """(repo or path, offset of its line in the block)."""
    try:
        root = compose("\n".join(lines))
    except YamlRefused:
        root = None
    if not isinstance(root, Mapping):
        yield from _by_line(enumerate(lines))
        return
    for name, leaf in leaves(root):
        if isinstance(leaf, Scalar) and name.rsplit(".", 1)[-1] in _MODEL_KEYS:
            yield leaf.text, leaf.line


def _plain_parts(context: Context) -> Iterator[list[tuple[int, str]]]:
    """The lines, with their numbers, from a recipe's first key to the next that is no YAML, outside code blocks."""
    card = context.card
    fenced: set[int] = set()
    for _, block in card.of(Fence):
        fenced.update(range(block.line, block.line + len(block.lines)))
    part: list[tuple[int, str]] = []
    for number, line in enumerate((*card.lines, "# end"), 1):
        if number in fenced or number < card.sections[0].line:
            continue
        if _HEADING.match(line) or not _YAML_LINE.match(line):
            if any(_METHOD.match(text) for _, text in part):
                yield part
            part = []
        elif part or _BEGIN.match(line):
            part.append((number, line))


def _by_line(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[str, int]]:
    for number, line in lines:
        if match := _LINE.match(line):
            yield match[1], number
