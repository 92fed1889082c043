"""The switchboard: the stations as Dagster assets, the checks of a build as asset checks, the daily schedule.

Promises: loads with an empty environment, and reads it only when something is materialized; an asset's body calls one
station and reports counts; runs in one process, because the home has one writer.

What must not move in: a loop over cards, a string of SQL, anything that `cardhouse run` does not do too.
"""

# No `from __future__ import annotations`: Dagster 1.13 refuses a context whose annotation is a string.

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import dagster as dg

from etl import stations
from etl.settings import Settings
from etl.tables import READER_VERSION, read_raw
from warehouse.answers import answer_named
from warehouse.chapters import chapter
from warehouse.checks import CheckFailed, all_checks
from warehouse.database import WarehouseError, open_warehouse
from warehouse.lake import Lake, LakeError
from warehouse.report import write_report
from warehouse.schema import LAKE_TABLES, CheckResult
from warehouse.sql_files import sql_files
from warehouse.upstream import tables_behind

Counts: TypeAlias = dict[str, int | str]

CRAWL_SPECS = [
    dg.AssetSpec("listing", group_name="crawl", description="One row per repo as the Hub's API described it."),
    dg.AssetSpec("raw", deps=["listing"], group_name="crawl", description="Looks at cards, and their bytes once."),
]
TABLE_SPECS = [
    dg.AssetSpec(t.name, deps=["listing", "raw"], group_name="tables", description=t.grain, code_version=READER_VERSION)
    for t in LAKE_TABLES.values()
]
ANSWER_SPECS = [
    dg.AssetSpec(
        f.name, deps=["warehouse", *sorted(tables_behind(f.name))], group_name="answers", description=f.question
    )
    for f in sql_files("answers")
]
CHECK_SPECS = [
    dg.AssetCheckSpec(c.name, asset="warehouse", blocking=c.is_blocking, description=c.question) for c in all_checks()
]


@contextlib.contextmanager
def home(what: str) -> Iterator[tuple[Lake, Settings]]:
    """The home that the environment names, held for writing; what the line refuses fails the step in one line."""
    try:
        settings = Settings.from_environment()
        lake = Lake(settings.home)
        with lake.writer(f"dagster: {what}"):
            yield lake, settings
    except (LakeError, WarehouseError) as error:
        raise dg.Failure(str(error)) from None


@dg.multi_asset(specs=CRAWL_SPECS, name="crawl")
def crawl() -> Iterable[dg.MaterializeResult[None]]:
    """List the source's repos and fetch the cards that are new."""
    with home("crawl") as (lake, settings):
        report = stations.crawl(lake, settings)
        counts: Counts = {
            "crawl_id": report.run.crawl_id,
            "ended_because": report.ended_because,
            "requests": report.requests,
        }
        yield dg.MaterializeResult("listing", metadata={**counts, "dagster/row_count": report.listed})
        looks = {f"cards {status}": number for status, number in report.statuses.items()}
        yield dg.MaterializeResult("raw", metadata={**counts, **looks, "cards unchanged": report.unchanged})


@dg.multi_asset(specs=TABLE_SPECS, name="read")
def tables() -> Iterable[dg.MaterializeResult[None]]:
    """Read every card that this reader has not read yet."""
    with home("read") as (lake, _):
        report = read_raw(lake)
        for name in LAKE_TABLES:
            new: Counts = {
                "new rows": report.rows[name],
                "cards read": report.cards_read,
                "cards known": report.cards_known,
            }
            yield dg.MaterializeResult(name, metadata=new)


@dg.asset(deps=TABLE_SPECS, check_specs=CHECK_SPECS, group_name="warehouse", kinds={"duckdb"})
def warehouse() -> Iterable[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """The DuckDB file: built beside the old one, checked, swapped in."""
    with home("build") as (lake, _):
        try:
            report = stations.build(lake)
        except CheckFailed as failure:
            yield from outcomes(failure.checks)
            raise
        yield from outcomes(report.checks)
        rows = {f"rows of {name}": number for name, number in report.rows.items()}
        about: Counts = {"build_id": report.build_id, "path": str(report.path), "bytes": report.size_bytes}
        yield dg.MaterializeResult(metadata={**about, **rows})


@dg.multi_asset(specs=ANSWER_SPECS, name="answers", can_subset=True)
def answers(context: dg.AssetExecutionContext) -> Iterable[dg.MaterializeResult[None]]:
    """Ask the answers and draw their charts: a view that no longer runs fails here, not in an analyst's hands."""
    with home("answers") as (lake, _), contextlib.closing(open_warehouse(lake.home)) as con:
        for name in sorted(key.to_user_string() for key in context.selected_asset_keys):
            found = chapter(con, answer_named(name), for_phones=False)
            about: Counts = {"dagster/row_count": found.n_rows, "rests on": found.rests_on}
            drawn = {"chart": dg.MetadataValue.md(f"![{name}]({found.wide.address})")} if found.wide else {}
            yield dg.MaterializeResult(name, metadata={**about, **drawn})


@dg.asset(deps=ANSWER_SPECS, group_name="report")
def report() -> dg.MaterializeResult[None]:
    """Every answer with its picture, on one page and in Markdown."""
    with home("report") as (lake, _):
        written = write_report(lake)
        counts: Counts = {"answers": written.answers, "pictures": written.pictures, "refused": written.refused}
        page = dg.MetadataValue.path(str(written.page))
        return dg.MaterializeResult(metadata={**counts, "build_id": written.build_id, "page": page})


def outcomes(checks: Sequence[CheckResult]) -> Iterator[dg.AssetCheckResult]:
    """The checks of a build in Dagster's words."""
    for check in checks:
        severity = dg.AssetCheckSeverity.ERROR if check.is_blocking else dg.AssetCheckSeverity.WARN
        found: Counts = {"offenders": check.offenders, "examples": check.examples}
        yield dg.AssetCheckResult(
            passed=check.offenders == 0, asset_key="warehouse", check_name=check.name, severity=severity, metadata=found
        )


everything = dg.define_asset_job(
    "everything", selection=dg.AssetSelection.all(), description="Crawl, read, build, answer, report."
)
daily = dg.ScheduleDefinition(name="daily", job=everything, cron_schedule="17 3 * * *", execution_timezone="UTC")

defs = dg.Definitions(
    assets=[crawl, tables, warehouse, answers, report],
    jobs=[everything],
    schedules=[daily],
    executor=dg.in_process_executor,
)
