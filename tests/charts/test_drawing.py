"""The drawn picture: harmless, the same every time, readable in light and dark."""

from __future__ import annotations

import itertools
import math
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from tests.charts.kit import ANSWER, BARS, KINDS, chart_of, row, shown, texts_of
from tests.conftest import ROOT
from warehouse import theme
from warehouse.charts.drawing import png, svg
from warehouse.charts.parts import NARROW, WIDE, Look
from warehouse.charts.pictures import picture
from warehouse.plain_text import columns_of

HOSTILE = (
    "<script>alert(1)</script>",
    "</text><a href='javascript:alert(1)'>x</a>",
    "\x00\x1b[31m\x07bell",
    "\u202egnp.exe\u202c",
    "&lt;b&gt; & \"quotes\" 'too' ]]> <!-- -->",
    "x" * 100_000,
    "z" + "\u0301" * 500,
    "a\nb\r\nc\u2028d",
    "datum.value + signal('x')",
    "\ud800 alone",
    "",
)

TEXTS = ("name", "other", "kind", "group_id", "reason")
NUMBERS = ("rate", "margin", "share", "least", "greatest")


def drawn(kind: str, rows: list[dict[str, Any]], look: Look = WIDE, judge: dict[str, Any] | None = None) -> str:
    return svg(picture(chart_of(KINDS[kind]), ANSWER, rows, judge), look)


@pytest.fixture(scope="module", params=KINDS)
def hostile_svg(request: pytest.FixtureRequest) -> str:
    """A picture of each kind in which every text and number is bad."""
    numbers = (math.nan, math.inf, -math.inf, 0.0, -1.0, 1e308, 5e-324, None, 1.0, 2.0, 3.0)
    rows = [
        row(**dict.fromkeys(TEXTS, text), **dict.fromkeys(NUMBERS, n), enough_data=i % 2 == 0)
        for i, (text, n) in enumerate(zip(HOSTILE, numbers, strict=True))
    ]
    rows += [r | {"rate": 1.0, "margin": 1.0, "share": 0.5, "least": 0.0, "greatest": 3.0} for r in rows]
    judge = {"effect": None, "enough_data": False, "reason": HOSTILE[0]}
    text = KINDS[request.param].replace('title = "', 'title = "<b>&amp; ')
    return svg(picture(chart_of(text), ANSWER, rows, judge if request.param == "points" else None), NARROW)


def test_hostile_text_is_text_and_nothing_else(hostile_svg: str) -> None:
    allowed = {"svg", "title", "style", "g", "rect", "path", "line", "text", "tspan", "defs", "clipPath", "circle"}
    for element in ET.fromstring(hostile_svg).iter():
        assert element.tag.rpartition("}")[2] in allowed
        assert not [a for a in element.attrib if a.startswith("on") or "href" in a]
    assert hostile_svg.count("<style>") == 1


def test_hostile_text_is_short_and_printable(hostile_svg: str) -> None:
    for text in texts_of(hostile_svg):
        assert text.isprintable()
        assert columns_of(text) < 120


def test_no_picture_has_another_colour_than_the_themes(hostile_svg: str) -> None:
    used = set(re.findall(r'(?:fill|stroke)="([^"]+)"', hostile_svg.split("</style>")[1]))
    assert used <= theme.DARK.keys() | {"none", "transparent"}


def test_a_picture_names_no_address(hostile_svg: str) -> None:
    addresses = set(re.findall(r"https?://[^\"' ]+", hostile_svg))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_two_renderings_are_equal_byte_for_byte() -> None:
    rows = [row(name=f"n{n}", rate=1.0 + n) for n in range(5)]
    assert drawn("bars", rows) == drawn("bars", rows)


@pytest.mark.slow
def test_a_rendering_is_the_same_in_another_place_and_language() -> None:
    code = "from tests.charts.test_drawing import *; print(drawn('points', [row(rate=1000.5), row(rate=2.0)]), end='')"
    elsewhere = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={"TZ": zone, "LANG": language, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
            capture_output=True,
            check=True,
        ).stdout
        for zone, language, seed in (("Asia/Tokyo", "C", "1"), ("America/New_York", "de_DE.UTF-8", "2"))
    ]
    assert elsewhere[0] == elsewhere[1] != b""


def test_a_png_is_a_png() -> None:
    assert png(picture(chart_of(BARS), ANSWER, [row()])).startswith(b"\x89PNG")


def test_what_a_picture_says_stands_in_it() -> None:
    judge = {"effect": None, "enough_data": False, "reason": "no group varies its learning rate"}
    text = shown(drawn("points", [row(), row(rate=2.0)], judge=judge))
    assert "Margins by rate" in text
    assert "No effect is shown: no group varies its learning rate." in text
    assert "2 rows, each of 10 runs and 6 groups" in text


def lines_in(text: str) -> int:
    """How many lines join marks."""
    return len(re.findall(r'class="mark-line', text))


def test_no_line_joins_marks_where_the_effect_is_refused() -> None:
    rows = [row(rate=1.0), row(rate=2.0)]
    assert lines_in(drawn("points", rows, judge={"effect": 1.0, "enough_data": True, "reason": None}))
    assert not lines_in(drawn("points", rows, judge={"effect": None, "enough_data": False, "reason": "x"}))


def test_no_line_goes_through_rows_with_too_few_data() -> None:
    rows = [row(share=n / 5) for n in range(5)]
    assert lines_in(drawn("lines", rows))
    assert not lines_in(drawn("lines", [r | {"enough_data": False, "reason": "few"} for r in rows]))


def test_an_empty_picture_says_so() -> None:
    text = shown(drawn("tiles", []))
    assert "no rows" in text
    assert "nothing to draw" in text


def test_a_narrow_picture_fits_a_phone() -> None:
    rows = [row(name=f"organization-{n}/a-model-with-a-long-name-{n}", other=str(n)) for n in range(12)]
    for kind in ("dots", "tiles"):
        width = re.search(r'width="(\d+)', drawn(kind, rows, NARROW))
        assert width is not None
        assert int(width[1]) <= 420


# -- colours ----------------------------------------------------------------------------------------------


def linear(colour: str) -> tuple[float, float, float]:
    """The light a colour sends, red, green and blue from 0 to 1 (sRGB, IEC 61966-2-1)."""
    red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue))  # type: ignore[return-value]


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2."""
    lights = sorted(sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(x), strict=True)) for x in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


SEEN_BY = {
    "everybody": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
}
"""Machado, Oliveira and Fernandes 2009, severity 1."""


def lab(colour: str, eyes: str) -> tuple[float, float, float]:
    """A colour in CIELAB, as some eyes see it."""
    light = linear(colour)
    r, g, b = (min(max(sum(w * c for w, c in zip(line, light, strict=True)), 0), 1) for line in SEEN_BY[eyes])
    xyz = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
    )
    x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("eyes", SEEN_BY)
@pytest.mark.parametrize("is_dark", [False, True])
def test_the_colours_of_categories_can_be_told_apart(eyes: str, is_dark: bool) -> None:
    colours = [theme.DARK[c] if is_dark else c for c in theme.CATEGORY]
    for one, other in itertools.combinations(colours, 2):
        assert math.dist(lab(one, eyes), lab(other, eyes)) > 25, (one, other)


@pytest.mark.parametrize("is_dark", [False, True])
def test_marks_and_texts_stand_out_from_the_ground(is_dark: bool) -> None:
    def of(colour: str) -> str:
        return theme.DARK[colour] if is_dark else colour

    for colour in (*theme.CATEGORY, theme.REST):
        assert contrast(of(colour), of(theme.GROUND)) >= 3, colour
    for colour in (theme.INK, theme.MUTED, theme.ALARM):
        assert contrast(of(colour), of(theme.GROUND)) >= 4.5, colour
    for step, colour in enumerate(theme.RAMP):
        ink = theme.ON_MUCH if step >= theme.DARK_FROM else theme.ON_LITTLE
        assert contrast(of(ink), of(colour)) >= 4.5, colour


def test_every_colour_has_a_dark_one() -> None:
    named = {theme.INK, theme.MUTED, theme.GRID, theme.GROUND, theme.ALARM, theme.REST, *theme.CATEGORY, *theme.RAMP}
    assert theme.DARK.keys() == named | {theme.ON_LITTLE, theme.ON_MUCH}
    assert all(f'[fill="{c}"]' in theme.dark_rules() for c in theme.DARK)
