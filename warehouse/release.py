"""Releases: the served tables as files that can be cited, checked and cited again.

Promises: the same build gives the same bytes; a release is whole or absent and is never overwritten; the manifest
names every file with its hash, so that a changed, missing or added file is found. Raw cards never get in here.

What must not move in: which rows are served (`warehouse.building`), how a file is written (`warehouse.lake`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.database import open_warehouse, run_query, run_query_arrow
from warehouse.dictionary import table_chapter
from warehouse.lake import Lake, LakeError, fsync, write_parquet, write_text
from warehouse.schema import SERVED_TABLES, WAREHOUSE_INFO, Table

MANIFEST = "manifest.json"
DICTIONARY = "data_dictionary.md"
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")


class ReleaseError(LakeError):
    """A release cannot be written, and why, in one line."""


def write_release(lake: Lake, version: str) -> Path:
    """The folder of the new release `version`, made from the warehouse as it is served now.

    The caller holds `lake.writer`. Raises ReleaseError where the version exists or is no name for a folder, and
    NoWarehouse.
    """
    if not VERSION.fullmatch(version) or ".." in version:
        raise ReleaseError(f"'{version}' is no version: letters, digits, and . _ + - between them, such as 2026.11")
    folder = lake.releases / version
    if folder.exists():
        raise ReleaseError(
            f"release {version} exists in {folder}; releases are never overwritten, choose a new version"
        )
    with contextlib.closing(open_warehouse(lake.home)) as con, _whole_folder(folder) as part:
        tables = {t.name: _write_table(con, t, part) for t in SERVED_TABLES.values()}
        write_text(part / DICTIONARY, data_dictionary(SERVED_TABLES))
        write_text(part / MANIFEST, _json(_manifest(version, _build(con), tables, part)))
    return folder


def verify_release(folder: Path) -> list[str]:
    """What is wrong with a release, one line each: changed, missing or added files. Empty: it is as written."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        files: Mapping[str, Any] = {str(k): dict(v) for k, v in dict(manifest["files"]).items()}
    except OSError:
        return [f"{MANIFEST} is missing: {folder} is no release"]
    except (ValueError, KeyError, TypeError):
        return [f"{MANIFEST} is damaged: it does not list the files"]
    present = {p.name for p in folder.iterdir()} - {MANIFEST}
    return [
        *(f"{name} is missing" for name in sorted(files.keys() - present)),
        *(f"{name} is not part of the release" for name in sorted(present - files.keys())),
        *(problem for name in sorted(files.keys() & present) for problem in _differences(folder / name, files[name])),
    ]


def data_dictionary(tables: Mapping[str, Table]) -> str:
    """Every table with its grain, key and columns, as Markdown."""
    return "\n".join(["# Data dictionary\n", *map(table_chapter, tables.values())])


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file's bytes, hexadecimal."""
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write_table(con: Any, table: Table, folder: Path) -> Mapping[str, Any]:
    names = ", ".join(f'"{c.name}"' for c in table.columns)
    order = ", ".join(f'"{n}" NULLS FIRST' for n in dict.fromkeys([*table.key, *(c.name for c in table.columns)]))
    rows = run_query_arrow(con, f"SELECT {names} FROM main.{table.name} ORDER BY {order}")  # noqa: S608  declared names
    write_parquet(folder / f"{table.name}.parquet", rows.cast(table.arrow_schema))
    return {
        "file": f"{table.name}.parquet",
        "grain": table.grain,
        "key": list(table.key),
        "rows": rows.num_rows,
        "columns": [asdict(c) for c in table.columns],
    }


def _build(con: Any) -> Mapping[str, Any]:
    names = ", ".join(c.name for c in WAREHOUSE_INFO.columns)
    (record,) = run_query(con, f"SELECT {names} FROM main.warehouse_info").records()  # noqa: S608  declared names
    return record


def _manifest(version: str, build: Mapping[str, Any], tables: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    return {
        "name": "cardhouse",
        "version": version,
        "build": {**build, "built_at": build["built_at"].isoformat(), "inputs": json.loads(build["inputs"])},
        "libraries": {"duckdb": build["duckdb_version"], "pyarrow": pa.__version__},
        "tables": dict(tables),
        "files": {p.name: _fingerprint(p) for p in sorted(folder.iterdir())},
    }


def _fingerprint(file: Path) -> Mapping[str, Any]:
    rows = {"rows": pq.read_metadata(file).num_rows} if file.suffix == ".parquet" else {}
    return {"sha256": sha256_of(file), "bytes": file.stat().st_size, **rows}


def _differences(file: Path, expected: Mapping[str, Any]) -> list[str]:
    if file.is_symlink() or not file.is_file():
        return [f"{file.name} is not a plain file"]
    size = file.stat().st_size
    if size != expected.get("bytes"):
        return [f"{file.name} has {size} bytes where the manifest says {expected.get('bytes')}"]
    if sha256_of(file) != expected.get("sha256"):
        return [f"{file.name} was changed: its SHA-256 is not the manifest's"]
    if file.suffix == ".parquet" and (rows := _rows(file)) != expected.get("rows"):
        return [f"{file.name} has {rows} rows where the manifest says {expected.get('rows')}"]
    return []


def _rows(file: Path) -> int | None:
    """Rows of a Parquet file; NULL where it is none."""
    try:
        return int(pq.read_metadata(file).num_rows)
    except (pa.ArrowException, OSError):
        return None


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


@contextlib.contextmanager
def _whole_folder(folder: Path) -> Iterator[Path]:
    """A temporary folder beside `folder`: renamed to it when the block ends well, removed when it fails."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(".*.unfinished"):
        shutil.rmtree(left)
    part = folder.with_name(f".{folder.name}.unfinished")
    part.mkdir()
    try:
        yield part
        fsync(part)
        os.rename(part, folder)
        fsync(folder.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)
