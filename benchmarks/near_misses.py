"""Texts that the reader's own patterns all but match.

On such a text a pattern that may read one thing in two ways tries them all: `(?:](a)|]|(|a|))*` doubles its time with
each link. Junk does not find that, since it seldom begins as a pattern does.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
import random
import re
from collections.abc import Iterable, Iterator
from typing import Any

import etl.cards
import etl.reading

_PARSER: Any = importlib.import_module("re._parser")
"""The standard library's own parser of patterns; private, and the same in 3.11 to 3.14."""
MOST_REPEATED = 400
"""A part that may be repeated without end is repeated so often."""
MOST_CHARACTERS = 2_500
_CLASSES = {
    "CATEGORY_DIGIT": "19", "CATEGORY_NOT_DIGIT": "a -", "CATEGORY_SPACE": " \t", "CATEGORY_NOT_SPACE": "a1-",
    "CATEGORY_WORD": "a1_", "CATEGORY_NOT_WORD": " -.*",
}  # fmt: skip
_OTHERS = 'ax19.-_*,: \t|[(]"é'
"""What stands for "anything but"."""


@functools.cache
def patterns() -> tuple[re.Pattern[str], ...]:
    """Every pattern that a module of the reader holds, in a name or in a collection."""
    found: dict[tuple[str, int], re.Pattern[str]] = {}
    for package in (etl.cards, etl.reading):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for pattern in _held(vars(importlib.import_module(module.name)).values()):
                found[pattern.pattern, pattern.flags] = pattern
    return tuple(found.values())


def _held(values: Iterable[Any]) -> Iterator[re.Pattern[str]]:
    for value in values:
        if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
            yield value
        elif isinstance(value, list | tuple | set | frozenset):
            yield from _held(value)
        elif isinstance(value, dict):
            yield from _held(value.values())


def near_miss(dice: random.Random, pattern: re.Pattern[str]) -> str:
    """A text that begins as the pattern asks, goes on for long, and ends otherwise."""
    text = _Writer(dice).text(_parsed(pattern), long=True)[:MOST_CHARACTERS]
    return dice.choice((f"{text}\x01", text[:-1], text[: len(text) * 2 // 3], text))


@functools.cache
def _parsed(pattern: re.Pattern[str]) -> Any:
    return _PARSER.parse(pattern.pattern, pattern.flags)


class _Writer:
    """Writes what a parsed pattern matches, but for what it only looks at (`(?=...)`, `\\b`)."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._preferred = dice.choice(("", "", *"ax 1-.*_"))
        """One character wherever it may stand: parts that overlap show."""
        self._groups: dict[int | None, str] = {}

    def text(self, parts: Any, long: bool) -> str:
        return "".join([self._part(str(name), argument, long) for name, argument in parts])

    def _part(self, name: str, argument: Any, long: bool) -> str:
        match name:
            case "LITERAL":
                return chr(argument)
            case "NOT_LITERAL" | "ANY" | "IN":
                return self._one(name, argument)
            case "BRANCH":
                return self.text(self._dice.choice(argument[1]), long)
            case "SUBPATTERN":
                self._groups[argument[0]] = self.text(argument[3], long)
                return self._groups[argument[0]]
            case "ATOMIC_GROUP":
                return self.text(argument, long)
            case "GROUPREF":
                return self._groups.get(argument, "")
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, parts = argument
                return self._repeated(least, int(most), parts, long)
        return ""

    def _repeated(self, least: int, most: int, parts: Any, long: bool) -> str:
        most = max(least, min(most, MOST_REPEATED if long else 3))
        times = self._dice.choice((least, most, most))
        if times > 20 and self._dice.random() < 0.8:
            return (self.text(parts, long=False) * times)[: MOST_CHARACTERS // 4]
        return "".join([self.text(parts, long=long and times <= 20) for _ in range(times)])[:MOST_CHARACTERS]

    def _one(self, name: str, argument: Any) -> str:
        if name == "ANY":
            may = "ax1 "
        elif name == "NOT_LITERAL":
            may = _OTHERS.replace(chr(argument), "")
        else:
            said = "".join(_members(argument))
            is_all_but = str(argument[0][0]) == "NEGATE"
            may = "".join(c for c in _OTHERS if c not in said) or "é" if is_all_but else said
        return self._preferred if self._preferred and self._preferred in may else self._dice.choice(may)


def _members(items: Any) -> Iterator[str]:
    """Characters of a set: those it names, the ends of its ranges and what lies between, some of each class."""
    for name, argument in items:
        match str(name):
            case "LITERAL":
                yield chr(argument)
            case "RANGE":
                yield "".join(c for c in _OTHERS if argument[0] <= ord(c) <= argument[1])
                yield chr(argument[0]) + chr(argument[1])
            case "CATEGORY":
                yield _CLASSES[str(argument)]
