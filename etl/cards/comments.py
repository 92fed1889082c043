"""HTML comments, taken out of the lines as the walk over a card meets them.

Promises: what a comment says is kept; a comment that holds Markdown of its own is opened, and its lines are read like the
others; each line is looked at once for the end of a comment.

What must not move in: what the lines between comments are (`etl.cards.blocks`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from etl.cards.structure import Comment, Note

_INNER_MARKDOWN = re.compile(r"^\s*(?:[-*+] |#{1,6} |\||<!--)")
"""What makes a commented-out text a section to read; a comment that opens within one ends the search for it."""
_TELLS_ITS_WRITER = re.compile(
    r"\b(?:fill (?:in|out)|(?:delete|remove|replace) th(?:is|e|ese)|(?:embed|insert|put|paste|add) (?:it|this|your)\b)",
    re.I,
)
"""Words to whoever fills a template in: what stands below them is an example."""


class Comments:
    """The comments of a card's lines so far, in `found`. Changes `lines` where a comment ends or is opened."""

    __slots__ = ("end", "found", "lines", "notes", "numbers")

    def __init__(self, lines: list[str], numbers: Sequence[int], notes: list[Note]) -> None:
        self.lines = lines
        self.numbers = numbers
        self.notes = notes
        self.found: list[Comment] = []
        self.end = -1

    def take(self, at: int, title: str) -> tuple[str | None, int]:
        """Line `at` without its comments, and `at`; or None, and the line to go on with. `title`: the section's."""
        line, kept, start = self.lines[at], [], 0
        while (begin := line.find("<!--", start)) >= 0:
            end = line.find("-->", begin + 4)
            if end < 0:
                kept.append(line[start:])
                return None, self._take_long(at, "".join(kept), sum(map(len, kept[:-1])) + begin - start, title)
            self.found.append(Comment(line[begin + 4 : end].strip(), self.numbers[at]))
            kept.append(line[start:begin])
            start = end + 3
        line = "".join((*kept, line[start:]))
        return (line, at) if line.strip() else (None, at + 1)

    def _take_long(self, at: int, line: str, begin: int, title: str) -> int:
        """Take a comment of several lines; the line to go on with.

        One that holds Markdown of its own is read like the rest: people comment whole training sections out, and what
        they state stays stated. Not the example that a template shows its writer.
        """
        last = self._end_behind(at)
        number = self.numbers[at]
        if last is None:
            self.notes.append(Note("comment_not_closed", number, title, line[:80]))
            self.found.append(Comment(line[begin + 4 :].strip(), number))
            return at + 1
        inner = next((i for i in range(at + 1, last) if _INNER_MARKDOWN.match(self.lines[i])), None)
        if inner is not None and not _tells_its_writer([line[begin:], *self.lines[at + 1 : inner]]):
            self.lines[at] = line[:begin].rstrip() + " " + line[begin + 4 :].replace("<!--", " ")
            self.lines[last] = self.lines[last].replace("-->", "", 1)
            self.notes.append(Note("commented_out_section", number, title, ""))
            return at
        tail, _, rest = self.lines[last].partition("-->")
        text = "\n".join([line[begin + 4 :], *self.lines[at + 1 : last], tail])
        self.found.append(Comment(text.strip(), number))
        if not rest.strip():
            return last + 1
        self.lines[last] = rest
        return last

    def _end_behind(self, at: int) -> int | None:
        """The next line with an end of comment; each line is looked at once in the whole walk."""
        self.end = max(self.end, at + 1)
        while self.end < len(self.lines):
            if "-->" in self.lines[self.end]:
                return self.end
            self.end += 1
        return None


def _tells_its_writer(lines: Sequence[str]) -> bool:
    """Whether the words over a comment's Markdown tell how it is to be filled in."""
    return bool(_TELLS_ITS_WRITER.search(" ".join(lines)[:2000]))
