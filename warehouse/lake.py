"""The lake: every Parquet file and every path under CARDHOUSE_HOME.

Promises: a file is whole or absent (temporary name, fsync, rename); a table's file is sorted by its key, so the
same rows give the same bytes; what the manifest does not name does not exist; a raw file that was merged into another
does not exist from the moment at which that one does; one writer at a time.

What must not move in: what a row means, SQL, the network.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.manifest import Manifest as Manifest
from warehouse.manifest import batch_of, read_manifest
from warehouse.one_writer import HomeBusy as HomeBusy
from warehouse.one_writer import one_writer
from warehouse.parquet_files import (
    REPLACES,
    DamagedFile,
    conform,
    crc32_of,
    facts_of,
    read_file,
    replaced_by,
    row_groups,
)
from warehouse.parquet_files import LakeError as LakeError
from warehouse.schema import CRAWL_RUNS, LISTINGS, OBSERVATIONS, RAW_TABLES, CrawlRun, Table
from warehouse.whole_files import free_bytes as free_bytes
from warehouse.whole_files import fsync as fsync
from warehouse.whole_files import make_private as make_private
from warehouse.whole_files import whole_file as whole_file
from warehouse.whole_files import write_text as write_text

_WRITE: Mapping[str, Any] = {
    "compression": "zstd", "compression_level": 3, "version": "2.6", "write_page_checksum": True
}  # fmt: skip
_DIRECTORIES: Mapping[str, str] = {
    "listings": "listings",
    "observations": "cards",
    "popularity": "popularity",
    "crawl_runs": "crawls",
}
_MERGED = re.compile(r"~([0-9a-f]{8})\.parquet$")
"""How the name of a merged raw file ends: the CRC-32 of its bytes."""
ROW_GROUP_BYTES = 16 << 20
ROW_GROUP_ROWS = 50_000
"""A row group of a merged raw file: what is held in memory while it is written, or read."""


@dataclass(frozen=True)
class Lake:
    """The files below one home."""

    home: Path

    # -- places ------------------------------------------------------------------------------------------

    @property
    def raw(self) -> Path:
        """Where raw rows stand."""
        return self.home / "raw"

    @property
    def tables(self) -> Path:
        """Where the tables' Parquet files and the manifests stand."""
        return self.home / "tables"

    @property
    def warehouse_file(self) -> Path:
        """The DuckDB file that analysts open."""
        return self.home / "warehouse.duckdb"

    @property
    def damaged(self) -> Path:
        """Where files are set aside that are not what was written."""
        return self.home / "damaged"

    @property
    def lost_file(self) -> Path:
        """Where it stands which cards' bytes were lost to damage."""
        return self.raw / "lost.json"

    @property
    def releases(self) -> Path:
        """Where releases are written."""
        return self.home / "releases"

    @property
    def report(self) -> Path:
        """Where the report is written."""
        return self.home / "report"

    # -- one writer --------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def writer(self, what: str) -> Iterator[None]:
        """Hold the home for writing. Raises HomeBusy, naming the holder, where another process holds it.

        Where no room is left on the disk, a LakeError says so. See `one_writer`.
        """
        with one_writer(self.home, what):
            self.sweep()
            yield

    def sweep(self) -> None:
        """Remove what a killed writer left half-written, and what was merged. Only for the holder of the lock."""
        for left in self.home.rglob(".*.part"):
            left.unlink(missing_ok=True)
        with contextlib.suppress(DamagedFile):  # then what it replaced may be all there is
            self.remove_replaced()

    # -- raw ---------------------------------------------------------------------------------------------

    def write_raw(self, table: Table, crawl_id: str, shard: int, rows: Sequence[Any]) -> Path:
        """One shard of raw rows (`Listing`, `Observation`, `Popularity`), durable when this returns."""
        folder = self.raw / _DIRECTORIES[table.name] / crawl_id
        make_private(self.raw)
        path = folder / f"part-{shard:06d}.parquet"
        if path.exists():
            raise LakeError(f"{path} exists: raw files are never overwritten")
        write_parquet(path, table.arrow(rows))
        return path

    def write_crawl_run(self, run: CrawlRun) -> Path:
        """The ledger's row for one run; a later call for the same run replaces it."""
        make_private(self.raw)
        for path in filter(is_merged, self.raw_files(CRAWL_RUNS)):
            rows = read_file(path)
            others = pa.array([crawl_id != run.crawl_id for crawl_id in rows["crawl_id"].to_pylist()])
            if rows.num_rows > (kept := rows.filter(others)).num_rows:
                both = pa.concat_tables([kept, CRAWL_RUNS.arrow([run])], promote_options="permissive")
                return self.rewrite_raw(CRAWL_RUNS, path, both.sort_by("crawl_id"))
        path = self.raw / _DIRECTORIES["crawl_runs"] / f"{run.crawl_id}.parquet"
        write_parquet(path, CRAWL_RUNS.arrow([run]))
        return path

    def raw_files(self, table: Table) -> list[Path]:
        """The current raw files of one table, in the order of crawls and shards. Raises DamagedFile."""
        found = self.raw_files_there(table)
        replaced = self._replaced(found)
        return [path for path in found if path not in replaced]

    def raw_files_there(self, table: Table) -> list[Path]:
        """The raw files of one table, those included that were merged and are yet to be removed."""
        return sorted((self.raw / _DIRECTORIES[table.name]).rglob("*.parquet"))

    def _replaced(self, found: Sequence[Path]) -> set[Path]:
        return {self.raw / name for path in found if is_merged(path) for name in replaced_by(path)}

    def raw_rows(
        self, table: Table, columns: Sequence[str], crawl_ids: Container[str] | None = None
    ) -> Iterator[pa.Table]:
        """The named columns of one raw table, row group by row group in order; of some crawls, or all."""
        for path in self.raw_files(table):
            if crawl_ids is None or (path.parent.name in crawl_ids and not is_merged(path)):
                for rows in row_groups(path, columns):
                    yield conform(rows, table, columns)
            elif is_merged(path):
                for rows in row_groups(path, [*dict.fromkeys([*columns, "crawl_id"])]):
                    wanted = pa.array([crawl_id in crawl_ids for crawl_id in rows["crawl_id"].to_pylist()])
                    yield conform(rows.filter(wanted), table, columns)

    def crawl_ids(self) -> set[str]:
        """Every run that left a row, in the ledger or elsewhere."""
        folders = {path.name for path in self.raw.glob("*/*") if path.is_dir()}
        return folders.union(*(rows["crawl_id"].to_pylist() for rows in self.raw_rows(CRAWL_RUNS, ["crawl_id"])))

    def raw_name(self, path: Path) -> str:
        """A raw file's path below `raw/`."""
        return path.relative_to(self.raw).as_posix()

    def listing_files(self) -> list[str]:
        """Raw listing files, relative to `raw/`."""
        return [self.raw_name(path) for path in self.raw_files(LISTINGS)]

    def observations(self, columns: Sequence[str]) -> pa.Table:
        """All observations ever made, the named columns, in the order of crawls and shards."""
        empty = conform(OBSERVATIONS.arrow([]), OBSERVATIONS, columns)
        return pa.concat_tables([empty, *self.raw_rows(OBSERVATIONS, columns)])

    def lost_blobs(self) -> tuple[frozenset[str], str]:
        """Blobs whose bytes were lost to damage, and the last crawl that was made before: looks up to it are void."""
        if not self.lost_file.exists():
            return frozenset(), ""
        told = json.loads(self.lost_file.read_text(encoding="utf-8"))
        return frozenset(told["blobs"] or ()), told["up_to_crawl"]

    def merge_raw(self, table: Table, paths: Sequence[Path]) -> Path:
        """One file in the place of several neighbours of one schema: the same rows in the same order.

        The rename that makes it appear makes these disappear, at once: it names them in its footer. What is on disk
        of them goes when the next writer begins, so that who was reading them meanwhile is not hurt.
        """
        groups = _regrouped(rows for path in paths for rows in row_groups(path))
        return self._put_merged(table, paths, pq.read_schema(paths[0]), groups)

    def rewrite_raw(self, table: Table, path: Path, rows: pa.Table) -> Path:
        """Put other rows in a raw file's place; where they stand now. For who erases, and who saves what is left."""
        if not is_merged(path):
            write_parquet(path, rows)
            return path
        new = self._put_merged(table, [path], rows.schema, _regrouped([rows]))
        path.unlink()
        return new

    def _put_merged(self, table: Table, paths: Sequence[Path], schema: pa.Schema, groups: Iterator[pa.Table]) -> Path:
        there = self._replaced(paths)
        replaces = [self.raw_name(path) for path in sorted({*paths, *(p for p in there if p.exists())})]
        told = {**(schema.metadata or {}), REPLACES: json.dumps(replaces).encode()}
        stem = _MERGED.sub("", paths[0].name).removesuffix(".parquet")
        part = paths[0].with_name(f".{stem}.{os.getpid()}.part")
        try:
            _write_row_groups(part, schema.with_metadata(told), groups)
            fsync(part)
            path = part.with_name(f"{stem}~{crc32_of(part):08x}.parquet")
            if path.exists():
                raise LakeError(f"{path} exists: raw files are never overwritten")
            if table is LISTINGS:
                self._hand_on_coverage([self.raw_name(p) for p in paths], self.raw_name(path))
            os.replace(part, path)
            fsync(path.parent)
        finally:
            part.unlink(missing_ok=True)
        return path

    def _hand_on_coverage(self, names: Sequence[str], merged: str) -> None:
        """Let each manifest that covers all the named listing files cover the one that is about to hold their rows."""
        for manifest in self.manifests():
            if set(names) <= set(manifest.listing_files):
                self.write_manifest(manifest.covering([*manifest.listing_files, merged]))

    def remove_replaced(self) -> None:
        """Remove from disk what merged files hold, and the crawls' folders that are left empty."""
        for table in RAW_TABLES.values():
            for path in sorted(self._replaced(self.raw_files_there(table))):
                path.unlink(missing_ok=True)
                if path.parent != self.raw / _DIRECTORIES[table.name]:
                    with contextlib.suppress(OSError):
                        path.parent.rmdir()

    # -- tables ------------------------------------------------------------------------------------------

    def manifest(self, reader_version: str) -> Manifest:
        """What this reader version has read; an empty manifest where it has read nothing."""
        path = self._manifest_path(reader_version)
        return _read_manifest(path) if path.exists() else Manifest(reader_version)

    def manifests(self) -> list[Manifest]:
        """What each reader version has read whose files are still there."""
        return [_read_manifest(path) for path in self.manifest_files()]

    def manifest_files(self) -> list[Path]:
        """The manifests' files, one for each reader version whose files are still there."""
        return sorted(self.tables.glob("manifest-*.json"))

    def write_manifest(self, manifest: Manifest) -> Manifest:
        """Make `manifest` the current one of its reader version, in one step; it, with the facts of its new files."""
        new = [name for name in manifest.names if name not in manifest.facts]
        known = manifest.knowing({name: facts_of(self.tables / name) for name in new})
        write_text(self._manifest_path(manifest.reader_version), known.as_json())
        return known

    def write_table(self, table: Table, rows: pa.Table, manifest: Manifest) -> str:
        """One more file of a table, sorted by its key; the path to name in the manifest."""
        name = f"{table.name}/{manifest.reader}-{manifest.next_batch:06d}.parquet"
        write_parquet(self.tables / name, sort_by_key(rows, table))
        return name

    def rewrite_table(self, name: str, rows: pa.Table, manifest: Manifest) -> Manifest:
        """Put other rows in the place of one file, under a new name of the same batch; the manifest, swapped."""
        (table,) = (table for table, names in manifest.files.items() if name in names)
        number = next(i for i in itertools.count(1) if not (self.tables / _again(name, i)).exists())
        write_parquet(self.tables / _again(name, number), rows)
        named = [_again(name, number) if n == name else n for n in manifest.files[table]]
        return self.write_manifest(manifest.replacing({table: named}))

    def table_paths(self, table: Table, manifest: Manifest) -> list[Path]:
        """The current files of a table."""
        return [self.tables / name for name in manifest.files.get(table.name, ())]

    def drop_replaced(self) -> None:
        """Remove table files that no manifest names: what a merge, an erasure or a killed run left."""
        named = {self.tables / name for manifest in self.manifests() for name in manifest.names}
        for path in self.tables.rglob("*.parquet"):
            if path not in named:
                path.unlink()

    def drop_unnamed(self, manifest: Manifest) -> None:
        """Remove table files and manifests that `manifest`, now complete, has made superfluous."""
        for path in self.manifest_files():
            if path != self._manifest_path(manifest.reader_version):
                path.unlink()
        self.drop_replaced()

    def _manifest_path(self, reader_version: str) -> Path:
        return self.tables / f"manifest-{reader_version[:12]}.json"


def _read_manifest(path: Path) -> Manifest:
    try:
        return read_manifest(path.read_text(encoding="utf-8"))
    except (ValueError, KeyError, TypeError):
        raise LakeError(
            f"{path} is damaged: 'cardhouse build' sets it aside and reads all cards again from raw"
        ) from None


def _again(name: str, number: int) -> str:
    """The name of a table file that takes another's place, in the same batch."""
    return f"{name[: name.rindex('-') + 7] if batch_of(name) >= 0 else name[:-8]}-{number}.parquet"


def is_merged(path: Path) -> bool:
    """Whether a raw file holds the rows of several."""
    return _MERGED.search(path.name) is not None


def is_as_named(path: Path) -> bool:
    """Whether a merged file still has the bytes that it had when it was named."""
    found = _MERGED.search(path.name)
    return found is not None and int(found[1], 16) == crc32_of(path)


def _regrouped(pieces: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The same rows in row groups of a size to be held in memory, whatever the pieces' sizes were (never cut)."""
    held: list[pa.Table] = []
    size = rows = 0
    for piece in pieces:
        held.append(piece)
        size, rows = size + piece.nbytes, rows + piece.num_rows
        if size >= ROW_GROUP_BYTES or rows >= ROW_GROUP_ROWS:
            yield pa.concat_tables(held).combine_chunks()
            held, size, rows = [], 0, 0
    if held:
        yield pa.concat_tables(held).combine_chunks()


def _write_row_groups(part: Path, schema: pa.Schema, groups: Iterator[pa.Table]) -> None:
    with pq.ParquetWriter(part, schema, **_WRITE) as writer:
        for rows in groups:
            writer.write_table(rows.replace_schema_metadata(schema.metadata), row_group_size=max(1, rows.num_rows))


def now() -> datetime:
    """The time, naive UTC, to the microsecond."""
    return datetime.now(UTC).replace(tzinfo=None)


def sort_by_key(rows: pa.Table, table: Table) -> pa.Table:
    """The rows sorted by model, card and key, so that equal rows make equal files."""
    names = [n for n in ("model_id", "card_blob", *table.key) if n in rows.schema.names]
    return rows.sort_by([(n, "ascending") for n in dict.fromkeys(names)])


def write_parquet(path: Path, rows: pa.Table) -> None:
    """Write one Parquet file, whole or not at all."""
    with whole_file(path) as part:
        pq.write_table(rows, part, **_WRITE)
