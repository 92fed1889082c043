"""Numbers on axes: how far an axis reaches, what lies beyond it, its ticks, its bins, its steps of colour.

Promises: one value a thousand times the others does not squeeze these into a corner; what that leaves out is returned
to be counted, never dropped in silence.

What must not move in: which column, which words (`pictures`), how a mark looks (`drawing`).
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.charts.files import Scale

OUTER = 0.02
"""Share of the values at each end that may be outliers; at least one value is."""
SQUEEZED, SQUEEZED_OF_MANY, MANY = 8.0, 2.0, 100
"""An axis that grows by this factor for its outer values is not drawn for them; sooner where there are many values."""
FEWEST = 5
"""Below this many values all are drawn to scale."""

_FURTHEST = 1e300
"""The span between two numbers is a number up to here."""

BINS = (44, 28)
"""Columns and rows into which marks are counted where there are too many of them."""


@dataclass(frozen=True, slots=True)
class Reach:
    """From where to where an axis goes."""

    low: float
    high: float
    scale: Scale

    def held(self, value: float) -> float:
        """The value, or the axis's end that it lies beyond."""
        return min(max(value, self.low), self.high)

    def position(self, value: float) -> float:
        """Where a value lies, 0 to 1."""
        low, high, at = (_along(v, self.scale) for v in (self.low, self.high, value))
        return (at - low) / (high - low) if high > low else 0.5

    def value(self, position: float) -> float:
        """The value at a position from 0 to 1."""
        low, high = _along(self.low, self.scale), _along(self.high, self.scale)
        at = low + position * (high - low)
        return 10.0**at if self.scale is Scale.LOG else at

    def ticks(self, most: int = 10) -> list[float] | None:
        """Where a logarithmic axis has its ticks: 1, 2 and 5, or decades alone where that is too many. Else None."""
        if self.scale is not Scale.LOG:
            return None
        first, last = math.floor(_along(self.low, self.scale)), math.ceil(_along(self.high, self.scale))
        steps = (1, 2, 5) if 3 * (last - first) < most else (1,)
        every = max(1, math.ceil((last - first) / most))
        exponents = range(first, last + 1, every)
        ticks = [float(f"{m}e{e}") for e in exponents for m in steps]
        within = [t for t in ticks if self.low * 0.999 <= t <= self.high * 1.001]
        return within if len(within) > 1 else [self.low, self.high]


def reach(values: Sequence[float], scale: Scale) -> Reach:
    """How far an axis goes that shows these values; outliers that would squeeze the others lie beyond it."""
    if not values:
        return Reach(0.0, 1.0, Scale.LINEAR)
    along = sorted(_along(v, scale) for v in values)
    low, high = max(along[0], -_FURTHEST), min(along[-1], _FURTHEST)
    outer = max(1, int(OUTER * len(along)))
    if len(along) >= FEWEST:
        most = SQUEEZED_OF_MANY if len(along) >= MANY else SQUEEZED
        low = _drawn_in(low, along[outer], along[-1 - outer], -1, most)
        high = _drawn_in(high, along[-1 - outer], along[outer], 1, most)
    if scale is Scale.SHARE:
        low, high = min(low, 0.0), max(high, 1.0)
    margin = (high - low) * 0.04 or (0.3 if scale is Scale.LOG else abs(high) * 0.1 or 1.0)
    if scale is not Scale.SHARE:
        low, high = low - margin, high + margin
    return Reach(10.0**low, 10.0**high, scale) if scale is Scale.LOG else Reach(low, high, scale)


def _drawn_in(end: float, inner: float, other_inner: float, sign: int, most: float) -> float:
    """The axis's end: that of all values, or nearer where only few and far ones lie there."""
    core = abs(inner - other_inner)
    if core == 0 or abs(end - inner) <= most * core:
        return end
    return inner + sign * core


def step_ends(most: float, scale: Scale, steps: int) -> list[float]:
    """The lowest value of each step of colour: even steps of a share, even steps of the logarithm of a count."""
    if scale is Scale.SHARE:
        return [n / steps for n in range(steps)]
    return [float(e) for e in sorted({max(1, math.ceil(most ** (n / steps) - 1e-9)) for n in range(steps)})]


def step_of(value: float, ends: Sequence[float]) -> int:
    """Which step a value has."""
    return max(bisect.bisect_right(ends, value) - 1, 0)


def step_names(ends: Sequence[float], most: float, scale: Scale) -> list[str]:
    """What the legend says of each step."""
    if scale is Scale.SHARE:
        return [f"{100 * low:.0f}–{100 * high:.0f} %" for low, high in zip(ends, [*ends[1:], 1.0], strict=True)]
    return [_span(int(low), int(high) - 1) for low, high in zip(ends, [*ends[1:], most + 1], strict=True)]


def _span(low: int, high: int) -> str:
    return f"{low:,}" if high <= low else f"{low:,}–{high:,}"


def _along(value: float, scale: Scale) -> float:
    return math.log10(value) if scale is Scale.LOG else value
