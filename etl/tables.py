"""From raw to tables: the loop over what no reading covers yet.

Promises: tables are a function of raw and `READER_VERSION` alone; what is read is durable batch by batch (files
first, then one manifest swap), so that a killed run loses a batch and nothing else; a card that crashes the reader,
or its process, costs itself and a finding.

What must not move in: how a card is read (`etl.reading`), paths and Parquet (`warehouse.lake`).
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import multiprocessing
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from importlib import metadata, resources

import pyarrow as pa
import pyarrow.parquet as pq

from etl.cards.card import git_blob_sha1
from etl.reading import Reading, read_card
from etl.reading.listing import read_listing
from etl.reading.vocabularies import generator_fields
from etl.watch import SILENT, Watch
from warehouse.lake import Lake, Manifest
from warehouse.schema import (
    CARD_READINGS,
    FACT_TABLES,
    FINDINGS,
    GENERATOR_FIELDS,
    LISTED_MODELS,
    LISTINGS,
    OBSERVATIONS,
    SCHEMA_VERSION,
    About,
    CardReading,
    CardStatus,
    Finding,
    Listing,
    Source,
)

CARDS_PER_TASK = 200
CARDS_PER_SWAP = 4_000
BYTES_PER_SWAP = 64_000_000
POOL_FROM_CARDS = 400
"""Fewer cards are read in this process: starting workers costs about as much as reading 400 cards."""

_CODE = ("etl.cards", "etl.reading", "etl.reading.vocabulary")
_LIBRARIES = ("PyYAML", "markdown-it-py", "ftfy")

Card = tuple[str, str, bytes]
"""model_id, card_blob, content."""


def _reader_version() -> str:
    """sha1 over the reader's code, its vocabularies, the tables' declaration and the parser libraries' versions."""
    digest = hashlib.sha1(SCHEMA_VERSION.encode(), usedforsecurity=False)
    for package in _CODE:
        for file in sorted(resources.files(package).iterdir(), key=lambda f: f.name):
            if file.name.endswith((".py", ".csv")):
                digest.update(file.name.encode() + b"\0" + file.read_bytes())
    digest.update(resources.files("warehouse").joinpath("schema.py").read_bytes())
    for library in _LIBRARIES:
        digest.update(f"{library}=={metadata.version(library)}\0".encode())
    return digest.hexdigest()


READER_VERSION = _reader_version()


@dataclass(slots=True)
class ReadReport:
    """What a run of the reader did: cards read now and known before, listing rows typed, rows and findings by name."""

    cards_read: int = 0
    cards_known: int = 0
    listings_read: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)


def read_raw(lake: Lake, *, watch: Watch = SILENT, processes: int | None = None) -> ReadReport:
    """Read every card and listing row that this reader version has not read; write tables, swap the manifest.

    The caller holds the lake's writer lock. `processes` defaults to the machine's cores.
    """
    manifest = lake.manifest(READER_VERSION)
    report = ReadReport()
    manifest = _read_listings(lake, manifest, report)
    if GENERATOR_FIELDS.name not in manifest.files:
        rows = GENERATOR_FIELDS.arrow(generator_fields())
        manifest = manifest.plus({GENERATOR_FIELDS.name: lake.write_table(GENERATOR_FIELDS, rows, manifest)})
        lake.write_manifest(manifest)
    wanted = _uncovered(lake, manifest, report)
    watch.start("reading cards", sum(len(ids) for ids in wanted.values()))
    try:
        for group in _groups(_cards(lake, wanted)):
            manifest = _read_group(lake, manifest, group, report, processes or os.cpu_count() or 1)
            watch.advance(len(group))
    finally:
        watch.end()
    return report


# -- listings -------------------------------------------------------------------------------------------------


def _read_listings(lake: Lake, manifest: Manifest, report: ReadReport) -> Manifest:
    covered = set(manifest.listing_files)
    for name in lake.listing_files():
        if name in covered:
            continue
        names = [c.name for c in LISTINGS.columns]
        raw = pq.read_table(lake.raw / name)
        given = [Listing(**row) for row in raw.select([n for n in names if n in raw.column_names]).to_pylist()]
        path = lake.write_table(LISTED_MODELS, LISTED_MODELS.arrow(map(read_listing, given)), manifest)
        manifest = manifest.plus({LISTED_MODELS.name: path}, [name])
        lake.write_manifest(manifest)
        report.listings_read += len(given)
    return manifest


# -- cards ----------------------------------------------------------------------------------------------------


def _uncovered(lake: Lake, manifest: Manifest, report: ReadReport) -> dict[str, list[str]]:
    """Blob -> the models whose printing of it no reading covers."""
    covered: set[tuple[str, str]] = set()
    for path in lake.table_paths(CARD_READINGS, manifest):
        table = pq.read_table(path, columns=["model_id", "card_blob"])
        covered.update(zip(table["model_id"].to_pylist(), table["card_blob"].to_pylist(), strict=True))
    wanted: dict[str, list[str]] = {}
    seen: set[tuple[str, str]] = set()
    observed = lake.observations(["model_id", "card_blob"])
    for pair in zip(observed["model_id"].to_pylist(), observed["card_blob"].to_pylist(), strict=True):
        if pair[1] is None or pair in seen:
            continue
        seen.add(pair)
        if pair in covered:
            report.cards_known += 1
        else:
            wanted.setdefault(pair[1], []).append(pair[0])
    return wanted


def _cards(lake: Lake, wanted: Mapping[str, list[str]]) -> Iterator[Card]:
    """The wanted cards with their bytes, in the order of raw; each blob's bytes are read from disk once."""
    left = dict(wanted)
    for path in lake.raw_files(OBSERVATIONS):
        if not left:
            return
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=256, columns=["card_blob", "content"]):
                for blob, content in zip(batch["card_blob"].to_pylist(), batch["content"].to_pylist(), strict=True):
                    if content is not None and blob in left:
                        for model_id in left.pop(blob):
                            yield model_id, blob, content


def _groups(cards: Iterable[Card]) -> Iterator[list[Card]]:
    """Cards in groups that become durable together."""
    group: list[Card] = []
    size = 0
    for card in cards:
        group.append(card)
        size += len(card[2])
        if len(group) >= CARDS_PER_SWAP or size >= BYTES_PER_SWAP:
            yield group
            group, size = [], 0
    if group:
        yield group


def _read_group(lake: Lake, manifest: Manifest, group: list[Card], report: ReadReport, processes: int) -> Manifest:
    parts = read_cards(group, processes)
    files: dict[str, str] = {}
    for name, table in [(CARD_READINGS.name, CARD_READINGS), *FACT_TABLES.items()]:
        rows = pa.concat_tables([part[name] for part in parts])
        if rows.num_rows:
            files[name] = lake.write_table(table, rows, manifest)
            report.rows[name] += rows.num_rows
        if name == FINDINGS.name:
            report.findings.update(rows["code"].to_pylist())
    manifest = manifest.plus(files)
    lake.write_manifest(manifest)
    report.cards_read += len(group)
    return manifest


def read_cards(cards: Sequence[Card], processes: int) -> list[dict[str, pa.Table]]:
    """The tables of many cards, in the cards' order, read by as many processes as pay off."""
    tasks = [list(cards[i : i + CARDS_PER_TASK]) for i in range(0, len(cards), CARDS_PER_TASK)]
    if processes < 2 or len(cards) < POOL_FROM_CARDS:
        return [read_task(task) for task in tasks]
    return _read_in_pool(tasks, processes)


def _read_in_pool(tasks: Sequence[Sequence[Card]], processes: int) -> list[dict[str, pa.Table]]:
    """Each task's tables; where a worker process dies, its tasks are halved until the card that kills it is alone."""
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        futures = [pool.submit(read_task, task) for task in tasks]
        out: list[dict[str, pa.Table] | None] = []
        for future in futures:
            try:
                out.append(future.result())
            except BrokenProcessPool:
                out.append(None)
    return [tables if tables is not None else read_bisecting(task) for tables, task in zip(out, tasks, strict=True)]


def read_bisecting(task: Sequence[Card]) -> dict[str, pa.Table]:
    """One task's tables, read in processes of their own, halved where one dies; the killer's finding in its place."""
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        try:
            return pool.submit(read_task, task).result()
        except BrokenProcessPool:
            pass
    if len(task) == 1:
        return _tables([_unreadable(task[0], "reader_killed_process", "its worker process died")])
    middle = len(task) // 2
    halves = [read_bisecting(task[:middle]), read_bisecting(task[middle:])]
    return {name: pa.concat_tables([half[name] for half in halves]) for name in halves[0]}


def read_task(task: Sequence[Card]) -> dict[str, pa.Table]:
    """The tables of some cards. A card that crashes the reader gives a finding instead of facts."""
    with _without_collector():
        readings = [_read_one(card) for card in task]
    return _tables(readings)


@contextlib.contextmanager
def _without_collector() -> Iterator[None]:
    """Reading makes many objects and no cycles worth collecting; the collector would walk them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_one(card: Card) -> Reading:
    model_id, _, content = card
    try:
        return read_card(content, model_id=model_id)
    except Exception as error:
        return _unreadable(card, "reader_crashed", f"{type(error).__name__}: {error}")


def _unreadable(card: Card, code: str, why: str) -> Reading:
    model_id, blob, content = card
    whole = CardReading(
        model_id=model_id, card_blob=blob or git_blob_sha1(content), card_status=CardStatus.OK, card_bytes=len(content),
        card_title=None, card_generator=None, card_generator_version=None, license=None, library_name=None,
        pipeline_tag=None, about=About.UNCLEAR, about_model=None, body_digest=None,
    )  # fmt: skip
    finding = Finding(source=Source.PROSE, line=None, code=code, place="card", excerpt=why[:160])
    return Reading(model_id, whole, {**dict.fromkeys(FACT_TABLES, ()), FINDINGS.name: (finding,)})


def _tables(readings: Sequence[Reading]) -> dict[str, pa.Table]:
    tables = {CARD_READINGS.name: CARD_READINGS.arrow([r.card for r in readings])}
    for name, table in FACT_TABLES.items():
        tables[name] = table.arrow_of_cards((r.model_id, r.card.card_blob, r.tables[name]) for r in readings)
    return tables
