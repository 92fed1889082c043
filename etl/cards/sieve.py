"""Words of which whole cards are asked, nearly always in vain: each opens one reader, and there are a hundred.

All of them are sought in one pass over the text, by an automaton (Aho and Corasick): asking for one after the other with
`in` cost an eighth of the whole reading, and this costs a hundredth (2026-11-21, 11,490 real cards).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from ahocorasick_rs import AhoCorasick, Implementation

_SOUGHT: set[str] = set()
"""Every word of every `Words`."""


class Words:
    """Words of which a card is asked whether it holds any. Cards parsed from then on know: make them with the module."""

    __slots__ = ("_words",)

    def __init__(self, *words: str) -> None:
        self._words = frozenset(words)
        if not self._words <= _SOUGHT:
            _SOUGHT.update(self._words)
            _automaton.cache_clear()

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def any_of(self, said: frozenset[str]) -> bool:
        """Whether one of the words is among those that `words_in` found in a text."""
        return not self._words.isdisjoint(said)


def words_in(text: str) -> frozenset[str]:
    """Which of the words that anybody asks for stand in a text (one without lone surrogates, as decoding gives it)."""
    return frozenset(_automaton().find_matches_as_strings(text, overlapping=True))


@functools.lru_cache(maxsize=1)
def _automaton() -> AhoCorasick:
    return AhoCorasick(_SOUGHT, implementation=Implementation.DFA)
