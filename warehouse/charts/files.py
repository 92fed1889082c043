"""The files `sql/answers/NAME.chart.toml`: how an answer is drawn, declared beside its SQL.

Promises: a chart names only columns that the answer's header has; whatever else is wrong with a file is an error that
names the file, the place and, for a misspelt word, the nearest right one.

What must not move in: rows (`warehouse.charts.pictures`), how a mark looks (`warehouse.charts.drawing`).
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from warehouse.sql_files import SqlFile, sql_files

COUNT = "*"
"""In place of a column of bars: how many rows of the answer there are."""


class Kind(StrEnum):
    """What kinds of charts there are."""

    POINTS = "points"  # one mark per row at x and y
    LINES = "lines"  # one line per `line`, its points at x and y
    BARS = "bars"  # a bar per category y; several columns in x are stacked
    DOTS = "dots"  # a dot per category y and column in x
    RANGES = "ranges"  # per category y a line over the columns in x: 2 ends, with a middle 3, with quartiles 5
    TILES = "tiles"  # a coloured square per category x and y; several columns in value stand side by side


class Scale(StrEnum):
    """How values lie along an axis."""

    LINEAR = "linear"
    LOG = "log"
    SHARE = "share"  # 0 to 1, written as per cent
    DATE = "date"
    TEXT = "text"  # categories in the answer's order; several columns are joined
    NUMBERED = "numbered"  # categories in the order of the numbers in them: 4.9 before 4.10


CATEGORIES = (Scale.TEXT, Scale.NUMBERED)

_TOP = {"kind", "title", "x", "y", "value", "colour", "panel", "line", "joined", "top", "order", "only", "note"}
_KEYS = _TOP | {"diagonal", "rules", "judged_by"}
_AXIS_KEYS = {"columns", "names", "label", "scale"}
_OWED: Mapping[Kind, tuple[str, ...]] = {
    Kind.POINTS: ("x", "y"),
    Kind.LINES: ("x", "y", "line"),
    Kind.BARS: ("x", "y"),
    Kind.DOTS: ("x", "y"),
    Kind.RANGES: ("x", "y"),
    Kind.TILES: ("y", "value"),
}


class ChartFileError(Exception):
    """A chart's file is not what it has to be; the message names it."""


@dataclass(frozen=True, slots=True)
class Axis:
    """What lies along one axis: columns, what they are called, and the unit in its label."""

    columns: tuple[str, ...]
    label: str
    scale: Scale
    names: tuple[str, ...]

    @property
    def is_count(self) -> bool:
        """Whether rows are counted."""
        return self.columns == (COUNT,)


@dataclass(frozen=True, slots=True)
class Judge:
    """The answer of one row that says whether the picture shows an effect, and which column is that effect."""

    answer: str
    effect: str
    label: str
    error: str | None = None  # the column with the effect's standard error


@dataclass(frozen=True, slots=True)
class Chart:
    """How one answer is drawn."""

    answer: str
    kind: Kind
    title: str
    y: Axis
    x: Axis | None = None
    value: Axis | None = None
    colour: Axis | None = None
    panel: str | None = None
    line: str | None = None
    joined: str | None = None
    top: int = 25
    order: str | None = None
    only: tuple[tuple[str, Any], ...] = ()
    note: str = ""
    diagonal: str = ""
    rules: tuple[tuple[float, str], ...] = ()
    judged_by: Judge | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of the answer that the chart names, but for COUNT."""
        axes = [a for a in (self.x, self.y, self.value, self.colour) if a is not None]
        named = [c for a in axes for c in a.columns if c != COUNT]
        named += [c for c in (self.panel, self.line, self.joined, self.order) if c is not None]
        return tuple(dict.fromkeys([*named, *(c for c, _ in self.only)]))


@cache
def charts() -> Mapping[str, Chart]:
    """The chart of every answer that declares one, by the answer's name."""
    folder = files("sql").joinpath("answers")
    texts = {f.name.removesuffix(".chart.toml"): f for f in folder.iterdir() if f.name.endswith(".chart.toml")}
    known = {a.name: a for a in sql_files("answers")}
    strangers = sorted(texts.keys() - known)
    if strangers:
        raise ChartFileError(f"sql/answers/{strangers[0]}.chart.toml: there is no answer {strangers[0]!r}")
    return {name: read_chart(known[name], texts[name].read_text(encoding="utf-8"), known) for name in sorted(texts)}


def read_chart(answer: SqlFile, text: str, answers: Mapping[str, SqlFile]) -> Chart:
    """One chart file, read against its answer's header. Raises ChartFileError."""
    where = f"sql/answers/{answer.name}.chart.toml"
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ChartFileError(f"{where}: {error}") from None
    _check_words(given, _KEYS, where, "a chart")
    for key in ("kind", "title"):
        if key not in given:
            raise ChartFileError(f"{where}: the chart says no {key}")
    kind = _word(Kind, given["kind"], where)
    missing = [key for key in _OWED[kind] if key not in given]
    if missing:
        raise ChartFileError(f"{where}: {kind} need {' and '.join(missing)}")
    try:
        chart = _chart(answer.name, kind, given, where)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise ChartFileError(f"{where}: {error!r}") from None
    _check_columns(chart, answer, answers, where)
    return chart


def _chart(answer: str, kind: Kind, given: Mapping[str, Any], where: str) -> Chart:
    axes = {name: _axis(given[name], f"{where}: [{name}]") for name in ("x", "y", "value", "colour") if name in given}
    judge = Judge(**given["judged_by"]) if "judged_by" in given else None
    plain = {key: given[key] for key in ("panel", "line", "joined", "top", "order", "note", "diagonal") if key in given}
    return Chart(
        answer=answer,
        kind=kind,
        title=given["title"],
        y=axes["y"],
        x=axes.get("x"),
        value=axes.get("value"),
        colour=axes.get("colour"),
        only=tuple(sorted(given.get("only", {}).items())),
        rules=tuple((float(rule["at"]), str(rule["label"])) for rule in given.get("rules", ())),
        judged_by=judge,
        **plain,
    )


def _axis(given: Mapping[str, Any], where: str) -> Axis:
    _check_words(given, _AXIS_KEYS, where, "an axis")
    columns = tuple(given["columns"])
    names = tuple(given.get("names", columns))
    if len(names) != len(columns):
        raise ChartFileError(f"{where} has {len(columns)} columns and {len(names)} names")
    return Axis(columns, given["label"], _word(Scale, given.get("scale", "linear"), where), names)


def _check_columns(chart: Chart, answer: SqlFile, answers: Mapping[str, SqlFile], where: str) -> None:
    _check_words(chart.columns, {name for name, _ in answer.columns}, where, f"the answer {answer.name}")
    judge = chart.judged_by
    if judge is None:
        return
    _check_words([judge.answer], set(answers), where, "the list of answers")
    owed = [judge.effect, *([judge.error] if judge.error else []), "enough_data", "reason"]
    _check_words(owed, {name for name, _ in answers[judge.answer].columns}, where, f"the answer {judge.answer}")


def _check_words(given: Iterable[str], known: set[str], where: str, what: str) -> None:
    for word in given:
        if word not in known:
            close = difflib.get_close_matches(word, known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"it has {', '.join(sorted(known))}"
            raise ChartFileError(f"{where}: {what} has no {word!r}; {hint}")


def _word(kind: type[Any], given: str, where: str) -> Any:
    known = [str(k) for k in kind]
    _check_words([given], set(known), where, f"the list of {kind.__name__.lower()}s")
    return kind(given)
