"""The words found in one pass are those that `in` finds, whatever the text."""

from __future__ import annotations

import pytest

from etl.cards import parse_card
from etl.cards.sieve import Words, words_in

TEXTS = (
    "",
    "a",
    "SFTTrainer",
    "a quiet café",
    "x" * 100 + "hf_abc",
    "Gated by GPTQ 🤗 on 4 bits",
    "gptq",
    "nul \x00 sk-",
)
WORDS = ("SFT", "SFTT", "FTTr", "hf_", "sk-", "a", "GPTQ", "ate", "🤗", "é")


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_found_exactly_where_it_stands(text: str, word: str) -> None:
    assert Words("never there", word).any_of(words_in(text)) == (word in text)


def test_words_within_and_across_each_other_are_all_found() -> None:
    Words(*WORDS)
    assert {"SFT", "SFTT", "FTTr", "a"} <= words_in("SFTTrainer")


def test_a_card_says_what_stands_in_its_body_only() -> None:
    in_front, in_body = Words("GPTQ"), Words("GGUF")
    card = parse_card(b"---\ntags: [GPTQ]\n---\nWritten in GGUF.\n")
    assert card.says(in_body)
    assert not card.says(in_front)
    assert in_front.any_of(card.said_in_front)
