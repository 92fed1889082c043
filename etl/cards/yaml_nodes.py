"""What a YAML text is read into: nodes, each with its line; and how they are walked.

How a text becomes nodes is known in `yaml_text`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Scalar:
    """A scalar: its text, 0-based line, and whether it was quoted or a block text."""

    text: str
    line: int
    quoted: bool = False


@dataclass(slots=True)
class Sequence:
    """A list."""

    line: int
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    """A mapping, pairs in the order written; keys are scalars (a structured key is dropped with its value)."""

    line: int
    pairs: list[tuple[Scalar, Node]] = field(default_factory=list)
    _values: dict[str, Node] | None = field(default=None, repr=False, compare=False)
    """The last value of each key; made when first asked for, when all pairs have been read."""

    def get(self, *names: str) -> Node | None:
        """The last value of the first of `names` that is present."""
        if self._values is None:
            self._values = {key.text: value for key, value in self.pairs}
        for name in names:
            if name in self._values:
                return self._values[name]
        return None


Node = Scalar | Sequence | Mapping

_NULLS = frozenset(("", "~", "null", "Null", "NULL"))


def is_null(node: Node | None) -> bool:
    """True for an absent node and for an unquoted YAML null."""
    return node is None or (isinstance(node, Scalar) and not node.quoted and node.text in _NULLS)


def leaves(node: Node, key: str = "") -> Iterator[tuple[str, Scalar | Sequence]]:
    """Every scalar and every list of scalars below `node`, with its keys joined by dots."""
    stack: list[tuple[str, Node]] = [(key, node)]
    while stack:
        name, here = stack.pop()
        if isinstance(here, Mapping):
            stack.extend((f"{name}.{k.text}" if name else k.text, v) for k, v in reversed(here.pairs))
        elif isinstance(here, Sequence) and any(not isinstance(x, Scalar) for x in here.items):
            stack.extend((name, x) for x in reversed(here.items))
        else:
            yield name, here


def mappings(node: Node | None) -> list[Mapping]:
    """The mapping that a node is, or the mappings of a list."""
    if isinstance(node, Mapping):
        return [node]
    return [x for x in node.items if isinstance(x, Mapping)] if isinstance(node, Sequence) else []
