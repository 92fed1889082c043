"""Lines -> sections of blocks: headings, lists, tables, code blocks, paragraphs. One pass, linear in the text.

A line scanner of our own and no CommonMark tree, for three reasons, measured on 11,490 real cards (2026-11-20): whole
bodies through markdown-it-py cost 1.6 ms a card, twice what reading a card may cost; cards break CommonMark exactly
where facts stand (headings without a blank, tables without pipes, rows cut by a line end, lists glued to headings);
and a fact needs its line, which inline tokens do not carry.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from etl.cards.comments import Comments
from etl.cards.html_headings import html_heading
from etl.cards.html_tables import read_html_table
from etl.cards.inline import plain, without_tags
from etl.cards.pipe_tables import PipeTable, is_separator
from etl.cards.remembered import remembered
from etl.cards.structure import (
    Block,
    Comment,
    Fence,
    Item,
    ListBlock,
    Note,
    Paragraph,
    Section,
)

_HEADING = re.compile(r"^\s{0,3}(#{1,6})(?!#|[a-z]\w{0,40} ?=)[ \t]*(\S.*)?$")
_SETEXT = re.compile(r"^\s{0,3}(=+|-{2,})\s*$")
_ITEM = re.compile(r"^(\s*)(?:[-*+•▪●–]|\d{1,3}[.)])[ \t]+(\S.*)$")
_TIGHT_ITEM = re.compile(r"^(\s*)[-•▪●]((?:\*\*|`)?[A-Za-z_][\w ./-]{0,60}(?:\*\*|`)?\s*[:=].*)$")
_FENCE = re.compile(r"^(\s*+)(`{3,}+|~{3,}+)[ \t]*+([^`]*+)$")
_TABLE_TAG = re.compile(r"<table[\s>]", re.I)
_TABLE_END = re.compile(r"</table\s*>", re.I)
_RAW_TAG = re.compile(r"<(style|script)[\s>]", re.I)
_LIST_TAG = re.compile(r"<[uo]l\b", re.I)
_LI = re.compile(r"<li[^<>]{0,200}>", re.I)
_UNFILLED = frozenset(("More information needed", "[More Information Needed]"))
"""What the Trainer's and the Hub's templates leave to be filled in: no paragraph, and one of eight would be."""
_CHANGES = "#`~|<-*+•▪●–=>0123456789\t "
MAX_HTML_TABLE_LINES = 5_000


def read_blocks(lines: Sequence[str], numbers: Sequence[int], start: int) -> Blocks:
    """The sections, comments and notes of `lines[start:]`; `numbers` gives each line's number in the card."""
    scanner = _Scanner(lines, numbers, start)
    scanner.run()
    return Blocks(scanner.sections, scanner.comments.found, scanner.notes)


class Blocks:
    """What a scan gives: sections in order, comments, notes."""

    __slots__ = ("comments", "notes", "sections")

    def __init__(self, sections: list[Section], comments: list[Comment], notes: list[Note]) -> None:
        self.sections = sections
        self.comments = comments
        self.notes = notes


class _Scanner:
    def __init__(self, lines: Sequence[str], numbers: Sequence[int], start: int) -> None:
        self.lines = list(lines)
        self.numbers = numbers
        self.at = start
        self.sections: list[Section] = [Section("", 0, numbers[start] if start < len(lines) else 1)]
        self.notes: list[Note] = []
        self.comments = Comments(self.lines, numbers, self.notes)
        self.paragraph: Paragraph | None = None
        self.list: ListBlock | None = None
        self.lead = ""
        self.parted = -1
        """The last line of tags alone below a blank within a list: what follows is the list's no more."""
        self.never_closed: set[str] = set()
        self.path: list[tuple[int, str]] = []
        self.tails: list[tuple[ListBlock, int, list[str]]] = []
        self.unclosed: dict[str, int] = {}

    # -- the walk ----------------------------------------------------------------------------------------

    def run(self) -> None:
        lines, count = self.lines, len(self.lines)
        while self.at < count:
            line = lines[self.at]
            if "<!--" in line:
                rest, self.at = self.comments.take(self.at, self.sections[-1].title)
                if rest is None:
                    continue
                line = rest
            if not line or line.isspace():
                self.paragraph = None
                self.at += 1
                continue
            self._take_line(line)
        for block, index, texts in self.tails:
            item = block.items[index]
            block.items[index] = Item("\n".join((item.text, *texts)), item.line, item.depth)
        if len(self.sections) == 1 and not self.sections[0].blocks:
            self.sections[0].line = 1

    def _take_line(self, line: str) -> None:
        first = line[0]
        if first == "+" and line[1:2] == "|":  # rows pasted from a diff
            line = self.lines[self.at] = line[1:]
            first = "|"
        elif first == ">":
            line = line.lstrip("> ")
            first = line[:1]
            if not first or line.isspace():
                self.at += 1
                return
        if first not in _CHANGES:
            if "|" in line and self._is_separator_next():
                self._take_table(line)
            else:
                self._take_text(line)
            return
        stripped = line.lstrip()
        first = stripped[0]
        if first == "#" and (match := _HEADING.match(line)):
            self._take_heading(len(match[1]), match[2] or "")
        elif first in "`~" and (match := _FENCE.match(line)):
            self._take_fence(match)
        elif first == "|" or ("|" in line and self._is_separator_next()):
            self._take_table(line)
        elif first == "<" and self._take_html(line, stripped):
            pass
        elif first in "=-" and (self.paragraph or self.list is None) and _SETEXT.match(line):
            self._take_rule(line)
        elif match := _ITEM.match(line) or _TIGHT_ITEM.match(line):
            self._take_item(match[1], match[2])
        else:
            self._take_text(line)

    def _number(self) -> int:
        return self.numbers[self.at]

    def _add(self, block: Block) -> None:
        block.lead = self.lead
        self.sections[-1].blocks.append(block)

    def _close(self) -> None:
        self.paragraph = None
        self.list = None

    # -- headings ----------------------------------------------------------------------------------------

    def _take_heading(self, level: int, text: str) -> None:
        number = self._number()
        self._close()
        title = _title(text)
        if title is None:  # marks without words open no section, and part no list from what announces it
            self.at += 1
            return
        while self.path and self.path[-1][0] >= level:
            self.path.pop()
        path = tuple(t for _, t in self.path)
        self.path.append((level, title))
        self.sections.append(Section(title, level, number, path))
        self.lead = ""
        self.at += 1

    def _take_rule(self, line: str) -> None:
        """A thematic break, or the underline of a heading."""
        paragraph = self.paragraph
        if paragraph is not None and len(paragraph.lines) == 1:
            self.sections[-1].blocks.remove(paragraph)
            self._take_heading(1 if "=" in line else 2, paragraph.lines[0].text)
            self.sections[-1].line = paragraph.line
        else:
            self._close()
            self.at += 1

    # -- text and lists ----------------------------------------------------------------------------------

    def _take_text(self, line: str) -> None:
        text = line.strip()
        number = self._number()
        self.at += 1
        if self.list is not None and self._continues_item(line):
            self._continue_item(text)
            return
        self.list = None
        if self.paragraph is None:
            if text in _UNFILLED:
                self.lead = text
                return
            self.paragraph = Paragraph(number)
            self._add(self.paragraph)
        self.paragraph.lines.append(Item(text, number))
        self.lead = text if len(self.paragraph.lines) == 1 else f"{self.lead} {text}"[-400:]

    def _continues_item(self, line: str) -> bool:
        """Lazy continuation right below an item, or an indented line after a blank."""
        assert self.list is not None
        directly_below = self.at >= 2 and bool(self.lines[self.at - 2].strip()) and self.parted != self.at - 2
        return directly_below or (line[0] in " \t" and len(line) - len(line.lstrip()) > self.list.items[-1].depth)

    def _continue_item(self, text: str) -> None:
        """Remember a further line of the last item; the lines are joined at the end, all at once."""
        assert self.list is not None
        last = len(self.list.items) - 1
        if not (self.tails and self.tails[-1][0] is self.list and self.tails[-1][1] == last):
            self.tails.append((self.list, last, []))
        self.tails[-1][2].append(text)

    def _take_item(self, indent: str, text: str) -> None:
        depth = len(indent.expandtabs(4)) if indent else 0
        number = self._number()
        self.paragraph = None
        if self.list is None or self.list.html:
            self.list = ListBlock(number)
            self._add(self.list)
        fence = _FENCE.match(text) if text[0] in "`~" else None
        text = "" if fence else text.rstrip()
        self.list.items.append(Item(text, number, depth))
        if fence:
            self._take_fence(fence)
            return
        if text.rstrip(" *").endswith(":"):
            self.lead = text[-400:]
        self.at += 1

    # -- code --------------------------------------------------------------------------------------------

    def _take_fence(self, match: re.Match[str]) -> None:
        mark, info = match[2], match[3].strip()
        if self.lines[self.at].startswith(">"):
            self._take_quoted_fence(mark, info)
            return
        begin = self.at + 1
        count = len(self.lines)
        closing = mark[0] * len(mark)
        end = self._fence_end(begin, closing)
        if end == count and count > begin:
            self.notes.append(Note("fence_not_closed", self._number(), self.sections[-1].title, self.lines[self.at]))
            end = self._guess_fence_end(begin)
        indent = len(match[1])
        body = [line[indent:] if line[:indent].isspace() else line for line in self.lines[begin:end]]
        number = self.numbers[begin] if begin < count else self._number()
        self.paragraph = None
        if not match[1]:
            self.list = None
        self._add(Fence(number, info=info, lines=body))
        self.at = end + 1 if end < count and self.lines[end].strip().startswith(closing) else end

    def _take_quoted_fence(self, mark: str, info: str) -> None:
        """Take a code block of a quotation, which ends where that ends, if not before."""
        begin = end = self.at + 1
        body: list[str] = []
        while end < len(self.lines) and (line := self.lines[end].lstrip()).startswith(">"):
            if (bare := line.lstrip("> ").rstrip()) and not bare.strip(mark[0]) and len(bare) >= len(mark):
                break
            body.append(line[1:].removeprefix(" "))
            end += 1
        self.paragraph = self.list = None
        number = self.numbers[begin] if begin < len(self.lines) else self._number()
        self._add(Fence(number, info=info, lines=body))
        is_closed = end < len(self.lines) and self.lines[end].lstrip().startswith(">")
        self.at = end + 1 if is_closed else end

    def _fence_end(self, begin: int, closing: str) -> int:
        """The line that closes a code block, or the number of lines; that nothing closes it is found out once."""
        count = len(self.lines)
        if len(closing) >= self.unclosed.get(closing[0], len(closing) + 1):
            return count
        for end in range(begin, count):
            line = self.lines[end]
            if closing in line and not line.strip().strip(closing[0]):
                return end
        self.unclosed[closing[0]] = len(closing)
        return count

    def _guess_fence_end(self, begin: int) -> int:
        """An unclosed code block ends before the next Markdown heading of the card, else with the card."""
        for i in range(begin, len(self.lines)):
            if self.lines[i].startswith(("## ", "### ")):
                return i
        return len(self.lines)

    # -- tables ------------------------------------------------------------------------------------------

    def _is_separator_next(self) -> bool:
        after = self.at + 1
        return after < len(self.lines) and is_separator(self.lines[after])

    def _take_table(self, line: str) -> None:
        self._close()
        found = PipeTable(self.lines, self.numbers, self.at, line, self.sections[-1].title)
        self.at = found.at
        self.notes += found.notes
        if found.table.header is None and not found.rows:
            self.at += 1
            return
        self._add(found.table)
        self.lead = ""

    # -- HTML --------------------------------------------------------------------------------------------

    def _take_html(self, line: str, stripped: str) -> bool:
        """Take a line that begins with a tag; False where it is text after all."""
        if heading := html_heading(line, self.lines, self.at):
            level, text, end = heading
            self._take_heading(level, text)
            self.at = end
            return True
        if _TABLE_TAG.match(stripped):
            self._take_html_table()
            return True
        if match := _RAW_TAG.match(stripped):
            self._skip_raw(match[1].casefold())
            return True
        if _LI.match(stripped) or (_LIST_TAG.match(stripped) and _LI.search(stripped)):
            self._take_html_item(stripped)
            return True
        text = without_tags(stripped).strip() if stripped.startswith("<") else stripped
        if not text:
            if self.list is not None and not self.lines[self.at - 1].strip():
                self.parted = self.at
            self.at += 1
            return True
        if _TABLE_TAG.search(stripped):
            self._take_html_table()
            return True
        return False

    def _skip_raw(self, tag: str) -> None:
        """Pass over <style> and <script>: what stands in them is for machines."""
        closing = f"</{tag}"
        end = None
        if tag not in self.never_closed:
            end = next((i for i in range(self.at, len(self.lines)) if closing in self.lines[i].casefold()), None)
        if end is None:
            self.never_closed.add(tag)
            end = self.at
        self.at = end + 1

    def _take_html_table(self) -> None:
        begin, end = self.at, self.at
        last = min(len(self.lines), begin + MAX_HTML_TABLE_LINES)
        while end < last and not _TABLE_END.search(self.lines[end]):
            end += 1
        number = self._number()
        self._close()
        lines = self.lines[begin : end + 1]
        quoted = lines[0].startswith(">")
        table = read_html_table("\n".join([line.lstrip("> ") for line in lines] if quoted else lines), number)
        if table.header or table.rows:
            self._add(table)
        self.at = min(end + 1, len(self.lines))

    def _take_html_item(self, stripped: str) -> None:
        number = self._number()
        texts = filter(None, (without_tags(piece).strip() for piece in _LI.split(stripped)))
        items = [Item(text, number) for text in texts]
        if items and (self.list is None or not self.list.html):
            self._close()
            self.list = ListBlock(number, html=True)
            self._add(self.list)
        if self.list is not None:
            self.list.items.extend(items)
        self.at += 1


@remembered(longest=200, texts=8_192)
def _title(text: str) -> str | None:
    """The words of a heading; None of marks alone."""
    return " ".join(plain(without_tags(text).strip().rstrip("#")).split()) if text.strip("# \t") else None
