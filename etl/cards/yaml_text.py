"""YAML -> nodes with line numbers, composed here from PyYAML's event stream.

Promises: no tag is ever constructed, no YAML 1.1 guess (`no`, dates, 1:30) is made: a scalar is its text; depth,
size and aliases are bounded (`limits`) before anything is built; the C parser does the scanning, but for texts so
plain that they need none (`yaml_plain`).
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from etl.cards import limits
from etl.cards.yaml_nodes import Mapping, Node, Scalar, Sequence
from etl.cards.yaml_plain import compose_plain

_PARSER: Any = yaml.cyaml.CParser if yaml.__with_libyaml__ else yaml.SafeLoader  # type: ignore[attr-defined]
"""Without libyaml: slower, the same events."""

_REFUSED = re.compile("[\x7f-\x84\x86-\x9f\ufffe\uffff]")
"""What YAML has no place for, and a text that was decoded wrongly is full of: half characters."""


class YamlRefused(Exception):
    """The text is no YAML, or beyond a limit. `line` is 0-based within the text, `code` names a note."""

    def __init__(self, code: str, line: int, why: str) -> None:
        super().__init__(why)
        self.code = code
        self.line = line


def compose(text: str, first: int = 0) -> Node | None:
    """The first document's root node, or None for an empty text; lines are counted from `first`. Raises YamlRefused.

    The line of a YamlRefused is counted from 0 all the same: it is a place in this text.
    """
    plain = compose_plain(text, first)
    return plain if plain is not None else compose_parsed(text, first)


def compose_parsed(text: str, first: int) -> Node | None:
    """As `compose`, by the parser, whatever the text."""
    composer = _Composer(first)
    try:
        parser = _PARSER(text)
        while not composer.take(parser.get_event()):
            pass
    except yaml.MarkedYAMLError as error:
        is_open = "quoted scalar" in (error.context or "")  # it begins where it should end, not at the end of the text
        mark = (error.context_mark if is_open else error.problem_mark) or error.context_mark
        raise YamlRefused("yaml_error", mark.line if mark else 0, error.problem or "no YAML") from None
    except (yaml.YAMLError, ValueError, UnicodeError) as error:
        if _REFUSED.search(text):
            return compose_parsed(_REFUSED.sub("\ufffd", text), first)
        raise YamlRefused("yaml_error", 0, str(error).splitlines()[0]) from None
    return composer.root


class _Composer:
    def __init__(self, first: int) -> None:
        self._first = first
        self._nodes: list[Node] = []
        """The children so far of the innermost open node, keys and values of a mapping in turn; below all, the root."""
        self._open: list[tuple[Sequence | Mapping, list[Node]]] = []
        self._anchors: dict[str, Node] = {}
        self._count = 0
        self._aliases = 0

    @property
    def root(self) -> Node | None:
        """The document's root node; None where there is none."""
        return self._nodes[0] if self._nodes else None

    def take(self, event: Any) -> bool:
        """Take in one event; True when the first document has ended, or the text has."""
        kind = type(event)
        if kind is yaml.ScalarEvent:
            line = event.start_mark.line
            node = Scalar(event.value, line + self._first, not event.implicit[0])
            self._nodes.append(node)
            if event.anchor:
                self._anchors[event.anchor] = node
            self._counted(1, line)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._leave()
        elif kind is yaml.MappingStartEvent:
            self._enter(Mapping(event.start_mark.line + self._first), event)
        elif kind is yaml.SequenceStartEvent:
            self._enter(Sequence(event.start_mark.line + self._first), event)
        elif kind is yaml.AliasEvent:
            self._alias(event.anchor, event.start_mark.line)
        else:
            return kind is yaml.DocumentEndEvent or kind is yaml.StreamEndEvent or event is None
        return False

    def _enter(self, node: Sequence | Mapping, event: Any) -> None:
        line = event.start_mark.line
        self._counted(1, line)
        if len(self._open) >= limits.MAX_YAML_DEPTH:
            raise YamlRefused("yaml_too_deep", line, f"deeper than {limits.MAX_YAML_DEPTH} levels")
        if event.anchor:
            self._anchors[event.anchor] = node
        self._nodes.append(node)
        self._open.append((node, self._nodes))
        self._nodes = []

    def _leave(self) -> None:
        children = self._nodes
        node, self._nodes = self._open.pop()
        if isinstance(node, Sequence):
            node.items = children
        else:
            pairs = zip(children[::2], children[1::2], strict=True)
            node.pairs = [(key, value) for key, value in pairs if isinstance(key, Scalar)]

    def _alias(self, anchor: str | None, line: int) -> None:
        self._aliases += 1
        node = self._anchors.get(anchor or "")
        if node is None or any(node is parent for parent, _ in self._open):
            raise YamlRefused("yaml_error", line, "alias of nothing, or of itself")
        if self._aliases > limits.MAX_YAML_ALIASES:
            raise YamlRefused("yaml_too_many_aliases", line, f"more than {limits.MAX_YAML_ALIASES} aliases")
        self._counted(_size(node, limits.MAX_YAML_NODES - self._count), line)
        self._nodes.append(node)

    def _counted(self, nodes: int, line: int) -> None:
        self._count += nodes
        if self._count > limits.MAX_YAML_NODES:
            raise YamlRefused("yaml_too_large", line, f"more than {limits.MAX_YAML_NODES} nodes")


def _size(node: Node, most: int) -> int:
    """Nodes below `node`, counting no further than just past `most`."""
    count, stack = 0, [node]
    while stack and count <= most:
        here = stack.pop()
        count += 1
        if isinstance(here, Sequence):
            stack.extend(here.items)
        elif isinstance(here, Mapping):
            stack.extend(value for _, value in here.pairs)
    return count
