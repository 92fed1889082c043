"""The parts of a parsed card. Every part knows the 1-based line of the README, as received, on which it begins."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import itemgetter

from etl.cards.inline import plain_cells


@dataclass(frozen=True, slots=True)
class Note:
    """Something the parser repaired or gave up: a code, the line, the place, a short piece of the text."""

    code: str
    line: int | None
    place: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Comment:
    """An HTML comment that was taken out of the text."""

    text: str
    line: int


@dataclass(slots=True)
class Item:
    """One list item, continuation lines joined by a newline. `depth` is its indentation in columns."""

    text: str
    line: int
    depth: int = 0


@dataclass(slots=True)
class Row:
    """One table row: its cells as written, outer blanks trimmed."""

    cells: tuple[str, ...]
    line: int
    _words: tuple[str, ...] | None = field(default=None, repr=False, compare=False)

    @property
    def words(self) -> tuple[str, ...]:
        """The cells as a reader sees them, markup off; kept, because several readers look at every table."""
        if self._words is None:
            self._words = plain_cells(self.cells)
        return self._words

    def as_item(self) -> Item:
        """The row as a list would have it, its words parted by colons: `Optimizer: AdamW`."""
        return Item(": ".join(self.words), self.line)


@dataclass(slots=True)
class Block:
    """A piece of a section. `lead` is the sentence that directly precedes it ("The following ... were used:")."""

    line: int
    lead: str = ""


@dataclass(slots=True)
class ListBlock(Block):
    """Consecutive list items; `html` if written as <li>."""

    items: list[Item] = field(default_factory=list)
    html: bool = False


@dataclass(slots=True)
class TableBlock(Block):
    """A table. `header` is None where no separator line marks one; `html` if written as <table>."""

    header: Row | None = None
    rows: list[Row] = field(default_factory=list)
    html: bool = False


@dataclass(slots=True)
class Fence(Block):
    """A code block: its info string and lines; `line` is that of the first line inside."""

    info: str = ""
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Paragraph(Block):
    """Running text, line by line."""

    lines: list[Item] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines joined by blanks."""
        return " ".join(x.text for x in self.lines)


@dataclass(slots=True)
class Section:
    """A heading and what stands below it up to the next heading. Level 0 is the text before the first heading."""

    title: str
    level: int
    line: int
    path: tuple[str, ...] = ()
    blocks: list[Block] = field(default_factory=list)


def items_of(block: Block) -> list[Item]:
    """The items of a list, or the lines of running text; none of any other block."""
    if isinstance(block, ListBlock):
        return block.items
    return block.lines if isinstance(block, Paragraph) else []


class Joined:
    """The texts of items as one, every line joined to the next by a blank, and on which line each place of it stands."""

    __slots__ = ("_ends", "_items", "text")

    def __init__(self, items: Sequence[Item]) -> None:
        self.text = " ".join([item.text for item in items]).replace("\n", " ")
        self._items = items
        self._ends: list[tuple[int, int]] = []

    def line_at(self, place: int) -> int:
        """The line on which a place of the text stands; the last for one behind it."""
        if not self._ends:
            pieces = [(len(piece), x.line + i) for x in self._items for i, piece in enumerate(x.text.split("\n"))]
            ends = accumulate(length + 1 for length, _ in pieces)
            self._ends = [(end, line) for end, (_, line) in zip(ends, pieces, strict=True)]
        return self._ends[min(bisect_right(self._ends, place, key=itemgetter(0)), len(self._ends) - 1)][1]
