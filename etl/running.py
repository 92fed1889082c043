"""The commands that write in a home: run, crawl, build, compact, report, release, rollback, forget.

Promises: the writer's lock is held while something is written; what was done is said on stdout, what was odd on stderr.

What must not move in: how anything is done (`etl.stations`, `warehouse`), how it is told (`etl.summary`).
"""

from __future__ import annotations

import argparse
import contextlib
import shlex
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from etl.hub.crawl import CrawlReport
from etl.hub.forgetting import forget
from etl.output import Failed, say, tell
from etl.settings import Settings
from etl.stations import SAMPLE, build, crawl, estimate
from etl.summary import (
    FLAGSHIP,
    build_text,
    compaction_text,
    crawl_text,
    estimate_text,
    flagship_text,
    read_text,
    seconds_text,
    served_text,
    sources_of,
    stored_text,
)
from etl.tables import READER_VERSION, read_raw
from etl.watch import Watch, watch_on
from warehouse.answers import answers
from warehouse.building import BuildReport
from warehouse.compaction import compact
from warehouse.database import open_warehouse
from warehouse.lake import Lake, now
from warehouse.release import MANIFEST, sha256_of, verify_release, write_release
from warehouse.swap import previous_file, roll_back


def run_line(args: argparse.Namespace, settings: Settings) -> int:
    """Crawl, read, build, and tell what there is now."""
    lake, watch = Lake(settings.home), watch_on(sys.stderr)
    seconds: dict[str, float] = {}
    with lake.writer("cardhouse run"):
        with _timed(seconds, "crawl"):
            _crawl(lake, settings, watch)
        built = _build(lake, watch, seconds, accept_fewer=settings.accept_fewer)
    with contextlib.closing(open_warehouse(lake.home)) as con:
        tell(f"\n{stored_text(con, built)}\n{seconds_text(seconds)}\n")
        tell(flagship_text(con))
    tell(f"""
next:
  {_like_this("answers", args)}  # what else can be asked
  {_like_this(f"answer {FLAGSHIP}", args)}  # every column of the above
  {_like_this("status", args)}  # what lies here
""")
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
        tell(estimate_text(estimate(lake, settings, watch=watch_on(sys.stderr))))
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
        _build(lake, watch_on(sys.stderr), seconds, accept_fewer=args.accept_fewer)
    tell(f"{seconds_text(seconds)}\n")
    return 0


def _crawl(lake: Lake, settings: Settings, watch: Watch) -> CrawlReport:
    report = crawl(lake, settings, watch=watch)
    sources = sources_of(lake)
    if SAMPLE in sources and len(sources) > 1:
        others = ", ".join(sorted(sources - {SAMPLE}))
        say(
            f"warning: {lake.home} holds the sample hub's invented repos beside {others}; "
            "give the sample a --home of its own"
        )
    tell(crawl_text(report))
    return report


def _build(lake: Lake, watch: Watch, seconds: dict[str, float], *, accept_fewer: bool = False) -> BuildReport:
    with _timed(seconds, "read"):
        tell(read_text(read_raw(lake, watch=watch)))
    with _timed(seconds, "build"):
        built = build(lake, accept_fewer=accept_fewer)
    tell(build_text(built))
    for warning in built.warnings:
        say(f"warning: check {warning.name}: {warning.offenders} found, such as {warning.examples}")
    return built


@contextlib.contextmanager
def _timed(seconds: dict[str, float], station: str) -> Iterator[None]:
    started = time.monotonic()
    try:
        yield
    finally:
        seconds[station] = time.monotonic() - started


def run_compact(args: argparse.Namespace, settings: Settings) -> int:
    """Merge small files now, and remove what they were merged from."""
    lake = Lake(settings.home)
    if not lake.raw.is_dir():
        raise Failed(f"nothing was crawled into {lake.home} yet")
    with lake.writer("cardhouse compact"):
        done = compact(lake, READER_VERSION, from_files=2)
        lake.remove_replaced()
        lake.drop_replaced()
    tell(compaction_text(done))
    return 0


def run_release(args: argparse.Namespace, settings: Settings) -> int:
    """Write a release, or verify one."""
    if args.action == "verify":
        return _verify(args.folder)
    lake = Lake(settings.home)
    open_warehouse(lake.home).close()  # says so where there is none, before a home is made by locking it
    with lake.writer("cardhouse release"):
        folder = write_release(lake, args.version)
    tell(f"released {folder}\n{MANIFEST} sha256 {sha256_of(folder / MANIFEST)}\n")
    return 0


def _verify(folder: Path) -> int:
    problems = verify_release(folder)
    for problem in problems:
        say(problem)
    if not problems:
        tell(f"{folder} is as it was written\n{MANIFEST} sha256 {sha256_of(folder / MANIFEST)}\n")
    return 1 if problems else 0


def run_report(args: argparse.Namespace, settings: Settings) -> int:
    """Write the report of the build that is served."""
    from warehouse.report import write_report  # Altair takes longer to load than most commands run

    lake = Lake(settings.home)
    open_warehouse(lake.home).close()  # says so where there is none, before a home is made by locking it
    watch = watch_on(sys.stderr)
    with lake.writer("cardhouse report"):
        watch.start("answers", len(answers()))
        try:
            written = write_report(lake, one_done=watch.advance)
        finally:
            watch.end()
    tell(
        f"{written.page}: {written.answers} answers, {written.pictures} pictures, "
        f"{written.refused} refused for too few data (build {written.build_id[:12]})\n"
    )
    return 0


def _renew_report(lake: Lake) -> None:
    """The report without what was forgotten; none where there is no warehouse to write it from."""
    from warehouse.report import write_report

    if lake.warehouse_file.exists():
        write_report(lake)
    else:
        shutil.rmtree(lake.report)


def run_rollback(args: argparse.Namespace, settings: Settings) -> int:
    """Serve the build before."""
    lake = Lake(settings.home)
    if not previous_file(lake).exists():
        raise Failed(f"{lake.home} keeps no earlier build to go back to")
    with lake.writer("cardhouse rollback"):
        roll_back(lake)
    with contextlib.closing(open_warehouse(lake.home)) as con:
        tell(served_text(con, now()))
    return 0


def run_forget(args: argparse.Namespace, settings: Settings) -> int:
    """Erase repos or owners, and build anew what they stood in."""
    lake = Lake(settings.home)
    if not lake.raw.is_dir():
        raise Failed(f"nothing was crawled into {lake.home} yet")
    with lake.writer("cardhouse forget"):
        had_warehouse = lake.warehouse_file.exists()
        report = forget(lake, args.names)
        tell(
            f"forgot {len(report.models):,} repos: {report.raw_rows:,} rows of raw, {report.table_rows:,} of tables; "
            f"{', '.join(args.names)} will not be crawled again\n"
        )
        if had_warehouse and report.models:
            _build(lake, watch_on(sys.stderr), {}, accept_fewer=True)
        if lake.report.is_dir() and report.models:
            _renew_report(lake)
    if lake.releases.is_dir():
        say(f"warning: releases that are written already are as they were ({lake.releases})")
    return 0
