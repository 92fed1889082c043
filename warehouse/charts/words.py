"""Values and sentences of pictures: what a value is called, and the lines below a title.

Promises: a line says how many runs and groups a picture rests on, and why it shows no effect where there is none to
show; the units are those of the answer's header.

What must not move in: which rows are drawn (`pictures`, `marks`), cutting and escaping (`drawing`).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from warehouse.charts.files import Chart, Kind, Scale
from warehouse.sql_files import SqlFile

Record: TypeAlias = Mapping[str, Any]
OrderKey: TypeAlias = tuple[int, float, tuple[tuple[int, float, str], ...]]

UNKNOWN = "not known"
FRAME = "frame_"
"""How the columns of an answer's sampling frame begin."""
DAY = 86_400_000
"""Milliseconds: dates are numbers to Vega."""

_THIN: Mapping[Kind, str] = {Kind.TILES: "outlined squares", Kind.BARS: "pale bars", Kind.RANGES: "dashed, hollow"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line below the title; an alarm says that the picture shows no effect."""

    text: str
    is_alarm: bool = False


def label(value: Any) -> str:
    """What a value is called as a category."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()[: 7 if value.day == 1 else 10]
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else f"{value:g}"
    return str(value)


def number(value: Any) -> float | None:
    """A value as a number, a date as milliseconds since 1970; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, date):
        return float((value.toordinal() - date(1970, 1, 1).toordinal()) * DAY)
    return float(value) if isinstance(value, int | float | Decimal) else None


def usable(value: Any, scale: Scale) -> float | str:
    """The number to draw on an axis, or why there is none."""
    found = number(value)
    if found is None:
        return "without a value"
    if not math.isfinite(found):
        return "not finite"
    if scale is Scale.LOG and found <= 0:
        return "zero or below, on a logarithmic axis"
    return found


def order_key(value: Any) -> OrderKey:
    """A key that sorts numbers by size, versions by their numbers (4.9 before 4.10), and what is not known last."""
    if value is None:
        return 2, 0.0, ()
    found = number(value)
    if found is not None:
        return 0, math.inf if math.isnan(found) else found, ()
    parts = re.findall(r"\d+|\D+", str(value)[:200])
    return 1, 0.0, tuple((0, float(p), "") if p.isascii() and p.isdigit() else (1, 0.0, p) for p in parts)


def counted(n: int, things: str) -> str:
    """1 run, 12 runs."""
    return f"{n:,} {things.removesuffix('s') if n == 1 else things}"


def units(answer: SqlFile) -> tuple[str, str]:
    """What the answer counts: runs and groups, or repos and authors; as the columns' meanings say."""
    meanings = dict(answer.columns)
    runs = re.search(r"runs|repos|cards", meanings.get("n_runs", ""))
    groups = re.search(r"groups|authors|originals", meanings.get("n_groups", ""))
    return runs[0] if runs else "runs", groups[0] if groups else "groups"


def n_of(row: Record) -> str:
    """How much one row rests on: runs and groups."""
    if row.get("n_runs") is None or row.get("n_groups") is None:
        return ""
    return f"{row['n_runs']:,} · {row['n_groups']:,}"


def about_n(answer: SqlFile, rows: Sequence[Record]) -> Line:
    """How much the picture rests on."""
    if not rows:
        return Line("no rows")
    runs, groups = units(answer)
    if "canonical_run_id" in rows[0] and "group_id" in rows[0]:
        n_runs, n_groups = (len({r[c] for r in rows}) for c in ("canonical_run_id", "group_id"))
        return Line(f"{counted(n_runs, runs)} in {counted(n_groups, groups)}")
    if "n_runs" in rows[0] and "n_groups" in rows[0]:
        spans = " and ".join(_span([r[c] for r in rows], u) for c, u in (("n_runs", runs), ("n_groups", groups)))
        return Line(spans if len(rows) == 1 else f"{len(rows):,} rows, each of {spans}")
    if "model_id" in rows[0]:
        return Line(f"{counted(len(rows), 'rows')} of {counted(len({r['model_id'] for r in rows}), 'repos')}")
    return Line(counted(len(rows), "rows"))


def _span(values: Sequence[int | None], unit: str) -> str:
    known = [int(v) for v in values if v is not None] or [0]
    low, high = min(known), max(known)
    return counted(high, unit) if low == high else f"{low:,} to {high:,} {unit}"


def about_frame(rows: Sequence[Record]) -> list[Line]:
    """From all repos to those used, where the answer says so and all rows say the same."""
    names = [name for name in rows[0] if name.startswith(FRAME)] if rows else []
    frames = {tuple(r[name] for name in names) for r in rows}
    if not names or len(frames) != 1:
        return []
    steps = zip(names, frames.pop(), strict=True)
    return [Line("repos: " + " › ".join(f"{n:,} {frame_word(name)}" for name, n in steps if n is not None))]


def frame_word(column: str) -> str:
    """What a column of the sampling frame counts: listed, fetched, readable, ..."""
    return column.removeprefix(FRAME).replace("_", " ")


def about_thin(rows: Sequence[Record], kind: Kind) -> list[Line]:
    """Which rows have too few data, and why."""
    thin = [r for r in rows if r.get("enough_data") is False]
    if not thin:
        return []
    why = Counter(str(r.get("reason")) for r in thin).most_common(2)
    told = ", ".join(reason for reason, _ in why) + (" and so on" if len({r.get("reason") for r in thin}) > 2 else "")
    if len(thin) == len(rows):
        return [Line(f"Too few data in every row to conclude from: {told}.", is_alarm=True)]
    return [Line(f"{_THIN.get(kind, 'hollow')}: too few data ({len(thin):,} of {len(rows):,} rows: {told})")]


def verdict(chart: Chart, judge: Record | None) -> list[Line]:
    """What the answer that judges the picture says: the effect, or why there is none."""
    if chart.judged_by is None or judge is None:
        return []
    effect = number(judge.get(chart.judged_by.effect))
    if judge.get("enough_data") is not True:
        return [Line(f"No effect is shown: {judge.get('reason') or 'too few data'}.", is_alarm=True)]
    if effect is None:
        return []
    error = number(judge.get(chart.judged_by.error or ""))
    within = "" if error is None else f", standard error {error:.2g}"
    return [Line(f"{chart.judged_by.label}: {effect:+.3g}{within}")]


def tile_text(value: float, scale: Scale) -> str:
    """What stands in a square: per cent of a share, else a short number."""
    if scale is Scale.SHARE:
        return f"{100 * value:.0f}" if value == 0 or value >= 0.005 else "<1"
    if abs(value) >= 10_000:
        return f"{value / 1000:,.0f}k"
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 100 else f"{value:.2g}"
