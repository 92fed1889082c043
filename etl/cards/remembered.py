"""Readers of short texts that remember what they read: tools print the same lines into thousands of cards.

Only pure functions of one text belong here. Both bounds are memory: how many texts are kept, and how long one may be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def remembered(longest: int, texts: int) -> Callable[[Callable[[str], T]], Callable[[str], T]]:
    """The function with its answers to texts of up to `longest` characters kept; all are dropped at the `texts`-th."""

    def decorate(read: Callable[[str], T]) -> Callable[[str], T]:
        return _Answers(read, longest, texts).__getitem__

    return decorate


class _Answers(dict[str, T]):
    """Answers by text. To look one up runs no Python, which costs half of what `lru_cache` behind a length check does."""

    __slots__ = ("_longest", "_read", "_texts")

    def __init__(self, read: Callable[[str], T], longest: int, texts: int) -> None:
        super().__init__()
        self._read, self._longest, self._texts = read, longest, texts

    def __missing__(self, text: str) -> T:
        answer = self._read(text)
        if len(text) <= self._longest:
            if len(self) >= self._texts:
                self.clear()
            self[text] = answer
        return answer
