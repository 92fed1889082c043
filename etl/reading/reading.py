"""The whole reading of one card, in the order of its steps."""

from __future__ import annotations

import dataclasses
import gc
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from etl.cards import Card, parse_card
from etl.cards.inline import plain
from etl.reading import front_matter, secrets, values
from etl.reading.context import OWN, Context, Subject
from etl.reading.eval_metrics import read_summary
from etl.reading.eval_tables import read_eval_tables
from etl.reading.framework_versions import read_framework_versions
from etl.reading.generator import read_generator
from etl.reading.hyperparameters import read_hyperparameters, rows_of
from etl.reading.lineage.started_from import started_from
from etl.reading.model_index import measured_here, read_model_index
from etl.reading.models.this_model import ThisModel
from etl.reading.quantized_files import read_quantized_files
from etl.reading.relations import other_models, read_relations
from etl.reading.results.told_results import read_told_results
from etl.reading.runs import assign_runs
from etl.reading.subjects.about import copied_from, pasted_parts
from etl.reading.subjects.restated import restated_original
from etl.reading.training_methods import read_training_methods
from etl.reading.training_steps import read_training_steps
from warehouse.schema import FACT_TABLES, About, CardReading, Fact, Finding, Source

MAX_FINDINGS_OF_A_CODE = 1_000
"""A card of a hundred thousand unclosed comments has that to say once."""


_WITH_NUMBERS = ("hyperparameters", "eval_metrics", "training_steps")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one card states.

    `card` is the card as a whole; `tables` has the fact rows by table name (all of FACT_TABLES, findings included),
    each table's rows in the card's order.
    """

    model_id: str
    card: CardReading
    tables: Mapping[str, Sequence[Fact]]

    def records(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table as mappings, with model_id, card_blob and position as they stand in the warehouse."""
        head = {"model_id": self.model_id, "card_blob": self.card.card_blob}
        out = []
        for position, row in enumerate(self.tables[table]):
            ordinal = {"position": position} if FACT_TABLES[table].ordinal else {}
            out.append({**head, **ordinal, **dataclasses.asdict(row)})
        return out


def read_card(content: bytes, *, model_id: str) -> Reading:
    """Everything that the bytes of a README.md state, for the repo `model_id`. Pure; never raises for any bytes."""
    with collector_paused():
        return _read(parse_card(content), model_id)


@contextmanager
def collector_paused() -> Iterator[None]:
    """While cards are read the garbage collector pauses.

    Reading makes many objects and next to no cycles; to walk them again and again as they grow costs a fifth of the
    time of a card, three fifths of a large one's.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _read(card: Card, model_id: str) -> Reading:
    context = Context(card, model_id)
    if card.status == "ok":
        context.subject = copied_from(card, model_id)
        if context.subject is OWN and (original := restated_original(card, model_id.casefold())):
            context.subject, context.is_restated = Subject(About.REPRINTED, original), True
        context.parts = pasted_parts(card, model_id, context.subject)
    tables = _facts(context)
    versions = tables["framework_versions"]
    generator, version = read_generator(context, versions)  # type: ignore[arg-type]
    found = secrets.secrets_in(card)
    tables["findings"] = _findings(context, tables, found)
    whole = CardReading(
        model_id=model_id,
        card_blob=card.blob,
        card_status=card.status,
        card_bytes=card.size,
        card_title=plain(card.title) if card.title else None,
        card_generator=generator,
        card_generator_version=version,
        license=front_matter.license_of(context),
        library_name=front_matter.first(context, "library_name", "library"),
        pipeline_tag=front_matter.first(context, "pipeline_tag", "pipeline-tag"),
        about=context.subject.about,
        about_model=context.subject.model,
        body_digest=card.body_digest(),
    )
    if found:
        begins = secrets.beginnings(card.text, found)
        whole = secrets.masked_row(whole, begins)
        tables = {name: [secrets.masked_row(row, begins) for row in rows] for name, rows in tables.items()}
    if card.received is not None:
        tables = {name: _as_received(rows, card.received) for name, rows in tables.items()}
    return Reading(model_id, whole, {name: tuple(tables[name]) for name in FACT_TABLES})


def _as_received(rows: Sequence[Fact], received: Sequence[int]) -> list[Fact]:
    """The rows of a card that was put back on lines, with the lines that it came on."""
    return [row if row.line is None else dataclasses.replace(row, line=received[row.line - 1]) for row in rows]


def _facts(context: Context) -> dict[str, list[Fact]]:
    """The fact rows by table, without findings."""
    relations = list(read_relations(context))
    this = ThisModel(context, other_models(relations))
    context.runs, statements = assign_runs(read_hyperparameters(context, this))
    settings = [row for statement, run in statements for row in rows_of(context, statement, run)]
    summary = list(read_summary(context))
    steps = list(read_training_steps(context, summary))
    tabled = list(read_eval_tables(context, this))
    metrics = [*summary, *measured_here(read_model_index(context), tabled), *tabled, *read_told_results(context)]
    return {
        "hyperparameters": list(settings),
        "eval_metrics": list(metrics),
        "training_steps": [*steps],
        "framework_versions": list(read_framework_versions(context)),
        "training_methods": list(read_training_methods(context, settings, metrics, steps)),
        "model_tags": list(front_matter.read_tags(context)),
        "model_languages": list(front_matter.read_languages(context)),
        "model_datasets": list(front_matter.read_datasets(context)),
        "model_relations": [*relations, *started_from(context, settings, relations)],
        "quantized_files": list(read_quantized_files(context)),
    }


def _findings(context: Context, tables: Mapping[str, Sequence[Any]], found_secrets: Sequence[int]) -> list[Fact]:
    """Notes of the parser and findings of the readers, by line; printed secrets counted."""
    card: Card = context.card
    found = [
        Finding(
            source=Source.FRONT_MATTER if note.place == "front_matter" else Source.PROSE,
            line=note.line,
            code=note.code,
            place=note.place or None,
            excerpt=note.excerpt[:160] or None,
        )
        for note in card.notes
    ]
    found += context.findings
    found += _repaired_numbers(tables)
    found += [
        Finding(source=Source.PROSE, line=line, code="secret_masked", place=None, excerpt=secrets.MASK)
        for line in _lines_of(card, found_secrets)
    ]
    return _bounded(sorted(found, key=lambda f: f.line or 0))


def _repaired_numbers(tables: Mapping[str, Sequence[Any]]) -> list[Finding]:
    """The card's first number of each kind that is not written as a number is."""
    found: dict[str, Finding] = {}
    for name in _WITH_NUMBERS:
        for row in [row for row in tables[name] if (text := row.value_text) and text.strip(values.PLAIN)]:
            for code in values.repairs(row.value_text):
                if code not in found:
                    found[code] = Finding(
                        source=row.source, line=row.line, code=code, place=name, excerpt=row.value_text[:160]
                    )
    return list(found.values())


def _bounded(found: Sequence[Finding]) -> list[Fact]:
    """The findings, of each code the first thousand; what was left out is a finding, too."""
    counts: Counter[str] = Counter()
    kept: list[Fact] = []
    for finding in found:
        counts[finding.code] += 1
        if counts[finding.code] <= MAX_FINDINGS_OF_A_CODE:
            kept.append(finding)
    cut = [(code, count) for code, count in counts.items() if count > MAX_FINDINGS_OF_A_CODE]
    return kept + [
        Finding(source=Source.PROSE, line=None, code="findings_cut", place=code, excerpt=f"{count} found")
        for code, count in cut
    ]


def _lines_of(card: Card, offsets: Sequence[int]) -> list[int]:
    """The lines on which these offsets into the card's text stand."""
    if not offsets:
        return []
    ends = list(accumulate(len(line) + 1 for line in card.lines))
    return [bisect_right(ends, offset) + 1 for offset in offsets]
