"""Which source is crawled how, and what is built: what the command and Dagster both call.

The caller holds the lake's writer lock. Between the two stands `etl.tables.read_raw`, which both call as it is.

What must not move in: arguments and printing (`etl.cli`), assets (`etl.definitions`), how anything is done.
"""

from __future__ import annotations

import difflib
from pathlib import Path

from etl.hub.crawl import CrawlReport, Scope, crawl_hub
from etl.hub.sample.server import serve_sample
from etl.hub.saved import take_dump, take_folder
from etl.settings import Settings
from etl.tables import READER_VERSION
from etl.watch import SILENT, Watch
from warehouse.database import BuildReport, build_warehouse
from warehouse.lake import Lake, LakeError

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
    report = _crawl(lake, settings, checked_source(settings.source), watch)
    if report.ended_because == "interrupted":
        raise Stopped("interrupted; what was fetched is kept: run again to continue")
    return report


def _crawl(lake: Lake, settings: Settings, source: str, watch: Watch) -> CrawlReport:
    if source not in (SAMPLE, HUB):
        return _take_in(lake, settings, Path(source), watch)
    scope = Scope(settings.filters, settings.author, settings.search, settings.limit)
    if source == HUB:
        return crawl_hub(lake, scope, contact=settings.contact, watch=watch)
    with serve_sample(settings.sample_day) as hub:
        return crawl_hub(lake, scope, endpoint=hub.endpoint, source=SAMPLE, contact=settings.contact, watch=watch)


def _take_in(lake: Lake, settings: Settings, saved: Path, watch: Watch) -> CrawlReport:
    if settings.filters or settings.author or settings.search:
        raise UnknownSource(f"filter, author and search are questions to a hub; {saved} holds saved cards")
    take = take_folder if saved.is_dir() else take_dump
    return take(lake, saved, limit=settings.limit, watch=watch)


def build(lake: Lake) -> BuildReport:
    """Rebuild the warehouse from the tables, beside the old one, and swap it in."""
    return build_warehouse(lake, READER_VERSION)
