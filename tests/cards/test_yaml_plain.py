"""What is read line by line is what the parser would have read, to the line and to the quotes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.cards import limits
from etl.cards.yaml_nodes import Node
from etl.cards.yaml_plain import LONG, MAX_CHARACTERS, compose_plain
from etl.cards.yaml_text import YamlRefused, compose, compose_parsed

ROOT = Path(__file__).resolve().parents[2]
BOUNDED = settings(
    max_examples=1_500, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
PLAIN = """\
license: apache-2.0
language: [en, pt-BR]
tags:
- generated_from_trainer
- license:mit # a tag, and a comment

# a comment alone
empty:
model-index:
- name: "quoted: as it is"
  results:
  - task:
      type: text-classification
    metrics:
      - type: mean_reward
        value: -12.50 +/- 3.4
        name: 'F1 (#2)'
      - type: 'the model''s'
    args: []
grid:
- - 1
  - ''''
  - ''
  - 2
-   - a: x
      b: [c, d]
    - "\\x14 \\u00e9 \\"e\\" \\\\ \\n \\t"
none: {}
last:
"""
LINES = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(("", "", "  ", "    ", " ", "- ", "  - ", "- - ", "-", "\t")),
    st.sampled_from(("a: ", "b:", "a-b:", "c:  ", "", "? ", "'a': ", "...", "---", "e\u0301: ", "<<: ")),
    st.sampled_from(
        (
            "",
            "x",
            "x y",
            "-1",
            "- 1",
            "a:b",
            "a: b",
            "[]",
            "[a, b]",
            "[a b]",
            "{}",
            "'q'",
            "'q''",
            "''''",
            "'q''r'''",
            '"q"',
            '"\\n"',
            '"\\ud800"',
            '"\\z"',
        )
    ),
    st.sampled_from(("", "", " #c", "#c", " ", ":", "'", "\u2028", "\x85", "\xa0", "\ufeff", "\r", " |", " >-", ",")),
    st.sampled_from(("", "", "", "&a", "*a", "!t", "%", "@", "`")),
)


def parsed(text: str) -> Node | None:
    try:
        return compose_parsed(text, 3)
    except YamlRefused:
        return None


def test_the_plain_text_is_plain_and_read_alike() -> None:
    assert compose_plain(PLAIN, 3) == parsed(PLAIN)
    assert compose_plain(PLAIN, 3) is not None


@BOUNDED
@given(st.lists(LINES, min_size=1, max_size=6))
def test_what_is_plain_is_read_alike(lines: list[str]) -> None:
    text = "\n".join(lines)
    plain = compose_plain(text, 3)
    assert plain is None or plain == parsed(text)


@BOUNDED
@given(st.integers(0, len(PLAIN)), st.integers(0, 8), st.text(max_size=3) | st.sampled_from((" ", "  ", "\n", "\n  ")))
def test_a_plain_text_that_was_hurt_is_read_alike_or_left(at: int, cut: int, put: str) -> None:
    text = PLAIN[:at] + put + PLAIN[at + cut :]
    plain = compose_plain(text, 3)
    assert plain is None or plain == parsed(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment",
        "a: b\n c",
        "a: |\n  b",
        "a: &x b",
        "- a\nb: c",
        "a:\n  - b\n - c",
        "a: 'b'' c",
        "%YAML 1.1",
    ],
)
def test_what_takes_more_than_its_line_is_left_to_the_parser(text: str) -> None:
    assert compose_plain(text, 0) is None


@pytest.mark.parametrize("indent", ["", "  "])
@pytest.mark.parametrize(
    "between", ["", "- a: b", "- - x", "-   x", "- x # y", "-", "- 'it''s'", "a: b", "  c: d", "- [e]", "- x y"]
)
def test_a_long_list_of_words_is_read_alike(indent: str, between: str) -> None:
    words = "".join(f"{indent}- {word}\n" for i in range(200) for word in (f"w{i}", f"'{i}'", "▁the", "<unk>"))
    text = f"kind: bpe\ntokens:\n{words}{indent}{between}\n{words}last:\n- {'x' * LONG}\n"
    plain = compose_plain(text, 3)
    assert plain is None or plain == parsed(text)
    assert compose_plain(words, 3) == parsed(words)
    assert compose_plain(words[:-1], 3) == parsed(words[:-1])
    assert compose_plain(words, 3) is not None


def test_limits_are_the_parsers_to_judge() -> None:
    deep = "\n".join(" " * depth + "a:" for depth in range(limits.MAX_YAML_DEPTH + 1))
    assert compose_plain(deep, 0) is None
    with pytest.raises(YamlRefused):
        compose(deep)
    assert compose_plain("- a\n" * (MAX_CHARACTERS // 4 + 1), 0) is None


def test_front_matter_of_our_own_cards_is_read_alike() -> None:
    cards = sorted(ROOT.glob("etl/hub/sample/repos/**/README.md")) + sorted(ROOT.glob("tests/reading/cards/*.md"))
    fronts = [
        text.split("\n---", 1)[0][4:]
        for path in cards
        if (text := path.read_text("utf-8", "replace")).startswith("---\n")
    ]
    plain = [compose_plain(front, 3) for front in fronts]
    assert sum(node is not None for node in plain) > 50
    assert all(node is None or node == parsed(front) for node, front in zip(plain, fronts, strict=True))
