"""Sentences that state settings: what their fixtures cannot show."""

from __future__ import annotations

import pytest

from etl.cards import Item
from etl.reading.prose import sentences_settings


@pytest.mark.parametrize(
    "text",
    ["İZMİR was trained for 3 epochs with a learning rate of 2e-5.", "WE TRAINED IT for 3 epochs, learning rate 2e-5."],
)
def test_capital_letters_say_the_same_and_a_letter_that_grows_moves_no_value(text: str) -> None:
    assert {(told.name, told.value) for told, _ in sentences_settings([Item(text, 1)])} == {
        ("epochs", "3"),
        ("learning rate", "2e-5"),
    }
