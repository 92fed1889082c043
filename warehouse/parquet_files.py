"""Reading the lake's Parquet files so that a damaged one is noticed, named, and never believed.

Promises: a flipped bit within a page is an error, not another value (each page has a checksum; DuckDB 2.0 does not look
at it and gave wrong rows for 106 of 150 flips); a file is read one row group at a time where it may be large; a file
of an older schema has the columns asked for, NULL where it never had them.

What must not move in: writing (`warehouse.lake`), what is done about damage (`warehouse.damage`).
"""

from __future__ import annotations

import contextlib
import errno
import json
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.manifest import FileFacts
from warehouse.schema import Table

REPLACES = b"cardhouse.replaces"
"""The key in a merged raw file's footer under which it names the files whose rows it holds."""
_CHUNK = 1 << 22


class LakeError(Exception):
    """The lake refuses, and says why in one line."""


class DamagedFile(LakeError):
    """A Parquet file that is not what was written."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} is damaged: {why}; 'cardhouse build' sets it aside and makes good what can be")
        self.path, self.why = path, why


@contextlib.contextmanager
def damage_is_named(path: Path) -> Iterator[None]:
    """Whatever a broken file makes pyarrow raise is a DamagedFile; that we may not read it is not."""
    try:
        yield
    except OSError as error:
        if error.errno in (None, errno.EIO):
            raise DamagedFile(path, _one_line(error)) from None
        raise
    except (pa.ArrowException, UnicodeDecodeError, MemoryError) as error:
        raise DamagedFile(path, _one_line(error)) from None


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


@contextlib.contextmanager
def opened(path: Path) -> Iterator[pq.ParquetFile]:
    """The file, open, its pages' checksums looked at as they are read. Raises DamagedFile."""
    with damage_is_named(path), pq.ParquetFile(path, page_checksum_verification=True) as file:
        yield file


def read_file(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """The rows of a file (the named columns, of those it has). Raises DamagedFile."""
    with opened(path) as file:
        return file.read(list(columns) if columns is not None else None)


def row_groups(path: Path, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """The rows of a file, one row group at a time. Raises DamagedFile."""
    with opened(path) as file:
        wanted = list(columns) if columns is not None else None
        for i in range(file.num_row_groups):
            yield file.read_row_group(i, columns=wanted)


def conform(rows: pa.Table, table: Table, columns: Sequence[str]) -> pa.Table:
    """The named columns as they are declared today: one that the file never had is NULL or its declared default, one of
    another type is cast.

    Raises ArrowInvalid where a value does not fit the type declared today.
    """
    defaults = {column.name: column.default for column in table.columns}
    arrays = []
    for name in columns:
        kind = table.arrow_schema.field(name).type
        if name in rows.column_names:
            arrays.append(rows[name].cast(kind))
        else:
            arrays.append(pa.repeat(pa.scalar(defaults[name], kind), rows.num_rows))
    return pa.table(arrays, schema=pa.schema([table.arrow_schema.field(n).with_nullable(True) for n in columns]))


def row_count(path: Path) -> int:
    """How many rows the footer tells. Raises DamagedFile."""
    with opened(path) as file:
        return int(file.metadata.num_rows)


def replaced_by(path: Path) -> list[str]:
    """The raw files (paths below `raw/`) whose rows a merged one holds. Raises DamagedFile."""
    with damage_is_named(path):
        told = (pq.read_schema(path).metadata or {}).get(REPLACES)
    if told is None:
        raise DamagedFile(path, "a merged file that does not say what it was merged from")
    return list(json.loads(told))


def crc32_of(path: Path) -> int:
    """The CRC-32 of a whole file's bytes (5 GB a second; what a damaged disk does to a file it never passes)."""
    found = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found = zlib.crc32(chunk, found)
    return found


def facts_of(path: Path) -> FileFacts:
    """What a file is now."""
    return FileFacts(row_count(path), path.stat().st_size, crc32_of(path))
