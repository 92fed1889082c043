"""The sieve answers as `in` does, whatever the text."""

from __future__ import annotations

import pytest

from etl.cards import parse_card
from etl.cards.sieve import Words, rare_part

TEXTS = (
    "",
    "a",
    "SFTTrainer",
    "a quiet café",
    "x" * 100 + "hf_abc",
    "Gated by GPTQ 🤗 on 4 bits",
    "gptq",
    "sk- \ud800",
)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("word", ["SFT", "hf_", "sk-", "a", "GPTQ", "ate", "🤗", "é", ""])
def test_a_word_is_found_exactly_where_it_stands(text: str, word: str) -> None:
    assert Words("never there", word).any_in(text, rare_part(text)) == (word in text)


def test_the_rare_part_of_more_than_the_text_is_no_answer() -> None:
    assert not Words("GPTQ").any_in("no such word", rare_part("no such word, but GPTQ behind it"))


def test_a_card_says_what_stands_in_its_body_only() -> None:
    card = parse_card(b"---\ntags: [GPTQ]\n---\nWritten in GGUF.\n")
    assert card.says(Words("GGUF"))
    assert not card.says(Words("GPTQ"))
