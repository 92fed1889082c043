"""The commands that only look: read, status, tables, sql, answers, answer.

Promises: nothing is written but the output that was asked for; a query sees the build that is current when it starts.

What must not move in: a view's SQL (`sql/`), how rows are laid out (`etl.output`, `warehouse.formats`).
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import difflib
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from etl.output import Failed, put_rows, say, terminal_width
from etl.printing import table_text
from etl.reading import read_card
from etl.settings import Settings
from etl.summary import COLUMNS, TABLES, answers_text, reading_text, status_text
from warehouse.answers import answer_named, answers, unmatched
from warehouse.answers import query as answer_query
from warehouse.database import Session, open_warehouse, run_query
from warehouse.formats import jsonable
from warehouse.lake import Lake, now


def show_card(args: argparse.Namespace, settings: Settings) -> int:
    """What one card states."""
    content = sys.stdin.buffer.read() if args.file == Path("-") else args.file.read_bytes()
    reading = read_card(content, model_id=args.model_id or _model_id(args.file))
    if args.json:
        tables = {name: reading.records(name) for name in reading.tables}
        whole = {"model_id": reading.model_id, "card": dataclasses.asdict(reading.card), "tables": tables}
        print(json.dumps(jsonable(whole), ensure_ascii=False, indent=1))
    else:
        sys.stdout.write(reading_text(reading))
    return 0


def show_status(args: argparse.Namespace, settings: Settings) -> int:
    """What lies in the home."""
    sys.stdout.write(status_text(Lake(settings.home), now()))
    return 0


def show_tables(args: argparse.Namespace, settings: Settings) -> int:
    """The tables and views, or the columns of one."""
    with contextlib.closing(open_warehouse(settings.home)) as con:
        found = run_query(con, COLUMNS, [args.name]) if args.name else run_query(con, TABLES)
        if not found.rows:
            near = difflib.get_close_matches(args.name, [name for name, _ in run_query(con, TABLES).rows], n=1)
            raise Failed(f"there is no table '{args.name}'" + (f"; did you mean {near[0]}?" if near else ""))
    sys.stdout.write(table_text(found.columns, found.rows, terminal_width()))
    return 0


def run_sql(args: argparse.Namespace, settings: Settings) -> int:
    """A query's rows."""
    query = sys.stdin.read() if args.query == "-" else args.query
    with contextlib.closing(open_warehouse(settings.home)) as con:
        put_rows(con, query, form=args.format, output=args.output, seconds=args.seconds)
    return 0


def list_answers(args: argparse.Namespace, settings: Settings) -> int:
    """The questions, by theme."""
    sys.stdout.write(answers_text(answers()))
    return 0


def show_answer(args: argparse.Namespace, settings: Settings) -> int:
    """One answer's rows; for people also its question, and what must be known of it."""
    answer = answer_named(args.name)
    parameters = dict(args.parameters)
    query, values = answer_query(answer, parameters)
    with contextlib.closing(open_warehouse(settings.home)) as con:
        if args.plot is not None:
            _plot(con, answer.name, parameters, args.plot)
        if args.format == "table":
            say(f"{answer.question} ({answer.grain})")
        n_rows = put_rows(con, query, values, form=args.format, output=args.output)
        if args.format == "table":
            if not n_rows:
                say("no rows: no card in this warehouse states what is asked, or none as it was asked")
            say(f"caveats: {answer.caveats}")
        for sentence in unmatched(con, parameters):
            say(sentence)
    return 0


def _plot(con: Session, name: str, parameters: Mapping[str, str], file: Path) -> None:
    from warehouse.charts.drawing import (
        check_place,
        write_picture,
    )  # Altair takes longer to load than most commands run
    from warehouse.charts.of_answers import chart_of, picture_of

    check_place(file)
    chart_of(name)
    write_picture(file, picture_of(con, name, parameters))
    say(f"wrote {file}")


def _model_id(file: Path) -> str:
    """owner/name from the path owner/name/README.md; what there is of it, where there is less."""
    return "/".join(file.resolve().parts[1:-1][-2:]) or "local/card"
