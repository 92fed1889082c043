"""Bars, dots, ranges and squares: one row of the plot per category.

Promises: what a row rests on stands at its right; a row without a value says why; rows with too few data look it.

What must not move in: which categories are drawn and in which order (`warehouse.charts.marks`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from warehouse import theme
from warehouse.charts.axes import Reach
from warehouse.charts.files import Kind
from warehouse.charts.marks import JOINT, Mark, Panel
from warehouse.charts.parts import (
    LETTER,
    ROW,
    STYLES,
    Look,
    along,
    colour,
    names_of,
    pixels,
    plot,
    shape,
    step_outlines,
    steps,
    style,
)
from warehouse.charts.pictures import Picture
from warehouse.plain_text import columns_of, cut, cut_apart

COLUMN_LABEL = 16
"""Columns of text that a label below squares may take."""
WIDEST_SQUARE = 64
OUTSIDE = 8
"""Pixels between the plot and what stands outside it."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """One panel with its categories' labels and the width of its plot."""

    picture: Picture
    panel: Panel
    look: Look
    labels: Mapping[str, str]
    width: int
    has_legend: bool

    @property
    def colour(self) -> Any:
        """The colour of this panel's marks."""
        return colour(self.picture, self.look, has_legend=self.has_legend)

    @property
    def y(self) -> Any:
        """The categories' axis."""
        names = list(self.labels.values())
        axis = alt.Axis(title=None, ticks=False, domain=False, labelOverlap=False, offset=6)
        return alt.Y("y:N", sort=names, axis=axis, scale=alt.Scale(domain=names))

    def x(self, field: str = "x") -> Any:
        """The numbers' axis."""
        assert self.picture.chart.x is not None
        assert isinstance(self.panel.x, Reach)
        return alt.X(field, **along(self.picture.chart.x, self.panel.x, self.look))

    def value(self, mark: Mark, **more: Any) -> dict[str, Any]:
        """A mark's row, and more."""
        return {"y": self.labels[str(mark.y)], **more}

    def text(self, **more: Any) -> dict[str, Any]:
        """How text beside marks looks."""
        return {"align": "left", "color": theme.MUTED, "fontSize": self.look.size - 1, **more}


def draw_rows(picture: Picture, panel: Panel, look: Look, *, has_legend: bool) -> Any:
    """One panel of bars, dots, ranges or squares."""
    assert isinstance(panel.y, tuple)
    labels = cut_apart(panel.y, look.label, JOINT)
    room = look.width - _beside(picture, look) - 10
    if isinstance(panel.x, tuple):
        room = min(room, WIDEST_SQUARE * len(panel.x))
    rows = _Rows(picture, panel, look, labels, max(room, 90), has_legend)
    layers = _DRAWN[picture.chart.kind](rows)
    layers += _heading(rows)
    if picture.chart.kind is not Kind.TILES:
        layers += [*_notes(rows), *_numbers(rows)]
    return alt.layer(*layers).properties(width=rows.width, height=ROW * len(labels))


def _beside(picture: Picture, look: Look) -> int:
    """Pixels that labels and numbers take, the same for every panel, so that these stand in line."""
    labels = [label for p in picture.panels for label in cut_apart(_categories(p), look.label, JOINT).values()]
    left = pixels([*labels, picture.chart.y.label[: look.label]], look)
    if picture.chart.kind is Kind.TILES:
        return left + 20
    return left + pixels([*(m.n for p in picture.panels for m in p.marks), picture.n_header], look) + OUTSIDE


def _categories(panel: Panel) -> tuple[str, ...]:
    assert isinstance(panel.y, tuple)
    return panel.y


def _heading(rows: _Rows) -> list[Any]:
    """What the categories are, above them."""
    text = cut(rows.picture.chart.y.label, rows.look.label)
    marked = plot([{"text": text}]).mark_text(**rows.text(align="right", fontStyle="italic"))
    return [marked.encode(x=alt.value(-OUTSIDE - 3), y=alt.value(-8), text="text:N")]


def _notes(rows: _Rows) -> list[Any]:
    """Why there is nothing to see in a row."""
    values = [
        rows.value(m, text=cut(m.note, int(rows.width / (LETTER * rows.look.size)))) for m in rows.panel.marks if m.note
    ]
    if not values:
        return []
    ground = rows.text(stroke=theme.GROUND, strokeWidth=4)
    base = plot(values).encode(x=alt.value(6), y=rows.y, text="text:N")
    return [base.mark_text(**ground), base.mark_text(**rows.text())]


def _numbers(rows: _Rows) -> list[Any]:
    """How much each row rests on, at its right."""
    values = [rows.value(m, text=m.n) for m in {m.y: m for m in rows.panel.marks if m.n}.values()]
    if not values:
        return []
    at = alt.value(rows.width + OUTSIDE)
    head = plot([{"text": rows.picture.n_header}]).mark_text(**rows.text(fontStyle="italic"))
    return [
        plot(values).mark_text(**rows.text()).encode(x=at, y=rows.y, text="text:N"),
        head.encode(x=at, y=alt.value(-8), text="text:N"),
    ]


def _bars(rows: _Rows) -> list[Any]:
    names = names_of(rows.picture, rows.look)
    order = {name: n for n, name in enumerate(rows.picture.colours)}
    layers: list[Any] = []
    for is_thin in (False, True):
        values = [
            rows.value(m, x=m.x, colour=names.get(m.colour, ""), order=order.get(m.colour, 0))
            for m in rows.panel.marks
            if not m.note and m.is_thin is is_thin
        ]
        if values:
            marked = plot(values).mark_bar(height=ROW - 6, fillOpacity=0.4 if is_thin else 1)
            layers.append(marked.encode(x=rows.x(), y=rows.y, color=rows.colour, order="order:Q"))
    return layers


def _dots(rows: _Rows) -> list[Any]:
    names = names_of(rows.picture, rows.look)
    layers = _rules(rows)
    for word, filled in STYLES:
        members = [m for m in rows.panel.marks if not m.note and style(m) == word]
        if members:
            values = [rows.value(m, x=m.x, colour=names.get(m.colour, "")) for m in members]
            marked = plot(values).mark_point(filled=filled, size=60, opacity=0.9)
            form = alt.value("triangle-right") if word == "beyond" else shape(rows.picture, rows.look)
            layers.append(marked.encode(x=rows.x(), y=rows.y, color=rows.colour, shape=form))
    return layers


def _rules(rows: _Rows) -> list[Any]:
    """Vertical lines at values worth comparing with."""
    values = [{"x": at, "text": text} for at, text in rows.picture.chart.rules]
    if not values:
        return []
    base = plot(values).encode(x=rows.x())
    text = base.mark_text(**rows.text(align="center")).encode(y=alt.value(-22), text="text:N")
    return [base.mark_rule(color=theme.MUTED, strokeDash=[4, 4]), text]


def _ranges(rows: _Rows) -> list[Any]:
    layers: list[Any] = []
    for is_thin in (False, True):
        members = [m for m in rows.panel.marks if not m.note and m.is_thin is is_thin]
        if members:
            layers += _ranges_of(rows, members, is_thin)
    return layers


def _ranges_of(rows: _Rows, marks: Sequence[Mark], is_thin: bool) -> list[Any]:
    """A line from the least to the greatest, a bar over the quartiles, a dot in the middle; two dots without one."""
    hue, last = theme.CATEGORY[0], len(marks[0].ends) - 1
    base = plot([rows.value(m, **{f"x{n}": v for n, v in enumerate(m.ends)}) for m in marks]).encode(y=rows.y)
    dash: dict[str, Any] = {"strokeDash": [3, 3]} if is_thin else {}
    layers: list[Any] = [base.mark_rule(color=hue, strokeWidth=1.5, **dash).encode(x=rows.x("x0"), x2=f"x{last}")]
    if last == 4:
        quartiles = base.mark_bar(height=8, color=hue, fillOpacity=0.12 if is_thin else 0.35)
        layers.append(quartiles.encode(x=rows.x("x1"), x2="x3"))
    dot = base.mark_point(filled=not is_thin, size=50, color=hue, opacity=1)
    layers += [dot.encode(x=rows.x(f"x{n}")) for n in ((0, 1) if last == 1 else (last // 2,))]
    return [*layers, *_ends_beyond(rows, marks)]


def _ends_beyond(rows: _Rows, marks: Sequence[Mark]) -> list[Any]:
    """Triangles where a range goes on beyond the axis."""
    assert isinstance(rows.panel.x, Reach)
    layers: list[Any] = []
    for form, end, edge in (("triangle-left", 0, rows.panel.x.low), ("triangle-right", -1, rows.panel.x.high)):
        values = [rows.value(m, x=edge) for m in marks if m.is_beyond and m.ends[end] == edge]
        if values:
            marked = plot(values).mark_point(filled=True, shape=form, size=50, color=theme.CATEGORY[0], opacity=1)
            layers.append(marked.encode(x=rows.x(), y=rows.y))
    return layers


def _tiles(rows: _Rows) -> list[Any]:
    """Squares in steps of colour; those with too few data are outlined."""
    chart, panel = rows.picture.chart, rows.panel
    assert isinstance(panel.x, tuple)
    assert chart.value is not None
    columns = cut_apart(panel.x, min(rows.look.label, COLUMN_LABEL))
    names = list(columns.values())
    title = chart.x.label if chart.x else None
    angle = 0 if pixels(names, rows.look) < rows.width / len(names) else -50
    overlap: Any = False if rows.width / len(names) >= rows.look.size else "greedy"
    axis = alt.Axis(title=title, labelAngle=angle, ticks=False, domain=False, labelOverlap=overlap)
    x = alt.X("x:N", sort=names, scale=alt.Scale(domain=names), axis=axis)
    hue = steps(rows.picture, rows.look, chart.value.label, has_legend=rows.has_legend)
    layers: list[Any] = []
    for is_thin in (False, True):
        members = [m for m in panel.marks if m.is_thin is is_thin]
        values = [rows.value(m, x=columns[str(m.x)], step=rows.picture.steps[m.step]) for m in members]
        if values:
            outline = {"stroke": step_outlines(rows.picture)} if is_thin else {}
            layers.append(_square(plot(values), is_thin).encode(x=x, y=rows.y, color=hue, **outline))
    if _is_written(rows, len(columns)):
        layers += _texts(rows, columns, x)
    return layers


def _square(base: alt.Chart, is_thin: bool) -> alt.Chart:
    outlined: dict[str, Any] = {"width": {"band": 0.84}, "height": {"band": 0.8}, "fillOpacity": 0, "strokeWidth": 2}
    drawn: alt.Chart = base.mark_rect(**(outlined if is_thin else {"strokeWidth": 0}))
    return drawn


def _is_written(rows: _Rows, n_columns: int) -> bool:
    """Whether the squares are wide enough for their numbers."""
    widest = max(columns_of(m.text) for m in rows.panel.marks)
    return rows.width / n_columns >= widest * LETTER * (rows.look.size - 2) + 5


def _texts(rows: _Rows, columns: Mapping[str, str], x: Any) -> list[Any]:
    """The squares' numbers, in ink that stands out from them."""
    shift = len(theme.RAMP) - len(rows.picture.steps)
    layers: list[Any] = []
    for ink in (theme.INK, theme.ON_LITTLE, theme.ON_MUCH):
        members = [m for m in rows.panel.marks if _ink(m, shift) == ink]
        values = [rows.value(m, x=columns[str(m.x)], text=m.text) for m in members]
        if values:
            text = plot(values).mark_text(color=ink, fontSize=rows.look.size - 2)
            layers.append(text.encode(x=x, y=rows.y, text="text:N"))
    return layers


def _ink(mark: Mark, shift: int) -> str:
    if mark.is_thin:
        return theme.INK
    return theme.ON_MUCH if mark.step + shift >= theme.DARK_FROM else theme.ON_LITTLE


_DRAWN: Mapping[Kind, Callable[[_Rows], list[Any]]] = {
    Kind.BARS: _bars,
    Kind.DOTS: _dots,
    Kind.RANGES: _ranges,
    Kind.TILES: _tiles,
}
