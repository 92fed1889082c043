from __future__ import annotations

import pytest

from warehouse.plain_text import columns_of, cut, cut_apart


def test_a_text_that_fits_is_left_as_it_is() -> None:
    assert cut("mistralai/Mistral-7B-v0.1", 40) == "mistralai/Mistral-7B-v0.1"


def test_a_long_id_keeps_both_its_ends() -> None:
    assert cut("mistralai/Mistral-7B-Instruct-v0.2", 20) == "mistralai/…ruct-v0.2"


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("a\nb\tc", "a b c"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("‮evil", "\\u202eevil"),
        ("a\x00b", "a\\x00b"),
        ("\ud800", "\\ud800"),
        ("z" + "̍" * 50, "z" + "̍" * 2),
    ],
)
def test_what_does_not_print_is_spelled_out_in_one_line(hostile: str, shown: str) -> None:
    assert cut(hostile, 40) == shown
    shown.encode("utf-8")


@pytest.mark.parametrize("text", ["x" * 10_000_000, "日本語" * 500, "a" + " " * 100_000 + "b", "\u0301" * 100_000])
def test_a_cut_text_never_takes_more_columns_than_it_may(text: str) -> None:
    assert columns_of(cut(text, 30)) <= 30
    assert "…" in cut(text, 30)


def test_texts_that_are_cut_to_one_label_are_numbered() -> None:
    texts = [f"organization/{middle}-and-so-on" for middle in ("a" * 30, "b" * 30, "c" * 30)]
    labels = cut_apart(texts, 20)
    assert list(labels) == texts
    assert len(set(labels.values())) == 3
    assert all(columns_of(label) <= 20 for label in labels.values())
