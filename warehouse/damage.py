"""Damaged Parquet files: found, named, set aside, and made good from what is left.

Promises: a damaged file is moved to `damaged/`, never deleted; of a table, the batch it belongs to is taken out of the
manifest, so that its cards count as unread and are read again from raw; of raw, whatever can still be read stays, and
the cards whose bytes are lost count as never fetched, so that the next crawl fetches them; a run killed in the middle
is finished by the next.

What must not move in: reading cards, the network.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.lake import Lake, Manifest, is_as_named, is_merged, make_private, now, write_text
from warehouse.manifest import batch_of, read_manifest
from warehouse.parquet_files import DamagedFile, crc32_of, damage_is_named, opened, replaced_by, row_groups
from warehouse.schema import LISTED_MODELS, LISTINGS, OBSERVATIONS, RAW_TABLES, Table

log = logging.getLogger(__name__)

READ_AGAIN = "what it held is read again from raw"
FETCHED_AGAIN = {
    "observations": "the next 'cardhouse crawl' (or taking in the same folder or dump again) fetches its cards again",
    "listings": "the next listing of its repos stores their rows again",
    "popularity": "the counters of that time are lost, if no copy of the file is kept elsewhere",
    "crawl_runs": "what the ledger said of these runs is lost, if no copy of the file is kept elsewhere",
}
"""What becomes of the rows of a raw file that cannot be read any more."""


@dataclass(frozen=True)
class Damage:
    """One file that was set aside. Names are paths below the home."""

    name: str
    why: str
    set_aside_as: str
    found_at: str
    rows_kept: int
    what_follows: str

    def __str__(self) -> str:
        kept = f"; {self.rows_kept:,} of its rows could be kept" if self.rows_kept else ""
        return (
            f"{self.name} was damaged ({self.why}) and is set aside as {self.set_aside_as}{kept}; {self.what_follows}"
        )


def mend(lake: Lake, reader_version: str) -> list[Damage]:
    """Set every damaged file aside that raw or this reader's manifest names, and say so; what was damaged.

    Afterwards the reader finds unread what it had read from lost files. The caller holds the lake's writer lock.
    """
    found = [*_mend_raw(lake), *_mend_manifests(lake), *_mend_tables(lake, lake.manifest(reader_version))]
    for damage in found:
        log.warning("%s", damage)
    return found


def damages(lake: Lake) -> list[Damage]:
    """Every file that was ever set aside and is still there."""
    path = lake.damaged / "damaged.json"
    told = [Damage(**given) for given in json.loads(path.read_text(encoding="utf-8"))] if path.exists() else []
    return [damage for damage in told if (lake.home / damage.set_aside_as).exists()]


# -- tables ---------------------------------------------------------------------------------------------------


def _mend_manifests(lake: Lake) -> list[Damage]:
    """Set aside what is no manifest any more: then everything it covered is read again."""
    found = []
    for path in lake.manifest_files():
        try:
            read_manifest(path.read_text(encoding="utf-8"))
        except (ValueError, KeyError, TypeError):
            found.append(_set_aside(lake, path, "it is no manifest", 0, READ_AGAIN))
            path.unlink()
    return found


def _mend_tables(lake: Lake, manifest: Manifest) -> list[Damage]:
    wrong = {name: why for name in manifest.names if (why := _what_is_wrong(lake, manifest, name))}
    if not wrong:
        return []
    batches = {batch_of(name) for name in wrong}
    listed = manifest.files.get(LISTED_MODELS.name, ())
    if any(batch_of(name) in batches for name in listed):  # which listing files stood in it, nobody knows
        batches |= {batch_of(name) for name in listed}
        manifest = manifest.covering(())
    found = [_set_aside(lake, lake.tables / name, why, 0, READ_AGAIN) for name, why in wrong.items()]
    lake.write_manifest(manifest.without_batches(batches))
    return found


def _what_is_wrong(lake: Lake, manifest: Manifest, name: str) -> str | None:
    """Why a table file is not what was written; None where it is."""
    path, facts = lake.tables / name, manifest.facts.get(name)
    if not path.exists():
        return "it is missing"
    if facts is None:
        return _why_unreadable(path)
    if (size := path.stat().st_size) != facts.bytes:
        return f"it has {size:,} bytes where {facts.bytes:,} were written"
    if crc32_of(path) != facts.crc32:
        return "its bytes are not those that were written"
    return None


def _why_unreadable(path: Path) -> str | None:
    try:
        for _ in row_groups(path):
            pass
    except DamagedFile as error:
        return error.why
    return None


# -- raw ------------------------------------------------------------------------------------------------------


def _mend_raw(lake: Lake) -> list[Damage]:
    wrong = [(table, path, why) for table in RAW_TABLES.values() for path, why in _wrong_raw(lake, table)]
    if any(table is OBSERVATIONS for table, _, _ in wrong):
        _write_lost(lake, None)
    found = [_replace_raw(lake, table, path, why) for table, path, why in wrong]
    if any(table is LISTINGS for table, _, _ in wrong):
        _forget_listings(lake)
    if _is_lost_unknown(lake):
        _write_lost(lake, _blobs_without_bytes(lake))
    return found


def _wrong_raw(lake: Lake, table: Table) -> Iterator[tuple[Path, str]]:
    for path in lake.raw_files_there(table):
        if is_merged(path) and is_as_named(path):
            continue
        if why := _why_unreadable(path) or ("its bytes are not those that were written" if is_merged(path) else None):
            yield path, why


def _replace_raw(lake: Lake, table: Table, path: Path, why: str) -> Damage:
    """Set a raw file aside; what can be read of it takes its place, unless the files it was merged from do."""
    rows = None if _parts_are_there(lake, path) else _legible_rows(path, table)
    damage = _set_aside(lake, path, why, rows.num_rows if rows is not None else 0, _what_follows(lake, table, path))
    if rows is not None and rows.num_rows:
        lake.rewrite_raw(table, path, rows)
    else:
        path.unlink()
    return damage


def _what_follows(lake: Lake, table: Table, path: Path) -> str:
    parts = _parts_are_there(lake, path)
    return "the files that it was merged from take its place" if parts else FETCHED_AGAIN[table.name]


def _parts_are_there(lake: Lake, path: Path) -> bool:
    try:
        return is_merged(path) and all((lake.raw / name).exists() for name in replaced_by(path))
    except DamagedFile:
        return False


def _legible_rows(path: Path, table: Table) -> pa.Table | None:
    """What can be read of a file: of observations whose bytes cannot, everything but these."""
    groups: list[pa.Table] = []
    try:
        for i in range(_row_groups(path)):
            if (rows := _legible_group(path, i, table)) is not None:
                groups.append(rows)
    except DamagedFile:
        return None
    return pa.concat_tables(groups) if groups else None


def _row_groups(path: Path) -> int:
    with opened(path) as file:
        return int(file.num_row_groups)


def _legible_group(path: Path, number: int, table: Table) -> pa.Table | None:
    try:
        with opened(path) as file:
            return file.read_row_group(number)
    except DamagedFile:
        if table is not OBSERVATIONS:
            return None
    try:
        with opened(path) as file, damage_is_named(path):
            names = file.schema_arrow.names
            rows = file.read_row_group(number, columns=[name for name in names if name != "content"])
            at, content = names.index("content"), file.schema_arrow.field("content")
            return rows.add_column(at, content, pa.nulls(rows.num_rows, content.type))
    except DamagedFile:
        return None


def _forget_listings(lake: Lake) -> None:
    """Let every listing row be typed again: which of them the tables hold is not sure any more."""
    for manifest in lake.manifests():
        batches = {batch_of(name) for name in manifest.files.get(LISTED_MODELS.name, ())}
        lake.write_manifest(manifest.covering(()).without_batches(batches))


# -- what is lost ---------------------------------------------------------------------------------------------


def _is_lost_unknown(lake: Lake) -> bool:
    path = lake.lost_file
    return path.exists() and json.loads(path.read_text(encoding="utf-8"))["blobs"] is None


def _write_lost(lake: Lake, blobs: list[str] | None) -> None:
    """Remember which blobs were observed up to now and have no bytes; None: this is still to be found out."""
    make_private(lake.raw)
    crawls = lake.crawl_ids() if blobs is not None else ()
    write_text(lake.lost_file, json.dumps({"up_to_crawl": max(crawls, default=""), "blobs": blobs}) + "\n")


def _blobs_without_bytes(lake: Lake) -> list[str]:
    held = []
    for path in lake.raw_files(OBSERVATIONS):
        for rows in row_groups(path, ["card_blob", "content"]):
            held.append(rows.filter(pc.is_valid(rows["content"]))["card_blob"].combine_chunks())
    observed = lake.observations(["card_blob"])["card_blob"].unique().drop_null()
    bytes_are_held = pc.is_in(observed, value_set=pa.chunked_array(held, pa.string()))
    blobs: list[str] = observed.filter(pc.invert(bytes_are_held)).to_pylist()
    return sorted(blobs)


# -- setting aside --------------------------------------------------------------------------------------------


def _set_aside(lake: Lake, path: Path, why: str, rows_kept: int, what_follows: str) -> Damage:
    """Give a file a second name under `damaged/`, and write down why; its old name is the caller's to take away."""
    place = _free_place(lake.damaged / path.relative_to(lake.home), path)
    damage = Damage(
        path.relative_to(lake.home).as_posix(),
        why,
        place.relative_to(lake.home).as_posix(),
        now().isoformat(timespec="seconds"),
        rows_kept,
        what_follows,
    )
    make_private(lake.damaged)
    if path.exists() and not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        os.link(path, place)
    known = [d for d in damages(lake) if d.set_aside_as != damage.set_aside_as]
    told = [dataclasses.asdict(d) for d in (*known, damage)]
    write_text(lake.damaged / "damaged.json", json.dumps(told, indent=1) + "\n")
    return damage


def _free_place(place: Path, path: Path) -> Path:
    """`place`, or a like name that is free; where the file is there already (a killed run's doing), just there."""
    number = 0
    found = place
    while found.exists() and not (path.exists() and found.samefile(path)):
        number += 1
        found = place.with_name(f"{place.name}.{number}")
    return found
