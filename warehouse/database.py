"""The only door to DuckDB: sessions for analysts, the session of a build, queries, and what goes wrong with them.

Promises: an open session keeps the file it opened; the published file is never opened for writing; a session given to
an analyst cannot reach the file system, the network or an extension, but for one folder to export to.

What must not move in: what a build holds (`warehouse.building`), what a view says (`sql/`), how an answer is printed
(`warehouse.answers`).
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from warehouse.schema import quoted
from warehouse.swap import SPILL

T = TypeVar("T")

Session = duckdb.DuckDBPyConnection
"""What `open_warehouse` gives, for the annotations of modules that do not know DuckDB."""

DatabaseError = duckdb.Error
"""Whatever DuckDB raises, for modules that run statements in a session."""

DUCKDB_VERSION = duckdb.__version__

STORAGE_VERSION = "v1.4.0"
"""Opens in DuckDB 1.4, 1.5, 2.0 and duckdb-wasm, and costs nothing (same size and time, measured with 2.0.0)."""

CATALOG = "warehouse"
"""The name the file has for a session that opens it, used while building because DuckDB 1.5 keeps it in view texts."""

BUILD_MEMORY_SHARE = 0.5
BUILD_MEMORY_MOST = 6 * 2**30
SESSION_MEMORY = "4GB"
SESSION_SPILL = "20GB"
"""What a session may write to the temporary folder for what does not fit into memory; then its query fails."""

_OWN = secrets.token_hex(8)
"""Part of the temporary folder's name, so that nobody else on the machine can lay a link there beforehand."""


class WarehouseError(Exception):
    """The warehouse refuses, and says why in one line."""


class NoWarehouse(WarehouseError):
    """There is no warehouse in this home yet."""


class QueryFailed(WarehouseError):
    """A query cannot be run; the message is DuckDB's, in one line."""


@dataclass(frozen=True)
class Result:
    """The rows of one query, with the columns' names and DuckDB types."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def records(self) -> list[dict[str, Any]]:
        """The rows as mappings from column to value."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def one_line(error: Exception) -> str:
    """An error's message in one line."""
    return " ".join(str(error).split())


@contextmanager
def build_session(part: Path) -> Iterator[Session]:
    """A session that writes the new file `part`, which it calls `warehouse`; it spills beside the file."""
    spill = Path(tempfile.mkdtemp(prefix=SPILL, dir=part.parent))
    memory = min(BUILD_MEMORY_MOST, int(_memory() * BUILD_MEMORY_SHARE))
    settings: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(spill),
        "memory_limit": f"{memory >> 20}MiB",
        "autoinstall_known_extensions": False,
        "preserve_insertion_order": False,  # else a checkpoint writes half of the file again: twice the time
    }
    con = duckdb.connect(":memory:", config=settings)
    try:
        con.execute("SET enable_progress_bar = false")
        con.execute(f"ATTACH {quoted(str(part))} AS {CATALOG} (STORAGE_VERSION '{STORAGE_VERSION}')")
        con.execute(f"USE {CATALOG}")
        yield con
    finally:
        con.close()
        shutil.rmtree(spill, ignore_errors=True)


@contextmanager
def transaction(con: Session) -> Iterator[None]:
    """Everything in the block in one transaction: hundreds of small statements go 10 times as fast as one by one."""
    con.begin()
    yield
    con.commit()


def open_warehouse(home: Path | str = "data", *, export_to: Path | str | None = None) -> Session:
    """A read-only session on the warehouse of `home`, safe to hand to anybody.

    It reads the build that is current now and goes on reading it when a newer one is swapped in. It cannot read or
    write files (but for COPY into `export_to`), reach the network, load extensions or change the configuration.
    Raises NoWarehouse.
    """
    file = (Path(home).expanduser() / "warehouse.duckdb").resolve()
    if not file.exists():
        raise NoWarehouse(f"there is no warehouse in {file.parent}: 'cardhouse run' makes one")
    folder = str(Path(export_to).expanduser().resolve()) + os.sep if export_to else None
    try:
        con = duckdb.connect(str(file), read_only=True)
        if not _is_locked(con):
            return _lock_down(con, folder)
        fresh = _lock_down(_private_session(file), folder)
    except DatabaseError as error:
        raise WarehouseError(f"{file} cannot be opened: {one_line(error)}") from error
    # DuckDB gives one process the file it opened first, even after a swap, and with the settings of then.
    if _identity(con) == _identity(fresh):
        fresh.close()
        return con
    con.close()
    return fresh


def run_query(con: Session, sql: str, parameters: Sequence[Any] = (), *, seconds: float | None = None) -> Result:
    """The rows of one query, interrupted after `seconds`. Raises QueryFailed."""

    def ask() -> Result:
        cursor = con.execute(sql, list(parameters))
        if cursor is None:  # what DuckDB 2.0 returns for nothing but comments, whatever its annotations say
            raise QueryFailed("there is no statement in the query")
        described = cursor.description or []
        rows = cursor.fetchall() if described else []
        return Result(tuple(d[0] for d in described), tuple(str(d[1]) for d in described), rows)

    with _time_limit(con, seconds), _query_errors(seconds):
        return _interruptibly(con, ask)


def run_query_arrow(
    con: Session, sql: str, parameters: Sequence[Any] = (), *, seconds: float | None = None
) -> pa.Table:
    """The rows of one query as an Arrow table, interrupted after `seconds`. Raises QueryFailed."""

    def ask() -> pa.Table:
        relation = con.sql(sql, params=list(parameters) or None)
        if relation is None:
            raise QueryFailed("the statement returns no rows")
        return relation.to_arrow_table()

    with _time_limit(con, seconds), _query_errors(seconds):
        return _interruptibly(con, ask)


def _interruptibly(con: Session, ask: Callable[[], T]) -> T:
    """What `ask` returns, asked in another thread so that Ctrl-C is heard at once and stops the query.

    DuckDB 2.0 looks for signals now and then only; a query that makes no rows was seen not to hear one at all.
    """
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(ask)
        try:
            return future.result()
        except KeyboardInterrupt:
            con.interrupt()
            raise


@contextmanager
def _time_limit(con: Session, seconds: float | None) -> Iterator[None]:
    if seconds is None:
        yield
        return
    timer = threading.Timer(seconds, con.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def _query_errors(seconds: float | None) -> Iterator[None]:
    try:
        yield
    except duckdb.InterruptException:
        raise QueryFailed(f"the query was stopped after {seconds} seconds") from None
    except DatabaseError as error:
        raise QueryFailed(one_line(error)) from error


def _private_session(file: Path) -> Session:
    """A session on the file as it is now, apart from what this process has open already."""
    con = duckdb.connect(":memory:")
    con.execute(f"ATTACH {quoted(str(file))} AS {CATALOG} (READ_ONLY)")
    con.execute(f"USE {CATALOG}")
    return con


def _lock_down(con: Session, folder: str | None) -> Session:
    spill = Path(tempfile.gettempdir()) / f"cardhouse-spill-{os.getpid()}-{_OWN}"
    for statement in (
        "SET enable_progress_bar = false",
        f"SET memory_limit = '{SESSION_MEMORY}'",
        f"SET temp_directory = {quoted(str(spill))}",
        f"SET max_temp_directory_size = '{SESSION_SPILL}'",
        f"SET allowed_directories = [{quoted(folder) if folder else ''}]",
        "SET allowed_configs = ['threads', 'enable_progress_bar']",
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ):
        con.execute(statement)
    return con


def _is_locked(con: Session) -> bool:
    ((locked,),) = con.execute("SELECT current_setting('lock_configuration')").fetchall()
    return bool(locked)


def _identity(con: Session) -> tuple[str, datetime, str]:
    """Which build a session reads, and where it may export to."""
    (row,) = con.execute(
        "SELECT build_id, built_at, CAST(current_setting('allowed_directories') AS VARCHAR) FROM warehouse_info"
    ).fetchall()
    return row[0], row[1], row[2]


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
