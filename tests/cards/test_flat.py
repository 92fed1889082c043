"""A card that lost its line ends is put back on lines; a short line is left alone."""

from __future__ import annotations

import pytest

from etl.cards import Fence, ListBlock, TableBlock, parse_card
from etl.cards.flat import is_flat, unflatten

FLAT = (
    "--- license: mit tags: - a - b language: - en base_model: x/y --- # Title This model follows here, as they do. "
    "## Training hyperparameters The following hyperparameters were used during training: - learning_rate: 5e-05 "
    "- seed: 42 ### Training results | Epoch | Step | Loss | |:---:|:---:|:---:| | 1.0 | 10 | 0.5 | | 2.0 | 20 | 0.4 | "
    "### Framework versions - Transformers 4.35.0 - Pytorch 2.1.0"
)


@pytest.mark.parametrize("text", ["", "# a", "a line of words", "--- license: mit ---", "# a # b # c"])
def test_a_short_line_is_no_flat_card(text: str) -> None:
    assert not is_flat([text])


def test_a_card_of_lines_is_no_flat_card() -> None:
    assert not is_flat(FLAT.split(" - "))


def test_a_flat_card_gets_its_lines_back() -> None:
    lines = [piece for piece, _ in unflatten([FLAT])]
    assert lines[:8] == ["---", "license: mit", "tags:", "- a", "- b", "language:", "- en", "base_model: x/y"]
    assert "| Epoch | Step | Loss |" in lines
    assert "| 2.0 | 20 | 0.4 |" in lines
    assert {"# Title", "- learning_rate: 5e-05", "- Pytorch 2.1.0"} <= set(lines)


def test_every_piece_of_a_flat_card_stands_on_the_line_it_came_from() -> None:
    assert {number for _, number in unflatten(["", FLAT])} == {2}


def test_what_was_repaired_above_a_flat_card_is_told_of_its_first_line() -> None:
    notes = parse_card(b"\xef\xbb\xbf\n" + FLAT.encode()).notes
    assert [(note.code, note.line) for note in notes] == [("byte_order_mark", 1), ("flattened", 1)]


def test_a_flat_card_has_the_blocks_it_had() -> None:
    card = parse_card(FLAT.encode())
    assert card.received == [1] * len(card.lines)
    assert [note.code for note in card.notes] == ["flattened"]
    blocks = [block for _, block in card.blocks()]
    (table,) = [b for b in blocks if isinstance(b, TableBlock)]
    assert [row.cells for row in table.rows] == [("1.0", "10", "0.5"), ("2.0", "20", "0.4")]
    assert [i.text for b in blocks if isinstance(b, ListBlock) for i in b.items][:2] == [
        "learning_rate: 5e-05",
        "seed: 42",
    ]
    assert not [b for b in blocks if isinstance(b, Fence)]
