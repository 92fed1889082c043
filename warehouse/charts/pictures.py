"""From an answer's rows to a picture: its panels, its colours, and the lines below its title.

Promises: a picture says how many runs and groups it rests on; rows with too few data are marked as such, and where a
summary refuses, its reason stands in the picture; whatever is not drawn (NULL, NaN, zero on a logarithmic axis,
categories after the first ones) is counted there.

What must not move in: a colour, a font, a size in pixels (`warehouse.charts.drawing`), SQL.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from warehouse.charts.axes import step_ends, step_names, step_of
from warehouse.charts.files import Chart, Kind, Scale
from warehouse.charts.marks import OTHERS, Losses, Mark, Panel, joined, panel
from warehouse.charts.words import (
    Line,
    Record,
    about_frame,
    about_n,
    about_thin,
    counted,
    label,
    number,
    units,
    verdict,
)
from warehouse.sql_files import SqlFile
from warehouse.theme import CATEGORY, RAMP

MOST_PANELS = 6


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn of one answer."""

    chart: Chart
    lines: tuple[Line, ...]
    panels: tuple[Panel, ...]
    colours: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    n_header: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether the picture says that nothing can be concluded from it."""
        return any(line.is_alarm for line in self.lines)


def picture(
    chart: Chart,
    answer: SqlFile,
    rows: Sequence[Record],
    judge: Record | None = None,
    given: Mapping[str, str] | None = None,
) -> Picture:
    """What to draw of an answer's rows. `judge`: the row of the chart's judge; `given`: parameters that were set."""
    losses: Losses = Counter()
    ordered = _ordered([r for r in rows if all(r[c] == wanted for c, wanted in chart.only)], chart)
    colours = _colours(chart, ordered)
    panels = [panel(chart, title, members, colours, losses) for title, members in _panels(chart, ordered, losses)]
    panels, steps = _stepped(chart, [p for p in panels if any(not m.note for m in p.marks)])
    refused = verdict(chart, judge)
    lines = [
        *refused,
        *_conditions(chart, given or {}),
        about_n(answer, ordered),
        *about_frame(ordered if judge is None else [judge]),
        *about_thin(ordered, chart.kind),
        *_about_losses(losses),
        *_about_beyond(panels),
        *([Line(chart.note)] if chart.note else []),
    ]
    header = _n_header(answer, chart, panels)
    lines.sort(key=lambda line: not line.is_alarm)
    return Picture(chart, tuple(lines), tuple(panels), _used(colours, panels), steps, header)


def _ordered(rows: Sequence[Record], chart: Chart) -> list[Record]:
    """The rows as they come, or the greatest first; what has no value comes last."""
    column = chart.order
    if column is None:
        return list(rows)
    return sorted(rows, key=lambda r: (number(r[column]) is None, -(number(r[column]) or 0.0)))


def _panels(chart: Chart, rows: Sequence[Record], losses: Losses) -> list[tuple[str, list[Record]]]:
    if chart.panel is None:
        return [("", list(rows))]
    members: dict[str, list[Record]] = {}
    for row in rows:
        members.setdefault(label(row[chart.panel]), []).append(row)
    ranked = sorted(members, key=lambda name: -len(members[name]))  # the fullest first
    dropped = [members[name] for name in ranked[MOST_PANELS:]]
    if dropped:
        losses[f"of {len(dropped):,} further {chart.panel}"] += sum(map(len, dropped))
    is_question = any(isinstance(row[chart.panel], bool) for row in rows)
    asked = f"{chart.panel.replace('_', ' ')}: " if is_question else ""
    return [(asked + name, members[name]) for name in ranked[:MOST_PANELS]]


def _colours(chart: Chart, rows: Sequence[Record]) -> tuple[str, ...]:
    """The categories that have a colour of their own, the most frequent ones; OTHERS last, where there are others."""
    if chart.kind is Kind.TILES:
        return ()
    axis = chart.colour
    if axis is None:
        has_parts = chart.kind in (Kind.BARS, Kind.DOTS) and chart.x is not None and len(chart.x.columns) > 1
        return chart.x.names if has_parts and chart.x else ()
    frequent = [name for name, _ in Counter(joined(r, axis) for r in rows).most_common()]
    return tuple(frequent) if len(frequent) <= len(CATEGORY) else (*frequent[: len(CATEGORY) - 1], OTHERS)


def _used(colours: tuple[str, ...], panels: Sequence[Panel]) -> tuple[str, ...]:
    used = {m.colour for p in panels for m in p.marks}
    return tuple(c for c in colours if c in used)


def _stepped(chart: Chart, panels: Sequence[Panel]) -> tuple[list[Panel], tuple[str, ...]]:
    """The panels with each square's step of colour, and what the steps are called."""
    in_squares = [p for p in panels if p.is_binned or chart.kind is Kind.TILES]
    if not in_squares:
        return list(panels), ()
    scale = chart.value.scale if chart.value else Scale.LINEAR
    most = max(_amount(m) for p in in_squares for m in p.marks)
    ends = step_ends(most, scale, len(RAMP))
    stepped = [
        replace(p, marks=tuple(replace(m, step=step_of(_amount(m), ends)) for m in p.marks)) if p in in_squares else p
        for p in panels
    ]
    return stepped, tuple(step_names(ends, most, scale))


def _amount(square: Mark) -> float:
    """What a square's colour shows: an answer's value, or how many marks lie in it."""
    return square.ends[0] if len(square.ends) == 1 else float(square.text)


def _n_header(answer: SqlFile, chart: Chart, panels: Sequence[Panel]) -> str:
    """What stands above the numbers at the right of categories."""
    if chart.kind is Kind.TILES or not any(m.n for p in panels for m in p.marks):
        return ""
    return "" if chart.x is not None and chart.x.is_count else " · ".join(units(answer))


def _conditions(chart: Chart, given: Mapping[str, str]) -> list[Line]:
    said = [f"{column} = {label(value)}" for column, value in (*chart.only, *given.items())]
    return [Line("only " + ", ".join(said))] if said else []


def _about_losses(losses: Losses) -> list[Line]:
    if not losses:
        return []
    return [Line("rows not drawn: " + "; ".join(f"{n:,} {why}" for why, n in losses.items()))]


def _about_beyond(panels: Sequence[Panel]) -> list[Line]:
    beyond = sum(m.is_beyond for p in panels for m in p.marks)
    return [Line(f"{counted(beyond, 'marks')} beyond the axes' ends, drawn at the edge as triangles")] if beyond else []
