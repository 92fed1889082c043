"""Points, lines and counted squares on a plane of two numbers.

Promises: no line is drawn through rows with too few data, and none between runs where the picture refuses an effect.

What must not move in: how far an axis goes (`warehouse.charts.axes`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from warehouse import theme
from warehouse.charts.axes import Reach
from warehouse.charts.files import Kind
from warehouse.charts.marks import Mark, Panel
from warehouse.charts.parts import STYLES, Look, along, colour, names_of, plot, shape, steps, style
from warehouse.charts.pictures import Picture

MANY = 100
"""Marks from which on they are drawn translucent."""
MANY_LINES = 25
NEAR = 0.015
"""Share of an axis within which marks hide each other."""
CROWDED = 150
"""Marks up to which those that hide each other are counted beside them."""


@dataclass(frozen=True, slots=True)
class _Plane:
    """One panel with its axes."""

    picture: Picture
    panel: Panel
    look: Look
    x: dict[str, Any]
    y: dict[str, Any]
    has_legend: bool

    @property
    def colour(self) -> Any:
        """The colour of this panel's marks."""
        return colour(self.picture, self.look, has_legend=self.has_legend)


def draw_plane(picture: Picture, panel: Panel, look: Look, width: int, *, has_legend: bool) -> Any:
    """One panel of points or lines."""
    chart = picture.chart
    assert chart.x is not None
    assert isinstance(panel.x, Reach)
    assert isinstance(panel.y, Reach)
    x, y = along(chart.x, panel.x, look), along(chart.y, panel.y, look)
    plane = _Plane(picture, panel, look, x, y, has_legend)
    layers = _diagonal(plane, panel.x) if chart.diagonal else []
    layers += [_squares(plane)] if panel.is_binned else [*_lines(plane), *_points(plane)]
    height = min(look.height, width) if chart.diagonal else look.height
    return alt.layer(*layers).properties(width=width, height=height)


def _points(plane: _Plane) -> list[Any]:
    panel, is_lines = plane.panel, plane.picture.chart.kind is Kind.LINES
    opacity = 0.45 if len(panel.marks) > MANY else 0.9
    size = 10 if is_lines and len(panel.marks) > MANY // 5 else 30 if len(panel.marks) > MANY else 55
    layers: list[Any] = []
    for word, filled in STYLES:
        members = [m for m in panel.marks if style(m) == word]
        if not members:
            continue
        marked = plot(_values(plane, members)).mark_point(filled=filled, size=size, opacity=opacity, strokeWidth=1.5)
        form = alt.value("triangle-right") if word == "beyond" else shape(plane.picture, plane.look)
        layers.append(_placed(marked, plane).encode(color=plane.colour, shape=form))
    return [*layers, *_crowds(plane)]


def _crowds(plane: _Plane) -> list[Any]:
    """How many marks lie where some hide each other."""
    panel = plane.panel
    assert isinstance(panel.x, Reach)
    assert isinstance(panel.y, Reach)
    if plane.picture.chart.kind is Kind.LINES or len(panel.marks) > CROWDED:
        return []
    crowds: dict[tuple[float, float], list[Mark]] = {}
    for m in panel.marks:
        at = panel.x.position(float(m.x)), panel.y.position(float(m.y))
        near = (place for place in crowds if abs(place[0] - at[0]) < NEAR and abs(place[1] - at[1]) < NEAR)
        crowds.setdefault(next(near, at), []).append(m)
    values = [{"x": ms[0].x, "y": ms[0].y, "text": f"×{len(ms)}"} for ms in crowds.values() if len(ms) > 1]
    if not values:
        return []
    marked = plot(values).mark_text(align="left", dx=7, color=theme.MUTED, fontSize=plane.look.size - 1)
    return [_placed(marked, plane).encode(text="text:N")]


def _values(plane: _Plane, marks: Sequence[Mark]) -> list[dict[str, Any]]:
    names = names_of(plane.picture, plane.look)
    return [{"x": m.x, "y": m.y, "colour": names.get(m.colour, "")} for m in marks]


def _placed(marked: alt.Chart, plane: _Plane) -> alt.Chart:
    return marked.encode(x=alt.X("x", **plane.x), y=alt.Y("y", **plane.y))


def _lines(plane: _Plane) -> list[Any]:
    """Lines through the marks of one run; through those of one group where its rates vary."""
    chart = plane.picture.chart
    if chart.kind is not Kind.LINES and (chart.joined is None or plane.picture.is_refused):
        return []
    pieces = _pieces(plane.panel.marks)
    values = [value | {"line": n} for n, piece in enumerate(pieces) for value in _values(plane, piece)]
    if not values:
        return []
    width, opacity = (1.5, 0.8) if len(pieces) < MANY_LINES else (1, 0.35)
    marked = plot(values).mark_line(strokeWidth=width, opacity=opacity)
    hue = plane.colour if chart.kind is Kind.LINES else alt.value(theme.MUTED)
    return [_placed(marked, plane).encode(color=hue, detail="line:N")]


def _pieces(marks: Sequence[Mark]) -> list[list[Mark]]:
    """The marks that one line joins: neighbours along x, broken where there are too few data."""
    pieces: list[list[Mark]] = []
    last: Mark | None = None
    for mark in sorted(marks, key=lambda m: (m.line, m.x)):
        if last is None or mark.line != last.line or mark.is_thin or last.is_thin:
            pieces.append([])
        pieces[-1].append(mark)
        last = mark
    return [piece for piece in pieces if len({m.x for m in piece}) > 1]


def _diagonal(plane: _Plane, reach: Reach) -> list[Any]:
    """Where the two axes' values are equal."""
    text = plane.picture.chart.diagonal
    base = _placed(
        plot([{"x": reach.low, "y": reach.low, "text": ""}, {"x": reach.high, "y": reach.high, "text": text}]), plane
    )
    said = base.mark_text(align="right", dx=-10, dy=6, color=theme.MUTED, fontSize=plane.look.size)
    return [base.mark_line(color=theme.MUTED, strokeDash=[4, 4], strokeWidth=1), said.encode(text="text:N")]


def _squares(plane: _Plane) -> Any:
    """How many marks lie where, in place of the marks."""
    names = plane.picture.steps
    values = [
        {"x": m.ends[0], "x2": m.ends[1], "y": m.ends[2], "y2": m.ends[3], "step": names[m.step]}
        for m in plane.panel.marks
    ]
    marked = _placed(plot(values).mark_rect(strokeWidth=0), plane)
    return marked.encode(
        x2="x2", y2="y2", color=steps(plane.picture, plane.look, "rows in a square", has_legend=plane.has_legend)
    )
