"""The picture of an answer as it stands in a warehouse now.

What must not move in: how it is drawn (`warehouse.charts.drawing`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from warehouse.answers import answer_named, ask
from warehouse.charts.files import Chart, charts
from warehouse.charts.pictures import Picture, picture
from warehouse.charts.words import Record
from warehouse.database import Session, WarehouseError


class NoChart(WarehouseError):
    """The answer declares no chart."""


def chart_of(name: str) -> Chart:
    """The chart that an answer declares. Raises NoSuchAnswer, NoChart."""
    answer_named(name)
    if name not in charts():
        raise NoChart(f"{name} is better read than looked at: it has no sql/answers/{name}.chart.toml")
    return charts()[name]


def picture_of(con: Session, name: str, parameters: Mapping[str, str] | None = None) -> Picture:
    """The picture of one answer, its parameters set or at their defaults. Raises as `ask` does, and NoChart."""
    chart_of(name)
    return picture_of_rows(con, name, ask(con, name, parameters).records(), parameters or {})


def picture_of_rows(con: Session, name: str, rows: Sequence[Record], parameters: Mapping[str, str]) -> Picture:
    """The same, of rows that were asked for already."""
    chart = chart_of(name)
    return picture(chart, answer_named(name), rows, _judge(con, chart, parameters), parameters)


def _judge(con: Session, chart: Chart, parameters: Mapping[str, str]) -> Record | None:
    """The row of the answer that judges the picture, asked with the parameters that it shares."""
    if chart.judged_by is None:
        return None
    shared = dict(answer_named(chart.judged_by.answer).defaults)
    rows = ask(con, chart.judged_by.answer, {k: v for k, v in parameters.items() if k in shared}).records()
    return rows[0] if rows else None
