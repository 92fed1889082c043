"""Forgetting repos and owners: their rows leave raw and the tables, and a tombstone keeps them from coming back.

The one exception to "raw is never changed". Promises: bytes that another repo's card shares stay with that repo; a
run killed in the middle is finished by running again. Both builds are removed, for the caller to build anew;
releases that are published already are not touched. The caller holds the lake's writer lock.

What must not move in: who may ask for it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from etl.hub.rows import refuse_id
from warehouse.lake import Lake, LakeError, Manifest, make_private, now, write_text
from warehouse.parquet_files import read_file
from warehouse.schema import CRAWL_RUNS, LISTINGS, OBSERVATIONS, POPULARITY, CrawlRun, Table
from warehouse.swap import previous_file

Matches = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class ForgetReport:
    """What was erased: the repos, and rows of raw and of tables."""

    models: tuple[str, ...]
    raw_rows: int
    table_rows: int


class Forgotten:
    """The repos and owners that are not to be crawled again; case does not matter, as it does not to the Hub."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        self.names = frozenset(n.lower() for n in names)

    def __contains__(self, model_id: object) -> bool:
        if not self.names:
            return False
        name = str(model_id).lower()
        return name in self.names or name.split("/", 1)[0] in self.names


def read_forgotten(lake: Lake) -> Forgotten:
    """Who was forgotten."""
    return Forgotten([entry["name"] for entry in _tombstones(lake)])


def forget(lake: Lake, names: Sequence[str]) -> ForgetReport:
    """Erase repos (`owner/name`) and owners (`owner`). Raises LakeError for what can be neither."""
    for name in names:
        if reason := refuse_id(name):
            raise LakeError(f"'{name}' is neither a repo nor an owner: {reason}")
    gone = Forgotten(names)
    _write_tombstones(lake, names)
    listed = {m for table in (LISTINGS, OBSERVATIONS) for t in lake.raw_rows(table, ("model_id",)) for m in _ids(t)}
    if models := sorted(m for m in listed if m in gone):  # before raw is touched: what raw has lost, no build may hold
        lake.warehouse_file.unlink(missing_ok=True)
        previous_file(lake).unlink(missing_ok=True)
    _hand_on_shared_bytes(lake, gone)
    raw_rows = sum(
        _erase_raw(lake, table, path, gone)
        for table in (OBSERVATIONS, POPULARITY, LISTINGS)
        for path in lake.raw_files(table)
    )
    _erase_examples(lake, gone)
    table_rows = sum(_erase_tables(lake, manifest, gone) for manifest in lake.manifests())
    lake.drop_replaced()
    shutil.rmtree(lake.damaged, ignore_errors=True)
    return ForgetReport(tuple(models), raw_rows, table_rows)


def _tombstones(lake: Lake) -> list[dict[str, Any]]:
    path = lake.raw / "forgotten.json"
    return list(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else []


def _write_tombstones(lake: Lake, names: Sequence[str]) -> None:
    known = _tombstones(lake)
    stood = {entry["name"].lower() for entry in known}
    known += [{"name": n, "forgotten_at": now().isoformat()} for n in names if n.lower() not in stood]
    make_private(lake.raw)
    write_text(lake.raw / "forgotten.json", json.dumps(known, indent=1) + "\n")


def _ids(table: pa.Table) -> list[str]:
    ids: list[str] = table.column("model_id").to_pylist()
    return ids


def _hand_on_shared_bytes(lake: Lake, gone: Forgotten) -> None:
    """Give the bytes that only a forgotten row holds to the first other row of the same blob."""
    orphans: dict[str, bytes] = {}
    for path in lake.raw_files(OBSERVATIONS):
        if any(m in gone for m in _ids(read_file(path, ["model_id"]))):
            for row in read_file(path, ["model_id", "card_blob", "content"]).to_pylist():
                if row["content"] is not None and row["model_id"] in gone:
                    orphans[row["card_blob"]] = row["content"]
    for path in lake.raw_files(OBSERVATIONS):
        if not orphans:
            return
        narrow = read_file(path, ["model_id", "card_blob"]).to_pylist()
        heirs = [i for i, row in enumerate(narrow) if row["card_blob"] in orphans and row["model_id"] not in gone]
        if heirs:
            _fill_contents(lake, path, heirs, orphans)


def _fill_contents(lake: Lake, path: Path, heirs: Sequence[int], orphans: dict[str, bytes]) -> None:
    rows = read_file(path)
    contents, blobs = rows.column("content").to_pylist(), rows.column("card_blob").to_pylist()
    for i in heirs:
        if blobs[i] in orphans:
            contents[i] = orphans.pop(blobs[i])
    at = rows.schema.get_field_index("content")
    lake.rewrite_raw(OBSERVATIONS, path, rows.set_column(at, rows.schema.field(at), pa.array(contents, pa.binary())))


def _erase_raw(lake: Lake, table: Table, path: Path, gone: Forgotten) -> int:
    """Rows of forgotten repos taken out of one raw file."""
    stays = [m not in gone for m in _ids(read_file(path, ["model_id"]))]
    if erased := stays.count(False):
        lake.rewrite_raw(table, path, read_file(path).filter(pa.array(stays)))
    return erased


def _erase_tables(lake: Lake, manifest: Manifest, gone: Forgotten) -> int:
    """Rows of forgotten repos taken out of the tables of one reader version."""
    erased = 0
    for name in manifest.names:
        rows = read_file(lake.tables / name, ["model_id"])
        stays = [m not in gone for m in (_ids(rows) if "model_id" in rows.column_names else ())]
        if forgotten := stays.count(False):
            erased += forgotten
            manifest = lake.rewrite_table(name, read_file(lake.tables / name).filter(pa.array(stays)), manifest)
    return erased


def _erase_examples(lake: Lake, gone: Forgotten) -> None:
    """Take the examples out of ledger rows that name a forgotten repo."""
    for table in lake.raw_rows(CRAWL_RUNS, [c.name for c in CRAWL_RUNS.columns]):
        for row in table.to_pylist():
            if any(name in row["incidents"].lower() for name in gone.names):
                incidents = json.loads(row["incidents"])
                incidents.pop("examples", None)
                lake.write_crawl_run(CrawlRun(**{**row, "incidents": json.dumps(incidents)}))
