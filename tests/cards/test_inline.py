"""Inline Markdown becomes the words that a reader sees."""

from __future__ import annotations

import pytest

from etl.cards.inline import bare, links, mended, plain, without_tags


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a b", "a b"),
        ("  a ", "a"),
        ("**a** b", "a b"),
        ("`a_b`", "a_b"),
        ("*a*", "a"),
        ("***a***", "a"),
        ("_a_ b_c_d", "a b_c_d"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("[a](http://x/y_z)", "a"),
        ("[**a**](x)", "a"),
        ("![a](x)", "a"),
        ("<b>a</b>", "a"),
        ("a<br>b", "a b"),
        ("&lt;pad&gt; &amp; x", "<pad> & x"),
        ("a\\_b \\* c", "a_b * c"),
        ("~~a~~", "~~a~~"),
        ("``a`b``", "a`b"),
        ("a < b > c", "a < b > c"),
        ("(16, 2)", "(16, 2)"),
        ("[a, b]", "[a, b]"),
        ("{'a': 1}", "{'a': 1}"),
        ("F<sub>1</sub>", "F 1"),
    ],
)
def test_marks_are_taken_off_and_words_stay(text: str, words: str) -> None:
    assert plain(text) == words


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("**a**", "a"),
        ("`a`", "a"),
        ("*a*", "a"),
        ("a*b", "a*b"),
        ("**a** **b**", "**a** **b**"),
        ("a_b", "a_b"),
        ("<b>a</b>", "a"),
    ],
)
def test_a_name_loses_the_marks_around_the_whole_of_it(text: str, name: str) -> None:
    assert bare(text) == name


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("[a](x)", ["x"]),
        ("see [a](x) and [b](y z)", ["x", "y"]),
        ("[`a`](https://huggingface.co/a/b)", ["https://huggingface.co/a/b"]),
        ("<a href='x'>a</a> [b](y)", ["x", "y"]),
        ('<a class="c" href="x" id="i"><b>a</b></a>', ["x"]),
        ("[a][b]", []),
        ("no link", []),
        ("[a](x", []),
    ],
)
def test_links_are_found_in_order(text: str, targets: list[str]) -> None:
    assert [link.target for link in links(text)] == targets


@pytest.mark.parametrize(
    ("text", "words"), [("a", "a"), ("a &gt; b", "a > b"), ("1 < 2", "1 < 2"), ("<!-- x -->a", " a")]
)
def test_tags_are_no_words(text: str, words: str) -> None:
    assert without_tags(text) == words


@pytest.mark.parametrize(
    ("text", "mend"), [("Î²", "β"), ("Ã©", "é"), ("â€œaâ€\x9d", "“a”"), ("é", "é"), ("naïve", "naïve")]
)
def test_damaged_characters_are_mended_and_whole_ones_left(text: str, mend: str) -> None:
    assert mended(text) == mend


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("`_SP`, `A_B` and `C`", "_SP, A_B and C"),
        ("see [our page](https://hub.example/o", "see [our page](https://hub.example/o"),
        ("scores [1] of two", "scores [1] of two"),
        ("[a](b`)`", "a`"),
        ("`_SP` and *this*", "_SP and this"),
        ("`` `_SP` ``", "`_SP`"),
    ],
)
def test_code_spans_and_brackets_alone_are_read_as_the_parser_reads_them(text: str, words: str) -> None:
    assert plain(text) == words
