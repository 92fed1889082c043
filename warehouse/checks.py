"""The checks of a build: which there are, how they come out, and what a blocking one says that found rows.

Promises: every check runs on the new file before it is served; the outcome of each is a row of `check_results`.

What must not move in: what a check looks for (`sql/checks/`, and `warehouse.build_sql` for what the tables'
declaration implies), a connection.
"""

# ruff: noqa: S608  (texts of sql/ are put into statements here)

from __future__ import annotations

from warehouse.build_sql import implied_checks
from warehouse.database import DatabaseError, Session, WarehouseError, one_line
from warehouse.schema import CheckResult
from warehouse.sql_files import SqlFile, sql_files

EXAMPLES = 3
"""Offending rows that a failed check shows."""


class CheckFailed(WarehouseError):
    """A blocking check found rows in a new build; the old one stays. `checks`: the outcome of every check."""

    def __init__(self, message: str, checks: tuple[CheckResult, ...]) -> None:
        super().__init__(message)
        self.checks = checks


def all_checks() -> tuple[SqlFile, ...]:
    """Every check of a build: those the declared tables imply and those of sql/checks."""
    return (*implied_checks(), *sql_files("checks"))


def run_checks(con: Session) -> tuple[CheckResult, ...]:
    """The outcome of every check on what `con` has open."""
    return tuple(_check(con, check) for check in all_checks())


def _check(con: Session, file: SqlFile) -> CheckResult:
    try:
        ((offenders,),) = con.execute(f"SELECT count(*) FROM (\n{file.body}\n)").fetchall()
        shown = _examples(con, file) if offenders else ""
    except DatabaseError as error:
        raise WarehouseError(f"sql/checks/{file.name}.sql: {one_line(error)}") from error
    return CheckResult(file.name, file.question, file.is_blocking, int(offenders), shown)


def _examples(con: Session, file: SqlFile) -> str:
    cursor = con.execute(f"SELECT * FROM (\n{file.body}\n) LIMIT {EXAMPLES}")
    names = [d[0] for d in cursor.description or ()]
    return "; ".join(", ".join(f"{n}={v}" for n, v in zip(names, row, strict=True)) for row in cursor.fetchall())


def refuse_offenders(checks: tuple[CheckResult, ...]) -> None:
    """Raise CheckFailed, with what and how many, where a blocking check found rows."""
    failed = [c for c in checks if c.is_blocking and c.offenders]
    if failed:
        told = ". ".join(f"{c.name} ({c.question}): {c.offenders} found, such as {c.examples}" for c in failed)
        is_loss = any(c.name == "rows_lost" for c in failed)
        hint = ". If that is right: 'cardhouse build --accept-fewer'" if is_loss else ""
        raise CheckFailed(f"the new build is not served and the old one stays. {told}{hint}", checks)
