"""Headings in HTML: `<h1>`, alone on a line, inside `<p>`, `<div>` or `<center>`, or on lines of its own.

What a heading's words are, and which section it opens, `blocks` knows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_HEADING = re.compile(
    r"^\s*(?:<(?:p|div|center)\b[^<>]{0,300}>\s{0,9}){0,2}<h([1-6])[^<>]{0,300}>(.{0,500}?)(?P<end></h\1\s*>.*)?$", re.I
)
MAX_LINES = 5
"""So many lines a heading may take; one that is not closed on them ends with its first."""


def html_heading(line: str, lines: Sequence[str], at: int) -> tuple[int, str, int] | None:
    """Level, text and the index of the first line below the heading that `line`, the one at `at`, begins; None of any other."""
    match = _HEADING.match(line)
    if match is None:
        return None
    level, below = int(match[1]), lines[at + 1 : at + MAX_LINES] if not match["end"] else ()
    last = next((i for i, text in enumerate(below, 1) if f"</h{level}" in text.lower()), 0)
    return level, " ".join((match[2], *map(str.strip, below[:last]))).strip(), at + 1 + last
