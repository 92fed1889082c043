"""Saved cards as raw rows: from a folder of repos (`folders`), or from a bulk dump in Parquet (`dumps`).

Promises: a card that is known as it is adds nothing; an id that could name no repo is refused, counted, and never used
as a path; memory holds ids and one batch of cards. The caller holds the lake's writer lock.

What must not move in: the network, reading cards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from etl.cards.card import git_blob_sha1
from etl.hub.dumps import last_places, open_dump, read_dump
from etl.hub.folders import read_repo_folder, repo_folders
from etl.hub.known import Known, read_known
from etl.hub.ledger import CrawlReport, Run
from etl.hub.pace import Ended
from etl.hub.rows import ListedRepo, digest_of
from etl.hub.saved_card import SavedCard, SourceError
from etl.hub.stopping import told_to_stop
from etl.watch import SILENT, Watch
from warehouse.lake import Lake

__all__ = ["SourceError", "take_dump", "take_folder"]


def take_folder(lake: Lake, folder: Path, *, limit: int | None = None, watch: Watch = SILENT) -> CrawlReport:
    """Take in the cards of a folder. Raises SourceError where there is no folder, or no repo in it."""
    if not folder.is_dir():
        raise SourceError(f"{folder} is no folder")
    known = read_known(lake, "folder")
    run = Run(lake, "folder", {"path": str(folder), "limit": limit}, known)
    found: dict[str, Path] = {}
    for model_id, inner in repo_folders(folder, run.incidents.note):
        if model_id in found:
            run.incidents.note("listed_twice", model_id)
        found[model_id] = inner
    if not found:
        raise SourceError(f"{folder} holds no repo: no owner/name/README.md or metadata.json below it")
    ids = sorted(found)[:limit]

    def cards() -> Iterator[SavedCard]:
        for model_id in ids:
            yield read_repo_folder(model_id, found[model_id], folder, run.incidents.note)

    return _take(run, cards(), len(ids), watch)


def take_dump(
    lake: Lake, files: Path | Sequence[Path], *, limit: int | None = None, watch: Watch = SILENT
) -> CrawlReport:
    """Take in the cards of a bulk dump of one file or several. Raises SourceError where one is none."""
    paths = [files] if isinstance(files, Path) else list(files)
    dumps = [open_dump(path) for path in paths]
    known = read_known(lake, "dump")
    run = Run(lake, "dump", {"path": [str(p) for p in paths], "limit": limit}, known)
    places = last_places(dumps, limit, run.incidents.note)

    def cards() -> Iterator[SavedCard]:
        first_row = 0
        for dump in dumps:
            yield from read_dump(dump, first_row, places, run.incidents.note)
            first_row += dump.file.metadata.num_rows

    return _take(run, cards(), len(places), watch)


def _take(run: Run, cards: Iterator[SavedCard], total: int, watch: Watch) -> CrawlReport:
    with told_to_stop() as stop, run.recorded():
        watch.start("cards", total)
        try:
            for card in cards:
                if stop.is_set():
                    raise Ended("interrupted")
                _record(run, card)
                watch.advance()
        finally:
            watch.end()
        run.is_listing_complete = True
        if run.scope["limit"] is not None and run.listed >= run.scope["limit"]:
            run.ended_because = "limit"
    return run.report()


def _record(run: Run, card: SavedCard) -> None:
    if card.model_id in run.known.forgotten:
        run.incidents.note("forgotten")
        return
    run.listed += 1
    digest = digest_of({"row": card.row}, frozenset())
    if not run.known.has_row(card.model_id, digest):
        listed = ListedRepo(card.model_id, None, None, card.at, None, None, None, None, None, None, card.row, digest)
        run.recorder.list_row(listed, card.at)
        if run.recorder.has_full_listing_shard:
            run.recorder.flush_listings()
    blob = git_blob_sha1(card.content) if card.content is not None else None
    if _is_known(run.known, card, blob):
        run.unchanged += 1
        return
    size = len(card.content) if card.content is not None else card.card_bytes
    run.recorder.observe(
        card.model_id,
        None,
        None,
        card.at,
        card.status,
        detail=card.detail,
        card_blob=blob,
        card_bytes=size,
        content=card.content,
    )


def _is_known(known: Known, card: SavedCard, blob: str | None) -> bool:
    look = known.looks.get(card.model_id)
    return look is not None and look.status == card.status and look.card_blob == blob
