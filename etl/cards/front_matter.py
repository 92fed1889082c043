"""The YAML block at the top of a card -> nodes with line numbers.

The Hub's own pattern allows leading white space and trailing blanks after the closing line; writers of all ages
add tabs, unclosed blocks and unquoted colons, and words before the block. What can be read is read: a block that is no
YAML is read key by key, and one of the Hub's own keys that does not begin the card is found all the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence as Lines
from dataclasses import dataclass

from etl.cards import limits
from etl.cards.index_layout import laid_out
from etl.cards.structure import Note
from etl.cards.yaml_nodes import Mapping, Node, Scalar, Sequence
from etl.cards.yaml_text import YamlRefused, compose

_FENCE = re.compile(r"^\s*-{3,}\s*$")
_WRAPS = re.compile(r"^```(?:ya?ml|markdown|md)?\s*$")
"""A code block that a chat model put the card, or its front matter, into."""
_KEY = re.compile(r"^([A-Za-z_][\w .-]{0,60}?)[ \t]*:(?:[ \t]+(.*)|)$")
_STATES = re.compile(
    r"^[ \t]*\{?[ \t]*(?:[A-Za-z_][\w .-]{0,60}?[ \t]*:(?:[ \t]|$)|([\"'])[A-Za-z_][\w .-]{0,60}\1[ \t]*:|-[ \t])"
)
"""A key, be it in quotes or the first of a mapping in braces, or an item."""
_ITEM = re.compile(r"^\s*-[ \t]+(.*)$")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_PLACE = "front_matter"
_OPENS_LATE = re.compile(r"^(?:\\n)?-{3}\s*$")
"""A block's first line, below others; some tools wrote the line end before it as two characters."""
_HUB_KEY = re.compile(
    r"^(?:language|license|tags|datasets|metrics|library_name|pipeline_tag|base_model|thumbnail|model[-_]index|widget)[ \t]*:"
)
"""With one of these begins a block that is known without standing first."""
_NESTED = re.compile(r"^([ \t]*(?:- )?[\w-]{1,60}:[ \t]+)(\S.*)$")
MAX_REQUOTED = 8
"""So many values of one key may be no YAML; a block of more is not worth the time."""
LATEST = 60
"""So many lines may stand before a block: the Hub's page, copied along with the card, has 44."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The block as nodes (0-based lines of the whole text), the index of the first line after it, and how many lines of
    the body stand before it."""

    node: Mapping
    body_start: int
    notes: tuple[Note, ...]
    before: int = 0

    def body(self, lines: Lines[str]) -> tuple[Lines[str], int]:
        """The card's lines, and where among them the body begins; blank the block if it stands inside the body."""
        if not self.before:
            return lines, self.body_start
        return (*lines[: self.before], *[""] * (self.body_start - self.before), *lines[self.body_start :]), 0


def read_front_matter(lines: Lines[str]) -> FrontMatter:
    """The card's front matter; an empty mapping where there is none."""
    nothing = Mapping(0)
    start = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    wrapped = start + 1 < len(lines) and bool(_WRAPS.match(lines[start])) and lines[start + 1].rstrip() == "---"
    opens = start
    start += wrapped
    if start == len(lines) or not _FENCE.match(lines[start]):
        return _read_late(lines, start) or FrontMatter(nothing, start, ())
    notes = [Note("blank_before_front_matter", 1, _PLACE, "")] if opens else []
    if wrapped:
        notes.append(Note("front_matter_in_code", opens + 1, _PLACE, lines[opens]))
    if start + 2 < len(lines) and lines[start + 1].rstrip() == "---" and _KEY.match(lines[start + 2]):
        start += 1  # `---` twice: the Hub reads the second as YAML's own beginning of a document
    end = next((i for i in range(start + 1, len(lines)) if _closes(lines[i])), None)
    if end is None:
        end = _guess_end(lines, start + 1)
        if end == start + 1:
            return FrontMatter(nothing, start, tuple(notes))
        notes.append(Note("front_matter_not_closed", start + 1, _PLACE, ""))
        body_start = end
    else:
        body_start = end + 1
        if not any(_STATES.match(line) for line in lines[start + 1 : end]):
            empty = not any(line.strip() for line in lines[start + 1 : end])
            return FrontMatter(nothing, body_start if empty else start, tuple(notes))
    node = _read_block(lines[start + 1 : end], start + 1, notes)
    while body_start < len(lines) and lines[body_start].rstrip() == "---" and (end := _late_end(lines, body_start)):
        _add(node, _read_block(lines[body_start + 1 : end], body_start + 1, notes))
        body_start = end + 1
    if wrapped and body_start < len(lines) and lines[body_start].rstrip() == "```":
        body_start += 1
    return FrontMatter(node, body_start, tuple(notes))


def _add(node: Mapping, other: Mapping) -> None:
    """Take in what a second block, right below the first, has beside the keys of the first."""
    known = {key.text for key, _ in node.pairs}
    node.pairs.extend((key, value) for key, value in other.pairs if key.text not in known)


def _read_late(lines: Lines[str], first: int) -> FrontMatter | None:
    """The block below words of the body, at their end, or without its own first line; None where there is none."""
    starts = [first - 1] if first < len(lines) and _HUB_KEY.match(lines[first]) else []
    for at in range(first, min(len(lines), first + LATEST)):
        if lines[at].startswith("```"):
            break
        if _OPENS_LATE.match(lines[at]):
            starts.append(at)
    for start in (*starts, *_last(lines, first)):
        if end := _late_end(lines, start):
            notes = [Note("front_matter_not_first", start + 2, _PLACE, lines[start + 1])]
            node = _read_block(lines[start + 1 : end], start + 1, notes)
            return FrontMatter(node, end + 1, tuple(notes), before=max(start, 0))
    return None


def _last(lines: Lines[str], first: int) -> Lines[int]:
    """Where the block may open with which the card ends; nowhere inside code."""
    end = next((i for i in range(len(lines) - 1, first, -1) if lines[i].strip()), 0)
    if not _closes(lines[end]):
        return ()
    opens = [i for i in range(max(first, end - LATEST), end) if _OPENS_LATE.match(lines[i])][-1:]
    return opens if sum(line.lstrip().startswith("```") for line in lines[:end]) % 2 == 0 else ()


def _late_end(lines: Lines[str], start: int) -> int | None:
    """Where a block closes that opens on this line; None unless it begins with a key of the Hub's and is nothing else."""
    first = next((i for i in range(start + 1, min(len(lines), start + 4)) if lines[i].strip()), len(lines))
    if first == len(lines) or not _HUB_KEY.match(lines[first]):
        return None
    for i in range(first, len(lines)):
        if _closes(lines[i]):
            return i
        if not _belongs(lines[i]):
            break
    return None


def _closes(line: str) -> bool:
    return line.startswith("---") and not line.strip("- \t")


def _guess_end(lines: Lines[str], start: int) -> int:
    """Where an unclosed block ends: at the first line that cannot belong to it."""
    return next((i for i in range(start, len(lines)) if not _belongs(lines[i])), len(lines))


def _belongs(line: str) -> bool:
    """Whether a line can be one of a block: blank, indented, an item, a key."""
    return not line.strip() or line[0] in " \t-" or bool(_KEY.match(line))


def _read_block(lines: Lines[str], first: int, notes: list[Note]) -> Mapping:
    text = "\n".join(lines)
    if len(text) > limits.MAX_FRONT_MATTER_CHARACTERS:
        notes.append(Note("front_matter_cut", first + 1, _PLACE, f"{len(text)} characters"))
        text = text[: limits.MAX_FRONT_MATTER_CHARACTERS]
    if "\t" in text:
        notes.append(Note("tab_in_yaml", first + 1 + text[: text.index("\t")].count("\n"), _PLACE, ""))
        text = text.replace("\t", "  ")
    try:
        node = compose(text, first)
    except YamlRefused as refused:
        line = min(refused.line, max(len(lines) - 1, 0))
        notes.append(Note(refused.code, first + line + 1, _PLACE, lines[line] if lines else ""))
        return _checked(_key_by_key(text.split("\n"), notes, first), notes)
    if node is not None and not isinstance(node, Mapping):
        notes.append(Note("front_matter_no_mapping", first + 1, _PLACE, lines[0]))
    return _checked(node if isinstance(node, Mapping) else Mapping(first), notes)


def _checked(node: Mapping, notes: list[Note]) -> Mapping:
    seen: set[str] = set()
    for key, _ in node.pairs:
        if key.text in seen:
            notes.append(Note("duplicate_key", key.line + 1, _PLACE, key.text))
        seen.add(key.text)
    return node


def _key_by_key(lines: Lines[str], notes: list[Note], first: int) -> Mapping:
    """Each top-level key read alone, so that one broken value costs only itself."""
    out = Mapping(first)
    starts = [i for i, line in enumerate(lines) if line[:1] not in ("", " ", "-", "#") and _KEY.match(line)]
    for start, end in zip(starts, [*starts, len(lines)][1:], strict=True):
        chunk = lines[start:end]
        try:
            node = compose("\n".join(chunk), first + start)
        except YamlRefused as refused:
            if refused.code != "yaml_error":
                continue
            requoted = _requoted(chunk, first + start, refused.line)
            laid = None if requoted else _laid_out(chunk, first + start)
            node = requoted or laid or _plainly(chunk, first + start)
            notes.append(
                Note(
                    "model_index_laid_out" if laid else "yaml_value_read_plainly",
                    first + start + 1,
                    _PLACE,
                    chunk[0],
                )
            )
        if isinstance(node, Mapping):
            out.pairs.extend(node.pairs)
    return out


def _requoted(chunk: Lines[str], first: int, bad: int) -> Node | None:
    """A key's lines with the values that are no YAML taken as texts (`name: a: b`); None where that does not help."""
    lines = list(chunk)
    for _ in range(MAX_REQUOTED):
        match = _NESTED.match(lines[bad]) if 0 < bad < len(lines) else None
        if match is None:
            return None
        text = match[2].strip().strip("\"'").replace("'", "''")
        lines[bad] = f"{match[1]}'{text}'"
        try:
            return compose("\n".join(lines), first)
        except YamlRefused as refused:
            if refused.line <= bad:
                return None
            bad = refused.line
    return None


def _laid_out(chunk: Lines[str], first: int) -> Node | None:
    """A model-index whose lines are indented wrongly, as its keys tell; None of other keys, and where that does not help."""
    if not chunk[0].startswith(("model-index:", "model_index:")):
        return None
    lines = [chunk[0], *laid_out(line.strip() for line in chunk[1:])]
    try:
        return compose("\n".join(lines), first) if len(lines) == len(chunk) else None
    except YamlRefused:
        return None


def _plainly(chunk: Lines[str], first: int) -> Node | None:
    """`key: text` or `key:` with `- text` lines, taken as plain texts."""
    match = _KEY.match(chunk[0])
    if not match:
        return None
    key, value = Scalar(match[1], first), (match[2] or "").strip()
    items = [(i, _COMMENT.sub("", m[1]).strip()) for i, m in enumerate(map(_ITEM.match, chunk)) if m]
    if value and not items:
        return Mapping(first, [(key, Scalar(value.strip("\"'"), first))])
    listed: list[Node] = [Scalar(text.strip("\"'"), first + i) for i, text in items if text]
    return Mapping(first, [(key, Sequence(first, listed))])
