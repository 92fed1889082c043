"""Inline Markdown -> the words a reader sees: emphasis, code marks, links, tags, entities and escapes taken off."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import ftfy
from markdown_it import MarkdownIt
from markdown_it.token import Token

from etl.cards import limits
from etl.cards.remembered import remembered

_MARKED = re.compile(r"[*`\[\]<>&\\~_](?:(?<!_)|(?<!\w_)|(?!\w))")
"""A sign that marks: an underscore does not between letters. Patterns that begin with a set of signs pass over the rest."""
_HARD = re.compile(
    r"[\[\]<>&\\~*`_](?:(?<![*`_])|(?<=`)`|(?<=\*)(?:\*\*|_|(?<!\*\*)(?!\*)|[^*`]*`[^`]*\*)|(?<=_)(?:\*|(?<!\w_)|(?!\w)))"
)
"""What needs a Markdown parser; bold and code spans that do not touch each other do not."""
_SPAN = re.compile(r"`([^`\s](?:[^`]*+(?<!\s))?+)`")
_BLANKS = re.compile(r"[ \t]{2}|[\t\n]")
_HARD_BESIDE_SPANS = re.compile(r"[*`<>&\\~]|(?<!\w)_|_(?!\w)")
"""What needs a parser where code spans are off and no link is."""
_PLAIN_LINK = re.compile(r"\[(?<!!\[)([^\[\]\n]{0,500})\]\([^()\s<>\\]{0,500}\)")
_SIMPLE = re.compile(r"\*\*(?=\S)([^*`]{1,2000}?)(?<=\S)\*\*|\*\*`([^*`]{1,2000})`\*\*|`([^`]{1,2000})`")
"""Bold text, bold code, code."""
SHORT = 120
"""Texts up to this length are kept: tools print the same names and values into thousands of cards."""
_EMPHASIS = re.compile(r"</?(?:u|b|i|em|strong|ins|mark|font)(?: [^<>]{0,200})?>", re.I)
"""Tags that part no words: `**<u>87.5</u>**` is the number."""
BREAK = re.compile(r"<br ?/?>", re.I)
"""A line break inside a cell, which stands for a blank."""
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_BESIDE_FRACTION = re.compile(r"(?<=\.\d)(\d{0,20} ?%?)<(su[bp])>([±+-]? ?[\d.]{1,9} ?%?|\[?[\da-z]\]?)</\2>")
_TAG = re.compile(r"<(?:/?[A-Za-z][^<>]{0,500}|!--[^<>]{0,500}--)>")
_LINK = re.compile(
    r"\[((?:[^\[\]]|\[[^\[\]]{0,200}+\]){0,500}+)\]\(\s*+<?+([^()\s<>]{0,500}+(?:\([^()\s]{0,100}+\))?+[^()\s<>]{0,100}+)>?+[^()]{0,200}+\)"
)
_HREF = re.compile(
    r"<a\s[^<>]{0,300}?href\s*=\s*[\"']?([^\"'<>\s]{1,500}+)[\"']?+[^<>]{0,300}+>(.{0,300}?)</a>", re.I | re.S
)
_MARKDOWN = MarkdownIt("commonmark", {"html": True})
_SIGNS = "ÃÂâÎÏðŸœ¬√ƒŒ�ãäåæçèé"
_HALF = "[\x80-\xbfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]"
_MOJIBAKE = re.compile(
    rf"[{_SIGNS}](?:(?<=[ÃÂâÎÏðŸœ¬√ƒ])[\x80-\u2122]|(?<=�)|(?<=Œ)[±²]|(?<=[ãäåæçèé]){_HALF}{{2}}[ãäåæçèé]{_HALF}{{2}})"
)
"""Among them two signs of Chinese, Japanese or Korean, each decoded as three of Western Europe."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link's visible words, its target, and where in the text it begins and ends."""

    text: str
    target: str
    start: int
    end: int


def plain(text: str) -> str:
    """The visible words of a piece of inline Markdown, outer blanks trimmed; unmarked text comes back as it is."""
    text = text.strip()
    if not _is_marked(text) or len(text) > limits.MAX_INLINE_CHARACTERS:
        return text
    return _plain(text)


def plain_cells(cells: tuple[str, ...]) -> tuple[str, ...]:
    """`plain` of each of a row's cells, which are trimmed; a row without any mark is looked at once."""
    return tuple([plain(cell) for cell in cells]) if _is_marked("|".join(cells)) else cells


def _is_marked(text: str) -> bool:
    return _MARKED.search(text) is not None


@remembered(longest=SHORT, texts=65_536)
def _plain(text: str) -> str:
    if "<" in text:
        text = _TAG.sub(" ", _EMPHASIS.sub("", _BESIDE_FRACTION.sub(_beside_fraction, text)))
    if "](" in text:
        text = _PLAIN_LINK.sub(r"\1", text)
    if not _HARD.search(text):
        return _SIMPLE.sub(_inside, text).strip()
    if _has_only_spans(text):
        return _SPAN.sub(r"\1", text).strip()
    tokens = _MARKDOWN.parseInline(text)[0].children or []
    return re.sub(r"[ \t]+", " ", "".join(_words(t) for t in tokens)).strip()


def _beside_fraction(match: re.Match[str]) -> str:
    """What is raised behind a fraction is a footnote, what is lowered how far it spreads: `85.1^1`, `85.1 (0.2)`."""
    return f"{match[1]}^{match[3]}" if match[2] == "sup" else f"{match[1]} ({match[3]})"


def _has_only_spans(text: str) -> bool:
    """Whether plain code spans are all that is marked: lists of labels, and texts cut short inside a link."""
    link = text.find("](")
    return (
        (link < 0 or text.find(")", link) < 0)
        and "``" not in text
        and not _BLANKS.search(text)
        and not _HARD_BESIDE_SPANS.search(_SPAN.sub("|", text))
    )


def _inside(match: re.Match[str]) -> str:
    return match[1] if match[1] is not None else (match[2] or match[3]).strip()


def bare(text: str) -> str:
    """A name as its author wrote it, without the marks around the whole of it: `**loss**` -> `loss`."""
    text = text.strip()
    if text[:1] not in "*`<":
        return text
    for mark in ("***", "**", "*", "`"):
        inner = text[len(mark) : -len(mark)]
        if len(text) > 2 * len(mark) and text.startswith(mark) and text.endswith(mark) and mark not in inner:
            text = inner.strip()
    if text.startswith("<") and text.endswith(">"):
        text = without_tags(text).strip() or text
    return text


def links(text: str) -> list[Link]:
    """The Markdown and HTML links of a text, in order."""
    if "](" not in text and "<a" not in text:
        return []
    text = text[: limits.MAX_INLINE_CHARACTERS]
    found = [Link(m[1], m[2], m.start(), m.end()) for m in _LINK.finditer(text)]
    if "<a" in text:
        found += [Link(m[2], m[1], m.start(), m.end()) for m in _HREF.finditer(text)]
        found.sort(key=lambda link: link.start)
    return found


def unescaped(text: str) -> str:
    """The text without backslashes before marks, entities resolved: `learning\\_rate` -> `learning_rate`."""
    if "&" in text:
        text = html.unescape(text)
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text


def without_tags(text: str) -> str:
    """The text without HTML tags, entities resolved."""
    if "<" not in text and "&" not in text:
        return text
    return html.unescape(_TAG.sub(" ", text))


def mended(text: str) -> str:
    """The text with wrongly decoded characters put right (`Î²` -> `β`), as far as that is certain."""
    return ftfy.fix_encoding(text) if is_damaged(text) else text


def is_damaged(text: str) -> bool:
    """Whether the text shows signs of a wrong decoding (`Î²`, `ðŸ¤—`, the replacement character)."""
    return not text.isascii() and any(sign in text for sign in _SIGNS) and bool(_MOJIBAKE.search(text))


def _words(token: Token) -> str:
    if token.type in ("text", "code_inline", "text_special"):
        return token.content
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type == "image":
        return token.content
    return ""
