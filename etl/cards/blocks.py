"""Lines -> sections of blocks: headings, lists, tables, code blocks, paragraphs. One pass, linear in the text.

A line scanner of our own and no CommonMark tree, for three reasons, measured on 11,490 real cards (2026-11-20): whole
bodies through markdown-it-py cost 1.6 ms a card, twice what reading a card may cost; cards break CommonMark exactly
where facts stand (headings without a blank, tables without pipes, rows cut by a line end, lists glued to headings);
and a fact needs its line, which inline tokens do not carry.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from etl.cards import limits
from etl.cards.html_tables import read_html_table
from etl.cards.inline import plain, without_tags
from etl.cards.remembered import remembered
from etl.cards.structure import (
    Block,
    Comment,
    Fence,
    Item,
    ListBlock,
    Note,
    Paragraph,
    Row,
    Section,
    TableBlock,
)

_HEADING = re.compile(r"^\s{0,3}(#{1,6})(?!#)[ \t]*(\S.*)?$")
_SETEXT = re.compile(r"^\s{0,3}(=+|-{2,})\s*$")
_ITEM = re.compile(r"^(\s*)(?:[-*+•▪●–]|\d{1,3}[.)])[ \t]+(\S.*)$")
_TIGHT_ITEM = re.compile(r"^(\s*)[-•▪●]((?:\*\*|`)?[A-Za-z_][\w ./-]{0,60}(?:\*\*|`)?\s*[:=].*)$")
_FENCE = re.compile(r"^(\s*+)(`{3,}+|~{3,}+)[ \t]*+([^`]*+)$")
_SEPARATOR = re.compile(r"^[\s+>]*+\|?(?:\s*+:?-++\s*+:?\s*+\|)++(?:\s*+:?-++\s*+:?\s*+)?\|?\s*+$")
_SPACED_BAR = re.compile(r"(?<=\s)\|(?=\s)")
_PARTED_NUMBERS = re.compile(r"(?:\d|NaN)\s{0,20}\|\s{0,20}(?:\d|NaN)")
"""A bar between two numbers stands in no name."""
_BAR = re.compile(r"(?<!\\)\|")
_TABLE_TAG = re.compile(r"<table[\s>]", re.I)
_TABLE_END = re.compile(r"</table\s*>", re.I)
_RAW_TAG = re.compile(r"<(style|script)[\s>]", re.I)
_LIST_TAG = re.compile(r"<[uo]l\b", re.I)
_LI = re.compile(r"<li[^<>]{0,200}>", re.I)
_HTML_HEADING = re.compile(
    r"^\s*(?:<(?:p|div|center)\b[^<>]{0,300}>\s{0,9}){0,2}<h([1-6])[^<>]{0,300}>(.{0,500}?)(?P<end></h\1\s*>.*)?$", re.I
)
_INNER_MARKDOWN = re.compile(r"^\s*(?:[-*+] |#{1,6} |\||<!--)")
"""What makes a commented-out text a section to read; a comment that opens within one ends the search for it."""
_CHANGES = "#`~|<-*+•▪●–=>0123456789\t "
_NO_CELL = ("#", "- ", "* ", "<", "```")
"""How a line begins that goes on with no cell."""
MAX_HTML_TABLE_LINES = 5_000
MAX_HEADING_LINES = 5


def read_blocks(lines: Sequence[str], numbers: Sequence[int], start: int) -> Blocks:
    """The sections, comments and notes of `lines[start:]`; `numbers` gives each line's number in the card."""
    scanner = _Scanner(lines, numbers, start)
    scanner.run()
    return Blocks(scanner.sections, scanner.comments, scanner.notes)


class Blocks:
    """What a scan gives: sections in order, comments, notes."""

    __slots__ = ("comments", "notes", "sections")

    def __init__(self, sections: list[Section], comments: list[Comment], notes: list[Note]) -> None:
        self.sections = sections
        self.comments = comments
        self.notes = notes


def split_row(line: str) -> tuple[str, ...]:
    """The cells of a table row, escaped pipes kept inside their cell."""
    line = line.strip()
    if line.startswith("|"):
        line = line[1:]
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    if "\\|" not in line:
        return tuple([cell.strip() for cell in line.split("|", limits.MAX_TABLE_COLUMNS)])
    return tuple([cell.strip().replace("\\|", "|") for cell in _BAR.split(line, limits.MAX_TABLE_COLUMNS)])


class _Scanner:
    def __init__(self, lines: Sequence[str], numbers: Sequence[int], start: int) -> None:
        self.lines = list(lines)
        self.numbers = numbers
        self.at = start
        self.sections: list[Section] = [Section("", 0, numbers[start] if start < len(lines) else 1)]
        self.comments: list[Comment] = []
        self.notes: list[Note] = []
        self.paragraph: Paragraph | None = None
        self.list: ListBlock | None = None
        self.lead = ""
        self.never_closed: set[str] = set()
        self.path: list[tuple[int, str]] = []
        self.tails: list[tuple[ListBlock, int, list[str]]] = []
        self.comment_end = -1
        self.unclosed: dict[str, int] = {}

    # -- the walk ----------------------------------------------------------------------------------------

    def run(self) -> None:
        lines, count = self.lines, len(self.lines)
        while self.at < count:
            line = lines[self.at]
            if "<!--" in line:
                rest = self._take_comments(line)
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
        if line.startswith("+|"):  # rows pasted from a diff
            line = self.lines[self.at] = line[1:]
            first = "|"
        if first == ">":
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
            self.paragraph = Paragraph(number)
            self._add(self.paragraph)
        self.paragraph.lines.append(Item(text, number))
        self.lead = text if len(self.paragraph.lines) == 1 else f"{self.lead} {text}"[-400:]

    def _continues_item(self, line: str) -> bool:
        """Lazy continuation right below an item, or an indented line after a blank."""
        assert self.list is not None
        directly_below = self.at >= 2 and bool(self.lines[self.at - 2].strip())
        return directly_below or (line[0] in " \t" and len(line) - len(line.lstrip()) > self.list.items[-1].depth)

    def _continue_item(self, text: str) -> None:
        """Remember a further line of the last item; the lines are joined at the end, all at once."""
        assert self.list is not None
        last = len(self.list.items) - 1
        if not (self.tails and self.tails[-1][0] is self.list and self.tails[-1][1] == last):
            self.tails.append((self.list, last, []))
        self.tails[-1][2].append(text)

    def _take_item(self, indent: str, text: str) -> None:
        depth = len(indent.expandtabs(4))
        number = self._number()
        self.paragraph = None
        if self.list is None or self.list.html:
            self.list = ListBlock(number)
            self._add(self.list)
        fence = _FENCE.match(text)
        self.list.items.append(Item("" if fence else text.strip(), number, depth))
        if fence:
            self._take_fence(fence)
            return
        self.lead = text.strip()[-400:] if text.rstrip(" *").endswith(":") else self.lead
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
        return after < len(self.lines) and "-" in self.lines[after] and bool(_SEPARATOR.match(self.lines[after]))

    def _take_table(self, line: str) -> None:
        number = self._number()
        piped = line.lstrip().startswith("|")
        table = TableBlock(number)
        self._close()
        if self._is_separator_next():
            columns = len(split_row(self.lines[self.at + 1].lstrip("+> ")))
            table.header = Row(_cells(line, columns), number)
            self.at += 2
        elif _SEPARATOR.match(line) and "-" in line:
            self.at += 1
        self._take_rows(table, piped)
        if table.header is None and not table.rows:
            self.at += 1
            return
        self._add(table)
        self.lead = ""

    def _take_rows(self, table: TableBlock, piped: bool) -> None:
        count, rows = len(self.lines), table.rows
        width = len(table.header.cells) if table.header else 0
        while self.at < count:
            line = self.lines[self.at]
            if "<!--" in line or not line.strip():
                if piped and self._take_parted_cell(rows, width):
                    continue
                return
            bare = line.strip().lstrip("> ").removeprefix("+")
            if "|" not in line:
                if piped and rows and _is_open(rows[-1].cells[-1]) and self._take_open_cell(rows):
                    continue
                if not (piped and rows and len(rows[-1].cells) < width and _may_continue(rows[-1], bare)):
                    return
                rows[-1] = Row((*rows[-1].cells[:-1], f"{rows[-1].cells[-1]} {bare}"), rows[-1].line)
                self._note_row_over_lines(bare)
            elif (
                piped
                and not bare.startswith("|")
                and rows
                and len(rows[-1].cells) < width
                and _may_continue(rows[-1], "")
            ):
                tail = split_row(bare)
                last = rows[-1].cells
                rows[-1] = Row((*last[:-1], f"{last[-1]} {tail[0]}".strip(), *tail[1:]), rows[-1].line)
                self._note_row_over_lines(bare)
            elif _SEPARATOR.match(line) and "-" in line:
                if rows and table.header is None and len(rows) == 1:
                    table.header = rows.pop()
                    width = len(table.header.cells)
            elif bare.startswith("#") or (not piped and bare.startswith(("- ", "* "))):
                return
            elif len(rows) >= limits.MAX_TABLE_ROWS:
                self.notes.append(Note("table_cut", self._number(), self.sections[-1].title, ""))
                while self.at < count and "|" in self.lines[self.at]:
                    self.at += 1
                return
            else:
                if len(bare) > 2 * limits.MAX_INLINE_CHARACTERS and bare.count("|") > limits.MAX_TABLE_COLUMNS:
                    self.notes.append(Note("row_cut", self._number(), self.sections[-1].title, bare[:80]))
                rows.append(Row(_cells(bare, width) if width else split_row(bare), self._number()))
            self.at += 1

    def _take_open_cell(self, rows: list[Row]) -> bool:
        """Take the lines up to the next pipe for the rest of the last cell, which ended inside brackets.

        scikit-learn and torch print their objects so, and skops puts these into a table. False: they are none.
        """
        end, size, count = self.at, 0, len(self.lines)
        while end < count and "|" not in self.lines[end]:
            bare = self.lines[end].strip()
            size += len(bare)
            if not bare or bare.startswith(_NO_CELL) or size > limits.MAX_OPEN_CELL_CHARACTERS:
                return False
            end += 1
        if end == count:
            return False
        pieces = [line.strip() for line in self.lines[self.at : end]]
        self._note_row_over_lines(pieces[0])
        closing = self.lines[end].strip()
        tail = () if closing.startswith("|") else split_row(closing)
        last = rows[-1].cells
        rows[-1] = Row((*last[:-1], " ".join((last[-1], *pieces, *tail[:1])), *tail[1:]), rows[-1].line)
        self.at = end + len(tail[:1])
        return True

    def _take_parted_cell(self, rows: list[Row], width: int) -> bool:
        """Take the lines up to those cells that make the row full, blank lines with them: a report printed into a cell.

        False: nothing says that the row goes on.
        """
        before = self.lines[self.at - 1].rstrip()
        if not rows or len(rows[-1].cells) >= width or before.endswith("|"):
            return False
        last, end, size = rows[-1].cells, self.at, 0
        while end < len(self.lines) and "|" not in (bare := self.lines[end].strip()):
            size += len(bare) + 1
            if bare.startswith(_NO_CELL) or size > limits.MAX_CONTINUED_CELL_CHARACTERS:
                return False
            end += 1
        tail = split_row(self.lines[end]) if end < len(self.lines) else ()
        if not tail or not self.lines[end].lstrip().startswith("|") or len(last) + len(tail) != width:
            return False
        pieces = filter(None, (line.strip() for line in self.lines[self.at : end]))
        rows[-1] = Row((*last[:-1], " ".join((last[-1], *pieces)), *tail), rows[-1].line)
        self._note_row_over_lines(last[-1])
        self.at = end + 1
        return True

    def _note_row_over_lines(self, rest: str) -> None:
        self.notes.append(Note("row_over_lines", self._number(), self.sections[-1].title, rest[:80]))

    # -- HTML --------------------------------------------------------------------------------------------

    def _take_html(self, line: str, stripped: str) -> bool:
        """Take a line that begins with a tag; False where it is text after all."""
        if match := _HTML_HEADING.match(line):
            self._take_html_heading(int(match[1]), match[2], bool(match["end"]))
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
            self.at += 1
            return True
        if _TABLE_TAG.search(stripped):
            self._take_html_table()
            return True
        return False

    def _take_html_heading(self, level: int, text: str, is_closed: bool) -> None:
        """Take a heading up to its end, which may stand some lines below."""
        below = self.lines[self.at + 1 : self.at + MAX_HEADING_LINES] if not is_closed else ()
        last = next((i for i, line in enumerate(below) if f"</h{level}" in line.lower()), None)
        if last is None:
            self._take_heading(level, text)
            return
        end = self.at + 2 + last
        self._take_heading(level, " ".join((text, *map(str.strip, below[: last + 1]))).strip())
        self.at = end

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
        table = read_html_table("\n".join(self.lines[begin : end + 1]), number)
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

    # -- comments ----------------------------------------------------------------------------------------

    def _take_comments(self, line: str) -> str | None:
        """The line without the comments in it, or None where the scanner has already moved on.

        A comment of several lines that holds Markdown of its own is read like the rest: people comment whole
        training sections out, and what they state stays stated.
        """
        number = self._number()
        kept, at = [], 0
        while (begin := line.find("<!--", at)) >= 0:
            end = line.find("-->", begin + 4)
            if end < 0:
                kept.append(line[at:])
                return self._take_long_comment("".join(kept), sum(map(len, kept[:-1])) + begin - at)
            self.comments.append(Comment(line[begin + 4 : end].strip(), number))
            kept.append(line[at:begin])
            at = end + 3
        line = "".join((*kept, line[at:]))
        if not line.strip():
            self.at += 1
            return None
        return line

    def _take_long_comment(self, line: str, begin: int) -> str | None:
        last = self._comment_end()
        number = self._number()
        if last is None:
            self.notes.append(Note("comment_not_closed", number, self.sections[-1].title, line[:80]))
            self.comments.append(Comment(line[begin + 4 :].strip(), number))
            self.at += 1
            return None
        if any(_INNER_MARKDOWN.match(self.lines[i]) for i in range(self.at + 1, last)):
            opened = line[:begin].rstrip() + " " + line[begin + 4 :].replace("<!--", " ")
            self._open_comment(opened, last)
            return None
        text = "\n".join([line[begin + 4 :], *self.lines[self.at + 1 : last], self.lines[last].split("-->")[0]])
        self.comments.append(Comment(text.strip(), number))
        self.at = last
        rest = self.lines[last].split("-->", 1)[1]
        if rest.strip():
            self.lines[last] = rest
        else:
            self.at += 1
        return None

    def _comment_end(self) -> int | None:
        """The next line with an end of comment; each line is looked at once in the whole walk."""
        self.comment_end = max(self.comment_end, self.at + 1)
        while self.comment_end < len(self.lines):
            if "-->" in self.lines[self.comment_end]:
                return self.comment_end
            self.comment_end += 1
        return None

    def _open_comment(self, opened: str, last: int) -> None:
        """Take the comment's marks away and go on reading from its first line."""
        self.lines[self.at] = opened
        self.lines[last] = self.lines[last].replace("-->", "", 1)
        self.notes.append(Note("commented_out_section", self._number(), self.sections[-1].title, ""))


@remembered(longest=200, texts=8_192)
def _title(text: str) -> str | None:
    """The words of a heading; None of marks alone."""
    return " ".join(plain(without_tags(text).strip().rstrip("#")).split()) if text.strip("# \t") else None


def _cells(line: str, columns: int) -> tuple[str, ...]:
    """The cells of a row of so many columns; where a writer left a pipe inside a name unescaped, only bars between blanks part them."""
    cells = split_row(line)
    if len(cells) > columns:
        spaced = tuple(cell.strip() for cell in _SPACED_BAR.split(line.strip().strip("|")))
        if len(spaced) == columns and not any(_PARTED_NUMBERS.search(cell) for cell in spaced):
            return spaced
    return cells


def _may_continue(row: Row, bare: str) -> bool:
    """Whether a line without a pipe goes on with a row's last cell."""
    is_short = len(row.cells[-1]) < limits.MAX_CONTINUED_CELL_CHARACTERS
    return is_short and not bare.startswith(_NO_CELL) and any(row.cells)  # a row of nothing goes on nowhere


def _is_open(cell: str) -> bool:
    """Whether more brackets are opened in a cell than closed."""
    return cell.count("(") + cell.count("[") > cell.count(")") + cell.count("]")
