"""Text of strangers made fit to be shown: in a terminal, in a picture's label, in a page's cell.

Promises: what comes back is one line of characters that print, so it can neither move a cursor nor turn the
direction of the text around it; a cut text says so with an ellipsis; labels that are kept apart stay apart.

What must not move in: escaping for one language (`html.escape`, `warehouse.formats`), a file.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

ELLIPSIS = "…"
MOST_COMBINED = 2
"""Combining marks kept on one letter; more of them are drawn over the lines above and below."""

_LOOKED_AT = 8
"""Characters looked at for each column there is; a card's text may have megabytes."""


def printable(text: str) -> str:
    """The text with every character that does not print (escapes, line ends, direction marks) spelled out."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def cut(text: str, most: int) -> str:
    """The text in one line of at most `most` columns; the middle is left out, because ids differ at their ends."""
    if len(text) > _LOOKED_AT * most:
        text = text[: _LOOKED_AT // 2 * most] + ELLIPSIS + text[-_LOOKED_AT // 2 * most :]
    line = _uncluttered(printable(" ".join(text.split())))
    if columns_of(line) <= most:
        return line
    head = _fitting(line, (most - 1) - (most - 1) // 2)
    tail = _fitting(line[::-1], (most - 1) // 2)[::-1]
    return head + ELLIPSIS + tail


def cut_parts(text: str, most: int, joint: str) -> str:
    """The same for a text of several parts: short ones are left whole, and the long ones share the room."""
    parts = [cut(part, _LOOKED_AT * most) for part in text.split(joint)]
    if columns_of(joint.join(parts)) <= most:
        return joint.join(parts)
    room, kept = most - columns_of(joint) * (len(parts) - 1), dict[int, str]()
    for left, n in enumerate(sorted(range(len(parts)), key=lambda n: columns_of(parts[n]))):
        kept[n] = cut(parts[n], max(room // (len(parts) - left), 1))
        room -= columns_of(kept[n])
    return cut(joint.join(kept[n] for n in range(len(parts))), most)


def cut_apart(texts: Iterable[str], most: int, joint: str | None = None) -> dict[str, str]:
    """Each text with its cut label; texts that are cut to one label are numbered, so that no two share one."""
    labels: dict[str, str] = {}
    seen: set[str] = set()
    for text in dict.fromkeys(texts):
        label, number = cut_parts(text, most, joint) if joint else cut(text, most), 1
        while label in seen:
            number += 1
            label = f"{cut(text, max(most - len(str(number)) - 3, 4))} ({number})"
        seen.add(label)
        labels[text] = label
    return labels


def _fitting(text: str, room: int) -> str:
    """The longest beginning of the text that takes no more than `room` columns."""
    for end, character in enumerate(text):
        room -= _columns_of_one(character)
        if room < 0:
            return text[:end]
    return text


def columns_of(text: str) -> int:
    """How wide a text is in columns: two for East Asian wide characters, none for combining marks."""
    return sum(_columns_of_one(c) for c in text)


def _columns_of_one(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _uncluttered(text: str) -> str:
    """The text without the combining marks that are one too many on their letter."""
    if text.isascii():
        return text
    kept: list[str] = []
    stacked = 0
    for character in text:
        stacked = stacked + 1 if unicodedata.combining(character) else 0
        if stacked <= MOST_COMBINED:
            kept.append(character)
    return "".join(kept)
