"""The report of a home: `report/index.html`, `report/README.md` and the pictures.

Promises: a report is whole, of one build, and the same bytes for the same build; while it is made, and where that
fails, the one before stays.

What must not move in: what it says (`warehouse.chapters`), how it looks (`warehouse.report_page`).
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.build_sql import sql_version
from warehouse.chapters import Chapter, Verdict, chapters
from warehouse.database import WarehouseError, open_warehouse, run_query
from warehouse.lake import Lake, fsync, write_text
from warehouse.report_page import html_page, markdown_page
from warehouse.schema import WAREHOUSE_INFO


@dataclass(frozen=True)
class WrittenReport:
    """What a report holds."""

    folder: Path
    build_id: str
    answers: int
    pictures: int
    refused: int

    @property
    def page(self) -> Path:
        """The page to open."""
        return self.folder / "index.html"


def write_report(lake: Lake, *, one_done: Callable[[], None] = lambda: None) -> WrittenReport:
    """Write the report of the build that is served now. The caller holds `lake.writer`. Raises NoWarehouse.

    `one_done` is called after each answer: asking and drawing them all takes a quarter of a minute.
    """
    with contextlib.closing(open_warehouse(lake.home)) as con:
        names = ", ".join(c.name for c in WAREHOUSE_INFO.columns)
        (build,) = run_query(con, f"SELECT {names} FROM main.warehouse_info").records()  # noqa: S608  declared names
        ((n_models, n_cards),) = run_query(con, "SELECT count(*), count(card_blob) FROM main.models").rows
        _refuse_other_views(build)
        found: list[Chapter] = []
        for chapter in chapters(con):
            found.append(chapter)
            one_done()
    with _swapped_in(lake.report) as part:
        write_text(part / "index.html", html_page(found, build, n_models, n_cards))
        write_text(part / "README.md", markdown_page(found, build, n_models, n_cards))
        _write_pictures(part / "pictures", found)
    return WrittenReport(
        folder=lake.report,
        build_id=str(build["build_id"]),
        answers=len(found),
        pictures=sum(c.wide is not None for c in found),
        refused=sum(c.verdict is Verdict.REFUSED for c in found),
    )


def _refuse_other_views(build: Mapping[str, Any]) -> None:
    """A build of other SQL files has other answers, and other columns in them."""
    if build["sql_version"] != sql_version():
        raise WarehouseError("the warehouse was built by another version of cardhouse: 'cardhouse build' makes it anew")


def _write_pictures(folder: Path, found: list[Chapter]) -> None:
    for chapter in found:
        if chapter.wide is not None:
            write_text(folder / f"{chapter.answer.name}.svg", chapter.wide.svg)


@contextlib.contextmanager
def _swapped_in(folder: Path) -> Iterator[Path]:
    """An empty folder beside `folder` that takes its place when the block ends well, and is removed when it fails."""
    part, old = (folder.with_name(f".{folder.name}.{word}") for word in ("unfinished", "replaced"))
    if old.exists() and not folder.exists():  # killed between the two renames below
        os.rename(old, folder)
    for left in (part, old):
        shutil.rmtree(left, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        yield part
        fsync(part)
        if folder.exists():
            os.rename(folder, old)
        os.rename(part, folder)
        fsync(folder.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)
        if not folder.exists() and old.exists():
            os.rename(old, folder)
        shutil.rmtree(old, ignore_errors=True)
