"""Which source is crawled how, and what is built: what the command and Dagster both call.

The caller holds the lake's writer lock. Between the two stands `etl.tables.read_raw`, which both call as it is.

What must not move in: arguments and printing (`etl.cli`), assets (`etl.definitions`), how anything is done.
"""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterator
from pathlib import Path

from etl.hub.crawl import Budget, CrawlReport, Politeness, Scope, crawl_hub
from etl.hub.estimate import Estimate, estimate_crawl
from etl.hub.sample.server import serve_sample
from etl.hub.saved import take_dump, take_folder
from etl.settings import Settings
from etl.tables import READER_VERSION, read_raw
from etl.watch import SILENT, Watch
from warehouse.building import BuildReport, build_warehouse
from warehouse.compaction import compact
from warehouse.damage import mend
from warehouse.database import WarehouseError
from warehouse.lake import Lake, LakeError
from warehouse.parquet_files import DamagedFile

SAMPLE = "sample"
HUB = "hub"


class UnknownSource(LakeError):
    """The source named is neither a word we know nor something on disk that we can read."""


class Stopped(LakeError):
    """A crawl was told to stop before its end."""


def checked_source(source: str) -> str:
    """The source itself if it can be crawled: sample, hub, a folder, or a Parquet file. Raises UnknownSource."""
    if source in (SAMPLE, HUB) or Path(source).is_dir():
        return source
    if Path(source).is_file():
        if Path(source).suffix == ".parquet":
            return source
        raise UnknownSource(f"'{source}' is a file but no .parquet file; 'cardhouse read' reads a single card")
    near = difflib.get_close_matches(source, (SAMPLE, HUB), n=1)
    hint = f"did you mean {near[0]}?" if near else "it may be sample, hub, a folder, or a .parquet file"
    raise UnknownSource(f"there is no source '{source}'; {hint}")


def crawl(lake: Lake, settings: Settings, *, watch: Watch = SILENT) -> CrawlReport:
    """Take in what the source has: list, and fetch what is new.

    Raises UnknownSource, Stopped, or what the source raises (a LakeError).
    """
    source = checked_source(settings.source)
    try:
        report = _crawl(lake, settings, source, watch)
    except DamagedFile:
        if not mend(lake, READER_VERSION):
            raise
        report = _crawl(lake, settings, source, watch)
    if report.ended_because == "interrupted":
        raise Stopped("interrupted; what was fetched is kept: run again to continue")
    return report


def _crawl(lake: Lake, settings: Settings, source: str, watch: Watch) -> CrawlReport:
    if source not in (SAMPLE, HUB):
        return _take_in(lake, settings, Path(source), watch)
    with _endpoint(source, settings) as endpoint:
        return crawl_hub(
            lake,
            _scope(settings),
            endpoint=endpoint,
            source=source,
            politeness=_politeness(settings),
            incremental=settings.changed_only,
            accept_fewer=settings.accept_fewer,
            watch=watch,
        )


def estimate(lake: Lake, settings: Settings, *, watch: Watch = SILENT) -> Estimate:
    """What a crawl would ask and store; nothing is stored. Raises UnknownSource for saved cards, which cost nothing."""
    source = checked_source(settings.source)
    if source not in (SAMPLE, HUB):
        raise UnknownSource(f"{source} holds saved cards: taking them in asks nobody anything")
    with _endpoint(source, settings) as endpoint:
        return estimate_crawl(
            lake, _scope(settings), endpoint=endpoint, source=source, politeness=_politeness(settings), watch=watch
        )


@contextlib.contextmanager
def _endpoint(source: str, settings: Settings) -> Iterator[str | None]:
    """Where a hub listens; None: where huggingface_hub's own settings say."""
    if source == HUB:
        yield None
        return
    with serve_sample(settings.sample_day) as hub:
        yield hub.endpoint


def _scope(settings: Settings) -> Scope:
    return Scope(settings.filters, settings.authors, settings.search, settings.limit)


def _politeness(settings: Settings) -> Politeness:
    return Politeness(settings.contact, settings.threads, Budget(settings.max_requests, settings.max_minutes))


def _take_in(lake: Lake, settings: Settings, saved: Path, watch: Watch) -> CrawlReport:
    if settings.filters or settings.authors or settings.search:
        raise UnknownSource(f"filter, author and search are questions to a hub; {saved} holds saved cards")
    if not saved.is_dir():
        return take_dump(lake, saved, limit=settings.limit, watch=watch)
    if files := sorted(saved.glob("*.parquet")):
        return take_dump(lake, files, limit=settings.limit, watch=watch)
    return take_folder(lake, saved, limit=settings.limit, watch=watch)


def build(lake: Lake, *, accept_fewer: bool = False) -> BuildReport:
    """Rebuild the warehouse from the tables, beside the old one, and swap it in. Where small files are many, merge
    them first.

    A build that fails is tried once more where a file turns out to be damaged, and is made good. `accept_fewer`: that
    rows of the last build are gone is right.

    Only then do the files go that an earlier reader version wrote: until this one's build is served, they are what
    the served build was made from.
    """
    _make_good(lake)
    try:
        report = _compact_and_build(lake, accept_fewer)
    except (DamagedFile, WarehouseError):
        if not _make_good(lake):
            raise
        report = _compact_and_build(lake, accept_fewer)
    lake.drop_unnamed(lake.manifest(READER_VERSION))
    return report


def _make_good(lake: Lake) -> bool:
    """Read again what was damaged since it was read: DuckDB would believe it. Whether anything was."""
    if not mend(lake, READER_VERSION):
        return False
    read_raw(lake)
    return True


def _compact_and_build(lake: Lake, accept_fewer: bool) -> BuildReport:
    compact(lake, READER_VERSION)
    return build_warehouse(lake, READER_VERSION, accept_fewer=accept_fewer)
