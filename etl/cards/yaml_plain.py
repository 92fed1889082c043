"""The plainest YAML, read line by line: what nine cards of ten have in front needs no parser.

Plain are `key: value`, `key:`, `- value` and `- key: value` with values on one line, quoted without escapes, or a list
of words in brackets. Promises: for a text that is plain throughout, the very nodes that libyaml's events give
(tests/cards/test_yaml_plain.py compares them); for any other text, None, and the parser reads it.

What must not move in: anything that needs more than a line to be understood, and every guess.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple, TypeVar

from etl.cards import limits
from etl.cards.yaml_nodes import Mapping, Node, Scalar, Sequence

_BAD = r"\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff"
"""Line ends of YAML, what it forbids, and blanks that are none in it."""
_WORD = r"[A-Za-z0-9_][\w.-]*+"
_LINE = re.compile(
    rf"( *+)((?:- ++)*+)(?:([A-Za-z_][\w./-]*+):(?: ++|\Z))?+"
    rf"(?:((?:[^{_BAD} \-?:,\[\]{{}}#&*!|>'\"%@`]|-(?=[\w.]))(?:[^{_BAD} :#]|:(?=[^{_BAD} ])|(?<! )#| ++(?=[^ #]))*+)"
    rf"|\"([^{_BAD}\"\\]*+)\"|'([^{_BAD}']*+)'|\[ *+((?:{_WORD}(?: *+, *+{_WORD})*+)?) *+\])?+"
    rf"(?: *+(?:(?<= )|\A)#[^{_BAD}]*+)?+ *+"
)
"""Indentation, dashes, key; a value plain, in double or single quotes, or in brackets; a comment."""
MAX_CHARACTERS = limits.MAX_YAML_NODES * 3 // 2
"""A longer text is left to the parser, which counts its nodes; no three characters make more than two."""
MAX_KEPT = 120
"""Lines up to this length are kept: tools print the same keys and values into thousands of cards."""

Collection = TypeVar("Collection", Sequence, Mapping)


class _Line(NamedTuple):
    """What a line says: the columns of its dashes, then its key and the column of that, and its value.

    A value is a text, or the words of a list.
    """

    dashes: tuple[int, ...]
    column: int
    name: str | None
    value: str | tuple[str, ...] | None
    quoted: bool


class _NotPlain(Exception):
    """The text needs the parser."""


def compose_plain(text: str, first: int) -> Sequence | Mapping | None:
    """The root node of a text that is plain throughout, lines counted from `first`; None for any other text."""
    if len(text) > MAX_CHARACTERS:
        return None
    tree = _Tree()
    try:
        for number, line in enumerate(text.split("\n"), first):
            said = _said_short(line) if len(line) <= MAX_KEPT else _said(line)
            if said is not None:
                tree.take(said, number)
    except _NotPlain:
        return None
    tree.end_key()
    return tree.root


@functools.lru_cache(maxsize=16384)
def _said_short(line: str) -> _Line | None:
    return _said(line)


def _said(line: str) -> _Line | None:
    """What a line says; None of a blank or a comment. Raises _NotPlain."""
    match = _LINE.fullmatch(line)
    if match is None:
        raise _NotPlain
    indent, dashes, name, plain, double, single, words = match.groups()
    quoted = double if double is not None else single
    value = plain if plain is not None else quoted if words is None else tuple(re.findall(_WORD, words))
    if name is None and (value is None) != (not dashes):
        raise _NotPlain  # a text over several lines, or a dash with its value on the next
    if name is None and value is None:
        return None
    column = len(indent)
    columns = tuple([column + at for at, sign in enumerate(dashes) if sign == "-"])
    return _Line(columns, column + len(dashes), name, value, quoted is not None)


class _Tree:
    """The nodes as far as they were read: the open collections, each with its column, and a key without its value."""

    def __init__(self) -> None:
        self.root: Sequence | Mapping | None = None
        self._open: list[tuple[int, Sequence | Mapping]] = []
        self._key: Scalar | None = None

    def take(self, said: _Line, number: int) -> None:
        """Take in a line."""
        dashes, column, name, value, quoted = said
        node = None if value is None else _value(value, number, quoted)
        if not dashes:
            mapping = self._at(column, Mapping, number)
        else:
            items = self._at(dashes[0], Sequence, number).items
            for inner in dashes[1:]:
                items = self._item(items, inner, Sequence(number)).items
            if name is None:
                items.append(node)  # type: ignore[arg-type]
                return
            mapping = self._item(items, column, Mapping(number))
        key = Scalar(name or "", number)
        if node is None:
            self._key = key
        else:
            mapping.pairs.append((key, node))

    def end_key(self) -> None:
        """A key that no value follows has an empty one."""
        if self._key is not None:
            self._give(Scalar("", self._key.line))

    def _at(self, column: int, kind: type[Collection], number: int) -> Collection:
        """The collection of this kind whose entries begin in this column."""
        if self._key is not None:
            parent = self._open[-1][0]
            if column > parent or (column == parent and kind is Sequence):
                return self._opened(column, kind(number))
            self.end_key()
        elif self.root is None:
            return self._opened(column, kind(number))
        while self._open and self._open[-1][0] > column:
            self._open.pop()
        if self._open and kind is Mapping and type(self._open[-1][1]) is Sequence:
            self._open.pop()  # a list may stand in the column of its key
        if not self._open:
            raise _NotPlain
        at, found = self._open[-1]
        if at != column or not isinstance(found, kind):
            raise _NotPlain
        return found

    def _opened(self, column: int, node: Collection) -> Collection:
        """A collection begun: the root, or the value of the key that waits for one."""
        if self._key is not None:
            self._give(node)
        else:
            self.root = node
        self._push(column, node)
        return node

    def _push(self, column: int, node: Sequence | Mapping) -> None:
        if len(self._open) >= limits.MAX_YAML_DEPTH:
            raise _NotPlain
        self._open.append((column, node))

    def _item(self, items: list[Node], column: int, node: Collection) -> Collection:
        """A collection begun on the line of the dash whose item it is."""
        items.append(node)
        self._push(column, node)
        return node

    def _give(self, value: Node) -> None:
        """Give the key that waits its value."""
        mapping = self._open[-1][1]
        assert isinstance(mapping, Mapping)
        assert self._key is not None
        mapping.pairs.append((self._key, value))
        self._key = None


def _value(value: str | tuple[str, ...], number: int, quoted: bool) -> Node:
    if isinstance(value, str):
        return Scalar(value, number, quoted)
    return Sequence(number, [Scalar(word, number) for word in value])
