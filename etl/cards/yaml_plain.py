"""The plainest YAML, read line by line: what nine cards of ten have in front needs no parser.

Plain are `key: value`, `key:`, `- value` and `- key: value` with values on one line: a text, bare or in quotes, words in
brackets, or `{}`. Promises: for a text that is plain throughout, the very nodes that libyaml's events give
(tests/cards/test_yaml_plain.py compares them); for any other text, None, and the parser reads it.

What must not move in: anything that needs more than a line to be understood, and every guess.
"""

from __future__ import annotations

import re
from typing import TypeVar

from etl.cards import limits
from etl.cards.remembered import remembered
from etl.cards.yaml_nodes import Mapping, Node, Scalar, Sequence

_BAD = r"\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff"
"""Line ends of YAML, what it forbids, and blanks that are none in it."""
_WORD = r"[A-Za-z0-9_][\w.-]*+"
_ESCAPE = r"\\(?:[\"\\nt]|x[0-9A-Fa-f]{2}|u(?![dD][89A-Fa-f])[0-9A-Fa-f]{4})"
_ESCAPES = {'"': '"', "\\": "\\", "n": "\n", "t": "\t"}
_LINE = re.compile(
    rf"( *+)((?:- ++)*+)(?:([A-Za-z_][\w./-]*+):(?: ++|\Z))?+"
    rf"(?:((?:[^{_BAD} \-?:,\[\]{{}}#&*!|>'\"%@`]|-(?=[\w.]))(?:[^{_BAD} :#]++|:(?=[^{_BAD} ])|(?<! )#| ++(?=[^ #]))*+)"
    rf"|\"((?:[^{_BAD}\"\\]++|{_ESCAPE})*+)\"|'((?:[^{_BAD}']++|'')*+)'|(\{{\}})|\[ *+((?:{_WORD}(?: *+, *+{_WORD})*+)?) *+\])?+"
    rf"(?: *+(?:(?<= )|\A)#[^{_BAD}]*+)?+ *+"
)
"""Indentation, dashes, key; a value bare, in double or single quotes, `{}`, or in brackets; a comment."""
_ITEM = rf"(?:[^{_BAD} \-?:,\[\]{{}}#&*!|>'\"%@`][^{_BAD} :#]*+|'[^{_BAD}']*+')(?=\n|\Z)"
_RUN = re.compile(rf"^( *+)- {_ITEM}(?:\n\1- {_ITEM}){{31,}}+", re.M)
"""Many words or quoted texts one below the other: the tokens of a recognizer, thousands of them, taken in one go."""
LONG = 4_000
"""Only in texts of so many characters are such runs sought."""
_NAME = 3
_STYLES = ("", "", "", "", "", '"', "'", "{", "[")
"""The sign with which the value of each group of the pattern begins; those up to the key's hold none."""
MAX_CHARACTERS = limits.MAX_YAML_NODES * 3 // 2
"""A longer text is left to the parser, which counts its nodes; no three characters make more than two."""

Collection = TypeVar("Collection", Sequence, Mapping)


_Line = tuple[tuple[int, ...], int, str | None, str | None, str]
"""What a line says: the columns of its dashes; the column of its key, and the key; its value, and the sign with which
that begins ("" of a bare one)."""


class _NotPlain(Exception):
    """The text needs the parser."""


def compose_plain(text: str, first: int) -> Sequence | Mapping | None:
    """The root node of a text that is plain throughout, lines counted from `first`; None for any other text."""
    if len(text) > MAX_CHARACTERS:
        return None
    tree = _Tree()
    number, at = first, 0
    try:
        for run in _RUN.finditer(text) if len(text) > LONG else ():
            if run.start():
                number = tree.take_lines(text[at : run.start() - 1], number)
            number = tree.take_run(run, number)
            at = run.end() + 1
        if at <= len(text):
            tree.take_lines(text[at:], number)
    except _NotPlain:
        return None
    tree.end_key()
    return tree.root


@remembered(longest=120, texts=16_384)
def _said(line: str) -> _Line | None:
    """What a line says; None of a blank or a comment. Raises _NotPlain."""
    match = _LINE.fullmatch(line)
    if match is None:
        raise _NotPlain
    last, dashes, name = match.lastindex or 0, match[2], match[3]
    value = match[last] if last > _NAME else None
    if name is None and (value is None) != (not dashes):
        raise _NotPlain  # a text over several lines, or a dash with its value on the next
    if name is None and value is None:
        return None
    start, end = match.span(2)
    columns = (start,) if dashes == "- " else tuple([at for at in range(start, end) if line[at] == "-"])
    return columns, end, name, value, _STYLES[last]


class _Tree:
    """The nodes as far as they were read: the open collections, each with its column, and a key without its value."""

    def __init__(self) -> None:
        self.root: Sequence | Mapping | None = None
        self._open: list[tuple[int, Sequence | Mapping]] = []
        self._key: Scalar | None = None

    def take_lines(self, text: str, first: int) -> int:
        """Take in lines, counted from `first`; the number of the line after them."""
        lines = [_said(line) for line in text.split("\n")]
        for number, said in enumerate(lines, first):
            if said is not None:
                self.take(said, number)
        return first + len(lines)

    def take_run(self, run: re.Match[str], first: int) -> int:
        """Take in a list of words, one a line; the number of the line after them."""
        before = len(run[1]) + 2
        items = [line[before:] for line in run[0].split("\n")]
        self._at(len(run[1]), Sequence, first).items.extend(
            [Scalar(x[1:-1], n, True) if x[0] == "'" else Scalar(x, n) for n, x in enumerate(items, first)]
        )
        return first + len(items)

    def take(self, said: _Line, number: int) -> None:
        """Take in a line."""
        dashes, column, name, value, style = said
        node = None if value is None else _value(value, style, number)
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
        elif self._open:
            at, found = self._open[-1]
            if at == column and isinstance(found, kind):
                return found
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


def _value(value: str, style: str, number: int) -> Node:
    if style == "[":
        return Sequence(number, [Scalar(word, number) for word in re.findall(_WORD, value)])
    if style == "{":
        return Mapping(number)
    if style == '"' and "\\" in value:
        value = re.sub(_ESCAPE, lambda m: _ESCAPES.get(m[0][1]) or chr(int(m[0][2:], 16)), value)
    elif style == "'" and "'" in value:
        value = value.replace("''", "'")
    return Scalar(value, number, bool(style))
