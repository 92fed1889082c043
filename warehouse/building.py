"""The build: every table and view made in a new file beside the old one, checked, and put in its place.

Promises: a build that fails any blocking check, or that breaks off, leaves the old file as it was; the build before
stays beside it for `warehouse.swap.roll_back`.

What must not move in: a connection (`warehouse.database`), the text of a statement (`warehouse.build_sql`, `sql/`).
"""

# ruff: noqa: S608  (names of declared tables are put into statements here; values are parameters)

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import astuple, dataclass
from functools import cache
from operator import attrgetter
from pathlib import Path

from warehouse import build_sql
from warehouse.build_info import build_info
from warehouse.checks import refuse_offenders, run_checks
from warehouse.database import (
    CATALOG,
    DUCKDB_VERSION,
    DatabaseError,
    Session,
    WarehouseError,
    build_session,
    one_line,
    transaction,
)
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
from warehouse.swap import NoRoom, ask_for_room, keep_previous, remove_wal, sweep_leftovers, wal_of

log = logging.getLogger(__name__)


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


def build_warehouse(lake: Lake, reader_version: str, *, accept_fewer: bool = False) -> BuildReport:
    """Build the warehouse from the lake's current files and put it in the old one's place; the report of it.

    `accept_fewer`: that rows of the last build are gone is right (repos were forgotten), and is not checked.

    The caller holds `lake.writer`. The build before stays beside it for `roll_back`. Raises CheckFailed (a blocking
    check found rows) or WarehouseError (an empty build over a full one, no room, an unreadable file); the old file
    is then untouched.
    """
    started = time.monotonic()
    manifest = lake.manifest(reader_version)
    info = build_info(lake, manifest, now(), DUCKDB_VERSION)
    try:
        sweep_leftovers(lake)
        ask_for_room(lake)
        with whole_file(lake.warehouse_file) as part, _without_wal(part):
            with build_session(part) as con:
                last = _last_build(con, lake.warehouse_file, reader_version, accept_fewer)
                load_tables(con, lake, manifest)
                load_views(con)
                checks = run_checks(con)
                with transaction(con):
                    con.executemany(build_sql.insert(CHECK_RESULTS), [list(astuple(c)) for c in checks])
                    con.execute(build_sql.insert(WAREHOUSE_INFO), list(astuple(info)))
                rows = _row_counts(con)
                _refuse_emptiness(lake, rows, last)
                refuse_offenders(checks)
                con.execute(f"CHECKPOINT {CATALOG}")
            _refuse_wal(part)
            part.chmod(0o444)
            if last is not None and last.build_id != info.build_id:
                keep_previous(lake)
            remove_wal(lake.warehouse_file)
    except NoRoom as error:
        raise WarehouseError(str(error)) from None
    except DatabaseError as error:
        raise WarehouseError(f"the new build failed and the old one stays: {one_line(error)}") from error
    return BuildReport(
        build_id=info.build_id,
        path=lake.warehouse_file,
        seconds=time.monotonic() - started,
        size_bytes=lake.warehouse_file.stat().st_size,
        rows=rows,
        checks=checks,
    )


def load_tables(con: Session, lake: Lake, manifest: Manifest) -> None:
    """Create tables and macros and fill the tables: main serves, superseded keeps what was served, history has both."""
    for table in (OBSERVATIONS, POPULARITY, CRAWL_RUNS):
        con.execute(build_sql.view_of_files(f"raw_{table.name}", table, lake.raw_files(table)))
    for table in LAKE_TABLES.values():
        con.execute(build_sql.view_of_files(f"read_{table.name}", table, lake.table_paths(table, manifest)))
    with transaction(con):
        for statement in (*build_sql.create_tables(), *statements(sql_text("macros.sql")), *build_sql.as_of_macros()):
            con.execute(statement)
    for statement in build_sql.fill_tables():
        con.execute(statement)


def load_views(con: Session) -> None:
    """Create the relations of sql/base and sql/answers, with the comments their headers give."""
    views = (*sql_files("base"), *sql_files("answers"))
    for is_table, files in itertools.groupby(views, key=attrgetter("is_table")):
        with nullcontext() if is_table else transaction(con):
            for file in files:
                load_view(con, file)
    with transaction(con):
        for file in views:
            for statement in build_sql.comments(file):
                con.execute(statement)


def load_view(con: Session, file: SqlFile) -> None:
    """Create one relation of sql/, and the macro of one with parameters. Raises WarehouseError, naming the file."""
    try:
        with _made_once(con, file) if file.is_table else nullcontext():
            con.execute(f"CREATE {file.relation} main.{file.name} AS\n{file.body}")
            if file.macro:
                con.execute(file.macro)
    except DatabaseError as error:
        raise WarehouseError(f"sql/{file.kind}/{file.name}.sql: {one_line(error)}") from error


@contextmanager
def _made_once(con: Session, file: SqlFile) -> Iterator[None]:
    """While a kept table is made, the views it reads are made too, once for all kept tables that read them.

    Twice as fast: DuckDB 2.0 plans the joins of a dozen inlined views badly (measured on 150,000 repos).
    """
    views = _views_to_make(file)
    for view in views:
        if file is _kept_that_read(view)[0]:
            con.execute(f"CREATE TEMP TABLE made_{view.name} AS\n{view.body}")
        con.execute(f"CREATE TEMP VIEW {view.name} AS SELECT * FROM temp.made_{view.name}")
    yield
    for view in reversed(views):
        con.execute(f"DROP VIEW temp.{view.name}")
        if file is _kept_that_read(view)[-1]:
            con.execute(f"DROP TABLE temp.made_{view.name}")


@cache
def _views_to_make(file: SqlFile) -> list[SqlFile]:
    """The views that a kept table reads and, behind these, what other kept tables read too, in order."""
    behind = _behind(file)
    shared = {name for kept in _kept_tables() if kept is not file for name in kept.reads}
    return [v for v in _views() if v.name in file.reads or v.name in behind & shared]


def _behind(file: SqlFile) -> set[str]:
    """The names of all views that a relation rests on."""
    read = [v for v in _views() if v.name in file.reads]
    return {v.name for v in read}.union(*(_behind(v) for v in read))


@cache
def _kept_that_read(view: SqlFile) -> list[SqlFile]:
    """The kept tables for which a view is made, in the order in which they are."""
    return [kept for kept in _kept_tables() if view in _views_to_make(kept)]


def _views() -> list[SqlFile]:
    return [f for f in sql_files("base") if not f.is_table]


def _kept_tables() -> list[SqlFile]:
    return [f for f in (*sql_files("base"), *sql_files("answers")) if f.is_table]


def _refuse_emptiness(lake: Lake, rows: Mapping[str, int], last: _LastBuild | None) -> None:
    if last is not None and last.models and not rows["models"]:
        raise WarehouseError(
            f"the new build has no models where the old one has {last.models}: it is not served. Was {lake.raw} moved?"
        )


def _last_build(con: Session, file: Path, reader_version: str, accept_fewer: bool) -> _LastBuild | None:
    """The build to be replaced; None where there is none or it cannot be read (then anything is better).

    Fills `last_row_counts`, of another reader's build by table only: a new reader may name card writers anew.
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
        if schema == SCHEMA_VERSION and not accept_fewer:
            con.execute(build_sql.fill_last_row_counts("last", by_writer=reader == reader_version))
        con.execute("DETACH last")
    except DatabaseError as error:
        log.warning("%s cannot be read and will be replaced: %s", file, one_line(error))
        return None
    return _LastBuild(build_id, int(models))


def _row_counts(con: Session) -> dict[str, int]:
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
