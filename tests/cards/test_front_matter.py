"""The block at the top: where it begins and ends, and what of it can be read when it is broken."""

from __future__ import annotations

import pytest

from etl.cards.front_matter import FrontMatter, read_front_matter
from etl.cards.yaml_nodes import Mapping, Scalar, Sequence


def read(text: str) -> FrontMatter:
    return read_front_matter(text.split("\n"))


def value(front: FrontMatter, key: str) -> str | list[str] | None:
    node = front.node.get(key)
    if isinstance(node, Sequence):
        return [item.text for item in node.items if isinstance(item, Scalar)]
    return node.text if isinstance(node, Scalar) else None


def codes(front: FrontMatter) -> list[str]:
    return [note.code for note in front.notes]


@pytest.mark.parametrize("text", ["", "# title", "text\n---\na: b\n---\n", "-- -\na: b\n"])
def test_a_card_without_a_block_has_none(text: str) -> None:
    assert read(text).node == Mapping(0)


@pytest.mark.parametrize(
    "text",
    ["---\na: b\n---\nbody", "---  \na: b\n---   \nbody", "---\na: b\n---\t\nbody", "-----\na: b\n-----\nbody"],
)
def test_a_block_ends_at_its_dashes(text: str) -> None:
    front = read(text)
    assert (value(front, "a"), front.body_start, codes(front)) == ("b", 3, [])


def test_blanks_before_the_block_are_noted() -> None:
    front = read("\n\n---\na: b\n---\nbody")
    assert (value(front, "a"), front.body_start, codes(front)) == ("b", 5, ["blank_before_front_matter"])


def test_lines_are_those_of_the_card() -> None:
    front = read("\n---\na: b\nc:\n- d\n---\n")
    node = front.node.get("c")
    assert isinstance(node, Sequence)
    assert (node.items[0].line, [key.line for key, _ in front.node.pairs]) == (4, [2, 3])


def test_an_empty_block_is_passed_over() -> None:
    assert read("---\n---\nbody").body_start == 2


def test_a_rule_is_no_block() -> None:
    front = read("---\n\nA few words.\n\n---\nmore")
    assert (front.node, front.body_start) == (Mapping(0), 0)


@pytest.mark.parametrize("body", ["# title", "A sentence follows.", "<div>", "| a | b |"])
def test_a_block_that_is_never_closed_ends_where_its_lines_stop_being_yaml(body: str) -> None:
    front = read(f"---\na: b\ntags:\n- x\n{body}\nmore")
    assert (value(front, "a"), value(front, "tags"), front.body_start) == ("b", ["x"], 4)
    assert codes(front) == ["front_matter_not_closed"]


def test_a_block_with_which_the_card_ends_is_found_below_code() -> None:
    front = read("# title\n```\n---\nlanguage: xx\n---\n```\nmore\n\n---\nlanguage:\n- ga\n---\n")
    assert (value(front, "language"), front.before, codes(front)) == (["ga"], 8, ["front_matter_not_first"])


@pytest.mark.parametrize("end", ["```\n---\nlanguage: ga\n---", "---\nkey: ga\n---", "---\nlanguage: ga\nwords\n---"])
def test_code_and_other_words_at_the_end_are_no_block(end: str) -> None:
    assert read(f"# title\n```\ncode\n```\nmore\n{end}\n").node == Mapping(0)


def test_one_broken_value_costs_itself_only() -> None:
    front = read("---\na: 1\nb: it: is\nc: [x\nd:\n- y\n---\n")
    assert (value(front, "a"), value(front, "b"), value(front, "d")) == ("1", "it: is", ["y"])
    assert codes(front)[0] == "yaml_error"
    assert "yaml_value_read_plainly" in codes(front)


@pytest.mark.parametrize("block", ["- a\n- b", "just words: and\n  - more: [", "- - - - [", "? ", "%", "\x00", ": :"])
def test_a_block_that_holds_no_keys_holds_nothing(block: str) -> None:
    assert isinstance(read(f"---\n{block}\n---\nbody").node, Mapping)


def test_tabs_are_read_as_blanks() -> None:
    front = read("---\na:\n\t- x\n---\n")
    assert (value(front, "a"), codes(front)) == (["x"], ["tab_in_yaml"])


def test_a_key_twice_is_noted_where_it_stands_again() -> None:
    front = read("---\na: 1\nb: 2\na: 3\n---\n")
    assert [(note.code, note.line, note.excerpt) for note in front.notes] == [("duplicate_key", 4, "a")]
