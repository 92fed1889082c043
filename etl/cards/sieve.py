"""A long text in which a hundred words are sought, nearly all of them in vain.

A card is asked for many words, each of which would open one reader. To seek them all costs more than to split the card
into lines: so the rare characters of the text are kept beside it, a seventh of it. A word whose own rare characters do
not stand there in a row is not in the text; where they do, the text itself is asked. The answer is that of `in`.
"""

from __future__ import annotations

from collections.abc import Iterator

_RARE = b"ABCDEFGHIJKLMNOPQRSTUVWXYZbfghjkmpqvwxyz[]_@"
_COMMON = bytes(set(range(256)) - set(_RARE))


def rare_part(text: str) -> bytes:
    """The rare characters of a text, in order."""
    return text.encode("utf-8", "replace").translate(None, _COMMON)


class Words:
    """Words of which a text is asked whether it holds any."""

    __slots__ = ("_pairs",)

    def __init__(self, *words: str) -> None:
        self._pairs = tuple((word, rare_part(word)) for word in words)

    def __iter__(self) -> Iterator[str]:
        return (word for word, _ in self._pairs)

    def any_in(self, text: str, rare: bytes) -> bool:
        """Whether one of the words is in `text`, of which (or of more than it) `rare` is the rare part."""
        for word, part in self._pairs:  # noqa: SIM110 (a generator would cost as much as the search)
            if part in rare and word in text:
                return True
        return False
