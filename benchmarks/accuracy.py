"""`sql/field_accuracy.csv`: how well each kind of fact is read, as last measured, for every warehouse to tell.

`make score` writes it; a build takes it in as the table `field_accuracy`. Figures, kinds and tools' names only: nothing
of the labelled cards themselves.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Protocol

from benchmarks.corpus import ROOT
from etl.tables import READER_VERSION
from warehouse.lake import now, write_text
from warehouse.schema import FIELD_ACCURACY, LAKE_TABLES, MODELS, FieldAccuracy

FILE = ROOT / "sql" / "field_accuracy.csv"

ALL = "*"
"""Cards of every writer."""

TABLES = {
    "front matter: base_model": "model_relations",
    "front matter: datasets": "model_datasets",
    "front matter: language": "model_languages",
    "front matter: tags": "model_tags",
    "lineage in body": "model_relations",
    "training_method": "training_methods",
}
"""Kinds of facts whose scorer does not begin with the table's name."""


class Measured(Protocol):
    """A share of a kind of facts, as `benchmarks.score.Figure`."""

    @property
    def name(self) -> str:
        """`kind: recall`, `kind: precision`, or a tool and a table."""

    @property
    def share(self) -> float:
        """What came out right."""

    @property
    def count(self) -> int:
        """Of how many."""


def of_labels(
    labels: str, generator: str, figures: Iterable[Measured], *, at: datetime | None = None
) -> Iterator[FieldAccuracy]:
    """The rows of hand-labelled cards: recall and precision of each kind that was met."""
    kinds: dict[str, dict[str, Measured]] = {}
    for figure in figures:
        kind, _, share = figure.name.rpartition(": ")
        kinds.setdefault(kind, {})[share] = figure
    for kind, found in kinds.items():
        recall, precision = found.get("recall"), found.get("precision")
        if (recall and recall.count) or (precision and precision.count):
            yield _row(labels, kind, table_of(kind), generator, recall, precision, at)


def of_tools(figures: Iterable[Measured], *, at: datetime | None = None) -> Iterator[FieldAccuracy]:
    """The rows of cards that tools wrote from facts that were given to them: each figure is `tool: table`."""
    for figure in figures:
        tool, _, kind = figure.name.partition(": ")
        if figure.count:
            yield _row("oracles", kind, table_of(kind), tool, figure, None, at)


def table_of(kind: str) -> str | None:
    """The table that holds a kind of facts; None where it is no one table."""
    word = TABLES.get(kind) or kind.partition(":")[0]
    return word if word in (*LAKE_TABLES, MODELS.name) else None


def write_accuracy(rows: Iterable[FieldAccuracy], file: Path = FILE) -> None:
    """Write the file, sorted by its key."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = [c.name for c in FIELD_ACCURACY.columns]
    writer.writerow(names)
    lines: Sequence[Mapping[str, object]] = [asdict(row) for row in rows]
    for line in sorted(lines, key=lambda line: [str(line[k]) for k in FIELD_ACCURACY.key]):
        writer.writerow([_text(line[name]) for name in names])
    write_text(file, out.getvalue())


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4f}"
    return value.strftime("%Y-%m-%d") if isinstance(value, datetime) else "" if value is None else str(value)


def _row(
    labels: str,
    kind: str,
    table: str | None,
    generator: str,
    recall: Measured | None,
    precision: Measured | None,
    at: datetime | None,
) -> FieldAccuracy:
    return FieldAccuracy(
        labels=labels,
        kind=kind,
        card_generator=generator,
        table_name=table,
        n_stated=recall.count if recall else None,
        recall=recall.share if recall and recall.count else None,
        n_said=precision.count if precision else None,
        precision=precision.share if precision and precision.count else None,
        measured_on=at or now(),
        reader_version=READER_VERSION,
    )
