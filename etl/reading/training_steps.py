"""Training logs: tables by step or epoch -> one row per metric and log row."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Container, Iterator, Sequence

from etl.cards import Card, Row, Section, TableBlock
from etl.reading import values
from etl.reading.context import Context
from etl.reading.logs.log_columns import Columns, log_columns
from etl.reading.logs.printed_logs import printed_tables
from etl.reading.words.metric_names import metric_name
from warehouse.schema import EvalMetric, Source, TrainingStep


def read_training_steps(context: Context, summary: Sequence[EvalMetric] = ()) -> Iterator[TrainingStep]:
    """The rows of every log in the card. `summary`: the headline results, which may name a nameless column."""
    log = 0
    known: set[tuple[object, ...]] = set()
    found = [
        (section, block, columns)
        for section, block in _tables(context.card)
        if (columns := log_columns(section, block))
    ]
    in_order = _stand_for_runs(context, [(section, block) for section, block, _ in found])
    for number, (_, block, columns) in enumerate(found):
        printed = _printed(context, block) if len(found) > 1 else ()
        if printed in known:
            context.note("log_repeated", Source.TABLE, block.line, "training log", " | ".join(columns.names))
            continue
        known.add(printed)
        columns = _named(context, block, columns, summary)
        run = number if in_order else context.runs.at(block.rows[0].line)
        rows = list(_log(context, block, columns, log, run))
        _check_order(context, rows, summary)
        if rows:
            yield from rows
            log += 1


def _printed(context: Context, block: TableBlock) -> tuple[object, ...]:
    """All that a log says, and of which model: no second run has the same losses."""
    heads = block.header.words if block.header else ()
    return context.subject_at(block.rows[0].line), heads, tuple([row.cells for row in block.rows])


def _stand_for_runs(context: Context, logs: Sequence[tuple[Section, TableBlock]]) -> bool:
    """Whether as many logs as there are runs stand below all settings: the first stage's log, then the second's."""
    count = context.runs.count
    if count < 2 or len(logs) != count or any(section is not logs[0][0] for section, _ in logs):
        return False
    return context.runs.begins[-1][0] < logs[0][1].line


def _tables(card: Card) -> Sequence[tuple[Section, TableBlock]]:
    """The card's tables, printed ones among them, in its order."""
    printed, tables = list(printed_tables(card)), card.of(TableBlock)
    return sorted([*tables, *printed], key=lambda found: found[1].line) if printed else tables


def _named(context: Context, block: TableBlock, columns: Columns, summary: Sequence[EvalMetric]) -> Columns:
    """The columns, a blank header named after the one headline result that equals its last value and has no column.

    The Trainer (all versions) cuts a header before its first underscore, so that `kl` loses its whole name (TRL 0.8's
    KTOTrainer): all such keys fall into one blank column, which shows the last of them. Where another column's last
    value is not its headline's, the columns are in another order than their headers, and nothing is recovered.
    """
    if columns.names.count("") != 1:
        return columns
    at = columns.names.index("")
    known = set(map(metric_name, columns.names))
    last = next((r.words[at] for r in reversed(block.rows) if at < len(r.words) and r.words[at]), "")
    fits = [m for m in summary if m.value_text == last and _log_metric(m.metric, known) not in known]
    if not last or len({m.raw_name for m in fits}) != 1 or _contradicts(block.rows[-1], columns, summary):
        context.note("blank_header", Source.TABLE, block.line, "training log", last)
        return columns
    context.note("blank_header_recovered", Source.TABLE, block.line, "training log", f"{fits[0].raw_name}: {last}")
    return dataclasses.replace(columns, names=(*columns.names[:at], fits[0].raw_name, *columns.names[at + 1 :]))


def _log_metric(headline: str, columns: Container[str]) -> str:
    """The name under which a log shows a headline result: the Trainer's `Loss` is its `Validation Loss`."""
    return "validation_loss" if headline == "loss" and "validation_loss" in columns else headline


def _contradicts(last: Row, columns: Columns, summary: Sequence[EvalMetric]) -> bool:
    """Whether the last row shows another value than the headline under a column that the headline names."""
    names = [metric_name(name) for name in columns.names]
    stated = {_log_metric(m.metric, names): m.value_text for m in summary}
    shown = [(name, text) for name, text in zip(names, last.words, strict=False) if name in stated]
    return any(stated[name] != text for name, text in shown)


def _check_order(context: Context, rows: Sequence[TrainingStep], summary: Sequence[EvalMetric]) -> None:
    """Note a last row whose values are the headline results' values, but under each other's headers.

    The Trainer places cells by position: a later log entry with its keys in another order lands under the wrong
    headers, and only the headline list still tells. What the table says is kept as it stands.
    """
    if not rows or not summary:
        return
    last = {r.metric: r for r in rows if r.position == rows[-1].position}
    stated = {m.metric: m.value_text for m in summary if m.metric in last}
    wrong = [name for name, text in stated.items() if last[name].value_text != text]
    if len(wrong) > 1 and Counter(last[n].value_text for n in wrong) == Counter(stated[n] for n in wrong):
        line = rows[-1].line
        context.note("row_order_differs", Source.TABLE, line, "training log", ", ".join(wrong))


def _log(context: Context, block: TableBlock, columns: Columns, log: int, run: int | None) -> Iterator[TrainingStep]:
    names = _numbered(columns.names)
    taken = [(i, name, columns.names[i]) for i, name in enumerate(names) if name and name not in ("step", "epoch")]
    subject = context.subject_at(block.rows[0].line)  # of the whole table: pasted cards begin at headings
    for position, row in enumerate(block.rows):
        cells = row.words
        if len(cells) != len(names):
            code = "short_log_row" if len(cells) < len(names) else "long_log_row"
            context.note(code, Source.TABLE, row.line, "training log", " | ".join(row.cells))
        step = values.whole(_at(cells, columns.step))
        epoch = values.number(_at(cells, columns.epoch))
        for i, name, raw_name in taken:
            if i < len(cells) and (text := cells[i]):
                yield TrainingStep(
                    about=subject.about, about_model=subject.model, run=run, source=Source.TABLE, line=row.line,
                    log=log, position=position, step=step, epoch=epoch, metric=name, raw_name=raw_name,
                    value=values.number(text), value_text=text,
                )  # fmt: skip


def _numbered(headers: Sequence[str]) -> list[str]:
    """The headers' canonical names, each once: the second column of a name is `name_2`, so that both are kept."""
    out: list[str] = []
    for header in headers:
        name, times = metric_name(header), 2
        stem = name
        while name and name in out:
            name, times = f"{stem}_{times}", times + 1
        out.append(name)
    return out


def _at(cells: Sequence[str], index: int | None) -> str | None:
    return cells[index] if index is not None and index < len(cells) else None
