"""Bytes -> lines of text with their numbers. Any bytes give lines; what had to be guessed is a note."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from etl.cards import limits
from etl.cards.inline import is_damaged, mended
from etl.cards.structure import Note

_CONTROLS = bytes((*range(9), *range(14, 32)))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_ODD_BLANK = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_UNSEEN = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Marks of direction, of where a word may part or may not. (Joiners, U+200C and U+200D, make other letters of letters.)"""
_ODD = re.compile(f"{_ODD_BLANK.pattern[:-1]}{_UNSEEN.pattern[1:]}")
_TAKEN_OUT = re.compile(r"\bre\.sub\(|\.replace\(|_regex\b|_to_ignore\b", re.I)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY_MAGIC = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"%PDF-",
    b"\x1f\x8b",
    b"GGUF",
    b"\x7fELF",
    b"\x80\x02",
)
MAX_CONTROL_SHARE = 0.05
"""Text has next to no control characters; of 11,490 real cards none has one in a hundred (2026-11-20)."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A card's lines, or the finding that it is empty or no text."""

    status: str
    lines: tuple[str, ...]
    notes: tuple[Note, ...]


def decode(content: bytes) -> Decoded:
    """The card's lines (without line ends), its status (ok, empty, not_text), and what was guessed."""
    if not content.strip(b" \t\r\n\x0b\x0c\xef\xbb\xbf"):
        return Decoded("empty", (), ())
    has_controls = len(content.translate(None, _CONTROLS)) < len(content)
    if content.startswith(_BINARY_MAGIC) or (has_controls and _is_binary(content)):
        return Decoded("not_text", (), (Note("not_text", None, "card", repr(content[:24])),))
    text, notes = _text(content, has_controls)
    if not content.isascii():
        text = _plain_blanks(_mended(text, notes), notes)
    if len(text) > limits.MAX_CARD_CHARACTERS:
        notes.append(Note("card_cut", None, "card", f"{len(text)} characters"))
        text = text[: limits.MAX_CARD_CHARACTERS]
    if "\r" in text:
        bare = "\r" in text.replace("\r\n", "")
        notes.append(Note("carriage_return_line_ends" if bare else "crlf_line_ends", None, "card", ""))
        lines = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    else:
        lines = text.split("\n")
    if len(text) > limits.MAX_LINE_CHARACTERS:
        lines = _cut_long(lines, notes)
    return Decoded("ok", tuple(lines), tuple(notes))


def _is_binary(content: bytes) -> bool:
    if content.startswith(tuple(bom for bom, _ in _BOMS)):
        return False
    head = content[:65536]
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls > MAX_CONTROL_SHARE * len(head)


def _text(content: bytes, has_controls: bool) -> tuple[str, list[Note]]:
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            text = content[len(bom) :].decode(encoding, "replace")
            return _without_controls(text, [Note("byte_order_mark", 1, "card", encoding)])
    try:
        text = content.decode("utf-8")
        return _without_controls(text, []) if has_controls else (text, [])
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        excerpt = repr(content[max(0, error.start - 20) : error.start + 20])
        note = Note("not_utf8", line, "card", excerpt)
        return _without_controls(_fallback(content), [note])


def _fallback(content: bytes) -> str:
    """Windows-1252 where whole lines are in it, the replacement character elsewhere."""
    out = []
    for raw in content.split(b"\n"):
        try:
            out.append(raw.decode("utf-8"))
        except UnicodeDecodeError:
            out.append(
                raw.decode("cp1252", "replace") if b"\xef\xbf\xbd" not in raw else raw.decode("utf-8", "replace")
            )
    return "\n".join(out)


def _without_controls(text: str, notes: list[Note]) -> tuple[str, list[Note]]:
    if _CONTROL.search(text):
        notes.append(Note("control_characters", None, "card", ""))
        text = _CONTROL.sub(" ", text)
    if text.startswith("\ufeff"):
        text = text[1:]
    return text, notes


def _mended(text: str, notes: list[Note]) -> str:
    """The text with lines that show a wrong decoding put right, each alone, but for code that takes such signs out of a text.

    The card as received is kept elsewhere and stays as it is.
    """
    if not is_damaged(text):
        return text
    lines = text.split("\n")
    damaged = [at for at, line in enumerate(lines) if is_damaged(line) and not _TAKEN_OUT.search(line)]
    if damaged:
        notes.append(Note("damaged_encoding", damaged[0] + 1, "", lines[damaged[0]].strip()))
    for at in damaged:
        lines[at] = mended(lines[at])
    return "\n".join(lines)


def _plain_blanks(text: str, notes: list[Note]) -> str:
    """The text with other blanks as blanks, and without what nobody sees: both part names from their values."""
    if not _ODD.search(text):
        return text
    if _ODD_BLANK.search(text):
        notes.append(Note("odd_blanks", None, "card", ""))
        text = _ODD_BLANK.sub(" ", text)
    if _UNSEEN.search(text):
        notes.append(Note("unseen_characters", None, "card", ""))
        text = _UNSEEN.sub("", text)
    return text


def _cut_long(lines: list[str], notes: list[Note]) -> list[str]:
    for i, line in enumerate(lines):
        if len(line) > limits.MAX_LINE_CHARACTERS:
            notes.append(Note("line_cut", i + 1, "card", f"{len(line)} characters"))
            lines[i] = line[: limits.MAX_LINE_CHARACTERS]
    return lines
