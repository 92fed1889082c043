"""The lake: every Parquet file and every path under CARDHOUSE_HOME.

Promises: a file is whole or absent (temporary name, fsync, rename); a table's file is sorted by its key, so the
same rows give the same bytes; what the manifest does not name does not exist; one writer at a time.

What must not move in: what a row means, SQL, the network.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.schema import CRAWL_RUNS, LISTINGS, OBSERVATIONS, SCHEMA_VERSION, CrawlRun, Table

_WRITE: Mapping[str, Any] = {"compression": "zstd", "compression_level": 3, "version": "2.6"}
_DIRECTORIES: Mapping[str, str] = {
    "listings": "listings",
    "observations": "cards",
    "popularity": "popularity",
    "crawl_runs": "crawls",
}


class LakeError(Exception):
    """The lake refuses, and says why in one line."""


class HomeBusy(LakeError):
    """Another process writes in this home."""


@dataclass(frozen=True)
class Manifest:
    """What one reader version has read: the current files by table (paths below `tables/`), and the listing files."""

    reader_version: str
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    listing_files: tuple[str, ...] = ()
    schema_version: str = SCHEMA_VERSION

    def plus(self, files: Mapping[str, str], listing_files: Iterable[str] = ()) -> Manifest:
        """This manifest with one more file for each table in `files`, and more listing files covered."""
        merged = {name: (*self.files.get(name, ()), new) for name, new in files.items()}
        return Manifest(
            self.reader_version,
            {**self.files, **merged},
            (*self.listing_files, *listing_files),
            self.schema_version,
        )

    def replacing(self, files: Mapping[str, Sequence[str]]) -> Manifest:
        """This manifest with the files of the named tables replaced."""
        changed = {name: tuple(new) for name, new in files.items()}
        return Manifest(self.reader_version, {**self.files, **changed}, self.listing_files, self.schema_version)


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
    def releases(self) -> Path:
        """Where releases are written."""
        return self.home / "releases"

    # -- one writer --------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def writer(self, what: str) -> Iterator[None]:
        """Hold the home for writing. Raises HomeBusy, naming the holder, where another process holds it.

        The lock is the kernel's (flock): it ends with the process, however that dies.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        with open(self.home / ".lock", "a+", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                lock.seek(0)
                holder = lock.read().strip() or "another process"
                raise HomeBusy(f"{self.home} is being written by {holder}; wait for it to end") from None
            lock.truncate(0)
            lock.write(f"process {os.getpid()} ({what}, since {now():%Y-%m-%d %H:%M:%S} UTC)\n")
            lock.flush()
            self.sweep()
            try:
                yield
            finally:
                lock.truncate(0)

    def sweep(self) -> None:
        """Remove what a killed writer left half-written. Only for the holder of the lock."""
        for left in self.home.rglob(".*.part"):
            left.unlink(missing_ok=True)

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
        path = self.raw / _DIRECTORIES["crawl_runs"] / f"{run.crawl_id}.parquet"
        make_private(self.raw)
        write_parquet(path, CRAWL_RUNS.arrow([run]))
        return path

    def raw_files(self, table: Table) -> list[Path]:
        """The raw files of one table, in the order of crawls and shards."""
        return sorted((self.raw / _DIRECTORIES[table.name]).rglob("*.parquet"))

    def raw_rows(
        self, table: Table, columns: Sequence[str], crawl_ids: Container[str] | None = None
    ) -> Iterator[pa.Table]:
        """The named columns of one raw table, file by file in order; of some crawls, or all."""
        for path in self.raw_files(table):
            if crawl_ids is None or path.parent.name in crawl_ids:
                yield pq.read_table(path, columns=list(columns))

    def listing_files(self) -> list[str]:
        """Raw listing files, relative to `raw/`."""
        return [p.relative_to(self.raw).as_posix() for p in self.raw_files(LISTINGS)]

    def observations(self, columns: Sequence[str]) -> pa.Table:
        """All observations ever made, the named columns, in the order of crawls and shards."""
        files = self.raw_files(OBSERVATIONS)
        schema = pa.schema([OBSERVATIONS.arrow_schema.field(c) for c in columns])
        return pa.concat_tables([schema.empty_table(), *(pq.read_table(f, columns=list(columns)) for f in files)])

    # -- tables ------------------------------------------------------------------------------------------

    def manifest(self, reader_version: str) -> Manifest:
        """What this reader version has read; an empty manifest where it has read nothing."""
        path = self._manifest_path(reader_version)
        if not path.exists():
            return Manifest(reader_version)
        given = json.loads(path.read_text(encoding="utf-8"))
        return Manifest(
            given["reader_version"],
            {name: tuple(files) for name, files in given["files"].items()},
            tuple(given["listing_files"]),
            given["schema_version"],
        )

    def write_manifest(self, manifest: Manifest) -> None:
        """Make `manifest` the current one of its reader version, in one step."""
        text = json.dumps(
            {
                "reader_version": manifest.reader_version,
                "schema_version": manifest.schema_version,
                "files": {name: list(files) for name, files in sorted(manifest.files.items())},
                "listing_files": list(manifest.listing_files),
            },
            indent=1,
        )
        write_text(self._manifest_path(manifest.reader_version), text + "\n")

    def write_table(self, table: Table, rows: pa.Table, manifest: Manifest) -> str:
        """One more file of a table, sorted by its key; the path to name in the manifest."""
        number = len(manifest.files.get(table.name, ()))
        name = f"{table.name}/{manifest.reader_version[:12]}-{number:06d}.parquet"
        write_parquet(self.tables / name, sort_by_key(rows, table))
        return name

    def table_paths(self, table: Table, manifest: Manifest) -> list[Path]:
        """The current files of a table."""
        return [self.tables / name for name in manifest.files.get(table.name, ())]

    def drop_unnamed(self, manifest: Manifest) -> None:
        """Remove table files and manifests that `manifest`, now complete, has made superfluous."""
        named = {self.tables / name for files in manifest.files.values() for name in files}
        for path in self.tables.rglob("*.parquet"):
            if path not in named:
                path.unlink()
        for path in self.tables.glob("manifest-*.json"):
            if path != self._manifest_path(manifest.reader_version):
                path.unlink()

    def _manifest_path(self, reader_version: str) -> Path:
        return self.tables / f"manifest-{reader_version[:12]}.json"


def now() -> datetime:
    """The time, naive UTC, to the microsecond."""
    return datetime.now(UTC).replace(tzinfo=None)


def make_private(folder: Path) -> None:
    """Create `folder` readable by its owner alone: raw cards may hold secrets that people printed."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def sort_by_key(rows: pa.Table, table: Table) -> pa.Table:
    """The rows sorted by model, card and key, so that equal rows make equal files."""
    names = [n for n in ("model_id", "card_blob", *table.key) if n in rows.schema.names]
    return rows.sort_by([(n, "ascending") for n in dict.fromkeys(names)])


def write_parquet(path: Path, rows: pa.Table) -> None:
    """Write one Parquet file, whole or not at all."""
    with whole_file(path) as part:
        pq.write_table(rows, part, **_WRITE)


def write_text(path: Path, text: str) -> None:
    """Write one text file, whole or not at all."""
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8")


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`: fsynced and renamed to `path` when the block ends well, removed when it fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        fsync(part)
        os.replace(part, path)
        fsync(path.parent)
    finally:
        part.unlink(missing_ok=True)


def fsync(path: Path) -> None:
    """Make a file's bytes, or a folder's entries, durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def free_bytes(path: Path) -> int:
    """Free space where `path` stands."""
    return shutil.disk_usage(path).free
