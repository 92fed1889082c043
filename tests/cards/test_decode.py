"""Any bytes become lines, an empty card, or no text; what was guessed is noted."""

from __future__ import annotations

import pytest

from etl.cards import limits
from etl.cards.decode import decode


def codes(content: bytes) -> list[str]:
    return [note.code for note in decode(content).notes]


@pytest.mark.parametrize("content", [b"", b" \n\t", b"\r\n\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"])
def test_blanks_are_an_empty_card(content: bytes) -> None:
    assert (decode(content).status, decode(content).lines) == ("empty", ())


@pytest.mark.parametrize("content", [b"\x89PNG\r\n", b"GGUF\x03", b"PK\x03\x04", b"%PDF-1.7", b"\x00\x01\x02" * 50])
def test_binary_files_are_no_text(content: bytes) -> None:
    assert decode(content).status == "not_text"
    assert codes(content) == ["not_text"]


@pytest.mark.parametrize(
    ("content", "lines", "noted"),
    [
        (b"a\nb\n", ("a", "b", ""), []),
        (b"a\r\nb", ("a", "b"), ["crlf_line_ends"]),
        (b"a\rb", ("a", "b"), ["carriage_return_line_ends"]),
        (b"a\r\r\nb\r\nc", ("a", "b", "c"), ["carriage_return_line_ends"]),
        (b"a\r\nb\rc\nd", ("a", "b", "c", "d"), ["carriage_return_line_ends"]),
        (b"a\x0bb\x0cc", ("a\x0bb\x0cc",), []),
        ("a\u2028b".encode(), ("a\u2028b",), []),
    ],
)
def test_lines_end_where_an_editor_ends_them(content: bytes, lines: tuple[str, ...], noted: list[str]) -> None:
    assert decode(content).lines == lines
    assert codes(content) == noted


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_tells_the_encoding(encoding: str) -> None:
    content = "naïve ✓".encode(encoding)
    assert decode(content).lines == ("naïve ✓",)
    assert codes(content) == ["byte_order_mark"]


def test_a_line_that_is_no_utf_8_is_windows_1252_and_the_others_stay() -> None:
    content = "é ✓\n".encode() + "été".encode("cp1252")
    assert decode(content).lines == ("é ✓", "été")
    assert [(note.code, note.line) for note in decode(content).notes] == [("not_utf8", 2)]


def test_a_few_control_characters_become_blanks() -> None:
    content = b"words " * 30 + b"a\x00b"
    assert decode(content).lines[0].endswith("a b")
    assert codes(content) == ["control_characters"]


def test_what_is_too_long_is_cut_and_noted() -> None:
    assert codes(b"a" * (limits.MAX_LINE_CHARACTERS + 1)) == ["line_cut"]
    long = b"words\n" * (limits.MAX_CARD_CHARACTERS // 6 + 1)
    assert "card_cut" in codes(long)
    assert sum(len(line) + 1 for line in decode(long).lines) <= limits.MAX_CARD_CHARACTERS + 1
