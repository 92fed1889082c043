"""The command `cardhouse`: each command is one function here.

Promises: data go to stdout, everything else to stderr; 0 where all went well, 1 with one line where it did not, 2 for
bad arguments; never a traceback for what can be foreseen; progress shows only to a person.

What must not move in: how anything is done (`etl.stations`, `warehouse`), how it is laid out (`etl.printing`).
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import difflib
import io
import json
import os
import shlex
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from etl.arguments import check_together, make_parser
from etl.hub.crawl import CrawlReport
from etl.hub.forgetting import forget
from etl.output import put_rows, terminal_width
from etl.printing import printable, table_text
from etl.reading import read_card
from etl.settings import Settings
from etl.stations import SAMPLE, build, crawl, estimate
from etl.summary import (
    COLUMNS,
    FLAGSHIP,
    TABLES,
    answers_text,
    build_text,
    crawl_text,
    estimate_text,
    flagship_text,
    read_text,
    reading_text,
    seconds_text,
    served_text,
    sources_of,
    status_text,
    stored_text,
)
from etl.tables import read_raw
from etl.watch import Watch, watch_on
from warehouse.answers import answer_named, answers
from warehouse.answers import query as answer_query
from warehouse.database import BuildReport, WarehouseError, open_warehouse, run_query
from warehouse.formats import jsonable
from warehouse.lake import Lake, LakeError, now
from warehouse.release import MANIFEST, sha256_of, verify_release, write_release
from warehouse.swap import previous_file, roll_back

INTERRUPTED = "interrupted; what was done is kept: run again to continue"


class Failed(Exception):
    """The command cannot go on, and says why in one line."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code. Bad arguments raise SystemExit(2)."""
    _speak_utf8()
    parser = make_parser()
    args = parser.parse_args(argv)
    check_together(parser, args)
    try:
        code = COMMANDS[args.command](args, _settings(args))
        sys.stdout.flush()
    except BrokenPipeError:
        _let_go_of_stdout()
        return 0  # who read us has read enough
    except KeyboardInterrupt:
        return _fail(INTERRUPTED)
    except (Failed, LakeError, WarehouseError) as error:
        return _fail(str(error))
    except OSError as error:
        _let_go_of_stdout()
        return _fail(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")
    return code


# -- the line ---------------------------------------------------------------------------------------------


def run_line(args: argparse.Namespace, settings: Settings) -> int:
    """Crawl, read, build, and tell what there is now."""
    lake, watch = Lake(settings.home), watch_on(sys.stderr)
    seconds: dict[str, float] = {}
    with lake.writer("cardhouse run"):
        with _timed(seconds, "crawl"):
            _crawl(lake, settings, watch)
        built = _build(lake, watch, seconds)
    with contextlib.closing(open_warehouse(lake.home)) as con:
        print(f"\n{stored_text(con, built)}")
        print(seconds_text(seconds))
        sys.stdout.write(flagship_text(con))
    print(f"""
next:
  {_like_this("answers", args)}  # what else can be asked
  {_like_this(f"answer {FLAGSHIP}", args)}  # every column of the above
  {_like_this("status", args)}  # what lies here""")
    return 0


def _like_this(words: str, args: argparse.Namespace) -> str:
    """A command for who called us to call next: the same program, the same home."""
    called = sys.argv[0]
    program = called if called.endswith("/cardhouse") and shutil.which("cardhouse") != called else "cardhouse"
    return f"{program} {words}" + (f" --home {shlex.quote(str(args.home))}" if args.home else "")


def run_crawl(args: argparse.Namespace, settings: Settings) -> int:
    """Crawl alone."""
    lake = Lake(settings.home)
    if args.dry_run:
        sys.stdout.write(estimate_text(estimate(lake, settings, watch=watch_on(sys.stderr))))
        return 0
    with lake.writer("cardhouse crawl"):
        _crawl(lake, settings, watch_on(sys.stderr))
    return 0


def run_build(args: argparse.Namespace, settings: Settings) -> int:
    """Read and build, without a network."""
    lake = Lake(settings.home)
    if not lake.raw.is_dir():
        raise Failed(f"nothing was crawled into {lake.home} yet: 'cardhouse crawl' does that")
    seconds: dict[str, float] = {}
    with lake.writer("cardhouse build"):
        _build(lake, watch_on(sys.stderr), seconds)
    print(seconds_text(seconds))
    return 0


def _crawl(lake: Lake, settings: Settings, watch: Watch) -> CrawlReport:
    report = crawl(lake, settings, watch=watch)
    sources = sources_of(lake)
    if SAMPLE in sources and len(sources) > 1:
        others = ", ".join(sorted(sources - {SAMPLE}))
        _say(
            f"warning: {lake.home} holds the sample hub's invented repos beside {others}; "
            "give the sample a --home of its own"
        )
    sys.stdout.write(crawl_text(report))
    return report


def _build(lake: Lake, watch: Watch, seconds: dict[str, float]) -> BuildReport:
    with _timed(seconds, "read"):
        sys.stdout.write(read_text(read_raw(lake, watch=watch)))
    with _timed(seconds, "build"):
        built = build(lake)
    sys.stdout.write(build_text(built))
    for warning in built.warnings:
        _say(f"warning: check {warning.name}: {warning.offenders} found, such as {warning.examples}")
    return built


@contextlib.contextmanager
def _timed(seconds: dict[str, float], station: str) -> Iterator[None]:
    started = time.monotonic()
    try:
        yield
    finally:
        seconds[station] = time.monotonic() - started


# -- looking ----------------------------------------------------------------------------------------------


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
        put_rows(con, query, form=args.format, output=args.output)
    return 0


def list_answers(args: argparse.Namespace, settings: Settings) -> int:
    """The questions, by theme."""
    sys.stdout.write(answers_text(answers()))
    return 0


def show_answer(args: argparse.Namespace, settings: Settings) -> int:
    """One answer's rows; for people also its question, and what must be known of it."""
    answer = answer_named(args.name)
    query, values = answer_query(answer, dict(args.parameters))
    with contextlib.closing(open_warehouse(settings.home)) as con:
        if args.format == "table":
            _say(f"{answer.question} ({answer.grain})")
        put_rows(con, query, values, form=args.format, output=args.output)
        if args.format == "table":
            _say(f"caveats: {answer.caveats}")
    return 0


def _model_id(file: Path) -> str:
    """owner/name from the path owner/name/README.md; what there is of it, where there is less."""
    return "/".join(file.resolve().parts[1:-1][-2:]) or "local/card"


# -- releases ---------------------------------------------------------------------------------------------


def run_release(args: argparse.Namespace, settings: Settings) -> int:
    """Write a release, or verify one."""
    if args.action == "verify":
        return _verify(args.folder)
    lake = Lake(settings.home)
    with lake.writer("cardhouse release"):
        folder = write_release(lake, args.version)
    print(f"released {folder}\n{MANIFEST} sha256 {sha256_of(folder / MANIFEST)}")
    return 0


def _verify(folder: Path) -> int:
    problems = verify_release(folder)
    for problem in problems:
        _say(problem)
    if not problems:
        print(f"{folder} is as it was written\n{MANIFEST} sha256 {sha256_of(folder / MANIFEST)}")
    return 1 if problems else 0


def run_rollback(args: argparse.Namespace, settings: Settings) -> int:
    """Serve the build before."""
    lake = Lake(settings.home)
    if not previous_file(lake).exists():
        raise Failed(f"{lake.home} keeps no earlier build to go back to")
    with lake.writer("cardhouse rollback"):
        roll_back(lake)
    with contextlib.closing(open_warehouse(lake.home)) as con:
        sys.stdout.write(served_text(con, now()))
    return 0


def run_forget(args: argparse.Namespace, settings: Settings) -> int:
    """Erase repos or owners, and build anew what they stood in."""
    lake = Lake(settings.home)
    if not lake.raw.is_dir():
        raise Failed(f"nothing was crawled into {lake.home} yet")
    with lake.writer("cardhouse forget"):
        had_warehouse = lake.warehouse_file.exists()
        report = forget(lake, args.names)
        print(
            f"forgot {len(report.models):,} repos: {report.raw_rows:,} rows of raw, {report.table_rows:,} of tables; "
            f"{', '.join(args.names)} will not be crawled again"
        )
        if had_warehouse and report.models:
            _build(lake, watch_on(sys.stderr), {})
    if lake.releases.is_dir():
        _say(f"warning: releases that are written already are as they were ({lake.releases})")
    return 0


# -- around it --------------------------------------------------------------------------------------------

COMMANDS: Mapping[str, Callable[[argparse.Namespace, Settings], int]] = {
    "run": run_line,
    "crawl": run_crawl,
    "build": run_build,
    "read": show_card,
    "status": show_status,
    "tables": show_tables,
    "sql": run_sql,
    "answers": list_answers,
    "answer": show_answer,
    "release": run_release,
    "rollback": run_rollback,
    "forget": run_forget,
}


def _settings(args: argparse.Namespace) -> Settings:
    """The environment's settings, what the command line says in their place."""
    settings = Settings.from_environment(home=args.home)
    if "source" not in args:
        return settings
    if args.source is not None:  # a source of its own has a scope of its own
        settings = dataclasses.replace(settings, source=args.source, filters=(), author=None, search=None, limit=None)
    given = {"filters": tuple(args.filters or ()), "author": args.author, "search": args.search, "limit": args.limit}
    given |= {name: getattr(args, name) for name in ("changed_only", "accept_fewer", "max_requests", "max_minutes")}
    given["threads"] = args.threads
    said = {name: value for name, value in given.items() if value}
    return dataclasses.replace(settings, **said, sample_day=args.day or settings.sample_day)


def _say(line: str) -> None:
    print(f"cardhouse: {printable(' '.join(line.split()))}", file=sys.stderr)


def _fail(why: str) -> int:
    _say(why)
    return 1


def _speak_utf8() -> None:
    """Cards are written in every script; a locale that cannot show them is no reason to fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _let_go_of_stdout() -> None:
    """Where standard output takes no more, send the rest nowhere: else the interpreter fails over it at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
