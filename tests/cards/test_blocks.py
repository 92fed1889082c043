"""Lines become sections of blocks, each on the line where it stands, however carelessly it is written."""

from __future__ import annotations

import pytest

from etl.cards import Fence, ListBlock, Paragraph, TableBlock, parse_card
from etl.cards.blocks import Blocks, read_blocks
from etl.cards.pipe_tables import split_row


def read(text: str) -> Blocks:
    lines = text.split("\n")
    return read_blocks(lines, range(1, len(lines) + 1), 0)


def headings(text: str) -> list[tuple[str, int, int]]:
    return [(s.title, s.level, s.line) for s in read(text).sections if s.level]


def tables(text: str) -> list[TableBlock]:
    return [b for s in read(text).sections for b in s.blocks if isinstance(b, TableBlock)]


def items(text: str) -> list[tuple[str, int]]:
    return [
        (i.text, i.line) for s in read(text).sections for b in s.blocks if isinstance(b, ListBlock) for i in b.items
    ]


def codes(text: str) -> list[str]:
    return [note.code for note in read(text).notes]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# a", [("a", 1, 1)]),
        ("text\n## a ##\ntext", [("a", 2, 2)]),
        ("#a", [("a", 1, 1)]),
        ("  ### **a** `b`", [("a b", 3, 1)]),
        ("a\n===\n\nb\n---", [("a", 1, 1), ("b", 2, 4)]),
        ("<h2 align='center'>a</h2>", [("a", 2, 1)]),
        ("> # a", [("a", 1, 1)]),
        ("####### a", []),
        ("a\n\n---\n\nb", []),
    ],
)
def test_headings_of_every_make(text: str, found: list[tuple[str, int, int]]) -> None:
    assert headings(text) == found


def test_a_section_knows_the_headings_above_it() -> None:
    paths = {s.title: s.path for s in read("# a\n## b\n### c\n## d\n# e").sections}
    assert paths == {"": (), "a": (), "b": ("a",), "c": ("a", "b"), "d": ("a",), "e": ()}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- a\n* b\n+ c\n• d\n1. e\n2) f", [("a", 1), ("b", 2), ("c", 3), ("d", 4), ("e", 5), ("f", 6)]),
        ("- a\n  - b\n    - c", [("a", 1), ("b", 2), ("c", 3)]),
        ("- a\nb\n- c", [("a\nb", 1), ("c", 3)]),
        ("- a\n\n  b\n\nc", [("a\nb", 1)]),
        ("- a\n\n<hr/>\nb", [("a", 1)]),
        ("- a\n<br/>\nb", [("a\nb", 1)]),
        ("-name: 1\n-value: 2", [("name: 1", 1), ("value: 2", 2)]),
        ("> - a\n> - b", [("a", 1), ("b", 2)]),
        ("<ul><li>a</li><li>b</li></ul>\n<li>c</li>", [("a", 1), ("b", 1), ("c", 2)]),
    ],
)
def test_items_of_every_make(text: str, found: list[tuple[str, int]]) -> None:
    assert items(text) == found


def test_a_block_knows_the_sentence_before_it() -> None:
    (section,) = read("The following were used:\n\n- a\n").sections
    assert section.blocks[-1].lead == "The following were used:"


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "a | b\n--- | ---\n1 | 2",
        "|a|b|\n|:-:|--:|\n|1|2",
        "> | a | b |\n> |---|---|\n> | 1 | 2 |",
        "  | a | b |\n  |---|---|\n  | 1 | 2 |",
    ],
)
def test_tables_of_every_make(text: str) -> None:
    (table,) = tables(text)
    assert table.header is not None
    assert [c.strip("> ") for c in table.header.cells] == ["a", "b"]
    assert [row.line for row in table.rows] == [3]
    assert [[c for c in row.cells if c] for row in table.rows] == [["1", "2"]]


def test_two_tables_with_a_blank_between_them_are_two() -> None:
    assert [t.line for t in tables("| a |\n|---|\n| 1 |\n\n| b |\n|---|\n| 2 |")] == [1, 5]


def test_a_header_that_says_the_same_twice_is_one_of_two_tables_side_by_side() -> None:
    (table,) = tables("| a | b | a | b |\n|---|---|---|---|\n| 1 | 2 | 3 | 4 |\n| 5 | 6 |  |  |")
    assert table.header is not None
    assert table.header.cells == ("a", "b")
    assert [(row.line, row.cells) for row in table.rows] == [(3, ("1", "2")), (4, ("5", "6")), (3, ("3", "4"))]


def test_columns_without_names_are_no_second_table() -> None:
    (table,) = tables("|  | b |  | b |\n|---|---|---|---|\n| 1 | 2 | 3 | 4 |")
    assert [row.cells for row in table.rows] == [("1", "2", "3", "4")]


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("| a | b |", ("a", "b")),
        ("a|b", ("a", "b")),
        ("| a \\| b | c |", ("a | b", "c")),
        ("| a |  |", ("a", "")),
        ("||", ("",)),
        ("| a \\|", ("a |",)),
    ],
)
def test_a_row_is_split_at_bars_that_are_not_escaped(line: str, cells: tuple[str, ...]) -> None:
    assert split_row(line) == cells


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("```python\na\n# no heading\n```\nb", ["a", "# no heading"]),
        ("~~~\na\n```\nb\n~~~", ["a", "```", "b"]),
        ("````\n```\na\n```\n````", ["```", "a", "```"]),
        ("- x\n  ```\n  a\n    b\n  ```", ["a", "  b"]),
    ],
)
def test_code_is_kept_as_it_stands(text: str, lines: list[str]) -> None:
    (fence,) = [b for s in read(text).sections for b in s.blocks if isinstance(b, Fence)]
    assert fence.lines == lines
    assert headings(text) == []


def test_code_that_never_ends_ends_at_the_next_heading() -> None:
    assert headings("```\na\n## b\n") == [("b", 2, 3)]
    assert codes("```\na\n## b\n") == ["fence_not_closed"]


def test_that_nothing_closes_a_fence_is_found_out_for_each_kind_of_fence() -> None:
    text = "```a\n## b\n~~~\ncode\n~~~\n## c\n```x\n## d\n"
    assert headings(text) == [("b", 2, 2), ("c", 2, 6), ("d", 2, 8)]
    assert codes(text) == ["fence_not_closed", "fence_not_closed"]


@pytest.mark.parametrize(
    ("text", "comments", "words"),
    [
        ("a <!-- b --> c", ["b"], "a  c"),
        ("<!-- a --><!-- b -->c", ["a", "b"], "c"),
        ("<!-- a\nb\nc --> d", ["a\nb\nc"], "d"),
        ("a\n<!-- b", ["b"], "a"),
        ("<!-- a <!-- b --> c", ["a <!-- b"], "c"),
    ],
)
def test_comments_are_taken_out_of_the_text(text: str, comments: list[str], words: str) -> None:
    found = read(text)
    assert [c.text for c in found.comments] == comments
    assert " ".join(b.text for s in found.sections for b in s.blocks if isinstance(b, Paragraph)) == words


def test_a_section_that_was_commented_out_is_read() -> None:
    text = "<!-- ## a\n- b: 1\n-->\n## c"
    assert headings(text) == [("a", 2, 1), ("c", 2, 4)]
    assert items(text) == [("b: 1", 2)]
    assert codes(text) == ["commented_out_section"]


def test_comments_one_after_another_are_each_found() -> None:
    text = "\n".join(f"<!-- a{i}\nb -->\nc{i}" for i in range(50))
    found = read(text)
    assert len(found.comments) == 50
    assert not found.notes


def test_an_item_of_many_lines_is_one() -> None:
    assert items("- a\n" + "b\n" * 300) == [("a" + "\nb" * 300, 1)]


def test_a_card_says_what_it_is_called() -> None:
    assert parse_card(b"---\na: b\n---\n\ntext\n\n# [A](x) *b*\n# c").title == "A b"
    assert parse_card(b"## At the top\n\ntext\n\n# RESULTS").title == "At the top"
    assert parse_card(b"A model for mail.\n\n## How does it work?\n\ntext").title is None, "a section's own"
    assert parse_card(b"text").title is None


def test_what_a_template_left_to_be_filled_in_is_no_paragraph() -> None:
    (_, section) = read("## Use\n\nMore information needed\n\n- a\n").sections
    assert [type(b) for b in section.blocks] == [ListBlock]
    assert section.blocks[0].lead == "More information needed", "what stands before a block is told as it stands"
    (_, section) = read("## Use\n\n[More Information Needed]\nIt reads maps.\n").sections
    assert [line.text for b in section.blocks if isinstance(b, Paragraph) for line in b.lines] == ["It reads maps."]
