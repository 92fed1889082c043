"""Readers of short texts that remember what they read: tools print the same lines into thousands of cards.

Only pure functions of one text belong here. Both bounds are memory: how many texts are kept, and how long one may be.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def remembered(longest: int, texts: int) -> Callable[[Callable[[str], T]], Callable[[str], T]]:
    """The function with the answers of its last `texts` texts of up to `longest` characters kept."""

    def decorate(read: Callable[[str], T]) -> Callable[[str], T]:
        kept = functools.lru_cache(maxsize=texts)(read)

        @functools.wraps(read)
        def read_or_remember(text: str) -> T:
            return kept(text) if len(text) <= longest else read(text)

        return read_or_remember

    return decorate
