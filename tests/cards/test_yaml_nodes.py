"""YAML is text with lines; what it costs is bounded before anything is built."""

from __future__ import annotations

import pytest

from etl.cards import limits
from etl.cards.yaml_nodes import Mapping, Scalar, Sequence, is_null, leaves
from etl.cards.yaml_text import YamlRefused, compose


def texts(text: str) -> list[tuple[str, str]]:
    root = compose(text)
    assert root is not None
    return [(key, leaf.text if isinstance(leaf, Scalar) else str(len(leaf.items))) for key, leaf in leaves(root)]


@pytest.mark.parametrize(
    "text", ["no", "on", "3.10", "1e3", "0x1F", "1_000", "12:30:45", "2024-01-01", ".nan", "~", "010"]
)
def test_a_scalar_is_its_text_whatever_yaml_1_1_makes_of_it(text: str) -> None:
    assert texts(f"a: {text}") == [("a", text)]


def test_a_node_knows_its_line() -> None:
    root = compose("a: 1\nb:\n  - x\n  - y: 2\n")
    assert isinstance(root, Mapping)
    assert [(key.text, key.line) for key, _ in root.pairs] == [("a", 0), ("b", 1)]
    assert isinstance(items := root.get("b"), Sequence)
    assert [item.line for item in items.items] == [2, 3]


@pytest.mark.parametrize("text", ["", "# only a comment\n"])
def test_nothing_is_no_node(text: str) -> None:
    assert compose(text) is None


def test_of_a_key_twice_the_last_holds() -> None:
    root = compose("a: 1\na: 2\n")
    assert isinstance(root, Mapping)
    assert isinstance(value := root.get("a"), Scalar)
    assert value.text == "2"


def test_null_is_told_from_a_quoted_word() -> None:
    root = compose("a: null\nb: 'null'\nc:\nd: ~\ne: ''\n")
    assert isinstance(root, Mapping)
    assert [is_null(root.get(key)) for key in "abcdef"] == [True, False, True, True, False, True]


def test_no_tag_is_constructed() -> None:
    assert texts("a: !!python/object/apply:os.system ['true']\nb: !!int five\n") == [("a", "1"), ("b", "five")]


def test_a_structured_key_is_dropped_with_its_value() -> None:
    assert texts("? [a, b]\n: 1\nc: 2\n") == [("c", "2")]


def test_leaves_join_their_keys_by_dots_and_keep_lists_of_scalars_whole() -> None:
    assert texts("a:\n  b: 1\n  c: [x, y]\nd:\n- e: 2\n- f: 3\n") == [
        ("a.b", "1"),
        ("a.c", "2"),
        ("d.e", "2"),
        ("d.f", "3"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * (limits.MAX_YAML_DEPTH + 1), "yaml_too_deep"),
        ("[" * 25_000, "yaml_too_deep"),
        ("{a: " * 25_000, "yaml_too_deep"),
        ("- " * 25_000, "yaml_too_deep"),
        ("- a\n" * (limits.MAX_YAML_NODES + 1), "yaml_too_large"),
        ("a: &a b\n" + "c: *a\n" * (limits.MAX_YAML_ALIASES + 1), "yaml_too_many_aliases"),
        ("a: *nobody\n", "yaml_error"),
        ("a: &a [*a]\n", "yaml_error"),
        ("a: [1, 2\nb: 3\n", "yaml_error"),
        ("a: b: c\n", "yaml_error"),
        ("a: '\n", "yaml_error"),
        ("\x07", "yaml_error"),
    ],
)
def test_what_is_no_yaml_or_beyond_a_limit_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises(YamlRefused) as refused:
        compose(text)
    assert refused.value.code == code
    assert 0 <= refused.value.line <= text.count("\n")


def test_depth_up_to_the_limit_is_read() -> None:
    assert compose("[" * limits.MAX_YAML_DEPTH + "]" * limits.MAX_YAML_DEPTH) is not None


def test_a_bomb_of_aliases_counts_every_node_it_would_make() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
    bomb += "".join(f"{b}: &{b} [{','.join(['*' + a] * 10)}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True))
    with pytest.raises(YamlRefused) as refused:
        compose(bomb)
    assert refused.value.code in ("yaml_too_large", "yaml_too_many_aliases")
