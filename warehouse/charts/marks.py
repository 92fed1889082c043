"""From rows to the marks of one plot: points and lines on a plane, bars, dots and ranges by category, squares.

Promises: a row that is not drawn is counted with its reason; what lies beyond an axis's end stands at the edge and is
marked so; more marks than can be told apart are counted in squares.

What must not move in: the words below a title (`words`), colours and sizes (`drawing`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from warehouse.charts.axes import BINS, Reach, reach
from warehouse.charts.files import Axis, Chart, Kind, Scale
from warehouse.charts.words import Record, label, n_of, order_key, tile_text, usable

MOST_MARKS = 500
"""Marks of one panel that are drawn one by one; more are counted in squares, because they hide each other."""
MOST_COLUMNS = 48
OTHERS = "others"
JOINT = " · "
"""Between the parts of a category that several columns make."""

Losses: TypeAlias = Counter[str]
"""What is not drawn, by reason."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that is drawn. Texts are as the answer has them: who draws cuts and escapes them."""

    x: float | str = ""
    y: float | str = ""
    ends: tuple[float, ...] = ()  # of a range; of a square's value; of a square on a plane: x, x2, y, y2
    colour: str = ""
    line: str = ""
    step: int = 0
    text: str = ""
    n: str = ""
    note: str = ""  # what stands where nothing can be drawn
    is_thin: bool = False
    is_beyond: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """One plot of a picture."""

    title: str
    marks: tuple[Mark, ...]
    x: Reach | tuple[str, ...]
    y: Reach | tuple[str, ...]
    is_binned: bool = False


def panel(chart: Chart, title: str, rows: Sequence[Record], colours: tuple[str, ...], losses: Losses) -> Panel:
    """One plot of these rows; what is not drawn is added to `losses`."""
    if chart.kind in (Kind.POINTS, Kind.LINES):
        return _plane(chart, title, rows, colours, losses)
    if chart.kind is Kind.TILES:
        return _tiles(chart, title, rows, losses)
    if chart.kind is Kind.BARS:
        return _bars(chart, title, rows, colours, losses)
    return _spread(chart, title, rows, colours, losses)


def joined(row: Record, axis: Axis) -> str:
    """A row's category along an axis."""
    if len(axis.columns) == 1:
        return label(row[axis.columns[0]])
    return JOINT.join("?" if row[c] is None else label(row[c]) for c in axis.columns)


def _x(chart: Chart) -> Axis:
    assert chart.x is not None
    return chart.x


def _colour(chart: Chart, row: Record, colours: tuple[str, ...]) -> str:
    if chart.colour is None:
        return ""
    name = joined(row, chart.colour)
    return name if name in colours else OTHERS


def _is_thin(row: Record) -> bool:
    return row.get("enough_data") is False


# -- a plane ----------------------------------------------------------------------------------------------


def _plane(chart: Chart, title: str, rows: Sequence[Record], colours: tuple[str, ...], losses: Losses) -> Panel:
    """Points and lines: both axes are numbers."""
    line = chart.line or chart.joined
    marks: list[Mark] = []
    for row in rows:
        x, y = usable(row[_x(chart).columns[0]], _x(chart).scale), usable(row[chart.y.columns[0]], chart.y.scale)
        why = [v for v in (x, y) if isinstance(v, str)]
        if why:
            losses[why[0]] += 1
            continue
        name = label(row[line]) if line else ""
        marks.append(Mark(x, y, colour=_colour(chart, row, colours), line=name, is_thin=_is_thin(row)))
    x_reach, y_reach = _reaches(chart, marks)
    held = tuple(_held(m, x_reach, y_reach) for m in marks)
    if len(held) <= MOST_MARKS:
        return Panel(title, held, x_reach, y_reach)
    return Panel(title, tuple(_binned(held, x_reach, y_reach)), x_reach, y_reach, is_binned=True)


def _reaches(chart: Chart, marks: Sequence[Mark]) -> tuple[Reach, Reach]:
    """How far both axes go; equally far where the picture compares the two."""
    xs, ys = [float(m.x) for m in marks], [float(m.y) for m in marks]
    if chart.diagonal:
        both = reach(xs + ys, _x(chart).scale)
        return both, both
    return reach(xs, _x(chart).scale), reach(ys, chart.y.scale)


def _held(mark: Mark, x: Reach, y: Reach) -> Mark:
    held = (x.held(float(mark.x)), y.held(float(mark.y)))
    return replace(mark, x=held[0], y=held[1], is_beyond=held != (mark.x, mark.y))


def _binned(marks: Iterable[Mark], x: Reach, y: Reach) -> list[Mark]:
    """Squares of the plane with how many marks lie in each, in `text`."""
    columns, rows = BINS
    places: Counter[tuple[int, int]] = Counter()
    beyond: set[tuple[int, int]] = set()
    for mark in marks:
        column, row = int(x.position(float(mark.x)) * columns), int(y.position(float(mark.y)) * rows)
        place = min(column, columns - 1), min(row, rows - 1)
        places[place] += 1
        if mark.is_beyond:
            beyond.add(place)
    return [
        Mark(
            ends=(x.value(c / columns), x.value((c + 1) / columns), y.value(r / rows), y.value((r + 1) / rows)),
            text=str(n),
            is_beyond=(c, r) in beyond,
        )
        for (c, r), n in sorted(places.items())
    ]


# -- categories -------------------------------------------------------------------------------------------


def _by_category(chart: Chart, rows: Sequence[Record], losses: Losses) -> dict[str, list[Record]]:
    """The rows of each category along y, of the first `top` categories."""
    members: dict[str, list[Record]] = {}
    for row in rows:
        members.setdefault(joined(row, chart.y), []).append(row)
    first = list(members)[: chart.top]
    left = sum(map(len, members.values())) - sum(len(members[name]) for name in first)
    if left:
        losses[f"after the first {len(first)} of {len(members):,} categories"] += left
    return {name: members[name] for name in _in_order(chart.y, {name: members[name][0] for name in first})}


def _in_order(axis: Axis | None, first_rows: Mapping[str, Record]) -> list[str]:
    """Categories as they come, or by the numbers in them. `first_rows`: a row of each."""
    if axis is None or axis.scale is not Scale.NUMBERED:
        return list(first_rows)
    return sorted(first_rows, key=lambda name: [order_key(first_rows[name][c]) for c in axis.columns])


def _bars(chart: Chart, title: str, rows: Sequence[Record], colours: tuple[str, ...], losses: Losses) -> Panel:
    """Bars from zero, stacked where a category has several."""
    by_category = _by_category(chart, rows, losses)
    marks = [m for name, members in by_category.items() for m in _bars_of(chart, name, members, colours, losses)]
    lengths = dict.fromkeys(by_category, 0.0)
    for mark in marks:
        lengths[str(mark.y)] += 0.0 if mark.note else float(mark.x)
    high = max(lengths.values(), default=0.0) or 1.0
    return Panel(title, tuple(marks), Reach(0.0, high, Scale.LINEAR), tuple(by_category))


def _bars_of(chart: Chart, name: str, rows: Sequence[Record], colours: tuple[str, ...], losses: Losses) -> list[Mark]:
    if not _x(chart).is_count:
        return _marks_of(chart, name, rows, colours, losses)
    found = Counter(_colour(chart, row, colours) for row in rows)
    return [Mark(y=name, x=float(n), colour=c, n=f"{len(rows):,}") for c, n in found.items()]


def _spread(chart: Chart, title: str, rows: Sequence[Record], colours: tuple[str, ...], losses: Losses) -> Panel:
    """Dots and ranges along x."""
    by_category = _by_category(chart, rows, losses)
    marks = [m for name, members in by_category.items() for m in _marks_of(chart, name, members, colours, losses)]
    numbers = [v for m in marks if not m.note for v in (m.ends or (float(m.x),))]
    x = reach([*numbers, *(at for at, _ in chart.rules if numbers)], _x(chart).scale)
    return Panel(title, tuple(_held_along(m, x) for m in marks), x, tuple(by_category))


def _held_along(mark: Mark, x: Reach) -> Mark:
    if mark.note:
        return mark
    if mark.ends:
        ends = tuple(map(x.held, mark.ends))
        return replace(mark, ends=ends, is_beyond=ends != mark.ends)
    held = x.held(float(mark.x))
    return replace(mark, x=held, is_beyond=held != mark.x)


def _marks_of(chart: Chart, name: str, rows: Sequence[Record], colours: tuple[str, ...], losses: Losses) -> list[Mark]:
    """The marks of one category."""
    marks: list[Mark] = []
    for row in rows:
        mark = Mark(y=name, is_thin=_is_thin(row), n=n_of(row) if len(rows) == 1 else "")
        marks += _marks_of_row(chart, row, mark, colours, losses)
    return marks


def _marks_of_row(chart: Chart, row: Record, mark: Mark, colours: tuple[str, ...], losses: Losses) -> list[Mark]:
    axis = _x(chart)
    values = [usable(row[c], axis.scale) for c in axis.columns]
    found = [v for v in values if not isinstance(v, str)]
    why = next((v for v in values if isinstance(v, str)), "")
    if not found or (chart.kind is Kind.RANGES and why):
        losses[why] += 1
        return [replace(mark, note=f"no value; {row['reason']}" if row.get("reason") else why)]
    if chart.kind is Kind.RANGES:
        return [replace(mark, ends=tuple(found), colour=_colour(chart, row, colours))]
    one = _colour(chart, row, colours) if len(axis.columns) == 1 else None
    named = zip(axis.names, values, strict=True)
    return [replace(mark, x=v, colour=name if one is None else one) for name, v in named if not isinstance(v, str)]


# -- squares ----------------------------------------------------------------------------------------------


def _tiles(chart: Chart, title: str, rows: Sequence[Record], losses: Losses) -> Panel:
    """Squares: a category along both axes, a number in each."""
    by_category = _by_category(chart, rows, losses)
    marks = [m for name, members in by_category.items() for row in members for m in _tiles_of(chart, name, row, losses)]
    first_rows = {joined(r, chart.x): r for r in reversed(rows)} if chart.x else {}
    drawn = dict.fromkeys(str(m.x) for m in marks)
    columns = (
        [c for c in _in_order(chart.x, dict(reversed(first_rows.items()))) if c in drawn] if chart.x else list(drawn)
    )
    if len(columns) > MOST_COLUMNS:
        left = set(columns[:-MOST_COLUMNS])
        losses[f"in columns before the last {MOST_COLUMNS}"] += sum(m.x in left for m in marks)
        marks, columns = [m for m in marks if m.x not in left], columns[-MOST_COLUMNS:]
    lines = dict.fromkeys(str(m.y) for m in marks)
    return Panel(title, tuple(marks), tuple(columns), tuple(c for c in by_category if c in lines))


def _tiles_of(chart: Chart, name: str, row: Record, losses: Losses) -> list[Mark]:
    assert chart.value is not None
    marks: list[Mark] = []
    for column, called in zip(chart.value.columns, chart.value.names, strict=True):
        value = usable(row[column], chart.value.scale)
        if isinstance(value, str):
            losses[value] += 1
            continue
        x = joined(row, chart.x) if chart.x else called
        text = tile_text(value, chart.value.scale)
        marks.append(Mark(x, name, ends=(value,), text=text, n=n_of(row), is_thin=_is_thin(row)))
    return marks
