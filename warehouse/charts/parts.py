"""What drawings are made of: sizes, words that fit, scales with their axes, legends.

Promises: text of strangers is cut and made printable before it gets into a drawing, and no two categories share a
label.

What must not move in: a whole plot (`warehouse.charts.plane`, `warehouse.charts.rows`).
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from warehouse import theme
from warehouse.charts.axes import Reach
from warehouse.charts.files import Axis, Scale
from warehouse.charts.marks import OTHERS, Mark
from warehouse.charts.pictures import Picture
from warehouse.plain_text import columns_of, cut, cut_apart

LETTER = 0.56
"""Width of a letter, as a share of its size. Of the 1,433 parents that the corpus names, in Liberation Sans, the mean
is 0.48, 95 of 100 are below 0.54 and the widest has 0.59."""
ROW = 20
"""Pixels between categories."""
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")


@dataclass(frozen=True, slots=True)
class Look:
    """Sizes of one rendering."""

    width: int
    label: int  # columns of text that a label may take
    size: int  # of text
    panels: int  # side by side
    height: int
    ticks: int  # about as many on an axis


WIDE = Look(width=720, label=38, size=12, panels=2, height=320, ticks=10)
NARROW = Look(width=350, label=25, size=12, panels=1, height=260, ticks=4)


def plot(values: Sequence[Mapping[str, Any]]) -> alt.Chart:
    """A plot of these values, without marks yet."""
    data: Any = alt.Data  # has no annotations in Altair 6.3
    return alt.Chart(data(values=list(values)))


def wrapped(text: str, look: Look, size: int | None = None) -> list[str]:
    """Text in lines as wide as the picture."""
    return textwrap.wrap(cut(text, 600), int(look.width / (LETTER * 0.94 * (size or look.size))))


def pixels(texts: Sequence[str], look: Look) -> int:
    """How much room texts take."""
    return int(max(map(columns_of, texts), default=0) * LETTER * (look.size - 1)) + 6


def along(axis: Axis, reach: Reach, look: Look, *, title: bool = True) -> dict[str, Any]:
    """Type, scale and axis of a position that is a number."""
    kind: Any = {Scale.LOG: "log", Scale.DATE: "utc"}.get(axis.scale, "linear")
    form = {Scale.LOG: _log_format(reach), Scale.SHARE: "~%", Scale.DATE: "%Y-%m"}.get(axis.scale)
    more: dict[str, Any] = {"tickCount": look.ticks}
    if ticks := reach.ticks(look.ticks):
        more = {"values": ticks}
    if form:
        more["format"] = form
    return {
        "type": "temporal" if axis.scale is Scale.DATE else "quantitative",
        "scale": alt.Scale(type=kind, domain=[reach.low, reach.high], nice=False, zero=False),
        "axis": alt.Axis(
            title=wrapped(axis.label, look) if title else None, labelOverlap=True, labelSeparation=6, **more
        ),
    }


def _log_format(reach: Reach) -> str:
    return "~e" if reach.low < 1e-4 or reach.high >= 1e6 else ",~f"


def names_of(picture: Picture, look: Look) -> dict[str, str]:
    """What the legend calls each category that has a colour."""
    return cut_apart(picture.colours, look.label)


def colour(picture: Picture, look: Look, *, has_legend: bool = True) -> Any:
    """The colour of categories, with a legend; one colour where there are none."""
    shown = list(names_of(picture, look).values())
    if not shown:
        return alt.value(theme.CATEGORY[0])
    axis = picture.chart.colour
    legend = alt.Legend(
        title=axis.label if axis else None,
        columns=max(1, look.width // (pixels(shown, look) + 24)),
        direction="horizontal",
        symbolType="circle",
    )
    hues = [theme.REST if c == OTHERS else theme.CATEGORY[n] for n, c in enumerate(picture.colours)]
    return alt.Color("colour:N", scale=alt.Scale(domain=shown, range=hues), legend=legend if has_legend else None)


def shape(picture: Picture, look: Look) -> Any:
    """A shape beside each colour, for those who tell colours badly apart."""
    shown = list(names_of(picture, look).values())
    if not shown:
        return alt.value("circle")
    return alt.Shape("colour:N", scale=alt.Scale(domain=shown, range=list(SHAPES[: len(shown)])), legend=None)


def steps(picture: Picture, look: Look, title: str, *, has_legend: bool = True) -> Any:
    """The colour of squares, little to much."""
    legend = alt.Legend(title=title, direction="horizontal", symbolType="square", columns=5 if look is WIDE else 3)
    return alt.Color("step:N", scale=_step_scale(picture), legend=legend if has_legend else None)


def step_outlines(picture: Picture) -> Any:
    """The same for outlines."""
    return alt.Stroke("step:N", scale=_step_scale(picture), legend=None)


def _step_scale(picture: Picture) -> alt.Scale:
    return alt.Scale(domain=list(picture.steps), range=list(theme.RAMP[-len(picture.steps) :]))


def style(mark: Mark) -> str:
    """How a mark is drawn: beyond an axis's end, hollow for too few data, or solid."""
    return "beyond" if mark.is_beyond else "hollow" if mark.is_thin else "solid"


STYLES = (("solid", True), ("hollow", False), ("beyond", True))
"""The styles, and whether their marks are filled."""
