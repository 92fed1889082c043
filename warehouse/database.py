"""The DuckDB file: built beside the old one, checked, swapped in; opened read-only. The only module that opens DuckDB.

Promises: a build that fails any blocking check leaves the old file as it was; an open session keeps the file it
opened; the published file is never opened for writing; a session given to an analyst cannot reach the file system,
the network or an extension, but for one folder to export to.

What must not move in: what a view says (`sql/`), a column's type (`warehouse.schema`), how an answer is printed
(`warehouse.answers`).
"""

# ruff: noqa: S608  (names of declared tables are put into statements here; values are parameters)

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from warehouse import build_sql
from warehouse.build_info import build_info
from warehouse.lake import Lake, Manifest, now, whole_file
from warehouse.schema import (
    BUILT_TABLES,
    CHECK_RESULTS,
    CRAWL_RUNS,
    LAKE_TABLES,
    OBSERVATIONS,
    POPULARITY,
    SCHEMA_VERSION,
    WAREHOUSE_INFO,
    CheckResult,
    quoted,
)
from warehouse.sql_files import SqlFile, sql_files, sql_text, statements
from warehouse.swap import SPILL, NoRoom, ask_for_room, keep_previous, remove_wal, sweep_leftovers, wal_of

T = TypeVar("T")

log = logging.getLogger(__name__)

Session = duckdb.DuckDBPyConnection
"""What `open_warehouse` gives, for the annotations of modules that do not know DuckDB."""

STORAGE_VERSION = "v1.4.0"
"""Opens in DuckDB 1.4, 1.5, 2.0 and duckdb-wasm, and costs nothing (same size and time, measured with 2.0.0)."""

CATALOG = "warehouse"
"""The name the file has for a session that opens it, used while building because DuckDB 1.5 keeps it in view texts."""

EXAMPLES = 3
"""Offending rows that a failed check shows."""

BUILD_MEMORY_SHARE = 0.5
BUILD_MEMORY_MOST = 6 * 2**30
SESSION_MEMORY = "4GB"


class WarehouseError(Exception):
    """The warehouse refuses, and says why in one line."""


class NoWarehouse(WarehouseError):
    """There is no warehouse in this home yet."""


class CheckFailed(WarehouseError):
    """A blocking check found rows in a new build; the old one stays. `checks`: the outcome of every check."""

    def __init__(self, message: str, checks: tuple[CheckResult, ...]) -> None:
        super().__init__(message)
        self.checks = checks


class QueryFailed(WarehouseError):
    """A query cannot be run; the message is DuckDB's, in one line."""


@dataclass(frozen=True)
class BuildReport:
    """What a build made."""

    build_id: str
    path: Path
    seconds: float
    size_bytes: int
    rows: Mapping[str, int]
    checks: tuple[CheckResult, ...]

    @property
    def warnings(self) -> tuple[CheckResult, ...]:
        """Checks that found rows and do not block."""
        return tuple(c for c in self.checks if c.offenders)


@dataclass(frozen=True)
class _LastBuild:
    build_id: str
    models: int


@dataclass(frozen=True)
class Result:
    """The rows of one query, with the columns' names and DuckDB types."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def records(self) -> list[dict[str, Any]]:
        """The rows as mappings from column to value."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


# ---------------------------------------------------------------------------------------------------------
# Building.


def build_warehouse(lake: Lake, reader_version: str) -> BuildReport:
    """Build the warehouse from the lake's current files and put it in the old one's place; the report of it.

    The caller holds `lake.writer`. The build before stays beside it for `roll_back`. Raises CheckFailed (a blocking
    check found rows) or WarehouseError (an empty build over a full one, no room, an unreadable file); the old file
    is then untouched.
    """
    started = time.monotonic()
    manifest = lake.manifest(reader_version)
    info = build_info(lake, manifest, now(), duckdb.__version__)
    try:
        sweep_leftovers(lake)
        ask_for_room(lake)
        with whole_file(lake.warehouse_file) as part, _without_wal(part):
            with _build_session(lake, part) as con:
                last = _last_build(con, lake.warehouse_file, reader_version)
                load_tables(con, lake, manifest)
                load_views(con)
                checks = run_checks(con)
                con.executemany(build_sql.insert(CHECK_RESULTS), [list(astuple(c)) for c in checks])
                con.execute(build_sql.insert(WAREHOUSE_INFO), list(astuple(info)))
                rows = _row_counts(con)
                _refuse_emptiness(lake, rows, last)
                _refuse_offenders(checks)
                con.execute(f"CHECKPOINT {CATALOG}")
            _refuse_wal(part)
            part.chmod(0o444)
            if last is not None and last.build_id != info.build_id:
                keep_previous(lake)
            remove_wal(lake.warehouse_file)
    except NoRoom as error:
        raise WarehouseError(str(error)) from None
    except duckdb.Error as error:
        raise WarehouseError(f"the new build failed and the old one stays: {_one_line(error)}") from error
    return BuildReport(
        build_id=info.build_id,
        path=lake.warehouse_file,
        seconds=time.monotonic() - started,
        size_bytes=lake.warehouse_file.stat().st_size,
        rows=rows,
        checks=checks,
    )


def load_tables(con: duckdb.DuckDBPyConnection, lake: Lake, manifest: Manifest) -> None:
    """Create and fill every table: what is served in main, what was served before in superseded, both in history."""
    for table in (OBSERVATIONS, POPULARITY, CRAWL_RUNS):
        con.execute(build_sql.view_of_files(f"raw_{table.name}", table, lake.raw_files(table)))
    for table in LAKE_TABLES.values():
        con.execute(build_sql.view_of_files(f"read_{table.name}", table, lake.table_paths(table, manifest)))
    with _transaction(con):  # hundreds of small statements: 10 times as fast as one by one
        for statement in build_sql.create_tables():
            con.execute(statement)
    for statement in build_sql.fill_tables():
        con.execute(statement)


def load_views(con: duckdb.DuckDBPyConnection) -> None:
    """Create the macros and the relations of sql/base and sql/answers, with the comments their headers give."""
    for statement in (*statements(sql_text("macros.sql")), *build_sql.as_of_macros()):
        con.execute(statement)
    for file in (*sql_files("base"), *sql_files("answers")):
        try:
            load_view(con, file)
        except duckdb.Error as error:
            raise WarehouseError(f"sql/{file.kind}/{file.name}.sql: {_one_line(error)}") from error


def load_view(con: duckdb.DuckDBPyConnection, file: SqlFile) -> None:
    """Create one relation of sql/, with its comments."""
    kind = "TABLE" if file.is_table else "VIEW"
    with _made_once(con, file):
        con.execute(f"CREATE {kind} main.{file.name} AS\n{file.body}")
    con.execute(f"COMMENT ON {kind} main.{file.name} IS {quoted(file.comment)}")
    for name, meaning in file.columns:
        con.execute(f'COMMENT ON COLUMN main.{file.name}."{name}" IS {quoted(meaning)}')
    if file.macro:
        con.execute(file.macro)


@contextmanager
def _made_once(con: duckdb.DuckDBPyConnection, file: SqlFile) -> Iterator[None]:
    """While a kept table is made, the views it reads are temporary tables of the same names.

    Twice as fast: DuckDB 2.0 plans the joins of a dozen inlined views badly (measured on 150,000 repos).
    """
    views = [f.name for f in sql_files("base") if f.name in file.reads and not f.is_table] if file.is_table else []
    for name in views:
        con.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM main.{name}")
    yield
    for name in views:
        con.execute(f"DROP TABLE temp.{name}")


@contextmanager
def _transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    con.begin()
    yield
    con.commit()


def all_checks() -> tuple[SqlFile, ...]:
    """Every check of a build: those the declared tables imply and those of sql/checks."""
    return (*build_sql.implied_checks(), *sql_files("checks"))


def run_checks(con: duckdb.DuckDBPyConnection) -> tuple[CheckResult, ...]:
    """The outcome of every check on what `con` has open."""
    return tuple(_check(con, check) for check in all_checks())


def _check(con: duckdb.DuckDBPyConnection, file: SqlFile) -> CheckResult:
    try:
        ((offenders,),) = con.execute(f"SELECT count(*) FROM (\n{file.body}\n)").fetchall()
        cursor = con.execute(f"SELECT * FROM (\n{file.body}\n) LIMIT {EXAMPLES if offenders else 0}")
        names = [d[0] for d in cursor.description or ()]
        rows = cursor.fetchall()
    except duckdb.Error as error:
        raise WarehouseError(f"sql/checks/{file.name}.sql: {_one_line(error)}") from error
    shown = "; ".join(", ".join(f"{n}={v}" for n, v in zip(names, row, strict=True)) for row in rows)
    return CheckResult(file.name, file.question, file.is_blocking, int(offenders), shown)


def _refuse_offenders(checks: tuple[CheckResult, ...]) -> None:
    failed = [c for c in checks if c.is_blocking and c.offenders]
    if failed:
        told = ". ".join(f"{c.name} ({c.question}): {c.offenders} found, such as {c.examples}" for c in failed)
        raise CheckFailed(f"the new build is not served and the old one stays. {told}", checks)


def _refuse_emptiness(lake: Lake, rows: Mapping[str, int], last: _LastBuild | None) -> None:
    if last is not None and last.models and not rows["models"]:
        raise WarehouseError(
            f"the new build has no models where the old one has {last.models}: it is not served. Was {lake.raw} moved?"
        )


def _last_build(con: duckdb.DuckDBPyConnection, file: Path, reader_version: str) -> _LastBuild | None:
    """The build to be replaced; None where there is none or it cannot be read (then anything is better).

    Fills `last_row_counts`, but only from the same reader: another may rightly read fewer rows.
    """
    con.execute(build_sql.create_last_row_counts())
    if not file.exists():
        return None
    try:
        con.execute(f"ATTACH {quoted(str(file))} AS last (READ_ONLY)")
        ((build_id, reader, schema),) = con.execute(
            "SELECT build_id, reader_version, schema_version FROM last.main.warehouse_info"
        ).fetchall()
        ((models,),) = con.execute("SELECT count(*) FROM last.main.models").fetchall()
        if (reader, schema) == (reader_version, SCHEMA_VERSION):
            con.execute(build_sql.fill_last_row_counts("last"))
        con.execute("DETACH last")
    except duckdb.Error as error:
        log.warning("%s cannot be read and will be replaced: %s", file, _one_line(error))
        return None
    return _LastBuild(build_id, int(models))


@contextmanager
def _build_session(lake: Lake, part: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    spill = Path(tempfile.mkdtemp(prefix=SPILL, dir=lake.home))
    memory = min(BUILD_MEMORY_MOST, int(_memory() * BUILD_MEMORY_SHARE))
    settings: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(spill),
        "memory_limit": f"{memory >> 20}MiB",
        "autoinstall_known_extensions": False,
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


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _row_counts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    names = [*build_sql.served_names(), *BUILT_TABLES]
    counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM main.{name}" for name in names)
    return {name: int(n) for name, n in con.execute(counts).fetchall()}


def _refuse_wal(part: Path) -> None:
    if wal_of(part).exists():
        raise WarehouseError(f"the new build still has a write-ahead log ({wal_of(part).name}): it is not served")


@contextmanager
def _without_wal(part: Path) -> Iterator[None]:
    try:
        yield
    finally:
        remove_wal(part)


# ---------------------------------------------------------------------------------------------------------
# Sessions.


def open_warehouse(home: Path | str = "data", *, export_to: Path | str | None = None) -> duckdb.DuckDBPyConnection:
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
    except duckdb.Error as error:
        raise WarehouseError(f"{file} cannot be opened: {_one_line(error)}") from error
    # DuckDB gives one process the file it opened first, even after a swap, and with the settings of then.
    if _identity(con) == _identity(fresh):
        fresh.close()
        return con
    con.close()
    return fresh


def run_query(
    con: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Any] = (), *, seconds: float | None = None
) -> Result:
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
    con: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Any] = (), *, seconds: float | None = None
) -> pa.Table:
    """The rows of one query as an Arrow table, interrupted after `seconds`. Raises QueryFailed."""

    def ask() -> pa.Table:
        relation = con.sql(sql, params=list(parameters) or None)
        if relation is None:
            raise QueryFailed("the statement returns no rows")
        return relation.to_arrow_table()

    with _time_limit(con, seconds), _query_errors(seconds):
        return _interruptibly(con, ask)


def _interruptibly(con: duckdb.DuckDBPyConnection, ask: Callable[[], T]) -> T:
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
def _time_limit(con: duckdb.DuckDBPyConnection, seconds: float | None) -> Iterator[None]:
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
    except duckdb.Error as error:
        raise QueryFailed(_one_line(error)) from error


def _private_session(file: Path) -> duckdb.DuckDBPyConnection:
    """A session on the file as it is now, apart from what this process has open already."""
    con = duckdb.connect(":memory:")
    con.execute(f"ATTACH {quoted(str(file))} AS {CATALOG} (READ_ONLY)")
    con.execute(f"USE {CATALOG}")
    return con


def _lock_down(con: duckdb.DuckDBPyConnection, folder: str | None) -> duckdb.DuckDBPyConnection:
    spill = Path(tempfile.gettempdir()) / f"cardhouse-spill-{os.getpid()}"
    for statement in (
        "SET enable_progress_bar = false",
        f"SET memory_limit = '{SESSION_MEMORY}'",
        f"SET temp_directory = {quoted(str(spill))}",
        f"SET allowed_directories = [{quoted(folder) if folder else ''}]",
        "SET allowed_configs = ['memory_limit', 'threads', 'enable_progress_bar']",
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ):
        con.execute(statement)
    return con


def _is_locked(con: duckdb.DuckDBPyConnection) -> bool:
    ((locked,),) = con.execute("SELECT current_setting('lock_configuration')").fetchall()
    return bool(locked)


def _identity(con: duckdb.DuckDBPyConnection) -> tuple[str, datetime, str]:
    """Which build a session reads, and where it may export to."""
    (row,) = con.execute(
        "SELECT build_id, built_at, CAST(current_setting('allowed_directories') AS VARCHAR) FROM warehouse_info"
    ).fetchall()
    return row[0], row[1], row[2]


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
