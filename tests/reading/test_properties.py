"""What holds of any card, whatever stands in it."""

from __future__ import annotations

import gc
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.cards.inline import mended, plain
from etl.reading import Reading, read_card
from etl.reading.secrets import MASK
from tests.reading.fixtures import CARDS, STEMS, content, reading

SAMPLE = Path(__file__).resolve().parents[2] / "etl" / "hub" / "sample" / "repos"
BOUNDED = settings(
    max_examples=150, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
TOKEN = "hf" + "_AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh"

PIECES = st.sampled_from(
    (
        *(
            "---\n",
            "\n",
            "\n\n",
            "\r\n",
            "\r",
            "\t",
            " ",
            "# ",
            "- ",
            "* ",
            "1. ",
            "> ",
            "| ",
            "|",
            "```\n",
            "```yaml\n",
            "~~~",
        ),
        *(
            "## Training hyperparameters\n",
            "### Training results\n",
            " | a | b |\n",
            "|---|---|\n",
            "Epoch | Step | Loss",
        ),
        *("<!--", "-->", "<table>", "<tr>", "<td>", "<td rowspan=3>", "</table>", "<li>", "**", "`", "[", "]("),
        *("learning_rate: 5e-05\n", "optimizer: Adam with betas=(0.9,0.999) and epsilon=1e-08", "TrainingArguments("),
        *("Loss: 0.5\n", "nan", "1,234", "82 %", "0,5", "OrderedDict([('a', 1)])", "--lr 1 ", "- Transformers 4.1\n"),
        *("[a](https://huggingface.co/a/b)", "fine-tuned version of ", "GGUF", "quantized version of ", TOKEN),
        *("model-index:\n", "- name: a\n  results:\n", "tags:\n", "license: mit\n", "&a ", "*a", "{", "}"),
        *("It achieves the following results on the evaluation set:\n", "Ã¢â‚¬â„¢", "é", "٣"),
        *("\x00", "\ufeff", "\u202e", "\ud800"),
    )
)


def sample_cards() -> Iterator[tuple[str, bytes]]:
    for path in sorted(SAMPLE.glob("*/*/README.md")):
        yield path.parent.relative_to(SAMPLE).as_posix(), path.read_bytes()


READINGS: dict[str, tuple[bytes, Reading]] = {
    **{stem: (content(stem), reading(stem)) for stem in STEMS},
    **{model_id: (card, read_card(card, model_id=model_id)) for model_id, card in sample_cards()},
}


@pytest.mark.parametrize("collects", [True, False])
def test_reading_leaves_the_collector_as_it_was(collects: bool) -> None:
    was = gc.isenabled()
    try:
        (gc.enable if collects else gc.disable)()
        read_card(b"# T\n", model_id="a/b")
        assert gc.isenabled() is collects
    finally:
        (gc.enable if was else gc.disable)()


@BOUNDED
@given(st.binary(max_size=400))
def test_any_bytes_are_read(card: bytes) -> None:
    assert read_card(card, model_id="example-owner/x").card.card_bytes == len(card)


@BOUNDED
@given(st.lists(PIECES, max_size=60))
def test_any_pieces_of_cards_are_read_and_no_token_leaves(pieces: list[str]) -> None:
    card = "".join(pieces).encode("utf-8", "surrogatepass")
    one, again = read_card(card, model_id="a/b-GGUF"), read_card(card, model_id="a/b-GGUF")
    assert repr(one) == repr(again)
    assert TOKEN not in repr(one)
    lines = 1 + len(re.findall(rb"\r\n|\n|\r", card))
    for rows in one.tables.values():
        assert all(row.line is None or 1 <= row.line <= lines for row in rows)


@BOUNDED
@given(st.sampled_from(STEMS), st.integers(0, 4000), st.integers(0, 40), st.lists(PIECES, max_size=3))
def test_a_card_with_a_hole_and_a_patch_is_read(stem: str, at: int, size: int, patch: list[str]) -> None:
    card = content(stem)
    at %= len(card) + 1
    hurt = card[:at] + "".join(patch).encode("utf-8", "surrogatepass") + card[at + size :]
    assert TOKEN not in repr(read_card(hurt, model_id="a/b"))


def test_reading_twice_gives_the_same() -> None:
    for name, (card, one) in READINGS.items():
        assert repr(read_card(card, model_id=one.model_id)) == repr(one), name


def test_every_line_named_is_one_of_the_card_s() -> None:
    for name, (card, one) in READINGS.items():
        lines = lines_of(card)
        for table, rows in one.tables.items():
            assert all(row.line is None or 1 <= row.line <= len(lines) for row in rows), (name, table)


WITH_TEXT = {
    "hyperparameters": ("raw_name", "value_text"),
    "eval_metrics": ("raw_name", "value_text"),
    "training_steps": ("raw_name", "value_text"),
    "framework_versions": ("raw_name", "version"),
    "model_tags": ("tag", "tag"),
    "model_languages": ("language", "language"),
    "model_datasets": ("dataset_id", "dataset_id"),
    "model_relations": ("base_model_id", "base_model_id"),
    "quantized_files": ("file_or_branch", "file_or_branch"),
}


def test_what_a_row_says_stands_on_its_line() -> None:
    """The text, or for a text put together from several pieces its first piece."""
    lost = []
    for name, (card, one) in READINGS.items():
        lines = lines_of(card)
        for table, (_, text_column) in WITH_TEXT.items():
            for row in one.records(table):
                if row["line"] is None or not row[text_column] or MASK in row[text_column]:
                    continue
                if not stands_in(row[text_column], "\n".join(lines[row["line"] - 1 : row["line"] + 4])):
                    lost.append((name, table, row["line"], row[text_column], lines[row["line"] - 1][:120]))
    assert not lost


def lines_of(card: bytes) -> list[str]:
    """The card's lines, counted as an editor counts them."""
    encoding = "utf-16" if card.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    text = card.decode(encoding if encoding == "utf-16" or is_utf8(card) else "cp1252", "replace")
    return re.split(r"\r\n|\n|\r", text)


def is_utf8(card: bytes) -> bool:
    try:
        card.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def stands_in(text: str, line: str) -> bool:
    """Whether the text, or its first piece, stands in the line: as written, without markup, or with it mended."""
    forms = [line, plain(line), mended(plain(line)), mended(line), line.replace("\\|", "|").replace("\x00", " ")]
    squeezed = [re.sub(r"[\s\"'*`]+", "", form) for form in forms]
    pieces = (text, text.split(", ")[0], text.split(": ")[0], text.split(" ")[0])
    return any(re.sub(r"[\s\"'*`]+", "", piece) in form for piece in pieces for form in squeezed)


NUMBERS = {"hyperparameters": "value_number", "eval_metrics": "value", "training_steps": "value"}
NUMBER_WORDS = {"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "single", "half"}


def test_a_number_has_a_text_that_states_it() -> None:
    """No number without a digit or a number's word in its text."""
    for name, (_, one) in READINGS.items():
        for table, column in NUMBERS.items():
            for row in one.records(table):
                value: Any = row[column]
                if value is not None and math.isfinite(value):
                    text = row["value_text"] or ""
                    assert any(c.isdigit() for c in text) or text.casefold().split(" ")[0] in NUMBER_WORDS, (
                        name,
                        table,
                        row,
                    )


def test_every_row_has_a_source_and_a_name() -> None:
    for name, (_, one) in READINGS.items():
        for table, (name_column, _) in WITH_TEXT.items():
            for row in one.records(table):
                assert row["source"], (name, table, row)
                assert row[name_column], (name, table, row)


def test_there_are_cards_to_hold_this_against() -> None:
    assert len(STEMS) > 60
    assert CARDS.is_dir()
    assert len(READINGS) > 100
