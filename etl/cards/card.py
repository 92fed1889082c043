"""Bytes -> Card: the whole parse in the order of its steps."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from etl.cards import blocks, flat
from etl.cards.decode import decode
from etl.cards.front_matter import read_front_matter
from etl.cards.sieve import Words, words_in
from etl.cards.structure import Block, Comment, Note, Section
from etl.cards.yaml_nodes import Mapping

B = TypeVar("B", bound=Block)


@dataclass(frozen=True, slots=True)
class Card:
    """A parsed card: status (ok, empty, not_text), front matter, sections in order, comments, notes."""

    blob: str
    size: int
    status: str
    front: Mapping = field(default_factory=lambda: Mapping(0))
    sections: tuple[Section, ...] = ()
    comments: tuple[Comment, ...] = ()
    notes: tuple[Note, ...] = ()
    text: str = ""
    body: str = ""
    said: frozenset[str] = frozenset()
    """Which of the words that readers ask for stand in the body."""
    said_in_front: frozenset[str] = frozenset()
    lines: tuple[str, ...] = ()
    received: Sequence[int] | None = None
    """Of a card that lost its line ends: for each line, the number of the line as received that it was cut from."""
    placed: tuple[tuple[Section, Block], ...] = ()
    title: str | None = None
    """The words of the first heading, where it is the title of the whole."""

    def blocks(self) -> Sequence[tuple[Section, Block]]:
        """Every block with its section, in the card's order."""
        return self.placed

    def of(self, kind: type[B]) -> list[tuple[Section, B]]:
        """The blocks of one kind with their sections, in the card's order."""
        return [(section, block) for section, block in self.placed if type(block) is kind]

    def says(self, words: Words) -> bool:
        """Whether the body has any of the words."""
        return words.any_of(self.said)

    def body_digest(self) -> str | None:
        """sha1 of the body without blanks: equal for re-uploads that differ in front matter or blanks only."""
        words = self.body.encode("utf-8", "replace").translate(None, b" \t\n\r\x0b\x0c")
        return hashlib.sha1(words, usedforsecurity=False).hexdigest() if words else None


def git_blob_sha1(content: bytes) -> str:
    """The git blob id of the bytes, which the Hub serves as ETag."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def parse_card(content: bytes) -> Card:
    """The card that the bytes of a README.md hold. Never raises for any bytes."""
    blob = git_blob_sha1(content)
    decoded = decode(content)
    if decoded.status != "ok":
        return Card(blob, len(content), decoded.status, notes=decoded.notes)
    lines: tuple[str, ...] = decoded.lines
    notes = list(decoded.notes)
    received = None
    if flat.is_flat(lines):
        pieces = flat.unflatten(lines)
        lines, received = tuple([p for p, _ in pieces]), [n for _, n in pieces]
        notes = [replace(n, line=bisect_left(received, n.line) + 1) if n.line else n for n in notes]
        notes.append(Note("flattened", 1, "card", ""))
    front = read_front_matter(lines)
    notes.extend(front.notes)
    rest, start = front.body(lines)
    body = blocks.read_blocks(rest, range(1, len(lines) + 1), start)
    notes.extend(body.notes)
    text = "\n".join(rest[start:])
    return Card(
        blob,
        len(content),
        "ok",
        front.node,
        tuple(body.sections),
        tuple(body.comments),
        tuple(notes),
        "\n".join(lines),
        text,
        words_in(text),
        words_in("\n".join(lines[: front.body_start])),
        lines,
        received,
        tuple([(section, block) for section in body.sections for block in section.blocks]),
        _title(body.sections),
    )


def _title(sections: Sequence[Section]) -> str | None:
    """The words of the first heading, if it is one of the whole: the highest level, or nothing before it; else None.

    Where no heading is of the highest level, one word such as Reef-1.4B-chat is a title behind a text, too.
    """
    begins_with_text = bool(sections[0].blocks) and not sections[0].level
    first = next((s for s in sections if s.level and s.title), None)
    if first is None or first.level == 1 or not begins_with_text:
        return first.title if first else None
    is_name = " " not in first.title and "-" in first.title
    return first.title if is_name and all(s.level != 1 for s in sections) else None
