"""Sentences that state settings: what their fixtures cannot show."""

from __future__ import annotations

import pytest

from etl.cards import Item
from etl.reading.settings.prose import sentences_settings


@pytest.mark.parametrize(
    "text",
    ["İZMİR was trained for 17 epochs, learning rate 7e-6.", "WE TRAINED IT for 17 epochs, learning rate 7e-6."],
)
def test_capital_letters_say_the_same_and_a_letter_that_grows_moves_no_value(text: str) -> None:
    assert {(told.name, told.value) for told, _ in sentences_settings([Item(text, 1)])} == {
        ("epochs", "17"),
        ("learning rate", "7e-6"),
    }
