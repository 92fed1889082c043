"""A card that is written in another way states the same: the sample hub's cards, rewritten, give the same facts."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from benchmarks.corpus import sample
from etl.reading import Reading, read_card
from warehouse.schema import FACT_TABLES

FRONT = re.compile(r"\A(---\n.*?\n---\n)(.*)\Z", re.S)
FENCE = re.compile(r"\s*(?:```|~~~)")
BLANK = re.compile(r"(?<=\S) (?=\S)")
KEPT = (
    "name",
    "raw_name",
    "metric",
    "value_text",
    "version",
    "base_model_id",
    "tag",
    "dataset_id",
    "file_or_branch",
    "about",
)
"""What a fact says, but for the line and the text that another way of writing changes."""


def cards() -> Iterator[tuple[str, str]]:
    for model_id, content in sample():
        if content and content.isascii() and b"\r" not in content and FRONT.match(content.decode()):
            yield model_id, content.decode()


CARDS = list(cards())


def body(rewrite: Callable[[str], str]) -> Callable[[str], str]:
    """The rewriting, of all behind the front matter."""
    return lambda card: FRONT.sub(lambda parts: parts[1] + rewrite(parts[2]), card)


def lines(rewrite: Callable[[str], str]) -> Callable[[str], str]:
    """The rewriting, of each line of the body outside code."""

    def rewritten(text: str) -> str:
        out, inside = [], False
        for line in text.split("\n"):
            is_fence = bool(FENCE.match(line))
            inside ^= is_fence
            out.append(line if inside or is_fence else rewrite(line))
        return "\n".join(out)

    return body(rewritten)


WAYS: dict[str, Callable[[str], str]] = {
    "with carriage returns": lambda card: card.replace("\n", "\r\n"),
    "with bare carriage returns": lambda card: card.replace("\n", "\r"),
    "with a byte order mark": lambda card: "\ufeff" + card,
    "below blank lines": lambda card: "\n\n" + card,
    "with blanks at line ends": body(lambda text: re.sub(r"(?m)(?<=\S)$", "  ", text)),
    "with no-break blanks": body(lambda text: BLANK.sub("\u00a0", text)),
    "with zero width behind colons": body(lambda text: text.replace(": ", ":\u200b ")),
    "with marks of direction": body(lambda text: re.sub(r"(?m)$", "\u200e", text)),
    "with stars for dashes": lines(lambda line: re.sub(r"^(\s*)- (?=\S)", r"\1* ", line)),
    "with dots for dashes": lines(lambda line: re.sub(r"^(\s*)- (?=\S)", r"\1• ", line)),
    "with closed headings": lines(lambda line: re.sub(r"^(#{1,6} .*\S)\s*$", r"\1 ##", line)),
    "with bold headings": lines(lambda line: re.sub(r"^(#{1,6}) +([^*`]+?)\s*$", r"\1 **\2**", line)),
    "with more blank lines": body(lambda text: text.replace("\n\n", "\n\n\n\n")),
    "in a fold": body(lambda text: f"<details>\n<summary>More</summary>\n\n{text}\n\n</details>\n"),
    "between comments": body(lambda text: f"<!-- from here -->\n{text}\n<!-- to here -->\n"),
}


def facts(reading: Reading) -> Counter[tuple[str, ...]]:
    """What a card states, each fact as often as it is stated."""
    return Counter(
        (table, *(folded(getattr(row, field)) for field in KEPT if hasattr(row, field)))
        for table in FACT_TABLES
        if table != "findings"
        for row in reading.tables[table]
    )


def folded(value: object) -> str:
    return re.sub(r"[\s*`_]+", "", html.unescape(str(value))).casefold()


def test_there_are_cards_to_rewrite() -> None:
    assert len(CARDS) > 50
    assert sum(sum(facts(read_card(card.encode(), model_id=model_id)).values()) for model_id, card in CARDS) > 1_000


@pytest.mark.parametrize("way", WAYS)
def test_a_card_written_in_another_way_states_the_same(way: str) -> None:
    changed = [
        model_id
        for model_id, card in CARDS
        if facts(read_card(WAYS[way](card).encode(), model_id=model_id))
        != facts(read_card(card.encode(), model_id=model_id))
    ]
    assert not changed
